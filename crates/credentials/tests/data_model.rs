//! The rules of the data model, each kept and each broken.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use credentials::data_model::{Edition, check_credential, check_envelope, check_presentation};
use serde_json::{Value, json};

fn credential() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", {"Badge": "https://example.org/#Badge"}],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "Badge"],
        "name": "Heat pumps",
        "description": {"@value": "Warmtepompen", "@language": "nl-NL", "@direction": "ltr"},
        "issuer": {"id": "did:web:college.example", "name": [{"@value": "Hogeschool"}, "College"]},
        "validFrom": "2026-09-01T00:00:00+02:00",
        "validUntil": "2031-09-01T00:00:00.000Z",
        "credentialSubject": [{"id": "did:example:learner"}, {"name": "Noor"}],
        "credentialStatus": {
            "id": "https://college.example/status/1#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": "https://college.example/status/1",
        },
        "credentialSchema": [{"id": "https://college.example/schema.json", "type": "JsonSchema"}],
        "refreshService": {"type": "Refresh", "id": "https://college.example/refresh"},
        "termsOfUse": [{"type": "IssuerPolicy"}],
        "evidence": {"type": ["Evidence"], "id": "https://college.example/evidence"},
        "relatedResource": [
            {
                "id": "https://college.example/a.png",
                "mediaType": "image/png",
                "digestSRI": "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
            },
            {"id": "https://college.example/b.png", "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"},
        ],
        "proof": [{"type": "DataIntegrityProof"}],
    })
}

fn old_credential() -> Value {
    json!({
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:college.example",
        "issuanceDate": "2024-09-01T00:00:00Z",
        "expirationDate": "2029-09-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
    })
}

fn presentation() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc34",
        "type": "VerifiablePresentation",
        "holder": {"id": "did:example:learner"},
        "verifiableCredential": [credential(), old_credential(), {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": "data:application/vc+jwt,e30.e30.e30",
        }],
    })
}

/// The document with a value in another's place, or without it where the value is `Null` and `remove` is said.
fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(entries) => entries[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
    document
}

fn without(mut document: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name)
        .unwrap();
    document
}

/// Asserts that exactly one rule is broken, in one place.
fn assert_broken(
    result: Result<Edition, Vec<credentials::data_model::Violation>>,
    code: &str,
    pointer: &str,
) {
    let violations = result.unwrap_err();
    let found: Vec<_> = violations
        .iter()
        .map(|violation| (violation.rule.code(), violation.pointer.as_str()))
        .collect();
    assert_eq!(found, [(code, pointer)]);
    assert!(violations[0].to_string().starts_with(pointer));
    assert!(violations[0].rule.text().nl.is_some());
}

#[test]
fn sound_documents_of_both_editions_are_accepted() {
    assert_eq!(check_credential(&credential()), Ok(Edition::V2));
    assert_eq!(check_credential(&old_credential()), Ok(Edition::V1));
    assert_eq!(check_presentation(&presentation()), Ok(Edition::V2));
    let unsigned = without(without(credential(), "/proof"), "/id");
    assert_eq!(
        check_credential(&without(unsigned, "/validFrom")),
        Ok(Edition::V2)
    );
    let bare = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
    });
    assert_eq!(check_presentation(&bare), Ok(Edition::V2));
    assert!(check_envelope(&presentation()["verifiableCredential"][2]).is_ok());
}

#[test]
fn member_that_must_be_there_is_missed_by_name() {
    for (pointer, code) in [
        ("/@context", "context"),
        ("/type", "type"),
        ("/issuer", "issuer-absent"),
        ("/credentialSubject", "subject-absent"),
        ("/credentialStatus/type", "type"),
        ("/credentialStatus/statusPurpose", "status-entry"),
        ("/credentialStatus/statusListIndex", "status-entry"),
        ("/credentialStatus/statusListCredential", "status-entry"),
        ("/credentialSchema/0/id", "identifier-absent"),
        ("/credentialSchema/0/type", "type"),
        ("/refreshService/type", "type"),
        ("/termsOfUse/0/type", "type"),
        ("/evidence/type", "type"),
        ("/relatedResource/0/id", "identifier-absent"),
        ("/proof/0/type", "proof"),
    ] {
        assert_broken(check_credential(&without(credential(), pointer)), code, pointer);
    }
    assert_broken(
        check_credential(&without(credential(), "/issuer/id")),
        "issuer",
        "/issuer/id",
    );
    assert_broken(
        check_credential(&without(credential(), "/relatedResource/1/digestMultibase")),
        "resource-digest",
        "/relatedResource/1",
    );
    assert_broken(
        check_credential(&without(old_credential(), "/issuanceDate")),
        "date-absent",
        "/issuanceDate",
    );
}

