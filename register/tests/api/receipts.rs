use chrono::{DateTime, Utc};
use http_service::system_random;
use reqwest::Response;
use serde_json::{Value, json};
use trust::receipts::{Batch, Leaf, Leaves, Receipt, Span, sign_batch, verify_receipt};

use crate::fixture::{TestRegister, UNIT, at, problem, secret, suspension};

const PLACE: &str = "/v1/receipts/did:web:college.example:energie";

pub(crate) fn leaves(seed: u8) -> Leaves {
    let leaves = (0..3)
        .map(|number| Leaf::from_bytes([seed + number; 32]))
        .collect();
    Leaves::padded(leaves, &mut system_random()).unwrap()
}

pub(crate) fn batch(number: u64, leaves: &Leaves, previous: Option<&str>, closed_at: DateTime<Utc>) -> Batch {
    Batch {
        issuer: UNIT.parse().unwrap(),
        batch: number,
        root: leaves.root(),
        size: u32::try_from(leaves.count()).unwrap(),
        days: vec!["2026-10-31".parse().unwrap(), "2026-11-20".parse().unwrap()],
        previous: previous.map(str::to_owned),
        closed_at,
    }
}

pub(crate) fn body(batch: &Batch, leaves: &Leaves) -> Value {
    signed_by(UNIT, batch, leaves)
}

fn signed_by(did: &str, batch: &Batch, leaves: &Leaves) -> Value {
    let kid = format!("{did}#p256-1").parse().unwrap();
    let signed = sign_batch(batch, &secret(did), &kid).unwrap();
    json!({"batch": signed, "leaves": leaves.to_text()})
}

pub(crate) async fn hand_in(register: &TestRegister, body: &Value) -> Response {
    let address = format!("{}{PLACE}", register.origin);
    register.client.post(address).json(body).send().await.unwrap()
}

async fn receipt(register: &TestRegister, response: Response) -> Receipt {
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    let signed = body["receipt"].as_str().unwrap();
    verify_receipt(signed, &register.operator(), register.clock.now()).unwrap()
}

