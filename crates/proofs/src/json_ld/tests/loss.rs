//! What would be lost, or read in two ways, is refused by name.

use super::*;

#[test]
fn an_undefined_member_is_named_wherever_it_stands() {
    for pointer in [
        "",
        "/issuer",
        "/issuer/address",
        "/issuer/otherIdentifier/0",
        "/issuer/parentOrg",
        "/credentialSubject",
        "/credentialSubject/identifier/0",
        "/credentialSubject/achievement",
        "/credentialSubject/achievement/criteria",
        "/credentialSubject/achievement/alignment/1",
        "/credentialSubject/achievement/resultDescription/0",
        "/credentialStatus/0",
        "/termsOfUse",
    ] {
        for value in [
            json!("x"),
            json!(1),
            json!(null),
            json!([]),
            json!({}),
            json!({"id": "urn:x"}),
        ] {
            assert_eq!(
                canonical(&changed(pointer, "mischief", value.clone())),
                Err(JsonLdError::UndefinedTerm {
                    term: "mischief".to_owned(),
                    path: pointer.to_owned()
                }),
                "{pointer} {value}"
            );
        }
    }
}

#[test]
fn a_member_defined_for_another_type_is_undefined_here() {
    // `creditsEarned` belongs to a subject, `targetUrl` to an alignment.
    for (pointer, name) in [
        ("/issuer", "creditsEarned"),
        ("/credentialSubject/achievement/criteria", "targetUrl"),
        ("/credentialSubject/achievement", "statusPurpose"),
    ] {
        assert!(
            matches!(
                canonical(&changed(pointer, name, json!("x"))),
                Err(JsonLdError::UndefinedTerm { .. })
            ),
            "{name}"
        );
    }
}

#[test]
fn an_undefined_type_is_named_wherever_it_stands() {
    for pointer in [
        "",
        "/issuer",
        "/credentialSubject",
        "/credentialSubject/achievement/criteria",
        "/termsOfUse",
    ] {
        for types in [json!("Mischief"), json!(["https://types.example/T", "Mischief"])] {
            assert_eq!(
                canonical(&changed(pointer, "type", types)),
                Err(JsonLdError::UndefinedType {
                    term: "Mischief".to_owned(),
                    path: format!("{pointer}/type")
                }),
                "{pointer}"
            );
        }
    }
}

#[test]
fn types_of_the_wrong_shape_are_refused() {
    for types in [
        json!([]),
        json!(null),
        json!(1),
        json!([1]),
        json!([["Profile"]]),
        json!({"id": "urn:x"}),
    ] {
        assert!(
            canonical(&changed("/issuer", "type", types.clone())).is_err(),
            "{types}"
        );
    }
    for types in [json!("_:b"), json!(""), json!("@json"), json!("urn:bad type")] {
        assert!(
            matches!(
                canonical(&changed("/termsOfUse", "type", types.clone())),
                Err(JsonLdError::UndefinedType { .. })
            ),
            "{types}"
        );
    }
}

#[test]
fn identifiers_that_are_not_absolute_iris_are_refused() {
    for id in [
        json!("relative"),
        json!("/a"),
        json!("//evil.example/a"),
        json!("#a"),
        json!(""),
        json!("urn:a b"),
        json!("urn:a>"),
        json!(1),
        json!(null),
        json!({}),
    ] {
        for pointer in [
            "",
            "/credentialSubject",
            "/issuer/parentOrg",
            "/credentialStatus/0",
        ] {
            assert_eq!(
                canonical(&changed(pointer, "id", id.clone())),
                Err(JsonLdError::NotAnIri(format!("{pointer}/id"))),
                "{pointer} {id}"
            );
        }
    }
    assert_eq!(
        canonical(&changed(
            "/credentialStatus/0",
            "statusListCredential",
            json!("status/1")
        )),
        Err(JsonLdError::NotAnIri(
            "/credentialStatus/0/statusListCredential".to_owned()
        ))
    );
}

