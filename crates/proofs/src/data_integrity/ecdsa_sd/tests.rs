use chrono::{DateTime, Utc};
use credentials::DidUrl;
use serde_json::{Value, json};

use super::proof_value::{DerivedProof, ProofValue};
use super::*;
use crate::data_integrity::{CreateError, DeriveError, ProofError, ProofOptions, require_issuer, verify};
use crate::did::{self, LookupError, Purpose};
use crate::keys::{Algorithm, PublicKey, SecretKey};
use crate::tests::{Fixed, key};

fn issuer() -> SecretKey {
    key(Algorithm::Es256, 1)
}

fn at() -> DateTime<Utc> {
    "2026-09-14T08:00:00Z".parse().unwrap()
}

fn resolve(method: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    did::resolve_local(method.did())
        .unwrap()
        .unwrap()
        .key(method, purpose)
}

fn credential() -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer().public_key().to_did_key(), "type": ["Profile"], "name": "College Waterland"},
        "validFrom": "2026-09-14T08:00:00Z",
        "name": "Heat pumps",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": false, "identityHash": "Sam", "identityType": "name"},
                {"type": "IdentityObject", "hashed": false, "identityHash": "s@e.example", "identityType": "emailAddress"},
            ],
            "achievement": {
                "id": "urn:uuid:1",
                "type": ["Achievement"],
                "name": "Heat pumps",
                "description": "Installs heat pumps",
                "criteria": {"narrative": "Everything"},
                "creditsAvailable": 2.5,
                "alignment": [
                    {"type": ["Alignment"], "targetName": "one", "targetUrl": "https://a.example/1"},
                    {"type": ["Alignment"], "targetName": "two", "targetUrl": "https://a.example/2"},
                ],
            },
            "result": [{"type": ["Result"], "value": "8"}],
        },
    })
}

fn pointers(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

const ALWAYS: [&str; 3] = ["/issuer", "/validFrom", "/credentialSubject/achievement/name"];

fn base_of(document: &Value, mandatory: &[&str]) -> Value {
    let options = ProofOptions::assertion(issuer().public_key().to_did_key_url(), at());
    sign(document, &options, &pointers(mandatory), &issuer(), &mut Fixed(7)).unwrap()
}

fn base() -> Value {
    base_of(&credential(), &ALWAYS)
}

fn derived(selective: &[&str]) -> Value {
    derive(&base(), &pointers(selective)).unwrap()
}

/// The derived proof inside a document, and the document with that proof changed.
fn with_changed_proof(document: &Value, change: impl FnOnce(&mut DerivedProof)) -> Value {
    let mut changed = document.clone();
    let value = document["proof"]["proofValue"].as_str().unwrap();
    let Some(ProofValue::Derived(mut proof)) = ProofValue::read(value) else {
        panic!("a derived proof was expected");
    };
    change(&mut proof);
    changed["proof"]["proofValue"] = proof.write().into();
    changed
}

#[test]
fn a_part_is_shown_and_verified_and_the_rest_is_absent() {
    assert!(is_base(&base()));
    assert!(verify_base(&base(), &resolve).is_ok());
    let shown = derived(&[
        "/credentialSubject/result",
        "/credentialSubject/achievement/alignment/1",
    ]);
    assert!(!is_base(&shown));
    let proofs = verify(&shown, &resolve).unwrap();
    assert!(require_issuer(&proofs, &issuer().public_key().to_did_key()).is_ok());
    assert_eq!(
        shown["credentialSubject"],
        json!({
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:1", "type": ["Achievement"], "name": "Heat pumps",
                "alignment": [{"type": ["Alignment"], "targetName": "two", "targetUrl": "https://a.example/2"}],
            },
            "result": [{"type": ["Result"], "value": "8"}],
        })
    );
    assert_eq!(shown["issuer"], credential()["issuer"]);
    assert!(!shown.to_string().contains("Sam"));
}

#[test]
fn every_choice_of_members_verifies() {
    for selective in [
        &[][..],
        &["/name"],
        &["/credentialSubject/identifier/0"],
        &["/credentialSubject/identifier/1/identityHash"],
        &[
            "/credentialSubject/identifier",
            "/credentialSubject/result/0/value",
        ],
        &[
            "/credentialSubject/achievement/creditsAvailable",
            "/credentialSubject/achievement/criteria",
        ],
        &["/credentialSubject"],
        &[""],
    ] {
        let shown = derived(selective);
        assert!(
            verify(&shown, &resolve).is_ok(),
            "{selective:?}: {:?}",
            verify(&shown, &resolve)
        );
    }
    let mut all = derived(&[""]);
    all.as_object_mut().unwrap().remove("proof");
    assert_eq!(all, credential());
}

