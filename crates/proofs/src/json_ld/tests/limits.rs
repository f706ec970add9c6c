//! Documents made to be expensive.

use super::*;

#[test]
fn documents_made_to_be_expensive_are_refused() {
    let context = "https://www.w3.org/ns/credentials/undefined-terms/v2";
    // A clique of nodes that all look alike.
    let nodes: Vec<Value> = (0..12)
        .map(|from| {
            let others: Vec<Value> = (0..12)
                .filter(|to| *to != from)
                .map(|to| json!({"@id": format!("_:n{to}")}))
                .collect();
            json!({"@id": format!("_:n{from}"), "knows": others})
        })
        .collect();
    assert_eq!(
        canonical(&json!({"@context": context, "all": nodes})),
        Err(JsonLdError::TooComplex)
    );

    // A ring so long that walking around it would exhaust the stack.
    let ring: Vec<Value> = (0..3_000)
        .map(|n| json!({"@id": format!("_:n{n}"), "next": {"@id": format!("_:n{}", (n + 1) % 3_000)}}))
        .collect();
    assert_eq!(
        canonical(&json!({"@context": context, "all": ring})),
        Err(JsonLdError::TooComplex)
    );

    // Two hubs that look alike, each with more nodes that look alike than there are orders to try.
    let spokes: Vec<Value> = (0..2_000)
        .map(|_| json!({"@id": "_:hub", "to": {"a": {"b": "c"}}}))
        .collect();
    let others: Vec<Value> = (0..2_000)
        .map(|_| json!({"@id": "_:other", "to": {"a": {"b": "c"}}}))
        .collect();
    assert_eq!(
        canonical(&json!({"@context": context, "x": spokes, "y": {"x": others}})),
        Err(JsonLdError::TooComplex)
    );

    let mut deep = json!({"a": "x"});
    for _ in 0..100 {
        deep = json!({"a": deep});
    }
    deep["@context"] = json!(context);
    assert_eq!(canonical(&deep), Err(JsonLdError::TooComplex));
}

#[test]
fn nodes_that_look_alike_are_told_apart_within_the_bound() {
    let context = "https://www.w3.org/ns/credentials/undefined-terms/v2";
    let ring: Vec<Value> = (0..8)
        .map(|n| json!({"@id": format!("_:n{n}"), "next": {"@id": format!("_:n{}", (n + 1) % 8)}}))
        .collect();
    let document = json!({"@context": context, "all": ring});
    assert_eq!(canonical(&document).unwrap(), by_oxjsonld(&document, &bundled()));
}

#[test]
fn n_quads_with_characters_that_no_iri_has_are_refused_written_or_escaped() {
    let quad = |iri: &str| format!("<{iri}> <urn:p> <urn:o> .\n");
    assert!(canonicalize_n_quads(&quad("urn:\\u00E9"), Hash::Sha256).is_ok());
    for iri in [
        "#\0",
        "urn:a b",
        "urn:\"",
        "urn:\\\\",
        "urn:\\u0020",
        "urn:\\u+041",
        "urn:\\u41",
    ] {
        assert!(canonicalize_n_quads(&quad(iri), Hash::Sha256).is_err(), "{iri:?}");
    }
}