#[test]
fn values_that_would_be_dropped_are_refused() {
    for value in [json!([null]), json!([["x"]]), json!([[]])] {
        for (pointer, name) in [
            ("", "name"),
            ("", "evidence"),
            ("/credentialSubject/achievement", "criteria"),
            ("/credentialSubject", "creditsEarned"),
        ] {
            let refused = canonical(&changed(pointer, name, value.clone()));
            assert!(
                matches!(
                    refused,
                    Err(JsonLdError::SaysNothing(_) | JsonLdError::WrongShape(_))
                ),
                "{name} {value}: {refused:?}"
            );
        }
    }
    assert!(matches!(
        canonical(&json!({"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:a"})),
        Err(JsonLdError::SaysNothing(_))
    ));
    // An identifier alone says nothing inside a graph of its own.
    assert!(matches!(
        canonical(&json!({
            "@context": "https://www.w3.org/ns/credentials/v2", "type": "VerifiablePresentation",
            "verifiableCredential": [{"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:a"}],
        })),
        Err(JsonLdError::SaysNothing(_))
    ));
}

/// JSON-LD reads such a member as if it were not there, and so does whoever reads members by their names.
#[test]
fn a_member_without_a_value_is_as_if_it_were_not_there() {
    for value in [json!(null), json!([])] {
        for (pointer, name) in [
            ("", "evidence"),
            ("", "validUntil"),
            ("/issuer", "phone"),
            ("/credentialSubject/achievement", "image"),
        ] {
            assert_eq!(
                canonical(&changed(pointer, name, value.clone())),
                canonical(&credential()),
                "{name} {value}"
            );
        }
        // A list without elements is a statement.
        assert_eq!(
            canonical(&changed("/credentialSubject/achievement", "tag", value.clone())),
            canonical(&credential())
        );
        for (pointer, name) in [("", "type"), ("/issuer", "id"), ("", "@context")] {
            assert!(
                canonical(&changed(pointer, name, value.clone())).is_err(),
                "{name} {value}"
            );
        }
        // What was signed with a value is another document without.
        for name in ["credentialStatus", "validFrom", "termsOfUse"] {
            assert_ne!(
                canonical(&changed("", name, value.clone())),
                canonical(&credential())
            );
        }
    }
}

#[test]
fn integers_that_some_readers_would_change_are_refused() {
    for number in ["9007199254740993", "-9007199254740993", "18446744073709551615"] {
        let value: Value = serde_json::from_str(number).unwrap();
        assert_eq!(
            canonical(&changed("/credentialSubject", "creditsEarned", value)),
            Err(JsonLdError::InexactNumber(
                "/credentialSubject/creditsEarned".to_owned()
            ))
        );
    }
    assert!(
        canonical(&changed(
            "/credentialSubject",
            "creditsEarned",
            json!(9007199254740992_u64)
        ))
        .is_ok()
    );
}

#[test]
fn keywords_that_hide_or_lose_statements_are_refused() {
    for keyword in [
        "@graph",
        "@included",
        "@index",
        "@nest",
        "@reverse",
        "@set",
        "@list",
        "@language",
        "@direction",
        "@base",
        "@vocab",
    ] {
        for pointer in [
            "",
            "/credentialSubject",
            "/credentialSubject/achievement/alignment/0",
        ] {
            assert_eq!(
                canonical(&changed(pointer, keyword, json!({"name": "x"}))),
                Err(JsonLdError::Unsupported {
                    keyword: keyword.to_owned(),
                    path: pointer.to_owned()
                }),
                "{pointer} {keyword}"
            );
        }
    }
    // What looks like a keyword and is none would be dropped.
    for name in ["@ignored", "@", "@Type", "@context2"] {
        assert!(
            matches!(
                canonical(&changed("/issuer", name, json!("x"))),
                Err(JsonLdError::UndefinedTerm { .. })
            ),
            "{name}"
        );
    }
}

