use proofs::did;
use serde_json::json;

use crate::fixture::{TestRegister, problem, suspension};

#[tokio::test]
async fn organisations_are_listed_with_where_they_stand() {
    let register = TestRegister::start().await;

    let answer = register.json("/v1/entities").await;

    assert_eq!(answer["sequence"], 1);
    assert_eq!(answer["asOf"], "2026-11-21T09:00:00Z");
    let unit = &answer["entities"][3];
    assert_eq!(unit["type"], "unit");
    assert_eq!(unit["dids"], json!(["did:web:college.example:energie"]));
    assert_eq!(unit["status"], "active");
    assert_eq!(unit["accreditations"][0]["status"], "active");
}

#[tokio::test]
async fn one_organisation_is_found_by_its_did() {
    let register = TestRegister::start().await;

    let answer = register.json("/v1/entities/did:web:college.example").await;

    assert_eq!(answer["entity"]["entityId"], "ent-ho-0007");
    assert_eq!(answer["status"], "active");
    problem(
        register.get("/v1/entities/did:web:elsewhere.example").await,
        404,
        "unknown-entity",
    )
    .await;
    problem(register.get("/v1/entities/nonsense").await, 404, "unknown-entity").await;
}

#[tokio::test]
async fn an_accreditation_shows_every_decision_about_it() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;

    let history = register.json("/v1/accreditations/acc-ho-0007/history").await;
    let accreditation = register.json("/v1/accreditations/acc-ho-0007").await;

    let statuses: Vec<_> = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["status"])
        .collect();
    assert_eq!(statuses, ["active", "suspended"]);
    assert_eq!(history["events"][0]["reason"]["code"], "admitted");
    assert_eq!(
        accreditation["status"], "active",
        "the suspension is not in effect yet"
    );
    problem(
        register.get("/v1/accreditations/none/history").await,
        404,
        "unknown-accreditation",
    )
    .await;
    problem(
        register.get("/v1/accreditations/none").await,
        404,
        "unknown-accreditation",
    )
    .await;
}

#[tokio::test]
async fn the_operators_did_document_holds_the_key_of_the_anchor() {
    let register = TestRegister::start().await;

    let document = register.json("/.well-known/did.json").await;
    let anchor = register.json("/v1/anchor").await;

    assert_eq!(document["id"], anchor["iss"]);
    assert_eq!(document["verificationMethod"][0]["publicKeyJwk"], anchor["jwk"]);
    assert_eq!(anchor["registerUrl"], "https://register.example/v1/list");
    assert!(anchor["jwk"].get("d").is_none());
    let did = "did:web:register.example".parse().unwrap();
    assert!(did::parse_document(&did, document.to_string().as_bytes()).is_ok());
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let register = TestRegister::start().await;

    problem(register.get("/v1/nothing").await, 404, "not-found").await;
    let posted = register
        .client
        .post(format!("{}/v1/list", register.origin))
        .send()
        .await
        .unwrap();
    problem(posted, 405, "method-not-allowed").await;
    assert_eq!(register.json("/readyz").await["status"], "ready");
}
