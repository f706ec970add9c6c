//! Where terms get their meaning.

use super::*;

#[test]
fn every_bundled_context_compiles_alone() {
    for url in Contexts::bundled().urls() {
        // Some contexts have a word of their own for it.
        let said = ["@type", "type"]
            .iter()
            .find_map(|name| canonical(&json!({"@context": [url], *name: "https://terms.example/B"})).ok());
        assert_eq!(
            said.as_deref(),
            Some("_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://terms.example/B> .\n"),
            "{url}"
        );
    }
}

#[test]
fn contexts_are_neither_fetched_nor_taken_from_the_document() {
    let with = |context: Value| canonical(&json!({"@context": context, "id": "urn:a"}));
    assert_eq!(
        with(json!([
            "https://www.w3.org/ns/credentials/v2",
            "https://evil.example/context"
        ])),
        Err(JsonLdError::UnknownContext(
            "https://evil.example/context".to_owned()
        ))
    );
    for inline in [
        json!({"name": "https://evil.example/name"}),
        json!([{}]),
        json!(null),
        json!([null]),
        json!([]),
        json!(1),
    ] {
        assert_eq!(
            with(inline.clone()),
            Err(JsonLdError::InlineContext(String::new())),
            "{inline}"
        );
    }
    assert_eq!(
        canonical(&json!({"id": "urn:a"})),
        Err(JsonLdError::InlineContext(String::new()))
    );
    let mut nested = credential();
    nested["credentialSubject"]["@context"] = json!({"@vocab": "https://evil.example/"});
    assert_eq!(
        canonical(&nested),
        Err(JsonLdError::InlineContext("/credentialSubject".to_owned()))
    );
}

#[test]
fn contexts_that_contradict_each_other_are_refused() {
    let contexts = Contexts::bundled_copy()
        .with(
            "https://evil.example/v1",
            &json!({"@context": {"name": "https://evil.example/name"}}),
        )
        .with("https://evil.example/null", &json!({"@context": {"name": null}}));
    for url in ["https://evil.example/v1", "https://evil.example/null"] {
        let document = json!({"@context": ["https://www.w3.org/ns/credentials/v2", url], "name": "x"});
        assert_eq!(
            canonicalize(&document, &contexts),
            Err(JsonLdError::ProtectedTerm("name".to_owned()))
        );
    }
}

#[test]
fn a_term_defined_to_mean_nothing_is_undefined() {
    let contexts = Contexts::none().with(
        "https://terms.example/v1",
        &json!({"@context": {"@vocab": "https://terms.example/", "gone": null, "hidden": {"@id": null}}}),
    );
    let with = |name: &str| {
        canonicalize(
            &json!({"@context": "https://terms.example/v1", "kept": "x", name: "y"}),
            &contexts,
        )
    };
    assert!(
        with("other")
            .unwrap()
            .contains("<https://terms.example/other> \"y\"")
    );
    for name in ["gone", "hidden"] {
        assert!(
            matches!(with(name), Err(JsonLdError::UndefinedTerm { .. })),
            "{name}"
        );
    }
}

#[test]
fn malformed_contexts_are_refused_not_guessed() {
    for context in [
        json!({"@language": 1}),
        json!({"@direction": "up"}),
        json!({"@import": "https://a.example/"}),
        json!({"@propagate": "no"}),
        json!({"@version": 1.0}),
        json!({"@vocab": "relative/"}),
        json!({"@index": "https://a.example/"}),
        json!({"a": {"@reverse": "https://a.example/b", "@id": "https://a.example/c"}}),
        json!({"a": {"@id": "https://a.example/b", "@container": ["@list", "@set"]}}),
        json!({"a": {"@id": "https://a.example/b", "@nest": "@id"}}),
        json!({"a": {"@id": "https://a.example/b", "@index": "https://a.example/c"}}),
        json!({"a": {"@id": "https://a.example/b", "@unknown": 1}}),
        json!({"a": {"@id": "b:c", "@context": 1}, "b": 5}),
        json!({"a": "b", "b": "a"}),
        json!({"a": "undefined"}),
        json!({"@id": "https://a.example/b"}),
    ] {
        let contexts = Contexts::none().with("https://terms.example/v1", &json!({"@context": context}));
        let document = json!({"@context": "https://terms.example/v1", "https://a.example/x": "y"});
        assert!(
            matches!(
                canonicalize(&document, &contexts),
                Err(JsonLdError::ContextDefinition(_) | JsonLdError::UnknownContext(_))
            ),
            "{context}"
        );
    }
}