#[test]
fn a_base_proof_is_refused_by_verifiers_and_nothing_is_derived_twice() {
    assert!(matches!(verify(&base(), &resolve), Err(ProofError::BaseProof)));
    assert!(matches!(
        derive(&derived(&[]), &pointers(&["/name"])),
        Err(DeriveError::NoBaseProof)
    ));
    assert!(matches!(
        derive(&credential(), &pointers(&["/name"])),
        Err(DeriveError::NoBaseProof)
    ));
}

#[test]
fn every_changed_added_or_dropped_member_is_noticed() {
    let shown = derived(&[
        "/credentialSubject/achievement/alignment",
        "/name",
        "/credentialSubject/result",
    ]);
    assert!(verify(&shown, &resolve).is_ok());
    let text = shown.as_object().unwrap();
    let mut places = Vec::new();
    for (name, value) in text {
        if name != "proof" && name != "@context" {
            collect_places(value, format!("/{name}"), &mut places);
        }
    }
    assert!(places.len() > 15);
    for place in &places {
        let mut changed = shown.clone();
        match changed.pointer_mut(place).unwrap() {
            Value::String(text) => text.push('x'),
            other => *other = json!("urn:x"),
        }
        assert!(verify(&changed, &resolve).is_err(), "changed {place}");

        let mut dropped = shown.clone();
        let (outer, last) = place.rsplit_once('/').unwrap();
        match dropped.pointer_mut(outer).unwrap() {
            Value::Object(members) => drop(members.remove(last)),
            Value::Array(elements) => drop(elements.remove(last.parse().unwrap())),
            _ => unreachable!(),
        }
        assert!(verify(&dropped, &resolve).is_err(), "dropped {place}");
    }
    for (pointer, name, value) in [
        ("", "description", json!("added")),
        ("/credentialSubject", "id", json!("did:example:thief")),
        ("/credentialSubject/achievement", "creditsAvailable", json!(30)),
        ("/proof", "created", json!("2026-09-15T08:00:00Z")),
        ("/proof", "domain", json!("verifier.example")),
    ] {
        let mut changed = shown.clone();
        changed.pointer_mut(pointer).unwrap()[name] = value;
        assert!(
            matches!(verify(&changed, &resolve), Err(ProofError::Signature)),
            "{pointer} {name}"
        );
    }
}

fn collect_places(value: &Value, pointer: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect_places(member, format!("{pointer}/{name}"), places);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_places(element, format!("{pointer}/{index}"), places);
            }
        }
        _ => places.push(pointer),
    }
}

#[test]
fn parts_of_two_credentials_do_not_mix() {
    let mut other = credential();
    other["credentialSubject"]["result"][0]["value"] = json!("10");
    let better = derive(
        &base_of(&other, &ALWAYS),
        &pointers(&["/credentialSubject/result"]),
    )
    .unwrap();
    let mut mixed = derived(&["/credentialSubject/result"]);
    mixed["credentialSubject"]["result"] = better["credentialSubject"]["result"].clone();
    assert!(matches!(verify(&mixed, &resolve), Err(ProofError::Signature)));
    mixed["proof"] = better["proof"].clone();
    assert!(verify(&mixed, &resolve).is_ok(), "then it is the other one");
}

#[test]
fn an_object_split_in_two_or_two_joined_in_one_is_refused() {
    let shown = derived(&["/credentialSubject/identifier"]);
    // Both objects under the name of the first.
    let joined = with_changed_proof(&shown, |proof| {
        let first = proof.labels.values().next().cloned().unwrap();
        proof
            .labels
            .values_mut()
            .for_each(|label| label.clone_from(&first));
    });
    assert!(matches!(verify(&joined, &resolve), Err(ProofError::Signature)));
    // One alignment shown as two objects, each with some of its members.
    let whole = derived(&["/credentialSubject/achievement/alignment/0"]);
    let mut split = with_changed_proof(&whole, |proof| {
        let next = proof.labels.len();
        let label = proof.labels.values().next_back().cloned().unwrap();
        proof.labels.insert(next, label);
    });
    split["credentialSubject"]["achievement"]["alignment"] = json!([
        {"type": ["Alignment"], "targetName": "one"}, {"targetUrl": "https://a.example/1"},
    ]);
    assert!(verify(&split, &resolve).is_err());
}

