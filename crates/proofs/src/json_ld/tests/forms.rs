//! All of JSON-LD 1.1, and the part of it that says the same to readers of names.

use super::*;

const TERMS: &str = "https://terms.example/v1";

fn contexts() -> Contexts {
    Contexts::bundled_copy().with(
        TERMS,
        &json!({"@context": {
            "id": "@id", "type": "@type", "t": "https://terms.example/",
            "name": "t:name", "knows": {"@id": "t:knows", "@type": "@id"}, "also": "@nest",
            "knownBy": {"@reverse": "t:knows"}, "byIndex": {"@id": "t:byIndex", "@container": "@index"},
        }}),
    )
}

fn both(members: &Value) -> (Result<String, JsonLdError>, Result<String, JsonLdError>) {
    let mut document = json!({"@context": TERMS, "id": "urn:a"});
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    let by = |form| canonicalize_form(&document, &contexts(), form, Hash::Sha256);
    (by(Form::Terms), by(Form::Any))
}

#[test]
fn what_only_names_can_hide_is_read_in_one_form_and_refused_in_the_other() {
    let name = "<urn:a> <https://terms.example/name> \"x\" .\n";
    let known = "<urn:b> <https://terms.example/knows> <urn:a> .\n";
    let knows = "<urn:a> <https://terms.example/knows> <urn:b> .\n";
    for (members, statements) in [
        (json!({"https://terms.example/name": "x"}), name),
        (json!({"t:name": "x"}), name),
        (json!({"also": {"name": "x"}}), name),
        (json!({"@nest": [{"name": "x"}]}), name),
        (json!({"name": {"@set": ["x"]}}), name),
        (json!({"name": [["x"]]}), name),
        (json!({"name": ["x", null]}), name),
        (json!({"name": {"@value": "x"}}), name),
        (
            json!({"@included": [{"id": "urn:a", "name": "x"}], "type": []}),
            name,
        ),
        (json!({"@reverse": {"knows": {"id": "urn:b"}}}), known),
        (json!({"@reverse": {"knownBy": {"id": "urn:b"}}}), knows),
        (
            json!({"@context": [TERMS, {"title": "t:name"}], "title": "x"}),
            name,
        ),
    ] {
        let (terms, any) = both(&members);
        assert!(terms.is_err(), "{members}");
        assert_eq!(any.as_deref(), Ok(statements), "{members}");
    }
    let (terms, any) = both(&json!({"knownBy": {"id": "urn:b"}}));
    assert_eq!(terms.as_deref(), Ok(known));
    assert_eq!(terms, any);
}

#[test]
fn neither_form_loses_anything() {
    for members in [
        json!({"undefined": "x"}),
        json!({"undefined": null}),
        json!({"_:b": "x"}),
        json!({"@ignored": "x"}),
        json!({"name": "x", "type": "Undefined"}),
        json!({"knows": "relative"}),
        json!({"name": "x", "id": "relative"}),
        json!({"name": {"@value": null}}),
        json!({"name": {"@value": "x", "@language": "not a tag"}}),
        json!({"name": {"@value": "x", "@index": "unsigned"}}),
        json!({"byIndex": {"unsigned": {"id": "urn:b"}}}),
        json!({"@graph": ["x", {"name": "x"}]}),
        json!({"@graph": [{"id": "urn:b"}], "name": "x"}),
        json!({"@included": {"id": "urn:b"}, "name": "x"}),
        json!({"also": {"undefined": "x"}, "name": "x"}),
        json!({"@context": [TERMS, {"name": null}], "name": "x"}),
        json!({"@context": [TERMS, {"@base": "relative"}], "name": "x"}),
    ] {
        let (terms, any) = both(&members);
        assert!(terms.is_err(), "{members}");
        assert!(any.is_err(), "{members}: {any:?}");
    }
}

/// A context inside a document can give a name that readers know another meaning, so a proof is never made over one.
#[test]
fn a_context_in_the_document_may_redefine_names_and_is_refused_where_names_are_read() {
    let mut document = credential();
    let contexts = document["@context"].as_array_mut().unwrap();
    contexts.push(json!({"issuingOffice": "https://schema.org/name"}));
    document["issuingOffice"] = json!("x");
    assert_eq!(
        canonical(&document),
        Err(JsonLdError::InlineContext(String::new()))
    );
    let any = canonicalize_form(&document, Contexts::bundled(), Form::Any, Hash::Sha256);
    assert!(any.unwrap().contains("<https://schema.org/name> \"x\""));

    // Protected terms stay what they are, in either form.
    let contexts = document["@context"].as_array_mut().unwrap();
    contexts.push(json!({"VerifiableCredential": "urn:other"}));
    assert_eq!(
        canonicalize_form(&document, Contexts::bundled(), Form::Any, Hash::Sha256),
        Err(JsonLdError::ProtectedTerm("VerifiableCredential".to_owned()))
    );
}

#[test]
fn contexts_in_a_document_are_bounded() {
    let any = |document: Value| canonicalize_form(&document, Contexts::bundled(), Form::Any, Hash::Sha256);
    let many: Vec<Value> = (0..200).map(|n| json!({format!("t{n}"): "urn:t"})).collect();
    assert_eq!(
        any(json!({"@context": many, "t1": "x"})),
        Err(JsonLdError::TooComplex)
    );

    // Each of them copies what the one before it defined.
    let mut wide: Vec<Value> = vec!["https://www.w3.org/ns/credentials/v2".into()];
    wide.push(Value::Object(
        (0..20_000).map(|n| (format!("t{n}"), json!("urn:t"))).collect(),
    ));
    wide.extend((0..90).map(|n| json!({format!("u{n}"): "urn:u"})));
    assert_eq!(
        any(json!({"@context": wide, "t1": "x"})),
        Err(JsonLdError::TooComplex)
    );

    // Terms whose own contexts define terms with contexts, and so on.
    let mut deep = json!({"t": "urn:t"});
    for _ in 0..60 {
        deep = json!({"t": {"@id": "urn:t", "@context": deep}});
    }
    let refused = any(json!({"@context": deep, "t": "x"}));
    assert!(
        matches!(refused, Ok(_) | Err(JsonLdError::TooComplex)),
        "{refused:?}"
    );
}

#[test]
fn a_presentation_holds_signed_credentials_each_with_its_proof_in_a_graph() {
    let mut inner = credential();
    inner["proof"] = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-09-14T08:00:00Z", "proofPurpose": "assertionMethod",
        "verificationMethod": "did:web:college.example#key-1", "proofValue": "z2Yw",
    });
    let canonical = canonical(&json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation",
        "verifiableCredential": [inner],
    }))
    .unwrap();
    let of_proof = |line: &&str| line.contains("security#proofValue> \"z2Yw\"");
    assert_eq!(canonical.lines().filter(of_proof).count(), 1);
    assert!(canonical.contains("<https://w3id.org/security#proof>"));
}
