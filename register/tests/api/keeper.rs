use serde_json::{Value, json};
use trust::{ScopeClaim, Status, assess};

use crate::fixture::{KEEPER, TestRegister, UNIT, at, problem, suspension};

#[tokio::test]
async fn a_decision_is_recorded_with_the_registers_own_clock_and_published_at_once() {
    let register = TestRegister::start().await;

    let response = register.decide("acc-ho-0007", &suspension()).await;

    assert_eq!(response.status(), 201);
    assert_eq!(
        response.headers()["location"],
        "https://register.example/v1/accreditations/acc-ho-0007/history"
    );
    let recorded: Value = response.json().await.unwrap();
    assert_eq!(recorded["seq"], 2);
    assert_eq!(recorded["sequence"], 2);
    assert_eq!(recorded["effectiveFrom"], "2026-11-21T12:00:00Z");
    assert_eq!(recorded["recordedAt"], "2026-11-21T09:00:00Z");
    let list = register.list().await;
    let (_, accreditation) = list
        .accreditation("https://register.example/v1/accreditations/acc-ho-0007")
        .unwrap();
    assert_eq!(
        accreditation.status_history.last().unwrap().status,
        Status::Suspended
    );
}

#[tokio::test]
async fn suspending_an_institution_counts_for_its_units_from_that_moment_on() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-21T13:00:00Z"));
    let list = register.list().await;
    let now = register.clock.now();
    let judged = |issued: &str| {
        let claim = ScopeClaim {
            eqf: Some(6),
            ..ScopeClaim::default()
        };
        assess(&list, &UNIT.parse().unwrap(), &claim, at(issued), now).unwrap()
    };

    let before = judged("2026-11-21T11:59:59Z");
    let after = judged("2026-11-21T12:00:00Z");

    assert_eq!(
        (before.at_issuance, before.now),
        (Status::Active, Status::Suspended)
    );
    assert_eq!(after.at_issuance, Status::Suspended);
    assert_eq!(
        register
            .json("/v1/entities/did:web:college.example:energie")
            .await["status"],
        "suspended"
    );
}

#[tokio::test]
async fn an_institution_can_be_active_again() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-22T08:00:00Z"));

    let back = json!({
        "status": "active", "effectiveFrom": "2026-11-22T08:00:00Z",
        "reason": {"code": "remedied", "nl": "Hersteld", "en": "Remedied"}
    });
    assert_eq!(register.decide("acc-ho-0007", &back).await.status(), 201);

    assert_eq!(
        register
            .json("/v1/entities/did:web:college.example:energie")
            .await["status"],
        "active"
    );
}

#[tokio::test]
async fn only_the_keeper_decides() {
    let register = TestRegister::start().await;

    let without = register.decide_as("acc-ho-0007", &suspension(), &[]).await;
    assert_eq!(without.headers()["www-authenticate"], "Bearer");
    problem(without, 401, "unauthorized").await;
    let wrong = [("authorization", "Bearer another token entirely")];
    problem(
        register.decide_as("acc-ho-0007", &suspension(), &wrong).await,
        401,
        "unauthorized",
    )
    .await;
    problem(
        register.decide_as("acc-ho-0007", &json!({}), &wrong).await,
        401,
        "unauthorized",
    )
    .await;

    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn a_request_repeated_under_its_key_is_recorded_once() {
    let register = TestRegister::start().await;
    let bearer = format!("Bearer {KEEPER}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", "2026-11-21/1"),
    ];

    let first: Value = register
        .decide_as("acc-ho-0007", &suspension(), &headers)
        .await
        .json()
        .await
        .unwrap();
    register.clock.set(at("2026-11-21T09:30:00Z"));
    let again = register.decide_as("acc-ho-0007", &suspension(), &headers).await;

    assert_eq!(again.status(), 201);
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    assert_eq!(register.list().await.list().sequence, 2);
    let other = register.decide_as("acc-unit-0031", &suspension(), &headers).await;
    problem(other, 422, "idempotency-key-reused").await;
    let unusable = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", "with space"),
    ];
    let refused = register.decide_as("acc-ho-0007", &suspension(), &unusable).await;
    problem(refused, 400, "invalid-idempotency-key").await;
}