#[test]
fn member_of_the_wrong_shape_is_refused_where_it_stands() {
    let long: Vec<Value> = vec![json!({"type": "IssuerPolicy"}); 51];
    for (pointer, value, code) in [
        (
            "/@context",
            json!("https://www.w3.org/ns/credentials/v2"),
            "context",
        ),
        ("/@context/1", json!(7), "context-entry"),
        ("/@context/1", json!("https ://not-a-url"), "context-entry"),
        ("/type", json!([]), "type"),
        ("/type", json!(["VerifiableCredential", 4]), "type"),
        ("/type", json!({}), "type"),
        ("/type", json!(["Badge"]), "required-type"),
        ("/id", Value::Null, "identifier"),
        ("/id", json!("no url"), "identifier"),
        ("/id", json!(["urn:a:b", "urn:a:c"]), "identifier"),
        (
            "/name",
            json!({"@value": "x", "url": "https://x.example"}),
            "language-value",
        ),
        ("/name", json!(3), "language-value"),
        (
            "/description",
            json!({"@value": "x", "@direction": "up"}),
            "language-value",
        ),
        (
            "/description",
            json!({"@value": "x", "@language": "not a language"}),
            "language-value",
        ),
        ("/issuer", json!([]), "issuer"),
        ("/issuer", Value::Null, "issuer"),
        ("/issuer/id", json!("college"), "issuer"),
        ("/issuer/name", json!([]), "empty-list"),
        ("/validFrom", json!("2026-09-01"), "date"),
        ("/validUntil", Value::Null, "date"),
        ("/validUntil", json!("2020-01-01T00:00:00Z"), "dates-reversed"),
        ("/credentialSubject", json!([]), "empty-list"),
        ("/credentialSubject", json!("did:example:learner"), "subject"),
        ("/credentialSubject/1", json!({}), "subject"),
        (
            "/credentialSubject/0/id",
            json!(["did:a:b", "did:a:c"]),
            "identifier",
        ),
        ("/credentialStatus", json!([]), "empty-list"),
        ("/credentialStatus", Value::Null, "not-an-object"),
        ("/credentialStatus/id", json!("status"), "identifier"),
        (
            "/credentialStatus/id",
            json!("https://college.example/status/1"),
            "status-entry",
        ),
        ("/credentialStatus/statusListIndex", json!(94567), "status-entry"),
        ("/credentialStatus/statusListIndex", json!("-1"), "status-entry"),
        ("/credentialStatus/statusSize", json!(0), "status-entry"),
        ("/credentialSchema", json!([]), "empty-list"),
        (
            "/credentialSchema/0",
            json!("https://college.example/schema.json"),
            "not-an-object",
        ),
        ("/credentialSchema/0/id", json!(9), "identifier"),
        ("/refreshService", json!([]), "empty-list"),
        ("/termsOfUse", json!([]), "empty-list"),
        ("/termsOfUse", Value::Array(long), "too-many"),
        ("/evidence", json!("seen"), "not-an-object"),
        ("/relatedResource", json!([]), "empty-list"),
        (
            "/relatedResource/0",
            json!("https://college.example/a.png"),
            "not-an-object",
        ),
        ("/relatedResource/0/mediaType", json!("png"), "media-type"),
        (
            "/relatedResource/0/digestSRI",
            json!("sha384-AAAA"),
            "resource-digest",
        ),
        (
            "/relatedResource/1/digestMultibase",
            json!("24a18c90e9856d526111f29376e302d9"),
            "resource-digest",
        ),
        ("/proof", json!([]), "empty-list"),
        ("/proof", json!("signed"), "proof"),
        ("/proof/0", Value::Null, "proof"),
    ] {
        let result = check_credential(&with(credential(), pointer, value));
        assert_broken(result, code, pointer);
    }
    let swapped = json!([
        "https://example.org/context",
        "https://www.w3.org/ns/credentials/v2"
    ]);
    assert_broken(
        check_credential(&with(credential(), "/@context", swapped)),
        "context",
        "/@context",
    );
    assert_broken(
        check_credential(&with(
            credential(),
            "/relatedResource/1/id",
            json!("https://college.example/a.png"),
        )),
        "resource-repeated",
        "/relatedResource/1/id",
    );
}