#[test]
fn altered_proof_values_are_refused() {
    let shown = derived(&["/name", "/credentialSubject/result"]);
    type Change = fn(&mut DerivedProof);
    let changes: [(&str, Change); 9] = [
        ("signature", |proof| proof.signature[10] ^= 1),
        ("key", |proof| proof.public_key[20] ^= 1),
        ("statement signature", |proof| proof.signatures[0][5] ^= 1),
        ("order", |proof| proof.signatures.reverse()),
        ("one fewer", |proof| drop(proof.signatures.pop())),
        ("label", |proof| {
            proof.labels.values_mut().for_each(|label| label[0] ^= 1)
        }),
        ("no labels", |proof| proof.labels.clear()),
        ("index twice", |proof| {
            proof.mandatory_indexes[1] = proof.mandatory_indexes[0]
        }),
        ("index beyond", |proof| proof.mandatory_indexes[0] = 9_999),
    ];
    for (name, change) in changes {
        assert!(
            verify(&with_changed_proof(&shown, change), &resolve).is_err(),
            "{name}"
        );
    }
    // Mandatory statements passed off as chosen ones, and the reverse.
    let fewer = with_changed_proof(&shown, |proof| proof.mandatory_indexes.truncate(1));
    assert!(matches!(verify(&fewer, &resolve), Err(ProofError::Signature)));
    for text in ["", "z2Yw", "u", "u2V0B", "u2V0C", "u2V0BhQ"] {
        let mut changed = shown.clone();
        changed["proof"]["proofValue"] = json!(text);
        assert!(
            matches!(
                verify(&changed, &resolve),
                Err(ProofError::Malformed("proofValue"))
            ),
            "{text}"
        );
    }
}

#[test]
fn a_base_proof_with_another_credential_is_refused() {
    let mut changed = base();
    changed["credentialSubject"]["result"][0]["value"] = json!("10");
    assert!(matches!(
        verify_base(&changed, &resolve),
        Err(ProofError::Signature)
    ));
    let mut longer = base();
    longer["description"] = json!("added");
    assert!(matches!(
        verify_base(&longer, &resolve),
        Err(ProofError::Signature)
    ));
    assert!(matches!(
        derive(&longer, &pointers(&["/name"])),
        Err(DeriveError::BaseProof)
    ));
    let mut issuers = base();
    issuers["issuer"]["name"] = json!("Another");
    assert!(matches!(
        verify_base(&issuers, &resolve),
        Err(ProofError::Signature)
    ));
}

#[test]
fn pointers_at_nothing_and_choices_of_nothing_are_refused() {
    assert!(matches!(
        derive(&base(), &pointers(&["/nothing"])),
        Err(DeriveError::Pointer(pointer)) if pointer == "/nothing"
    ));
    let options = ProofOptions::assertion(issuer().public_key().to_did_key_url(), at());
    let mandatory = pointers(&["/nothing"]);
    assert!(matches!(
        sign(&credential(), &options, &mandatory, &issuer(), &mut Fixed(7)),
        Err(CreateError::Pointer(pointer)) if pointer == "/nothing"
    ));
    let free = base_of(&credential(), &[]);
    assert!(matches!(derive(&free, &[]), Err(DeriveError::Nothing)));
    let shown = derive(&free, &pointers(&["/name"])).unwrap();
    assert!(verify(&shown, &resolve).is_ok());
    assert!(shown.get("issuer").is_none());
}

#[test]
fn other_proofs_are_left_out_of_what_is_derived() {
    let witness = key(Algorithm::EdDsa, 2);
    let options = ProofOptions::assertion(witness.public_key().to_did_key_url(), at());
    let both = crate::data_integrity::sign(&base(), &options, &witness).unwrap();
    let shown = derive(&both, &pointers(&["/name"])).unwrap();
    assert_eq!(shown["proof"].as_array().map(Vec::len), Some(1));
    assert!(verify(&shown, &resolve).is_ok());
}

#[test]
fn only_p256_keys_sign_and_the_holders_secrets_do_not_show() {
    let p384 = key(Algorithm::Es384, 1);
    let options = ProofOptions::assertion(p384.public_key().to_did_key_url(), at());
    assert!(matches!(
        sign(&credential(), &options, &[], &p384, &mut Fixed(7)),
        Err(CreateError::Algorithm { .. })
    ));
    let value = base()["proof"]["proofValue"].as_str().unwrap().to_owned();
    let Some(ProofValue::Base(proof)) = ProofValue::read(&value) else {
        panic!("a base proof was expected");
    };
    assert_eq!(format!("{proof:?}"), "BaseProof(…)");
    assert_eq!(proof.write(), value);
}
