//! Documents that add terms of their own, where they may.

use super::*;

fn own(context: Value, more: Value) -> Result<String, JsonLdError> {
    let mut document = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", context],
        "type": ["VerifiableCredential", "Badge"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    canonicalize(&document, Contexts::bundled_with_own_terms())
}

#[test]
fn term_of_the_document_has_the_meaning_that_it_gives() {
    let plain = json!({"Badge": "https://example.org/#Badge"});
    let quads = own(plain.clone(), json!({})).unwrap();
    assert!(quads.contains("<https://example.org/#Badge>"));
    let typed = json!({
        "@protected": true,
        "Badge": {"@id": "https://example.org/#Badge", "@protected": true},
        "seen": {"@id": "https://example.org/#seen", "@type": "@id"},
    });
    let quads = own(typed, json!({"seen": "https://example.org/by"})).unwrap();
    assert!(quads.contains("<https://example.org/#seen> <https://example.org/by>"));

    let refused = canonicalize(
        &json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", plain],
            "type": ["VerifiableCredential", "Badge"],
            "credentialSubject": {"id": "did:example:subject"},
        }),
        Contexts::bundled(),
    );
    assert!(matches!(refused, Err(JsonLdError::InlineContext(_))));
}

#[test]
fn a_document_adds_two_hundred_terms_at_most() {
    let terms = |count: usize| {
        let mut context = json!({"Badge": "https://example.org/#Badge"});
        for number in 1..count {
            context[format!("term{number}")] = json!(format!("https://example.org/#{number}"));
        }
        own(context, json!({}))
    };
    assert!(terms(200).is_ok());
    assert!(matches!(terms(201), Err(JsonLdError::TooComplex)));
}

#[test]
fn term_of_the_document_neither_replaces_nor_doubles_another() {
    let badge = "https://example.org/#Badge";
    for context in [
        json!({"Badge": badge, "VerifiableCredential": "https://example.org/#Other"}),
        json!({"Badge": badge, "Status": "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"}),
        json!({"Badge": badge, "kind": "@type"}),
        json!({"Badge": badge, "@vocab": ""}),
        json!({"Badge": badge, "@vocab": "words#"}),
        json!({"Badge": badge, "@base": "https://example.org/"}),
        json!({"Badge": badge, "inner": {"@id": "https://example.org/#i", "@context": {}}}),
        json!({"Badge": badge, "back": {"@reverse": "https://example.org/#b"}}),
        json!({"Badge": badge, "https://example.org/#a": "https://example.org/#b"}),
        json!({"Badge": null}),
        json!({"Badge": "https ://no.example"}),
        json!({"Badge": "_:b0"}),
        json!({"@vocab": null}),
        json!(null),
        json!([{"Badge": badge}]),
    ] {
        assert!(own(context.clone(), json!({})).is_err(), "{context}");
    }
}

#[test]
fn end_of_a_credential_has_one_name() {
    let standard = "<https://www.w3.org/2018/credentials#validUntil>";
    let date = json!("2030-01-01T00:00:00Z");
    let badge = "https://example.org/#Badge";
    // The type's own meaning goes before that of the document.
    let taken = json!({"Badge": badge, "validUntil": "https://example.org/#until"});
    assert!(
        own(taken, json!({"validUntil": date}))
            .unwrap()
            .contains(standard)
    );

    // Neither the start of a name nor the whole of it comes from the document.
    let vocabulary = json!({"@vocab": "https://www.w3.org/2018/credentials#valid"});
    let refused = own(vocabulary, json!({"Until": date}));
    assert!(matches!(refused, Err(JsonLdError::OtherSpelling { .. })));
    let vocabulary = json!({"@vocab": "https://example.org/#"});
    let quads = own(vocabulary, json!({"validUntil": date, "until": "x"})).unwrap();
    assert!(quads.contains(standard) && quads.contains("<https://example.org/#until>"));

    for (name, iri) in [
        ("until", "https://www.w3.org/2018/credentials#validUntil"),
        ("state", "https://www.w3.org/2018/credentials#credentialStatus"),
    ] {
        for definition in [json!(iri), json!({"@id": iri})] {
            let context = json!({"Badge": badge, name: definition});
            let refused = own(context, json!({name: date}));
            assert!(
                matches!(refused, Err(JsonLdError::OtherSpelling { .. })),
                "{name}"
            );
        }
    }
}
