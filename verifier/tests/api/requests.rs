use serde_json::{Value, json};
use test_support::{a_microcredential, an_institution};

use crate::fixture::TestVerifier;

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_in_two_languages() {
    let verifier = TestVerifier::trusting(&[]).await;

    for nothing in [
        "",
        "hello",
        "WM1:%%%",
        "openid-credential-offer://?credential_offer=%7B%7D",
    ] {
        let answer = verifier.verify(nothing).await;
        answer.assert_problem(400, "unreadable");
        assert!(!answer.body["detail"].as_str().unwrap().is_empty());
        assert!(!answer.body["detailNl"].as_str().unwrap().is_empty());
    }
    verifier
        .verify(json!({"credentialSubject": {}}))
        .await
        .assert_problem(400, "unreadable");
    verifier.verify(json!(7)).await.assert_problem(400, "unreadable");
}

#[tokio::test]
async fn exactly_one_thing_is_checked_at_a_time() {
    let verifier = TestVerifier::trusting(&[]).await;

    let none = verifier.post("/credentials/verify", &json!({})).await;
    let two = verifier
        .post(
            "/credentials/verify",
            &json!({"presentation": "a", "verifiableCredential": "b"}),
        )
        .await;

    none.assert_problem(400, "nothing-to-check");
    two.assert_problem(400, "nothing-to-check");
    verifier
        .post("/credentials/verify", &json!("text"))
        .await
        .assert_problem(422, "invalid-body");
}

#[tokio::test]
async fn a_policy_is_named_or_refused() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let body =
        json!({"presentation": verifier.institutions.issue(&institution, a_microcredential()).shown()});

    let known = verifier
        .post("/presentations/verify?policy=employer", &body)
        .await;
    let unknown = verifier.post("/presentations/verify?policy=strict", &body).await;

    assert_eq!(known.colour(), "green");
    unknown.assert_problem(400, "unknown-policy");
}

#[tokio::test]
async fn too_much_is_refused() {
    let verifier = TestVerifier::trusting(&[]).await;

    verifier
        .verify("x".repeat(300 * 1024))
        .await
        .assert_problem(400, "unreadable");
    verifier
        .verify("x".repeat(600 * 1024))
        .await
        .assert_problem(413, "body-too-large");
}

#[tokio::test]
async fn any_page_may_ask() {
    let verifier = TestVerifier::trusting(&[]).await;

    let preflight = verifier
        .client
        .request(
            reqwest::Method::OPTIONS,
            format!("{}/credentials/verify", verifier.origin),
        )
        .header("origin", "https://hr.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .unwrap();

    assert!(preflight.status().is_success());
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    assert!(
        preflight.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("content-type")
    );
}

#[tokio::test]
async fn the_page_is_told_whom_to_trust() {
    let verifier = TestVerifier::trusting(&[]).await;

    let address = format!("{}/config.json", verifier.origin);
    let config: Value = reqwest::get(address).await.unwrap().json().await.unwrap();

    assert_eq!(
        config["registerUrl"],
        format!("{}/v1/list", verifier.register_origin)
    );
    assert_eq!(config["anchors"][0]["iss"], "did:web:register.example");
    let origins = config["loopbackOrigins"].as_array().unwrap();
    for origin in [&verifier.register_origin, &verifier.institutions.origin()] {
        assert!(origins.contains(&json!(origin)), "{origins:?}");
    }
    assert_eq!(config["freshnessMinutes"], 5);
}
