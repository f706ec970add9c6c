mod expected;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::did;
use crate::json_ld::JsonLdError;
use crate::keys::{Algorithm, SecretKey};
use crate::tests::key;

/// Each suite that signs, with each kind of key it signs with.
const WAYS: [(Cryptosuite, Algorithm); 6] = [
    (Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
    (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
    (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256),
    (Cryptosuite::EcdsaRdfc2019, Algorithm::Es384),
    (Cryptosuite::EcdsaJcs2019, Algorithm::Es256),
    (Cryptosuite::EcdsaJcs2019, Algorithm::Es384),
];

fn signed_with(cryptosuite: Cryptosuite, algorithm: Algorithm) -> Value {
    let signer = key(algorithm, 1);
    let method = signer.public_key().to_did_key_url();
    let options = ProofOptions::assertion(method, at()).with(cryptosuite);
    sign(&credential(), &options, &signer).unwrap()
}

fn issuer() -> SecretKey {
    key(Algorithm::EdDsa, 1)
}

fn method() -> DidUrl {
    issuer().public_key().to_did_key_url()
}

fn resolve(method: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    did::resolve_local(method.did())
        .unwrap()
        .unwrap()
        .key(method, purpose)
}

fn at() -> DateTime<Utc> {
    "2026-09-14T08:00:00Z".parse().unwrap()
}

fn credential() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": method().did(),
        "validFrom": "2026-09-14T08:00:00Z",
        "name": "Heat pumps",
        "credentialSubject": {"id": "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv", "name": "x"},
    })
}

fn signed() -> Value {
    sign(&credential(), &ProofOptions::assertion(method(), at()), &issuer()).unwrap()
}

#[test]
fn what_is_signed_is_verified_and_tells_who_signed() {
    let proofs = verify(&signed(), &resolve).unwrap();
    assert_eq!(proofs.len(), 1);
    let proof = require_issuer(&proofs, method().did()).unwrap();
    assert_eq!(
        (&proof.verification_method, proof.created),
        (&method(), Some(at()))
    );
    assert_eq!(verification_methods(&signed()), [method()]);
}

