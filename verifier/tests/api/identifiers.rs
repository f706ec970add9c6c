use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use crate::fixture::TestVerifier;

const KEY: &str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

/// Status, media type and body.
async fn resolve(verifier: &TestVerifier, did: &str, accept: Option<&str>) -> (u16, String, Value) {
    let mut request = verifier
        .client
        .get(format!("{}/1.0/identifiers/{did}", verifier.origin));
    if let Some(accept) = accept {
        request = request.header(ACCEPT, accept);
    }
    let response = request.send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.status().as_u16(), kind, response.json().await.unwrap())
}

/// A document published in the test's web, and its DID.
fn published(verifier: &TestVerifier, path: &str, change: impl FnOnce(&mut Value)) -> String {
    let origin = verifier.institutions.origin();
    let host = origin.strip_prefix("http://127.0.0.1:").unwrap();
    let did = format!("did:web:localhost%3A{host}:{path}");
    let mut document = json!({
        "@context": "https://www.w3.org/ns/did/v1", "id": did, "alsoKnownAs": ["https://college.example"],
        "verificationMethod": [{
            "id": format!("{did}#k"), "type": "Multikey", "controller": did,
            "publicKeyMultibase": KEY.strip_prefix("did:key:").unwrap(),
        }],
        "assertionMethod": ["#k"],
    });
    change(&mut document);
    verifier
        .institutions
        .publish(&format!("/{path}/did.json"), 200, document);
    did
}

#[tokio::test]
async fn key_in_an_identifier_resolves_to_a_result_or_to_the_document_alone() {
    let verifier = TestVerifier::trusting(&[]).await;

    for accept in [
        None,
        Some("*/*"),
        Some("application/did-resolution"),
        Some("application/ld+json;profile=\"https://w3id.org/did-resolution\""),
    ] {
        let (status, kind, body) = resolve(&verifier, KEY, accept).await;

        assert_eq!(
            (status, kind.as_str()),
            (200, "application/did-resolution"),
            "{accept:?}"
        );
        assert_eq!(body["didDocument"]["id"], KEY);
        assert_eq!(body["didResolutionMetadata"]["contentType"], "application/did");
        assert_eq!(body["didDocumentMetadata"], json!({}));
    }
    let (status, kind, body) = resolve(&verifier, KEY, Some("application/did")).await;
    assert_eq!(
        (status, kind.as_str(), &body["id"]),
        (200, "application/did", &json!(KEY))
    );
    let encoded = KEY.replace(':', "%3A");
    let (status, _, body) = resolve(&verifier, &encoded, None).await;
    assert_eq!((status, &body["didDocument"]["id"]), (200, &json!(KEY)));
}

#[tokio::test]
async fn published_document_is_passed_on_as_it_is() {
    let verifier = TestVerifier::trusting(&[]).await;
    let did = published(&verifier, "unit", |_| ());

    let (status, _, body) = resolve(&verifier, &did, None).await;

    assert_eq!(status, 200, "{body}");
    assert_eq!(body["didDocument"]["id"], did);
    assert_eq!(body["didDocument"]["alsoKnownAs"][0], "https://college.example");
}

#[tokio::test]
async fn failures_bear_the_standards_names_and_statuses() {
    let verifier = TestVerifier::trusting(&[]).await;
    let stolen = published(&verifier, "stolen", |document| {
        document["id"] = json!("did:web:college.example")
    });
    let absent = stolen.replace("stolen", "absent");

    for (identifier, accept, status, name) in [
        ("did:key", None, 400, "INVALID_DID"),
        ("did:key:z6Mk", None, 400, "INVALID_DID"),
        ("did:web:192.168.1.1", None, 400, "INVALID_DID"),
        ("did:key:z6Mk%23key", None, 400, "INVALID_DID"),
        ("did%3Akey%3Az6Mk%23key", None, 400, "INVALID_DID_URL"),
        ("did:example:123", None, 501, "METHOD_NOT_SUPPORTED"),
        (absent.as_str(), None, 404, "NOT_FOUND"),
        (stolen.as_str(), None, 500, "INVALID_DID_DOCUMENT"),
        (KEY, Some("text/html"), 406, "REPRESENTATION_NOT_SUPPORTED"),
    ] {
        let (answered, kind, body) = resolve(&verifier, identifier, accept).await;

        assert_eq!(
            (answered, kind.as_str()),
            (status, "application/did-resolution"),
            "{identifier}"
        );
        assert_eq!(
            body["didResolutionMetadata"]["error"]["type"],
            format!("https://www.w3.org/ns/did#{name}"),
            "{identifier}"
        );
        assert_eq!(body["didDocument"], Value::Null);
    }
}

#[tokio::test]
async fn document_on_this_machine_is_fetched_only_from_origins_the_operator_listed() {
    let verifier = TestVerifier::trusting(&[]).await;

    let (status, _, body) = resolve(&verifier, "did:web:localhost%3A1", None).await;

    assert_eq!(status, 404);
    let detail = body["didResolutionMetadata"]["error"]["detail"].as_str().unwrap();
    assert!(detail.contains("not public"), "{detail}");
}
