use reqwest::Response;
use serde_json::{Value, json};
use trust::log::{Entry, Replay};
use trust::{Judgement, quality};

use crate::fixture::{KEEPER, SECOND, TestRegister, UNIT, at, problem, seed_json};
use crate::proposals::confirmation;

const MADE: &str = "2026-11-20T02:00:00Z";

/// The register of the tests, whose institution has its identifiers elsewhere.
async fn register(two_persons: bool) -> TestRegister {
    let mut seed = seed_json();
    seed["entities"][2]["otherIdentifiers"] = json!([
        {"scheme": "BRIN", "value": "99ZZ"}, {"scheme": "DEQAR", "value": "DEQARINST9901"}
    ]);
    let seed = serde_json::from_value(seed).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let decisions = match two_persons {
        true => register::Decisions::TwoPersons,
        false => register::Decisions::OnePerson,
    };
    TestRegister::start_by(folder, seed, at("2026-11-21T09:00:00Z"), decisions).await
}

fn reports(decision: &str) -> String {
    json!([
        {"id": 7, "agency_name": "Agency for Invented Accreditation", "agency_esg_activity_type": "institutional",
         "institutions": [{"deqar_id": "DEQARINST9901", "name_primary": "College"}],
         "valid_from": "2022-06-01", "valid_to": null, "decision": decision},
        {"id": 8, "agency_name": "Agency for Invented Accreditation", "agency_esg_activity_type": "institutional",
         "institutions": [{"deqar_id": "DEQARINST9999", "name_primary": "Elsewhere"}],
         "valid_from": "2022-06-01", "valid_to": null, "decision": "positive"},
    ])
    .to_string()
}

async fn import(register: &TestRegister, query: &str, extract: impl Into<String>) -> Response {
    import_of(register, KEEPER, MADE, query, extract).await
}

async fn import_of(
    register: &TestRegister,
    keeper: &str,
    made: &str,
    query: &str,
    extract: impl Into<String>,
) -> Response {
    let address = format!(
        "{}/v1/evidence/imports?extractedAt={made}&{query}",
        register.origin
    );
    let request = register.client.post(address).bearer_auth(keeper);
    request.body(extract.into()).send().await.unwrap()
}

/// The number of the proposal that an import became.
async fn waits(answer: Response) -> u64 {
    assert_eq!(answer.status(), 202);
    let proposal: Value = answer.json().await.unwrap();
    proposal["number"].as_u64().unwrap()
}

async fn logged_evidence(register: &TestRegister) -> usize {
    let entries = logged(register).await;
    let is_evidence = |entry: &&Entry| matches!(entry, Entry::Evidence { .. });
    entries.iter().filter(is_evidence).count()
}

async fn judgement(register: &TestRegister) -> Judgement {
    let list = register.list().await;
    let now = register.clock.now();
    quality(&list, &UNIT.parse().unwrap(), now, now).now
}

async fn logged(register: &TestRegister) -> Vec<Entry> {
    let head = register.get("/v1/log/head").await.text().await.unwrap();
    let head = trust::log::verify_head(&head, &register.operator(), register.clock.now()).unwrap();
    let entries = register
        .json(&format!("/v1/log/entries/0/{}", head.size - 1))
        .await;
    serde_json::from_value(entries["entries"].clone()).unwrap()
}

#[tokio::test]
async fn a_report_becomes_evidence_in_list_and_log_and_creates_nobody() {
    let register = register(false).await;
    assert_eq!(judgement(&register).await, Judgement::Unknown);

    let recorded = import(&register, "source=deqar", reports("negative")).await;

    assert_eq!(recorded.status(), 201);
    let report: Value = recorded.json().await.unwrap();
    assert_eq!((&report["sequence"], &report["unknown"]), (&json!(2), &json!(1)));
    assert_eq!(report["unknownRows"][0]["name"], "Elsewhere");
    assert_eq!(judgement(&register).await, Judgement::Negative);
    let list = register.list().await;
    assert_eq!(list.entities().count(), 4);
    let evidence = list.to_list().entities[2].evidence[0].clone();
    assert_eq!(
        evidence.recorded_at,
        Some(register.clock.now()),
        "the register's own clock"
    );
    assert_eq!(evidence.checked_at, Some(at(MADE)));
}

