use super::*;
use serde_json::json;

fn canonical(document: &Value) -> Result<String, JsonLdError> {
    canonicalize(document, Contexts::bundled())
}

/// An Open Badges credential with what makes others' engines differ: fractions, booleans, lists,
/// nested blank nodes, a status.
fn credential() -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:6f1a0c1e-2d5b-4c1f-9a55-3b7c2e9d8f10",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Warmtepompsystemen \"ontwerpen\"\n\\ één",
        "issuer": {
            "id": "did:web:college.example:energie",
            "type": ["Profile"],
            "name": "Hogeschool Waterland",
            "url": "https://www.college.example/energie",
            "address": {"type": ["Address"], "addressCountryCode": "NL"},
            "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "99ZZ", "identifierType": "ext:BRIN"}],
            "parentOrg": {"id": "did:web:college.example", "type": ["Profile"], "name": "Hogeschool Waterland"},
        },
        "validFrom": "2026-09-14T09:30:00+02:00",
        "credentialSubject": {
            "id": "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": false, "identityHash": "Sanne de Vries", "identityType": "name"},
            ],
            "creditsEarned": 15.5,
            "achievement": {
                "id": "https://college.example/achievements/1",
                "type": ["Achievement"],
                "name": {"@value": "Heat pumps", "@language": "en"},
                "description": "…",
                "creditsAvailable": 5,
                "criteria": {"narrative": "Beroepsproduct"},
                "alignment": [
                    {"type": ["Alignment"], "targetType": "ext:EQF", "targetName": "6", "targetUrl": "http://data.europa.eu/snb/eqf/6"},
                    {"type": ["Alignment"], "targetType": "ext:EQF", "targetName": "5", "targetUrl": "http://data.europa.eu/snb/eqf/5"},
                    {"type": ["Alignment"], "targetType": "CFItem", "targetName": "x", "targetUrl": "urn:x"},
                ],
                "resultDescription": [{
                    "id": "urn:uuid:0d7e5c0a-0009-4c1f-9a55-3b7c2e9d8f10",
                    "type": ["ResultDescription"],
                    "name": "Eindoordeel",
                    "resultType": "Result",
                    "allowedValue": ["Voldoende", "Onvoldoende"],
                }],
            },
        },
        "credentialStatus": [{
            "id": "https://college.example/status/1#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusSize": 1,
            "statusListCredential": "https://college.example/status/1",
        }],
        "termsOfUse": {"type": "https://college.example/terms"},
    })
}

/// The same statements as another engine has them, in this crate's canonical form.
fn by_oxjsonld(document: &Value, contexts: &[(&str, Value)]) -> String {
    use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
    let mut dataset = oxrdf::Dataset::new();
    let text = document.to_string();
    let contexts: Vec<(String, String)> = contexts
        .iter()
        .map(|(url, context)| ((*url).to_owned(), context.to_string()))
        .collect();
    let parser = oxjsonld::JsonLdParser::new()
        .for_slice(text.as_bytes())
        .with_load_document_callback(move |url, _| {
            let (url, context) = contexts
                .iter()
                .find(|(known, _)| known == url)
                .ok_or("unknown context")?;
            Ok(oxjsonld::JsonLdRemoteDocument {
                document: context.clone().into_bytes(),
                document_url: url.clone(),
            })
        });
    for quad in parser {
        dataset.insert(&quad.unwrap());
    }
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort();
    lines.concat()
}

fn bundled() -> Vec<(&'static str, Value)> {
    contexts::BUNDLED
        .iter()
        .map(|(url, text)| (*url, serde_json::from_str(text).unwrap()))
        .collect()
}

fn assert_same_as_other_engine(document: &Value) {
    assert_eq!(canonical(document).unwrap(), by_oxjsonld(document, &bundled()));
}

#[test]
fn a_credential_has_the_canonical_form_another_engine_gives_it() {
    let document = credential();
    assert_same_as_other_engine(&document);
    let canonical = canonical(&document).unwrap();
    for expected in [
        "\"1.55E1\"^^<https://www.w3.org/2001/XMLSchema#float>",
        "\"5\"^^<https://www.w3.org/2001/XMLSchema#float>",
        "\"false\"^^<https://www.w3.org/2001/XMLSchema#boolean>",
        "\"Heat pumps\"@en",
        "\"Warmtepompsystemen \\\"ontwerpen\\\"\\n\\\\ één\"",
    ] {
        assert!(canonical.contains(expected), "{expected}");
    }
}

