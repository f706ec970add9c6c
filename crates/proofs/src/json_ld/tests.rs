mod contexts;
mod forms;
mod limits;
mod loss;
mod own_terms;
mod published;
mod second_opinion;

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
    super::contexts::BUNDLED
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

/// Puts `value` at a place of the sound credential.
fn changed(pointer: &str, name: &str, value: Value) -> Value {
    let mut document = credential();
    document.pointer_mut(pointer).unwrap()[name] = value;
    document
}

#[test]
fn language_tags_are_compared_in_lower_case() {
    let with = |tag: &str| changed("", "name", json!({"@value": "x", "@language": tag}));
    assert_eq!(canonical(&with("nl-NL")), canonical(&with("nl-nl")));
    assert_same_as_other_engine(&with("nl-NL"));
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
