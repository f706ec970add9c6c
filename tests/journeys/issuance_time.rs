//! Since when was it decided? Receipts, suspensions, and keys in other hands.

use proofs::{SecretKey, jws, sd_jwt::SdJwt};
use serde_json::{Value, json};

use crate::steps::{Round, axis};

const BADGE: &str = "AsWaRmTePoMp00000001";

/// An institution that awards in September, with the register's receipt, and a learner who collected it.
async fn issued_in_september() -> (Round, crate::steps::Learner) {
    let round = Round::start_at("2026-09-14T20:00:00Z").await;
    let learner = round.learner_with(BADGE).await;
    round.on("2026-09-14T20:01:00Z");
    round.received().await;
    (round, learner)
}

/// A copy that says to be from September and is signed only now, with the unit's own key.
fn signed_behind_its_back(round: &Round, copy: &str) -> String {
    let key = round.data.path().join("waterland/keys/unit-energie.p256-1.jwk");
    let key: Value = serde_json::from_str(&std::fs::read_to_string(key).unwrap()).unwrap();
    let token = SdJwt::parse(copy).unwrap();
    let mut payload = token.signed_payload().clone();
    payload["id"] = "urn:uuid:00000000-0000-4000-8000-000000000001".into();
    let header = json!(token.issuer_jws().header());
    let signed = jws::sign(
        &header,
        payload.to_string().as_bytes(),
        &SecretKey::from_jwk(&key).unwrap(),
    );
    let (_, disclosures) = copy.split_once('~').unwrap();
    format!("{}~{disclosures}", signed.unwrap())
}

fn code(report: &Value) -> (&str, &str) {
    let verdict = &report["verdict"];
    (
        verdict["colour"].as_str().unwrap(),
        verdict["code"].as_str().unwrap(),
    )
}

fn notices(report: &Value) -> Vec<&str> {
    let notices = report["notices"].as_array().unwrap();
    notices
        .iter()
        .map(|notice| notice["code"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_was_issued_before_a_suspension_was_valid_when_issued() {
    let (round, mut learner) = issued_in_september().await;
    round.on("2026-10-01T08:00:00Z");
    round.decide("suspended", "2026-10-01T08:00:00Z").await;
    round.on("2026-11-20T12:00:00Z");

    let (_, report) = round.verify(&learner.show().qr_text).await;

    assert_eq!(code(&report), ("amber", "ACC-002"), "{report:#}");
    assert_eq!(
        report["verdict"]["nl"],
        "Geldig bij uitgifte. De instelling doet sinds 1 oktober 2026 niet meer mee."
    );
    let time = &report["issuanceTime"];
    assert_eq!(time["claimed"], "2026-09-14T07:30:00Z");
    assert_eq!(time["used"], "2026-09-14T07:30:00Z");
    assert!(
        time["proven"].as_str().unwrap().starts_with("2026-09-14T20:0"),
        "{time}"
    );
    // What is derived by statement does not hold all that was committed to.
    let whole = |copy: &String| !copy.contains("ecdsa-sd-2023");
    for copy in learner.copies().into_iter().filter(whole) {
        let (_, report) = round.verify(&copy).await;
        assert_eq!(report["issuanceTime"]["proof"], "issuance-receipt", "{report:#}");
    }

    round.decide("active", "2026-11-20T12:00:00Z").await;
    let (_, report) = round.verify(&learner.show().qr_text).await;
    assert_eq!(code(&report), ("green", "ACC-001"), "{report:#}");
}

#[tokio::test]
async fn a_copy_signed_during_a_suspension_is_not_proven_whatever_date_it_gives() {
    let (round, mut learner) = issued_in_september().await;
    round.on("2026-10-01T08:00:00Z");
    round.decide("suspended", "2026-10-01T08:00:00Z").await;
    round.on("2026-11-01T08:00:00Z");
    let copies = learner.copies();
    let copy = copies.iter().find(|copy| copy.contains('~')).unwrap();
    let back_dated = signed_behind_its_back(&round, copy);

    let (_, report) = round.verify(&back_dated).await;
    assert_eq!(code(&report), ("amber", "ACC-008"), "{report:#}");

    round.decide("active", "2026-11-01T08:00:00Z").await;
    let (_, report) = round.verify(&back_dated).await;
    assert_eq!(report["issuanceTime"]["proven"], Value::Null);
    assert!(
        notices(&report).contains(&"INF-009"),
        "the spell is named: {report:#}"
    );
    let (_, report) = round.verify(copy).await;
    assert!(!notices(&report).contains(&"INF-009"), "{report:#}");
}

#[tokio::test]
async fn an_award_decided_during_a_suspension_is_red_though_it_is_dated_before() {
    let round = Round::start_at("2026-11-01T08:00:00Z").await;
    let mut learner = round.learner_with(BADGE).await;
    round.on("2026-11-01T08:01:00Z");
    round.received().await;

    round.decide("suspended", "2026-10-01T00:00:00Z").await;

    let (_, report) = round.verify(&learner.show().qr_text).await;
    assert_eq!(code(&report), ("red", "ACC-003"), "{report:#}");
}

#[tokio::test]
async fn a_stolen_key_spoils_only_what_was_not_proven_before() {
    let (round, mut learner) = issued_in_september().await;
    round.on("2026-10-02T08:00:00Z");
    let issuer = round.unit().replace('%', "%25");
    let address = &round.demo.addresses.register;
    let [first, second] = &round.demo.keeper_keys;
    let proposed = round
        .http
        .post(format!("{address}/v1/entities/{issuer}/keys/p256-1/events"))
        .bearer_auth(first)
        .json(&json!({"kind": "compromised", "at": "2026-10-01T00:00:00Z",
            "reason": {"code": "stolen", "nl": "Server gestolen", "en": "Server stolen"}}))
        .send()
        .await
        .unwrap();
    assert_eq!(proposed.status(), 202);
    let proposal: Value = proposed.json().await.unwrap();
    let confirmation = format!("{address}/v1/proposals/{}/confirmation", proposal["number"]);
    let confirmed = round.http.post(confirmation).bearer_auth(second).send().await;
    assert_eq!(confirmed.unwrap().status(), 200);
    let copies = learner.copies();
    let copy = copies.iter().find(|copy| copy.contains('~')).unwrap();

    let (_, proven) = round.verify(&learner.show().qr_text).await;
    let (_, forged) = round.verify(&signed_behind_its_back(&round, copy)).await;

    assert_eq!(code(&proven), ("green", "ACC-001"), "{proven:#}");
    assert_eq!(axis(&proven, "issuerKey")["code"], "KEY-001");
    assert_eq!(code(&forged), ("red", "ACC-009"), "{forged:#}");
}