#[test]
fn a_presentation_keeps_each_credential_in_a_graph_of_its_own() {
    let mut inner = credential();
    inner["proof"] = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-09-14T08:00:00Z", "proofPurpose": "assertionMethod",
        "verificationMethod": "did:web:college.example#key-1", "proofValue": "z2Yw",
    });
    // Graphs within graphs are more than RDF datasets have; a presentation of unsigned data is not.
    inner.as_object_mut().unwrap().remove("proof");
    let document = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation",
        "holder": "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
        "verifiableCredential": [inner, {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": "data:application/vc+sd-jwt,abc",
            "type": "EnvelopedVerifiableCredential",
        }],
    });
    assert_same_as_other_engine(&document);
}

#[test]
fn status_list_credentials_and_json_literals_have_the_same_form_too() {
    assert_same_as_other_engine(&json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://college.example/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:college.example",
        "validFrom": "2026-09-14T00:00:00Z",
        "credentialSubject": {
            "id": "https://college.example/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
        },
    }));
    let schema = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": "did:web:college.example",
        "credentialSubject": {
            "id": "https://college.example/schema", "type": "JsonSchema",
            "jsonSchema": {"z": [1, 2.5, null, true], "a": {"b": "é\u{1}"}, "undefined": {"@id": "x"}},
        },
    });
    let canonical = canonical(&schema).unwrap();
    assert!(canonical.contains(
        r#""{\"a\":{\"b\":\"é\\u0001\"},\"undefined\":{\"@id\":\"x\"},\"z\":[1,2.5,null,true]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"#
    ), "{canonical}");
}

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

/// Puts `value` at a place of the sound credential.
fn changed(pointer: &str, name: &str, value: Value) -> Value {
    let mut document = credential();
    document.pointer_mut(pointer).unwrap()[name] = value;
    document
}

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
fn language_tags_are_compared_in_lower_case() {
    let with = |tag: &str| changed("", "name", json!({"@value": "x", "@language": tag}));
    assert_eq!(canonical(&with("nl-NL")), canonical(&with("nl-nl")));
    assert_same_as_other_engine(&with("nl-NL"));
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

#[test]
fn our_own_terms_say_what_they_mean() {
    let document = json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://ns.example.org/microcredential/v1",
        ],
        "id": "urn:a",
        "levelIndication": {"level": 6, "nlqf": "6"},
        "sizeIndication": {"unit": "EC", "value": 5},
        "learningOutcomes": [{"order": 1, "text": {"nl": "één", "en": ["one", "a"]}}],
        "assessment": {"identityChecked": true},
    });
    assert_same_as_other_engine(&document);
    let mut undefined = document.clone();
    undefined["levelIndication"]["unit"] = json!("EC");
    assert!(matches!(
        canonical(&undefined),
        Err(JsonLdError::UndefinedTerm { .. })
    ));
    let mut not_a_tag = document;
    not_a_tag["learningOutcomes"][0]["text"]["not a tag"] = json!("x");
    assert!(matches!(canonical(&not_a_tag), Err(JsonLdError::WrongShape(_))));
}

#[test]
fn the_examples_of_the_credential_profile_say_all_they_mean() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/credential-profile/examples");
    for name in ["show-copy.json", "portable-copy.json"] {
        let text = std::fs::read(folder.join(name)).unwrap();
        assert_same_as_other_engine(&serde_json::from_slice(&text).unwrap());
    }
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
fn the_order_of_members_and_elements_changes_nothing() {
    let mut turned = credential();
    turned["credentialSubject"]["achievement"]["alignment"]
        .as_array_mut()
        .unwrap()
        .reverse();
    assert_eq!(canonical(&turned), canonical(&credential()));
    turned["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"]
        .as_array_mut()
        .unwrap()
        .reverse();
    assert_ne!(canonical(&turned), canonical(&credential()));
}
