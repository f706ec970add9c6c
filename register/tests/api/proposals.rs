use chrono::TimeDelta;
use serde_json::{Value, json};
use trust::Status;

use crate::delegations::{DELEGATIONS, SUCCESSION, care};
use crate::fixture::{KEEPER, SECOND, TestRegister, UNIT, at, problem, suspension};

pub(crate) const EVENTS: &str = "/v1/accreditations/acc-ho-0007/status-events";

pub(crate) async fn propose(register: &TestRegister, path: &str, body: &Value) -> u64 {
    let proposed = register.keep(path, body).await;
    assert_eq!(proposed.status(), 202);
    let location = proposed.headers()["location"].to_str().unwrap().to_owned();
    let proposal: Value = proposed.json().await.unwrap();
    let number = proposal["number"].as_u64().unwrap();
    assert_eq!(location, format!("/v1/proposals/{number}"));
    assert_eq!(
        (&proposal["state"], &proposal["proposedBy"]),
        (&json!("waiting"), &json!("anna"))
    );
    number
}

pub(crate) fn confirmation(number: u64) -> String {
    format!("/v1/proposals/{number}/confirmation")
}

pub(crate) fn rejection(number: u64) -> String {
    format!("/v1/proposals/{number}/rejection")
}

pub(crate) async fn status(register: &TestRegister) -> Value {
    register.json("/v1/accreditations/acc-ho-0007").await["status"].clone()
}

/// A suspension from the moment at which it is recorded.
pub(crate) fn at_once() -> Value {
    let mut body = suspension();
    body.as_object_mut().unwrap().remove("effectiveFrom");
    body
}

#[tokio::test]
async fn what_one_keeper_proposes_holds_when_another_confirms_it() {
    let register = TestRegister::start_for_two().await;

    let number = propose(&register, EVENTS, &suspension()).await;
    assert_eq!(register.list().await.list().sequence, 1);
    register.clock.set(at("2026-11-21T09:30:00Z"));
    let confirmed = register.keep_as(SECOND, &confirmation(number), &json!({})).await;

    assert_eq!(confirmed.status(), 200);
    let confirmed: Value = confirmed.json().await.unwrap();
    assert_eq!(
        (&confirmed["state"], &confirmed["sequence"]),
        (&json!("confirmed"), &json!(2))
    );
    assert_eq!(
        (&confirmed["proposedBy"], &confirmed["closedBy"]),
        (&json!("anna"), &json!("bert"))
    );
    let list = register.list().await;
    let id = "https://register.example/v1/accreditations/acc-ho-0007";
    let (_, accreditation) = list.accreditation(id).unwrap();
    let event = accreditation.status_history.last().unwrap();
    assert_eq!(event.status, Status::Suspended);
    assert_eq!(event.effective_from, at("2026-11-21T12:00:00Z"));
    assert_eq!(event.recorded_at, at("2026-11-21T09:30:00Z"));
}

#[tokio::test]
async fn nobody_confirms_what_they_proposed_themselves() {
    let register = TestRegister::start_for_two().await;
    let number = propose(&register, EVENTS, &suspension()).await;

    let own = register.keep(&confirmation(number), &json!({})).await;
    problem(own, 403, "own-proposal").await;
    let nobody = "a secret of nobody who keeps the register";
    let stranger = register.keep_as(nobody, &confirmation(number), &json!({})).await;
    problem(stranger, 401, "unauthorized").await;
    let absent = register
        .keep_as(SECOND, &confirmation(number + 1), &json!({}))
        .await;
    problem(absent, 404, "unknown-proposal").await;

    assert_eq!(status(&register).await, "active");
    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn confirming_again_changes_nothing_even_at_once() {
    let register = TestRegister::start_for_two().await;
    let number = propose(&register, EVENTS, &suspension()).await;
    let (path, body) = (confirmation(number), json!({}));

    let all = (0..5).map(|_| register.keep_as(SECOND, &path, &body));
    let answers = futures_util::future::join_all(all).await;

    for answer in answers {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.json::<Value>().await.unwrap()["sequence"], 2);
    }
    let history = register.json("/v1/accreditations/acc-ho-0007/history").await;
    assert_eq!(history["events"].as_array().unwrap().len(), 2);
    let late = register
        .keep_as(SECOND, &rejection(number), &json!({"reason": "Toch niet"}))
        .await;
    problem(late, 409, "closed-proposal").await;
}