#[tokio::test]
async fn what_is_said_later_takes_its_place_and_the_log_keeps_both_and_says_the_same() {
    let register = register(false).await;
    assert_eq!(
        import(&register, "source=deqar", reports("negative"))
            .await
            .status(),
        201
    );
    assert_eq!(
        import(&register, "source=deqar", reports("positive"))
            .await
            .status(),
        201
    );

    let list = register.list().await;
    assert_eq!(list.to_list().entities[2].evidence.len(), 1);
    assert_eq!(judgement(&register).await, Judgement::Positive);
    let entries = logged(&register).await;
    let kept = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Evidence { .. }));
    assert_eq!(kept.count(), 2);
    let mut replay = Replay::default();
    for entry in entries {
        replay.apply(entry).unwrap();
    }
    assert!(replay.published(list.list().sequence, list.content_hash()));
}

#[tokio::test]
async fn the_same_extract_again_changes_nothing() {
    let register = register(false).await;
    assert_eq!(
        import(&register, "source=deqar", reports("positive"))
            .await
            .status(),
        201
    );

    let again = import(&register, "source=deqar", reports("positive")).await;

    assert_eq!(again.status(), 200);
    let report: Value = again.json().await.unwrap();
    assert_eq!(
        (&report["additions"], &report["unchanged"]),
        (&json!([]), &json!(1))
    );
    assert_eq!(register.list().await.list().sequence, 2);
}

