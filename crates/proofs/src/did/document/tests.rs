use super::*;
use crate::keys::KeyError;

const MULTIKEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
const OTHER: &str = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";

fn did() -> Did {
    "did:web:college.example".parse().unwrap()
}

fn kid(fragment: &str) -> DidUrl {
    DidUrl::parse(&format!("{}#{fragment}", did())).unwrap()
}

fn method(fragment: &str, multikey: &str) -> Value {
    json!({
        "id": kid(fragment), "type": "Multikey", "controller": did(), "publicKeyMultibase": multikey,
    })
}

fn read(document: &Value) -> Result<Document, DocumentError> {
    parse_document(&did(), document.to_string().as_bytes())
}

#[test]
fn a_listed_key_is_found_whether_referenced_or_embedded() {
    let document = read(&json!({
        "id": did(),
        "verificationMethod": [method("one", MULTIKEY)],
        "assertionMethod": ["#one"],
        "authentication": [method("two", OTHER)],
    }))
    .unwrap();
    assert_eq!(
        document
            .key(&kid("one"), Purpose::AssertionMethod)
            .unwrap()
            .to_multikey(),
        MULTIKEY
    );
    assert_eq!(
        document
            .key(&kid("two"), Purpose::Authentication)
            .unwrap()
            .to_multikey(),
        OTHER
    );
}

#[test]
fn a_key_listed_for_another_purpose_is_refused() {
    let document = read(&json!({
        "id": did(), "verificationMethod": [method("one", MULTIKEY)], "authentication": [kid("one")],
    }))
    .unwrap();
    assert_eq!(
        document.key(&kid("one"), Purpose::AssertionMethod),
        Err(LookupError::NotForPurpose {
            method: kid("one"),
            purpose: Purpose::AssertionMethod
        })
    );
}

#[test]
fn a_document_of_another_identifier_is_refused() {
    let document = json!({"id": "did:web:other.example", "assertionMethod": [method("one", MULTIKEY)]});
    assert!(matches!(read(&document), Err(DocumentError::OtherSubject { .. })));
    assert!(matches!(
        read(&json!({})),
        Err(DocumentError::OtherSubject { .. })
    ));
}

#[test]
fn a_key_controlled_by_another_party_or_revoked_is_refused() {
    let mut foreign = method("one", MULTIKEY);
    foreign["controller"] = json!("did:web:other.example");
    let mut revoked = method("two", MULTIKEY);
    revoked["revoked"] = json!("2026-01-01T00:00:00Z");
    let document = read(&json!({"id": did(), "assertionMethod": [foreign, revoked]})).unwrap();
    assert_eq!(
        document.key(&kid("one"), Purpose::AssertionMethod),
        Err(LookupError::OtherController(kid("one")))
    );
    assert_eq!(
        document.key(&kid("two"), Purpose::AssertionMethod),
        Err(LookupError::Revoked(kid("two")))
    );
}

#[test]
fn a_key_of_another_document_is_refused_though_the_fragment_is_known() {
    let document = read(&json!({"id": did(), "assertionMethod": [method("one", MULTIKEY)]})).unwrap();
    let foreign = DidUrl::parse("did:web:other.example#one").unwrap();
    assert_eq!(
        document.key(&foreign, Purpose::AssertionMethod),
        Err(LookupError::OtherDocument(foreign))
    );
}

#[test]
fn both_jwk_types_are_read_and_unknown_types_give_no_key() {
    let jwk = PublicKey::from_multikey(OTHER).unwrap().to_jwk();
    let of_type = |fragment: &str, kind: &str| json!({"id": kid(fragment), "type": kind, "controller": did(), "publicKeyJwk": jwk});
    let document = read(&json!({
        "id": did(),
        "assertionMethod": [of_type("a", "JsonWebKey"), of_type("b", "JsonWebKey2020"), of_type("c", "Unheard")],
    }))
    .unwrap();
    for fragment in ["a", "b"] {
        assert_eq!(
            document
                .key(&kid(fragment), Purpose::AssertionMethod)
                .unwrap()
                .to_multikey(),
            OTHER
        );
    }
    assert_eq!(
        document.key(&kid("c"), Purpose::AssertionMethod),
        Err(LookupError::Key {
            method: kid("c"),
            source: KeyError::Unsupported
        })
    );
}

#[test]
fn two_methods_of_one_name_are_refused() {
    let document = json!({
        "id": did(), "verificationMethod": [method("one", MULTIKEY)], "assertionMethod": [method("one", OTHER)],
    });
    assert!(matches!(read(&document), Err(DocumentError::DuplicateMethod(_))));
}

#[test]
fn what_is_published_is_read_back() {
    let methods = vec![
        VerificationMethod::new(
            kid("one"),
            PublicKey::from_multikey(MULTIKEY).unwrap(),
            Representation::Multikey,
        ),
        VerificationMethod::new(
            kid("two"),
            PublicKey::from_multikey(OTHER).unwrap(),
            Representation::JsonWebKey,
        ),
    ];
    let document = Document::new(did(), methods, &[Purpose::AssertionMethod]).unwrap();
    let read_back = read(&document.to_json()).unwrap();
    assert_eq!(
        read_back
            .key(&kid("one"), Purpose::AssertionMethod)
            .unwrap()
            .to_multikey(),
        MULTIKEY
    );
    assert_eq!(
        read_back
            .key(&kid("two"), Purpose::AssertionMethod)
            .unwrap()
            .to_multikey(),
        OTHER
    );
    assert!(read_back.listed_for(Purpose::Authentication).is_empty());
}