#[test]
fn names_that_are_no_iris_are_refused_though_they_have_a_colon() {
    for name in ["_:b", "ex:a b", ":x", "1x:y", "a/b:c", "ex:", "ex:<"] {
        assert!(
            matches!(
                canonical(&changed("/issuer", name, json!("x"))),
                Err(JsonLdError::UndefinedTerm { .. })
            ),
            "{name}"
        );
    }
}

/// What says the same in other words would be signed, and missed by whoever looks for the members' names.
#[test]
fn only_the_terms_of_the_contexts_are_accepted_as_names() {
    let status = || credential()["credentialStatus"].clone();
    let iri = "https://www.w3.org/2018/credentials#credentialStatus";
    let mut renamed = changed("", iri, status());
    renamed.as_object_mut().unwrap().remove("credentialStatus");
    let mut typed = credential();
    typed["credentialStatus"][0]["type"] =
        json!("https://www.w3.org/ns/credentials/status#BitstringStatusListEntry");
    let mut keyword = credential();
    let id = keyword.as_object_mut().unwrap().remove("id").unwrap();
    keyword["@id"] = id;

    for (document, name) in [
        (renamed, iri),
        (
            typed,
            "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry",
        ),
        (keyword, "@id"),
        (
            changed("/issuer", "https://terms.example/a", json!("x")),
            "https://terms.example/a",
        ),
        (
            changed(
                "",
                "validUntil",
                json!({"@value": "2026-10-01T00:00:00Z", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}),
            ),
            "@value",
        ),
        (changed("/issuer", "phone", json!({"@value": "+31 6"})), "@value"),
    ] {
        let error = canonical(&document).unwrap_err();
        assert!(
            matches!(&error, JsonLdError::OtherSpelling { name: found, .. } if found == name),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn value_objects_hold_a_value_with_a_language_or_a_type_only() {
    let with = |value: Value| canonical(&changed("", "name", value));
    assert!(with(json!({"@value": "x", "@language": "nl-NL"})).is_ok());
    assert!(with(json!({"@value": "x", "@type": "https://types.example/T"})).is_ok());
    for value in [
        json!({"@value": null}),
        json!({"@value": ["x"]}),
        json!({"@value": "x", "@language": "not a tag"}),
        json!({"@value": "x", "@language": "nl", "@type": "https://types.example/T"}),
        json!({"@value": 1, "@language": "nl"}),
        json!({"@value": "x", "@direction": "up"}),
        json!({"@value": "x", "@direction": "rtl", "@type": "https://types.example/T"}),
    ] {
        assert_eq!(
            with(value.clone()),
            Err(JsonLdError::WrongShape("/name".to_owned())),
            "{value}"
        );
    }
    for (value, keyword) in [
        (json!({"@value": "x", "@index": "i"}), "@index"),
        (json!({"@value": "x", "id": "urn:x"}), "@id"),
    ] {
        assert_eq!(
            with(value),
            Err(JsonLdError::Unsupported {
                keyword: keyword.to_owned(),
                path: "/name".to_owned()
            })
        );
    }
    assert!(matches!(
        with(json!({"@value": "x", "name": "y"})),
        Err(JsonLdError::UndefinedTerm { .. })
    ));
    assert!(matches!(
        with(json!({"@value": "x", "@type": "T"})),
        Err(JsonLdError::UndefinedType { .. })
    ));
}

#[test]
fn one_member_under_two_names_is_refused() {
    assert!(matches!(
        canonical(&changed("/issuer", "@id", json!("urn:other"))),
        Err(JsonLdError::OtherSpelling { .. })
    ));
    assert!(matches!(
        canonical(&changed("/issuer", "@type", json!("https://types.example/T"))),
        Err(JsonLdError::WrongShape(_))
    ));
}
