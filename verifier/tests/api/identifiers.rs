use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use test_support::DidLog;

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
async fn identifier_with_a_history_resolves_to_the_version_asked_for() {
    let verifier = TestVerifier::trusting(&[]).await;
    let place = published(&verifier, "unit", |_| ()).replace("did:web:", "");
    let log = DidLog::at(&place, json!({})).then(json!({}), "first");
    let url = "/unit/did.jsonl";
    verifier.institutions.publish(url, 200, log.text());
    let did = log.did().to_string();

    let (status, _, newest) = resolve(&verifier, &did, None).await;
    assert_eq!(status, 200, "{newest}");
    assert_eq!(newest["didDocumentMetadata"]["versionId"], log.version_id(1));
    assert_eq!(
        newest["didDocument"]["alsoKnownAs"][0],
        "https://college.example/2"
    );
    for query in [
        format!("versionId={}", log.version_id(0)),
        "versionNumber=1".to_owned(),
        "versionTime=2026-01-01T12:00:00Z".to_owned(),
    ] {
        let (status, _, first) = resolve(&verifier, &format!("{did}?{query}"), None).await;
        assert_eq!(status, 200, "{query}: {first}");
        assert_eq!(first["didDocument"]["alsoKnownAs"], Value::Null, "{query}");
    }
    for (query, status, name) in [
        ("versionNumber=3", 404, "NOT_FOUND"),
        ("versionTime=2025-01-01T00:00:00Z", 404, "NOT_FOUND"),
        (
            "versionNumber=1&versionTime=2026-01-01T12:00:00Z",
            400,
            "INVALID_OPTIONS",
        ),
        ("versionNumber=first", 400, "INVALID_OPTIONS"),
    ] {
        let (answered, _, body) = resolve(&verifier, &format!("{did}?{query}"), None).await;
        assert_eq!(answered, status, "{query}");
        let error = &body["didResolutionMetadata"]["error"]["type"];
        assert_eq!(*error, format!("https://www.w3.org/ns/did#{name}"), "{query}");
    }

    let altered = log.text().replace("college.example/2", "college.example/3");
    verifier.institutions.publish(url, 200, altered);
    let (status, _, body) = resolve(&verifier, &did, None).await;
    assert_eq!(status, 500, "{body}");

    verifier
        .institutions
        .publish(url, 200, log.then(json!({"deactivated": true}), "first").text());
    let (status, kind, body) = resolve(&verifier, &did, Some("application/did")).await;
    assert_eq!((status, kind.as_str()), (410, "application/did-resolution"));
    assert_eq!(body["didDocumentMetadata"]["deactivated"], true);
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
        (
            "did:web:college.example?versionNumber=1",
            None,
            501,
            "FEATURE_NOT_SUPPORTED",
        ),
        ("did:webvh:Qm:college.example", None, 400, "INVALID_DID"),
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
