use serde_json::{Value, json};

use crate::fixture::{TestRegister, UNIT, at, problem};

const EVENTS: &str = "/v1/entities/did:web:college.example:energie/keys/p256-1/events";

fn event(kind: &str, at: &str) -> Value {
    json!({"kind": kind, "at": at, "reason": {"code": "stolen", "nl": "Server gestolen", "en": "Server stolen"}})
}

#[tokio::test]
async fn a_compromise_is_recorded_and_stands_in_the_next_list() {
    let register = TestRegister::start().await;

    let recorded = register
        .keep(EVENTS, &event("compromised", "2026-11-20T16:00:00+01:00"))
        .await;

    assert_eq!(recorded.status(), 201);
    let recorded: Value = recorded.json().await.unwrap();
    assert_eq!(recorded["recordedAt"], "2026-11-21T09:00:00Z");
    assert_eq!(recorded["sequence"], 2);
    let list = register.list().await;
    let key = list.key(&format!("{UNIT}#p256-1").parse().unwrap()).unwrap().key;
    assert_eq!(key.compromised_at, Some(at("2026-11-20T15:00:00Z")));
    let history = register.json(EVENTS).await;
    assert_eq!(history["events"][0]["reason"]["en"], "Server stolen");
}

#[tokio::test]
async fn an_end_may_lie_ahead_and_only_ever_comes_earlier() {
    let register = TestRegister::start().await;

    assert_eq!(
        register
            .keep(EVENTS, &event("ended", "2026-12-01T00:00:00Z"))
            .await
            .status(),
        201
    );
    let later = register
        .keep(EVENTS, &event("ended", "2026-12-02T00:00:00Z"))
        .await;
    problem(later, 409, "nothing-changes").await;
    assert_eq!(
        register
            .keep(EVENTS, &event("ended", "2026-11-25T00:00:00Z"))
            .await
            .status(),
        201
    );

    let list = register.list().await;
    let key = list.key(&format!("{UNIT}#p256-1").parse().unwrap()).unwrap().key;
    assert_eq!(key.not_after, Some(at("2026-11-25T00:00:00Z")));
}

#[tokio::test]
async fn the_same_decision_again_is_recorded_once() {
    let register = TestRegister::start().await;
    let compromise = event("compromised", "2026-11-20T16:00:00+01:00");

    let first: Value = register.keep(EVENTS, &compromise).await.json().await.unwrap();
    register.clock.set(at("2026-11-21T09:30:00Z"));
    let again: Value = register.keep(EVENTS, &compromise).await.json().await.unwrap();

    assert_eq!(again, first);
    assert_eq!(register.json(EVENTS).await["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn decisions_that_make_no_sense_are_refused_and_change_nothing() {
    let register = TestRegister::start().await;
    for (body, status, kind) in [
        (event("ended", "2026-11-20T00:00:00Z"), 422, "looks-back"),
        (event("compromised", "2026-11-22T00:00:00Z"), 422, "looks-ahead"),
        (event("compromised", "yesterday"), 422, "invalid-decision"),
        (event("lost", "2026-11-20T00:00:00Z"), 422, "invalid-body"),
    ] {
        problem(register.keep(EVENTS, &body).await, status, kind).await;
    }
    let sound = event("compromised", "2026-11-20T00:00:00Z");
    let other = EVENTS.replace("p256-1", "p256-9");
    problem(register.keep(&other, &sound).await, 404, "unknown-key").await;
    let address = format!("{}{EVENTS}", register.origin);
    let without = register.client.post(address).json(&sound).send().await.unwrap();
    problem(without, 401, "unauthorized").await;

    assert_eq!(register.list().await.list().sequence, 1);
}