#[test]
fn every_change_is_noticed_by_every_suite() {
    let mut changes: Vec<(&str, &str, Value)> = vec![
        ("", "name", json!("Heat pump")),
        ("", "validUntil", json!("2099-01-01T00:00:00Z")),
        ("", "description", json!("added")),
        ("/credentialSubject", "name", json!("y")),
        (
            "/credentialSubject",
            "id",
            json!("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
        ),
        ("/proof", "created", json!("2026-09-15T08:00:00Z")),
        ("/proof", "expires", json!("2099-01-01T00:00:00Z")),
        ("/proof", "challenge", json!("c")),
        ("/proof", "domain", json!("verifier.example")),
        ("/proof", "proofPurpose", json!("authentication")),
        ("/proof", "nonce", json!("n")),
        ("/proof", "id", json!("urn:uuid:1")),
    ];
    changes.push((
        "/proof",
        "verificationMethod",
        json!(key(Algorithm::EdDsa, 2).public_key().to_did_key_url()),
    ));
    for (cryptosuite, algorithm) in WAYS {
        let signed = signed_with(cryptosuite, algorithm);
        let proofs = verify(&signed, &resolve).unwrap();
        assert_eq!(proofs[0].cryptosuite, cryptosuite);
        for (pointer, name, value) in changes.clone() {
            let mut changed = signed.clone();
            changed.pointer_mut(pointer).unwrap()[name] = value;
            assert!(
                matches!(
                    verify(&changed, &resolve),
                    Err(ProofError::Signature | ProofError::Algorithm(_))
                ),
                "{cryptosuite} {algorithm} {pointer} {name}"
            );
        }
    }
}

#[test]
fn members_that_nobody_signed_are_refused_by_name() {
    for (pointer, name) in [
        ("", "mischief"),
        ("/credentialSubject", "mischief"),
        ("/proof", "mischief"),
    ] {
        let mut changed = signed();
        changed.pointer_mut(pointer).unwrap()[name] = json!("x");
        let expected = JsonLdError::UndefinedTerm {
            term: name.to_owned(),
            path: if pointer == "/proof" {
                String::new()
            } else {
                pointer.to_owned()
            },
        };
        assert!(
            matches!(verify(&changed, &resolve), Err(ProofError::JsonLd(error)) if error == expected),
            "{pointer}"
        );
    }
    let mut unsigned = credential();
    unsigned["mischief"] = json!("x");
    assert!(matches!(
        sign(&unsigned, &ProofOptions::assertion(method(), at()), &issuer()),
        Err(CreateError::JsonLd(JsonLdError::UndefinedTerm { .. }))
    ));
}

#[test]
fn proofs_with_a_missing_or_malformed_member_are_refused() {
    for (name, value) in [
        ("type", None),
        ("type", Some(json!(["DataIntegrityProof"]))),
        ("cryptosuite", None),
        ("verificationMethod", None),
        ("verificationMethod", Some(json!("https://college.example/key"))),
        ("proofPurpose", None),
        ("proofPurpose", Some(json!("keyAgreement"))),
        ("proofValue", None),
        ("proofValue", Some(json!("u2Yw"))),
        ("proofValue", Some(json!("z0OIl"))),
        ("proofValue", Some(json!(format!("z{}", "2".repeat(200))))),
        ("created", Some(json!("yesterday"))),
        ("created", Some(json!(1))),
        ("expires", Some(json!("never"))),
        ("domain", Some(json!([1]))),
        ("challenge", Some(json!(["c"]))),
        ("previousProof", Some(json!("urn:uuid:unknown"))),
        (
            "@context",
            Some(json!("https://w3id.org/security/data-integrity/v2")),
        ),
    ] {
        let mut changed = signed();
        let proof = changed["proof"].as_object_mut().unwrap();
        match value.clone() {
            None => drop(proof.remove(name)),
            Some(value) => drop(proof.insert(name.to_owned(), value)),
        }
        assert!(
            matches!(verify(&changed, &resolve), Err(ProofError::Malformed(member)) if member == name),
            "{name} {value:?}: {:?}",
            verify(&changed, &resolve)
        );
    }
}

#[test]
fn other_suites_and_types_are_refused() {
    for (name, value) in [
        ("cryptosuite", "none"),
        ("cryptosuite", "Ed25519Signature2020"),
        ("type", "Ed25519Signature2020"),
        ("type", "Ed25519Signature2018"),
        ("type", "JsonWebSignature2020"),
    ] {
        let mut changed = signed();
        changed["proof"][name] = json!(value);
        assert!(
            matches!(verify(&changed, &resolve), Err(ProofError::Unsupported)),
            "{value}"
        );
    }
}

#[test]
fn a_proof_does_not_hold_under_another_suites_name() {
    for (cryptosuite, algorithm) in WAYS {
        for other in Cryptosuite::ALL {
            if other == cryptosuite || other == Cryptosuite::Ed25519Signature2020 {
                continue;
            }
            let mut changed = signed_with(cryptosuite, algorithm);
            changed["proof"]["cryptosuite"] = json!(other.name());
            assert!(verify(&changed, &resolve).is_err(), "{cryptosuite} as {other}");
        }
    }
}

#[test]
fn json_is_signed_whatever_it_means_and_every_member_of_it() {
    let mut document = credential();
    document["unheardOf"] = json!({"b": 1.0, "a": [true, null]});
    let options = ProofOptions::assertion(method(), at()).with(Cryptosuite::EddsaJcs2022);
    let signed = sign(&document, &options, &issuer()).unwrap();
    assert_eq!(signed["proof"]["@context"], document["@context"]);
    assert!(verify(&signed, &resolve).is_ok());

    let mut respelled = signed.clone();
    respelled["unheardOf"]["b"] = json!(1);
    assert!(verify(&respelled, &resolve).is_ok(), "1.0 and 1 are one number");
    let mut changed = signed.clone();
    changed["unheardOf"]["a"] = json!([null, true]);
    assert!(matches!(verify(&changed, &resolve), Err(ProofError::Signature)));
    let mut inexact = signed;
    inexact["unheardOf"]["b"] = json!(9_007_199_254_740_993_u64);
    assert!(matches!(verify(&inexact, &resolve), Err(ProofError::Jcs(_))));
}

#[test]
fn contexts_added_after_signing_are_refused() {
    let added = json!([
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/undefined-terms/v2"
    ]);
    for (cryptosuite, algorithm) in WAYS {
        let mut changed = signed_with(cryptosuite, algorithm);
        changed["@context"] = added.clone();
        // To statements the context adds nothing here, and no statement was changed.
        assert_eq!(verify(&changed, &resolve).is_err(), cryptosuite.signs_json());
    }
}

#[test]
fn suites_that_are_not_made_in_this_way_say_so() {
    let with = |cryptosuite, algorithm| {
        let signer = key(algorithm, 1);
        let options = ProofOptions::assertion(method(), at()).with(cryptosuite);
        sign(&credential(), &options, &signer).unwrap_err()
    };
    for (cryptosuite, algorithm) in [
        (Cryptosuite::Ed25519Signature2020, Algorithm::EdDsa),
        (Cryptosuite::EcdsaSd2023, Algorithm::Es256),
    ] {
        assert!(matches!(with(cryptosuite, algorithm), CreateError::NotMade(suite) if suite == cryptosuite));
    }
    for (cryptosuite, key) in [
        (Cryptosuite::EddsaRdfc2022, Algorithm::Es256),
        (Cryptosuite::EddsaJcs2022, Algorithm::Es384),
        (Cryptosuite::EcdsaRdfc2019, Algorithm::EdDsa),
        (Cryptosuite::EcdsaJcs2019, Algorithm::EdDsa),
        (Cryptosuite::EcdsaSd2023, Algorithm::Es384),
    ] {
        let refused = with(cryptosuite, key);
        assert!(matches!(refused, CreateError::Algorithm { key: other, .. } if other == key));
    }
}

#[test]
fn proofs_of_several_suites_stand_side_by_side() {
    let mut document = credential();
    for (cryptosuite, algorithm) in WAYS {
        let signer = key(algorithm, 1);
        let options = ProofOptions::assertion(signer.public_key().to_did_key_url(), at());
        document = sign(&document, &options.with(cryptosuite), &signer).unwrap();
    }
    assert_eq!(verify(&document, &resolve).unwrap().len(), WAYS.len());
    for index in 0..WAYS.len() {
        let mut changed = document.clone();
        changed["proof"][index]["created"] = json!("2026-09-14T08:00:01Z");
        assert!(
            matches!(verify(&changed, &resolve), Err(ProofError::Signature)),
            "{index}"
        );
    }
}

#[test]
fn a_chained_proof_of_every_suite_covers_the_one_before() {
    for (cryptosuite, algorithm) in WAYS {
        let mut bare = credential();
        let mut options = ProofOptions::assertion(method(), at()).to_json();
        options.insert("id".to_owned(), json!("urn:uuid:1"));
        let previous = chained(&bare, options, &[], Cryptosuite::EddsaRdfc2022, &issuer());
        let signer = key(algorithm, 2);
        let mut options = ProofOptions::assertion(signer.public_key().to_did_key_url(), at())
            .with(cryptosuite)
            .to_json();
        options.insert("previousProof".to_owned(), json!("urn:uuid:1"));
        let next = chained(
            &bare,
            options,
            std::slice::from_ref(&previous),
            cryptosuite,
            &signer,
        );
        bare["proof"] = json!([previous, next]);
        assert_eq!(verify(&bare, &resolve).unwrap().len(), 2, "{cryptosuite}");

        // Another proof in its place, sound in itself, breaks the chain.
        let mut options = ProofOptions::assertion(method(), at()).to_json();
        options.insert("id".to_owned(), json!("urn:uuid:1"));
        options.insert("challenge".to_owned(), json!("another"));
        bare["proof"][0] = chained(&credential(), options, &[], Cryptosuite::EddsaRdfc2022, &issuer());
        assert!(
            matches!(verify(&bare, &resolve), Err(ProofError::Signature)),
            "{cryptosuite}"
        );
    }
}

/// Makes one proof from its members, over earlier ones.
fn chained(
    document: &Value,
    mut options: Map<String, Value>,
    previous: &[Value],
    cryptosuite: Cryptosuite,
    signer: &SecretKey,
) -> Value {
    let suite = suite::of(cryptosuite);
    let unsecured = document.as_object().unwrap();
    suite.complete(&mut options, unsecured);
    let input = Input {
        unsecured,
        options: &options,
        previous,
        contexts: Contexts::bundled(),
        bare: &Hashes::default(),
    };
    let value = suite.proof_value(&input, signer).unwrap();
    options.insert("proofValue".to_owned(), value.into());
    Value::Object(options)
}

#[test]
fn documents_without_a_proof_are_refused() {
    for proof in [json!(null), json!([]), json!("z2Yw")] {
        let mut without = credential();
        without["proof"] = proof.clone();
        assert!(
            matches!(verify(&without, &resolve), Err(ProofError::Absent)),
            "{proof}"
        );
    }
    assert!(matches!(verify(&credential(), &resolve), Err(ProofError::Absent)));
    assert!(matches!(verify(&json!([]), &resolve), Err(ProofError::Absent)));
    let mut many = credential();
    many["proof"] = vec![signed()["proof"].clone(); 11].into();
    assert!(matches!(verify(&many, &resolve), Err(ProofError::TooMany)));
}

#[test]
fn every_proof_of_a_set_must_hold() {
    let witness = key(Algorithm::EdDsa, 2);
    let options = ProofOptions::assertion(witness.public_key().to_did_key_url(), at());
    let both = sign(&signed(), &options, &witness).unwrap();
    let proofs = verify(&both, &resolve).unwrap();
    assert_eq!(proofs.len(), 2);
    assert_eq!(
        require_issuer(&proofs, method().did())
            .unwrap()
            .verification_method,
        method()
    );

    let mut one_bad = both;
    let first = one_bad["proof"][0]["proofValue"].clone();
    one_bad["proof"][1]["proofValue"] = first;
    assert!(matches!(verify(&one_bad, &resolve), Err(ProofError::Signature)));
}

#[test]
fn a_sound_proof_by_another_party_is_not_the_issuers() {
    let other = key(Algorithm::EdDsa, 2);
    let options = ProofOptions::assertion(other.public_key().to_did_key_url(), at());
    let proofs = verify(&sign(&credential(), &options, &other).unwrap(), &resolve).unwrap();
    assert_eq!(
        require_issuer(&proofs, method().did()).unwrap_err(),
        IssuerMismatch
    );
}

#[test]
fn a_proof_for_another_purpose_is_not_the_issuers_word() {
    let options = ProofOptions {
        purpose: Purpose::Authentication,
        domain: Some("verifier.example".to_owned()),
        challenge: Some("n-1".to_owned()),
        expires: Some(at()),
        ..ProofOptions::assertion(method(), at())
    };
    let proofs = verify(&sign(&credential(), &options, &issuer()).unwrap(), &resolve).unwrap();
    assert_eq!(
        require_issuer(&proofs, method().did()).unwrap_err(),
        IssuerMismatch
    );
    assert_eq!(proofs[0].domain, ["verifier.example"]);
    assert_eq!(proofs[0].challenge.as_deref(), Some("n-1"));
    assert_eq!(proofs[0].expires, Some(at()));
}

#[test]
fn keys_of_another_algorithm_neither_sign_nor_verify() {
    let p256 = key(Algorithm::Es256, 1);
    let options = ProofOptions::assertion(p256.public_key().to_did_key_url(), at());
    assert!(matches!(
        sign(&credential(), &options, &p256),
        Err(CreateError::Algorithm {
            key: Algorithm::Es256,
            ..
        })
    ));
    assert!(matches!(
        verify(&signed(), &|_, _| Ok(p256.public_key())),
        Err(ProofError::Algorithm(Algorithm::Es256))
    ));
}

#[test]
fn a_key_the_resolver_withholds_refuses_the_proof() {
    let refuse = |method: &DidUrl, purpose| {
        Err(LookupError::NotForPurpose {
            method: method.clone(),
            purpose,
        })
    };
    assert!(matches!(
        verify(&signed(), &refuse),
        Err(ProofError::Key(LookupError::NotForPurpose {
            purpose: Purpose::AssertionMethod,
            ..
        }))
    ));
}