#[test]
fn status_of_two_bits_has_a_message_for_each_of_its_values() {
    let message = |status: u8| json!({"status": format!("0x{status:x}"), "message": "in words"});
    let sized = with(credential(), "/credentialStatus/statusSize", json!(2));
    let four = (0..4).map(message).collect::<Vec<_>>();
    let sound = with(sized.clone(), "/credentialStatus/statusMessage", json!(four));
    assert_eq!(check_credential(&sound), Ok(Edition::V2));
    assert_broken(
        check_credential(&sized),
        "status-entry",
        "/credentialStatus/statusMessage",
    );
    let three = with(sized, "/credentialStatus/statusMessage", json!(four[..3]));
    assert_broken(
        check_credential(&three),
        "status-entry",
        "/credentialStatus/statusMessage",
    );
}

#[test]
fn old_credential_keeps_the_rules_of_its_own_edition() {
    for (pointer, value, code) in [
        ("/issuanceDate", json!("2024-09-01"), "date"),
        ("/expirationDate", json!("2020-09-01T00:00:00Z"), "dates-reversed"),
    ] {
        assert_broken(
            check_credential(&with(old_credential(), pointer, value)),
            code,
            pointer,
        );
    }
    let status = with(
        old_credential(),
        "/credentialStatus",
        json!({"type": "StatusList2021Entry"}),
    );
    assert_broken(
        check_credential(&status),
        "identifier-absent",
        "/credentialStatus/id",
    );
}

#[test]
fn presentation_is_held_to_its_rules_and_its_credentials_to_theirs() {
    for (pointer, value, code) in [
        ("/type", json!("VerifiableCredential"), "required-type"),
        ("/id", json!(1), "identifier"),
        ("/holder", json!(["did:example:learner"]), "holder"),
        ("/holder/id", json!("Noor"), "holder"),
        ("/verifiableCredential", json!([]), "empty-list"),
        (
            "/verifiableCredential",
            json!("https://college.example/1"),
            "presented-credential",
        ),
        (
            "/verifiableCredential/0",
            json!("e30.e30.e30"),
            "presented-credential",
        ),
        ("/verifiableCredential/1/issuanceDate", Value::Null, "date"),
        (
            "/verifiableCredential/2/id",
            json!("https://college.example/1"),
            "envelope",
        ),
        (
            "/verifiableCredential/2/@context",
            json!("https://example.org"),
            "context",
        ),
    ] {
        assert_broken(
            check_presentation(&with(presentation(), pointer, value)),
            code,
            pointer,
        );
    }
    let many = with(
        presentation(),
        "/verifiableCredential",
        Value::Array(vec![old_credential(); 21]),
    );
    assert_broken(check_presentation(&many), "too-many", "/verifiableCredential");
}

#[test]
fn all_that_is_wrong_is_reported_up_to_a_limit() {
    let violations = check_credential(&json!({"type": "Badge", "id": 1})).unwrap_err();
    let codes: Vec<_> = violations.iter().map(|violation| violation.rule.code()).collect();
    assert_eq!(
        codes,
        [
            "context",
            "required-type",
            "identifier",
            "issuer-absent",
            "subject-absent"
        ]
    );
    let terms: Vec<Value> = (0..50).map(|_| json!(1)).collect();
    let violations = check_credential(&with(credential(), "/termsOfUse", json!(terms))).unwrap_err();
    assert_eq!(violations.len(), 20);
    assert!(check_credential(&json!("a text")).is_err());
    assert!(check_presentation(&json!([])).is_err());
    assert!(check_envelope(&json!(null)).is_err());
}