#[tokio::test]
async fn a_request_repeated_under_its_key_is_one_proposal_and_then_what_was_recorded() {
    let register = TestRegister::start_for_two().await;
    let bearer = format!("Bearer {KEEPER}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "one")];

    let first = register.decide_as("acc-ho-0007", &suspension(), &headers).await;
    let again = register.decide_as("acc-ho-0007", &suspension(), &headers).await;
    let (first, again): (Value, Value) = (first.json().await.unwrap(), again.json().await.unwrap());
    assert_eq!(first, again);
    let alike = register.decide("acc-ho-0007", &suspension()).await;
    assert_eq!(alike.json::<Value>().await.unwrap()["number"], first["number"]);
    let other = register.decide_as("acc-unit-0031", &suspension(), &headers).await;
    problem(other, 422, "idempotency-key-reused").await;

    let number = first["number"].as_u64().unwrap();
    register.keep_as(SECOND, &confirmation(number), &json!({})).await;
    let recorded = register.decide_as("acc-ho-0007", &suspension(), &headers).await;
    assert_eq!(recorded.status(), 201);
    assert_eq!(recorded.json::<Value>().await.unwrap()["seq"], 2);
}

#[tokio::test]
async fn a_proposal_is_rejected_by_another_and_withdrawn_by_whoever_made_it() {
    let register = TestRegister::start_for_two().await;
    let number = propose(&register, EVENTS, &suspension()).await;
    let nothing = register
        .keep_as(SECOND, &rejection(number), &json!({"reason": " "}))
        .await;
    problem(nothing, 422, "invalid-rejection").await;

    let reason = json!({"reason": "Het besluit is er nog niet"});
    let rejected = register.keep_as(SECOND, &rejection(number), &reason).await;
    assert_eq!(rejected.json::<Value>().await.unwrap()["state"], "rejected");
    let confirmed = register.keep_as(SECOND, &confirmation(number), &json!({})).await;
    problem(confirmed, 409, "closed-proposal").await;
    let again = propose(&register, EVENTS, &suspension()).await;
    let withdrawn = register.keep(&rejection(again), &reason).await;
    assert_eq!(withdrawn.json::<Value>().await.unwrap()["state"], "withdrawn");

    assert_eq!(status(&register).await, "active");
    let all = register.client.get(format!("{}/v1/proposals", register.origin));
    let all: Value = all
        .bearer_auth(SECOND)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (
            all["waiting"].as_array().unwrap().len(),
            all["closed"].as_array().unwrap().len()
        ),
        (0, 2)
    );
    assert_eq!(all["closed"][1]["closingReason"], "Het besluit is er nog niet");
}

#[tokio::test]
async fn what_no_longer_holds_is_not_confirmed() {
    let register = TestRegister::start_for_two().await;
    let late = propose(&register, EVENTS, &suspension()).await;
    let unit = propose(&register, DELEGATIONS, &care()).await;
    let now = propose(&register, EVENTS, &at_once()).await;
    register.keep_as(SECOND, &confirmation(now), &json!({})).await;

    register.clock.set(register.clock.now() + TimeDelta::hours(4));
    let looks_back = register.keep_as(SECOND, &confirmation(late), &json!({})).await;
    let said = problem(looks_back, 409, "stale-proposal").await;
    assert!(
        said["detailNl"].as_str().unwrap().contains("Wijs het af"),
        "{said}"
    );
    let not_in_force = register.keep_as(SECOND, &confirmation(unit), &json!({})).await;
    let said = problem(not_in_force, 409, "stale-proposal").await;
    assert!(
        said["detail"].as_str().unwrap().contains("not in force"),
        "{said}"
    );

    assert_eq!(register.list().await.list().sequence, 2);
    let kept = register
        .client
        .get(format!("{}/v1/proposals/{late}", register.origin));
    let kept: Value = kept
        .bearer_auth(KEEPER)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(kept["state"], "waiting");
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused_before_anybody_has_to_look_at_it() {
    let register = TestRegister::start_for_two().await;
    let mut beyond = care();
    beyond["scope"]["eqf"] = json!([8]);

    problem(
        register.keep(DELEGATIONS, &beyond).await,
        422,
        "beyond-institution",
    )
    .await;
    let alone = json!({"successor": "did:web:elsewhere.example", "effectiveFrom": "2027-01-01T00:00:00Z",
        "reason": {"code": "merged", "nl": "Fusie", "en": "Merger"}});
    problem(register.keep(SUCCESSION, &alone).await, 404, "unknown-entity").await;
    let huge = json!({"reason": "x".repeat(2 << 20)});
    problem(register.keep(&rejection(1), &huge).await, 413, "body-too-large").await;

    let all = register.client.get(format!("{}/v1/proposals", register.origin));
    let all: Value = all
        .bearer_auth(KEEPER)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(all, json!({"waiting": [], "closed": []}));
}

#[tokio::test]
async fn every_kind_of_change_waits_for_a_second_person() {
    let register = TestRegister::start_for_two().await;
    let key = "/v1/entities/did:web:college.example:energie/keys/p256-1/events";
    let stolen = json!({"kind": "compromised", "at": "2026-11-20T00:00:00Z",
        "reason": {"code": "stolen", "nl": "Gestolen", "en": "Stolen"}});

    for (path, body) in [(DELEGATIONS, care()), (key, stolen)] {
        let before = register.list().await.list().sequence;
        let number = propose(&register, path, &body).await;
        assert_eq!(register.list().await.list().sequence, before);
        let confirmed = register.keep_as(SECOND, &confirmation(number), &json!({})).await;
        assert_eq!(confirmed.status(), 200);
        assert_eq!(register.list().await.list().sequence, before + 1);
    }
    let list = register.list().await;
    let unit = list.entity(&UNIT.parse().unwrap()).unwrap();
    assert!(unit.keys[0].compromised_at.is_some());
}

/// Hangs up at one moment after another, from before the request is read to after it is answered.
#[tokio::test]
async fn nothing_public_names_a_keeper() {
    let register = TestRegister::start_for_two().await;
    let number = propose(&register, EVENTS, &suspension()).await;
    register.keep_as(SECOND, &confirmation(number), &json!({})).await;

    let list = serde_json::to_string(register.list().await.list()).unwrap();
    let history = register
        .json("/v1/accreditations/acc-ho-0007/history")
        .await
        .to_string();
    let log = register.json("/v1/log/entries/0/19").await.to_string();
    for public in [list, history, log] {
        assert!(!public.contains("anna") && !public.contains("bert"), "{public}");
    }
    problem(register.get("/v1/proposals").await, 401, "unauthorized").await;
    problem(register.get("/v1/session").await, 401, "unauthorized").await;
    let session = register.client.get(format!("{}/v1/session", register.origin));
    let session: Value = session
        .bearer_auth(SECOND)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(session, json!({"name": "bert", "decisions": "two-persons"}));
    assert_eq!(register.json("/config.json").await["decisions"], "two-persons");
}