#[tokio::test]
async fn a_dry_run_tells_what_would_change_and_changes_nothing() {
    let register = register(false).await;

    let told = import(&register, "source=deqar&dryRun=true", reports("negative")).await;

    assert_eq!(told.status(), 200);
    let report: Value = told.json().await.unwrap();
    assert_eq!(report["additions"][0]["entityId"], "ent-ho-0007");
    assert_eq!(report["additions"][0]["evidence"]["decision"], "negative");
    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn two_persons_look_at_evidence_and_what_is_newer_by_then_is_kept() {
    let register = register(true).await;

    let first = import(&register, "source=deqar", reports("negative")).await;
    assert_eq!(first.status(), 202);
    let first: Value = first.json().await.unwrap();
    assert_eq!(
        first["change"]["additions"][0]["evidence"]["decision"],
        "negative"
    );
    assert_eq!(judgement(&register).await, Judgement::Unknown);
    let newer = register.client.post(format!(
        "{}/v1/evidence/imports?source=deqar&extractedAt=2026-11-21T02:00:00Z",
        register.origin
    ));
    let newer = newer
        .bearer_auth(KEEPER)
        .body(reports("positive"))
        .send()
        .await
        .unwrap();
    let newer: Value = newer.json().await.unwrap();
    let confirm = async |proposal: &Value| {
        let number = proposal["number"].as_u64().unwrap();
        register.keep_as(SECOND, &confirmation(number), &json!({})).await
    };

    assert_eq!(confirm(&newer).await.status(), 200);
    problem(confirm(&first).await, 409, "stale-proposal").await;

    assert_eq!(judgement(&register).await, Judgement::Positive);
}

#[tokio::test]
async fn an_import_every_night_waits_once_until_it_says_something_else() {
    let register = register(true).await;
    let night = async |day: u8, query: &str, decision: &str| {
        let made = format!("2026-11-{day}T02:00:00Z");
        waits(import_of(&register, KEEPER, &made, query, reports(decision)).await).await
    };

    let first = night(18, "source=deqar", "negative").await;

    assert_eq!(night(19, "source=deqar", "negative").await, first);
    assert_eq!(night(20, "source=deqar", "negative").await, first);
    assert_ne!(night(20, "source=deqar&renew=true", "negative").await, first);
    let other = night(20, "source=deqar", "positive").await;
    assert_ne!(other, first);
    let confirmed = register.keep_as(SECOND, &confirmation(other), &json!({})).await;
    assert_eq!(confirmed.status(), 200);
    assert_ne!(
        night(21, "source=deqar", "negative").await,
        first,
        "what can no longer be confirmed holds nothing up"
    );
}

#[tokio::test]
async fn of_two_imports_that_say_the_same_one_is_recorded_unless_the_other_renews_it() {
    let register = register(true).await;
    let propose = async |keeper, made: &str, query: &str| {
        waits(import_of(&register, keeper, made, query, reports("negative")).await).await
    };
    let one = propose(KEEPER, MADE, "source=deqar").await;
    let two = propose(SECOND, "2026-11-21T02:00:00Z", "source=deqar").await;
    let renewed = propose(KEEPER, "2026-11-21T02:00:00Z", "source=deqar&renew=true").await;

    for (keeper, number, recorded) in [(SECOND, one, 1), (KEEPER, two, 1), (SECOND, renewed, 2)] {
        let confirmed = register.keep_as(keeper, &confirmation(number), &json!({})).await;
        assert_eq!(confirmed.status(), 200);
        assert_eq!(logged_evidence(&register).await, recorded);
    }
    let evidence = &register.list().await.to_list().entities[2].evidence;
    assert_eq!(evidence[0].checked_at, Some(at("2026-11-21T02:00:00Z")));
}

#[tokio::test]
async fn evidence_of_a_wrong_extract_is_taken_back_and_stays_in_the_log() {
    let register = register(false).await;
    assert_eq!(
        import(&register, "source=deqar", reports("negative"))
            .await
            .status(),
        201
    );

    let back = import(&register, "source=deqar&retract=true", reports("negative")).await;

    assert_eq!(back.status(), 201);
    assert_eq!(judgement(&register).await, Judgement::Unknown);
    let again = import(&register, "source=deqar", reports("negative")).await;
    let again: Value = again.json().await.unwrap();
    assert_eq!(
        (&again["additions"], &again["outdated"]),
        (&json!([]), &json!([1]))
    );
    assert_eq!(logged_evidence(&register).await, 2);
}

#[tokio::test]
async fn recognitions_of_rio_are_taken_over_by_their_code() {
    let register = register(false).await;
    let table = "OIE_CODE,SOORT,BEGINDATUM,EINDDATUM\n99ZZ,HBOS,2001-08-01,\n99QQ,HBOS,2001-08-01,\n";

    let recorded = import(&register, "source=rio", table).await;

    assert_eq!(recorded.status(), 201);
    let evidence = serde_json::to_value(&register.list().await.to_list().entities[2].evidence).unwrap();
    assert_eq!(
        evidence,
        json!([{
            "layer": "L1", "kind": "legal-recognition", "source": "RIO", "identifier": "99ZZ",
            "validFrom": "2001-08-01", "outcome": "HBOS", "checkedAt": MADE, "recordedAt": "2026-11-21T09:00:00Z"
        }])
    );
}

#[tokio::test]
async fn an_extract_that_cannot_be_read_is_refused_with_row_and_field() {
    let register = register(false).await;

    let refused = import(&register, "source=deqar", reports("splendid")).await;

    let problem_of = problem(refused, 422, "invalid-extract").await;
    assert_eq!(problem_of["errors"][0]["field"], "/1/decision");
    assert!(
        problem_of["errors"][0]["nl"]
            .as_str()
            .unwrap()
            .starts_with("Rij 1: decision")
    );
    problem(
        import(&register, "source=rio", "NAAM\nCollege\n").await,
        422,
        "invalid-extract",
    )
    .await;
    let large = "a".repeat(trust::extracts::LARGEST_EXTRACT + 1);
    let address = format!("/v1/evidence/imports?source=rio&extractedAt={MADE}");
    assert_eq!(register.served_with(KEEPER, &address, large).await.status(), 413);
    let ahead = register.client.post(format!(
        "{}/v1/evidence/imports?source=deqar&extractedAt=2026-12-01T00:00:00Z",
        register.origin
    ));
    let ahead = ahead
        .bearer_auth(KEEPER)
        .body(reports("positive"))
        .send()
        .await
        .unwrap();
    problem(ahead, 422, "looks-ahead").await;
    assert_eq!(register.list().await.list().sequence, 1);
    assert!(
        !logged(&register)
            .await
            .iter()
            .any(|entry| matches!(entry, Entry::Evidence { .. }))
    );
}

#[tokio::test]
async fn nobody_but_keepers_hands_in_extracts() {
    let register = register(false).await;
    let address = format!(
        "{}/v1/evidence/imports?source=deqar&extractedAt={MADE}",
        register.origin
    );

    let refused = register
        .client
        .post(address)
        .body(reports("negative"))
        .send()
        .await
        .unwrap();

    assert_eq!(refused.status(), 401);
}
