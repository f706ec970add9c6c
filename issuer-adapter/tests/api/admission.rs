use crate::fixture::TestIssuer;
use crate::wallet::{Wallet, fresh_key};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// After this the register is asked again.
fn ask_again(issuer: &TestIssuer) {
    issuer.later(TimeDelta::seconds(11));
}

fn admission(problem: &Value) -> &str {
    assert_eq!(problem["errors"][0]["code"], "ISS-001", "{problem}");
    problem["errors"][0]["en"].as_str().unwrap()
}

#[tokio::test]
async fn suspended_institution_neither_approves_nor_offers_nor_issues() {
    let issuer = TestIssuer::start().await;
    let waiting = issuer.reviewed().await;
    ask_again(&issuer);
    issuer.register("suspended", None);

    let (status, problem) = issuer.act(&waiting, "approve", json!({})).await;
    assert_eq!(status, 422);
    assert_eq!(
        admission(&problem),
        "Academie voor Energie en Techniek may not issue this now: the admission is suspended (decision)."
    );
    assert_eq!(
        problem["errors"][0]["nl"],
        "Academie voor Energie en Techniek mag dit nu niet uitgeven: de toelating is geschorst (besluit)."
    );
}

#[tokio::test]
async fn suspension_after_the_offer_stops_collecting() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    ask_again(&issuer);
    issuer.register("suspended", None);

    let nonce = wallet.nonce().await;
    let (status, body) = wallet
        .ask("microcredential_show", &[wallet.proof(&fresh_key(), &nonce)])
        .await;

    assert_eq!(
        (status, &body["error"]),
        (400, &json!("credential_request_denied"))
    );
    let (status, problem) = issuer.act(&id, "offer", json!({})).await;
    assert_eq!(status, 422);
    admission(&problem);
}

#[tokio::test]
async fn award_outside_the_admission_is_not_approved() {
    let issuer = TestIssuer::start().await;
    let id = issuer.reviewed().await;
    ask_again(&issuer);
    issuer.register("active", Some(json!([{"unit": "EC", "min": 10, "max": 30}])));

    let (status, problem) = issuer.act(&id, "approve", json!({})).await;

    assert_eq!(status, 422);
    assert!(admission(&problem).contains("outside the admission"), "{problem}");
}

#[tokio::test]
async fn award_from_before_the_admission_is_not_approved() {
    let issuer = TestIssuer::start().await;
    let mut badge = issuer.badge();
    badge.assertion["issuedOn"] = json!("2025-04-30T12:00:00+02:00");
    let (_, body) = issuer.import_file(&badge).await;

    let findings = body["award"]["findings"].as_array().unwrap();

    let finding = findings
        .iter()
        .find(|finding| finding["code"] == "ISS-001")
        .unwrap();
    assert!(
        finding["en"]
            .as_str()
            .unwrap()
            .ends_with("the admission did not hold on the day of the award.")
    );
}

#[tokio::test]
async fn register_that_cannot_be_asked_blocks_once_the_last_list_is_out_of_date() {
    let issuer = TestIssuer::start().await;
    let id = issuer.approved().await;
    issuer.forget("/v1/list");

    issuer.later(TimeDelta::hours(23));
    let (status, _) = issuer.act(&id, "offer", json!({})).await;
    assert_eq!(status, 201, "the list still counts");

    issuer.later(TimeDelta::hours(2));
    let (status, problem) = issuer.act(&id, "offer", json!({})).await;
    assert_eq!(status, 422);
    assert!(
        admission(&problem).contains("register cannot be consulted"),
        "{problem}"
    );
}