#[tokio::test]
async fn a_batch_gets_the_registers_own_time_and_is_published_for_all() {
    let register = TestRegister::start().await;
    let leaves = leaves(1);
    let batch = batch(1, &leaves, None, at("2026-11-21T08:59:00Z"));

    let given = receipt(&register, hand_in(&register, &body(&batch, &leaves)).await).await;

    assert_eq!(given.received_at, at("2026-11-21T09:00:00Z"));
    assert_eq!((given.sequence, &given.batch), (1, &batch));
    for month in ["2026-10", "2026-11"] {
        let published = register.json(&format!("{PLACE}/{month}")).await;
        let signed = published["receipts"][0].as_str().unwrap();
        assert_eq!(Receipt::peek(signed).unwrap(), given);
    }
    let none = register.json(&format!("{PLACE}/2026-09")).await;
    assert_eq!(none["receipts"], json!([]));
    let file = register.get(&format!("{PLACE}/batches/1-1")).await;
    assert_eq!(file.headers()["access-control-allow-origin"], "*");
    assert!(
        file.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(Leaves::parse(&file.text().await.unwrap()).unwrap(), leaves);
    assert_eq!(register.json(PLACE).await["batches"], 1);
}

#[tokio::test]
async fn a_month_that_did_not_change_is_not_sent_again() {
    let register = TestRegister::start().await;
    let tag = register.get(&format!("{PLACE}/2026-11")).await.headers()["etag"].clone();
    let ask = || {
        let address = format!("{}{PLACE}/2026-11", register.origin);
        register
            .client
            .get(address)
            .header("if-none-match", tag.clone())
            .send()
    };
    assert_eq!(ask().await.unwrap().status(), 304);

    let leaves = leaves(1);
    hand_in(
        &register,
        &body(&batch(1, &leaves, None, register.clock.now()), &leaves),
    )
    .await;

    assert_eq!(ask().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_same_batch_again_gets_the_same_receipt() {
    let register = TestRegister::start().await;
    let leaves = leaves(1);
    let batch = batch(1, &leaves, None, register.clock.now());

    let first = receipt(&register, hand_in(&register, &body(&batch, &leaves)).await).await;
    register.clock.set(at("2026-11-21T10:00:00Z"));
    let again = receipt(&register, hand_in(&register, &body(&batch, &leaves)).await).await;

    assert_eq!(again, first);
    assert_eq!(register.json(PLACE).await["batches"], 1);
}

#[tokio::test]
async fn receipts_are_chained_and_batches_follow_each_other() {
    let register = TestRegister::start().await;
    let (one, two) = (leaves(1), leaves(50));
    let now = register.clock.now();
    let first = hand_in(&register, &body(&batch(1, &one, None, now), &one)).await;
    let first = receipt(&register, first).await;
    for wrong in [
        batch(1, &two, None, now),
        batch(3, &two, Some(&one.root()), now),
        batch(2, &two, Some(&two.root()), now),
    ] {
        problem(
            hand_in(&register, &body(&wrong, &two)).await,
            409,
            "batch-out-of-order",
        )
        .await;
    }

    let next = hand_in(&register, &body(&batch(2, &two, Some(&one.root()), now), &two)).await;
    let next = receipt(&register, next).await;

    assert_eq!((first.previous_hash, next.sequence), (None, 2));
    assert!(next.previous_hash.unwrap().starts_with("sha-256:"));
}

#[tokio::test]
async fn an_issuer_that_does_not_take_part_gets_no_receipt_until_it_does_again() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-21T13:00:00Z"));
    let leaves = leaves(1);
    let body = body(&batch(1, &leaves, None, register.clock.now()), &leaves);

    problem(hand_in(&register, &body).await, 403, "not-admitted").await;

    let back = json!({"status": "active", "effectiveFrom": "2026-11-21T13:00:00Z",
        "reason": {"code": "remedied", "nl": "Hersteld", "en": "Remedied"}});
    register.decide("acc-ho-0007", &back).await;
    assert_eq!(hand_in(&register, &body).await.status(), 200);
}

#[tokio::test]
async fn a_batch_must_be_signed_with_a_key_of_the_issuer_that_counts_now() {
    let register = TestRegister::start().await;
    let leaves = leaves(1);
    let of_unit = batch(1, &leaves, None, register.clock.now());

    let by_another = signed_by("did:web:college.example", &of_unit, &leaves);
    problem(hand_in(&register, &by_another).await, 403, "batch-not-signed").await;
    let kid = format!("{UNIT}#p256-1").parse().unwrap();
    let forged = sign_batch(&of_unit, &secret("did:web:college.example"), &kid).unwrap();
    let forged = json!({"batch": forged, "leaves": leaves.to_text()});
    problem(hand_in(&register, &forged).await, 403, "batch-not-signed").await;

    let compromised = json!({"kind": "compromised", "at": "2026-11-20T00:00:00Z",
        "reason": {"code": "stolen", "nl": "Gestolen", "en": "Stolen"}});
    let events = format!("/v1/entities/{UNIT}/keys/p256-1/events");
    assert_eq!(register.keep(&events, &compromised).await.status(), 201);
    problem(
        hand_in(&register, &body(&of_unit, &leaves)).await,
        403,
        "batch-not-signed",
    )
    .await;
}

#[tokio::test]
async fn leaves_that_are_not_those_of_the_batch_are_refused() {
    let register = TestRegister::start().await;
    let (one, two) = (leaves(1), leaves(50));
    let now = register.clock.now();
    let sound = batch(1, &one, None, now);
    let unordered: String = one
        .to_text()
        .lines()
        .rev()
        .map(|line| format!("{line}\n"))
        .collect();
    let mut odd = body(&sound, &one);
    odd["leaves"] = unordered.into();
    let ahead = batch(1, &one, None, now + chrono::TimeDelta::hours(1));
    let without_days = Batch {
        days: Vec::new(),
        ..sound.clone()
    };
    for wrong in [
        body(&sound, &two),
        odd,
        body(&ahead, &one),
        body(&without_days, &one),
        json!({"batch": "nonsense", "leaves": one.to_text()}),
        json!({"batch": body(&sound, &one)["batch"], "leaves": "<html>"}),
    ] {
        problem(hand_in(&register, &wrong).await, 422, "invalid-batch").await;
    }
    assert_eq!(register.json(PLACE).await["batches"], 0);
}

#[tokio::test]
async fn what_the_register_does_not_know_is_said() {
    let register = TestRegister::start().await;
    for path in [
        "/v1/receipts/did:web:other.example",
        "/v1/receipts/did:web:other.example/2026-11",
        "/v1/receipts/nobody",
    ] {
        problem(register.get(path).await, 404, "unknown-entity").await;
    }
    for month in ["2026-13", "2026-1", "november"] {
        problem(
            register.get(&format!("{PLACE}/{month}")).await,
            404,
            "unknown-month",
        )
        .await;
    }
    for span in ["1-1", "1", "2-1", "0-1", "1-18446744073709551615"] {
        let answer = register.get(&format!("{PLACE}/batches/{span}")).await;
        problem(answer, 404, "unknown-batches").await;
    }
}

#[tokio::test]
async fn the_batches_of_a_day_are_read_at_once() {
    let register = TestRegister::start().await;
    let (one, two) = (leaves(1), leaves(50));
    let now = register.clock.now();
    let mut receipts = Vec::new();
    for (batch, leaves) in [
        (batch(1, &one, None, now), &one),
        (batch(2, &two, Some(&one.root()), now), &two),
    ] {
        receipts.push(receipt(&register, hand_in(&register, &body(&batch, leaves)).await).await);
    }

    let spans = Span::gather(receipts.clone());
    let [(span, members)] = spans.as_slice() else {
        panic!("one span, not {spans:?}");
    };
    let file = register
        .get(&format!("{PLACE}/batches/{span}"))
        .await
        .text()
        .await
        .unwrap();

    assert_eq!(members, &receipts);
    let read: Vec<_> = Span::split(&file, members)
        .map(|(_, leaves)| leaves.unwrap())
        .collect();
    assert_eq!(read, [one, two]);
    problem(
        register.get(&format!("{PLACE}/batches/1-3")).await,
        404,
        "unknown-batches",
    )
    .await;
}

#[tokio::test]
async fn batches_are_bounded_within_a_day() {
    let register = TestRegister::start().await;
    let mut previous: Option<String> = None;
    for number in 1..=64_u64 {
        let leaves = leaves(1);
        let batch = batch(number, &leaves, previous.as_deref(), register.clock.now());
        assert_eq!(hand_in(&register, &body(&batch, &leaves)).await.status(), 200);
        previous = Some(leaves.root());
    }
    let more = leaves(1);
    let batch = batch(65, &more, previous.as_deref(), register.clock.now());
    let body = body(&batch, &more);

    problem(hand_in(&register, &body).await, 429, "too-many-batches").await;

    register.clock.set(at("2026-11-22T09:00:01Z"));
    assert_eq!(hand_in(&register, &body).await.status(), 200);
}