#[tokio::test]
async fn decisions_made_at_once_are_all_recorded_in_some_order() {
    let register = TestRegister::start().await;
    let names = ["acc-ho-0007", "acc-unit-0031", "tao-0002", "root-0001"];

    let decision = suspension();
    let answers = futures_util::future::join_all(names.map(|name| register.decide(name, &decision))).await;

    assert!(answers.iter().all(|answer| answer.status() == 201));
    assert_eq!(register.list().await.list().sequence, 5);
}

#[tokio::test]
async fn a_decision_that_changes_nothing_is_refused() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;

    problem(
        register.decide("acc-ho-0007", &suspension()).await,
        409,
        "nothing-changes",
    )
    .await;
}

#[tokio::test]
async fn a_decision_that_looks_back_must_say_so() {
    let register = TestRegister::start().await;
    let mut decision = suspension();
    decision["effectiveFrom"] = json!("2026-10-01T00:00:00+02:00");

    problem(register.decide("acc-ho-0007", &decision).await, 422, "looks-back").await;
    decision["effect"] = json!("retroactive");
    assert_eq!(register.decide("acc-ho-0007", &decision).await.status(), 201);

    let mut ahead = suspension();
    ahead["effect"] = json!("retroactive");
    problem(register.decide("acc-unit-0031", &ahead).await, 422, "looks-ahead").await;
}

#[tokio::test]
async fn an_incomplete_decision_is_refused_fault_by_fault() {
    let register = TestRegister::start().await;
    let refused = async |change: &dyn Fn(&mut Value)| {
        let mut decision = suspension();
        change(&mut decision);
        let body = problem(
            register.decide("acc-ho-0007", &decision).await,
            422,
            "invalid-decision",
        )
        .await;
        let fields = body["errors"].as_array().unwrap().iter();
        fields
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(
        refused(&|d| d["effectiveFrom"] = json!("2026-12-01T00:00:00")).await,
        ["/effectiveFrom"]
    );
    assert_eq!(
        refused(&|d| d["effectiveFrom"] = json!("tomorrow")).await,
        ["/effectiveFrom"]
    );
    assert_eq!(refused(&|d| d["reason"]["nl"] = json!(" ")).await, ["/reason/nl"]);
    assert_eq!(
        refused(&|d| d["reason"]["en"] = json!("x".repeat(501))).await,
        ["/reason/en"]
    );
    assert_eq!(
        refused(&|d| d["reason"]["code"] = json!("Missing body")).await,
        ["/reason/code"]
    );
    assert_eq!(
        refused(&|d| d["decision"] = json!("javascript:alert(1)")).await,
        ["/decision"]
    );
    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused() {
    let register = TestRegister::start().await;
    let refused = async |change: &dyn Fn(&mut Value), kind: &str| {
        let mut decision = suspension();
        change(&mut decision);
        problem(register.decide("acc-ho-0007", &decision).await, 422, kind).await;
    };

    refused(&|d| d["status"] = json!("expired"), "invalid-body").await;
    refused(&|d| d["status"] = json!("absent"), "invalid-body").await;
    refused(
        &|d| d["recordedAt"] = json!("2026-01-01T00:00:00Z"),
        "invalid-body",
    )
    .await;
    refused(
        &|d| drop(d.as_object_mut().unwrap().remove("reason")),
        "invalid-body",
    )
    .await;
    refused(
        &|d| d["effectiveFrom"] = json!("2027-05-01T00:00:00+02:00"),
        "outside-window",
    )
    .await;
    problem(
        register.decide("acc-none", &suspension()).await,
        404,
        "unknown-accreditation",
    )
    .await;
}
