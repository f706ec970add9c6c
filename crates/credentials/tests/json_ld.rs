//! The copies as JSON-LD: every term is defined, and none clashes with those of the contexts before ours.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use proofs::json_ld::{Contexts, canonicalize};
use serde_json::{Value, json};

fn example(name: &str) -> Value {
    let path = format!(
        "{}/../../specs/credential-profile/examples/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn statements(document: &Value) -> String {
    canonicalize(document, Contexts::bundled()).unwrap()
}

#[test]
fn every_term_of_both_copies_is_defined() {
    for name in ["show-copy.json", "portable-copy.json"] {
        let statements = statements(&example(name));
        for expected in [
            "vocab.html#achievement>",
            "\"Warmtepompsystemen ontwerpen\"",
            "\"Sanne de Vries\"",
        ] {
            assert!(statements.contains(expected), "{name} says nothing of {expected}");
        }
    }
}

#[test]
fn own_terms_carry_types_languages_and_numbers() {
    let statements = statements(&example("show-copy.json"));
    for expected in [
        r#"<https://ns.example.org/microcredential#level> "6"^^<http://www.w3.org/2001/XMLSchema#integer>"#,
        r#"<https://ns.example.org/microcredential#sizeValue> "5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>"#,
        r#"<https://ns.example.org/microcredential#order> "3"^^<http://www.w3.org/2001/XMLSchema#integer>"#,
        r#"<https://ns.example.org/microcredential#title> "Designing heat pump systems"@en"#,
        r#"<https://ns.example.org/microcredential#text> "You calculate the heat loss of an existing dwelling."@en"#,
        "<https://ns.example.org/microcredential#qualityFramework> <https://framework.example.org/ho/2025-05>",
        r#"<https://www.w3.org/2018/credentials#digestSRI> "sha384-"#,
        r#"<https://ns.example.org/microcredential#identityChecked> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>"#,
    ] {
        assert!(statements.contains(expected), "no {expected} in\n{statements}");
    }
}

#[test]
fn portable_copy_has_no_terms_of_ours() {
    assert!(!statements(&example("portable-copy.json")).contains("ns.example.org"));
}

#[test]
fn term_that_our_context_lacks_is_refused() {
    let mut show = example("show-copy.json");
    show["credentialSubject"]["achievement"]["assessment"]["grading"] = json!("strict");
    assert!(canonicalize(&show, Contexts::bundled()).is_err());
}
