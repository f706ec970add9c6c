use crate::fixture::{TestRegister, UNIT, at, problem, suspension};

fn address(question: &str) -> String {
    format!("/v1/evaluate?did={UNIT}&{question}")
}

#[tokio::test]
async fn an_organisation_is_judged_at_a_moment_and_by_what_was_known() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-22T09:00:00Z"));

    let ask = async |question: &str| register.json(&address(question)).await;
    let before = ask("at=2026-11-21T11:59:59Z").await;
    let since = ask("at=2026-11-21T12:00:00Z").await;
    let unknown_then = ask("at=2026-11-21T12:00:00Z&knownAt=2026-11-21T08:59:59Z").await;

    assert_eq!(before["evaluation"]["status"], "active");
    assert_eq!(since["evaluation"]["status"], "suspended");
    assert_eq!(since["evaluation"]["links"][1]["status"], "suspended");
    assert_ne!(unknown_then["evaluation"]["status"], "suspended");
    assert_eq!(
        (&since["sequence"], &since["at"]),
        (&2.into(), &"2026-11-21T12:00:00Z".into())
    );
    for language in ["nl", "en"] {
        assert!(
            since["participation"][language]
                .as_str()
                .is_some_and(|text| text.len() > 20)
        );
    }
}

#[tokio::test]
async fn what_would_be_awarded_is_held_against_the_scope() {
    let register = TestRegister::start().await;

    let within = register.json(&address("eqf=6&ec=5")).await;
    let too_large = register.json(&address("eqf=6&ec=31")).await;
    let unsaid = register.json(&address("eqf=6")).await;

    assert_eq!(within["evaluation"]["inScope"], true, "{within:#}");
    assert_eq!(too_large["evaluation"]["inScope"], false);
    assert!(too_large["evaluation"]["outOfScope"]["nl"].is_string());
    assert_ne!(unsaid["evaluation"]["unstated"], serde_json::json!([]));
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_refused_and_says_why() {
    let register = TestRegister::start().await;
    for question in ["at=yesterday", "eqf=six", "sector=vo", "colour=red", "did=twice"] {
        let answer = register.get(&address(question)).await;
        assert_eq!(answer.status(), 400, "{question}");
    }
    for did in ["did:web:nobody.example", "nobody", ""] {
        let answer = register.get(&format!("/v1/evaluate?did={did}")).await;
        problem(answer, 404, "unknown-entity").await;
    }
}
