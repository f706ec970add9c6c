use super::*;
use crate::did;
use crate::keys::SecretKey;
use crate::tests::key;

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
fn every_change_is_noticed() {
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
    for (pointer, name, value) in changes {
        let mut changed = signed();
        changed.pointer_mut(pointer).unwrap()[name] = value;
        assert!(
            matches!(verify(&changed, &resolve), Err(ProofError::Signature)),
            "{pointer} {name}"
        );
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
        ("cryptosuite", "eddsa-jcs-2022"),
        ("cryptosuite", "none"),
        ("type", "Ed25519Signature2020"),
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
        Err(CreateError::Algorithm(Algorithm::Es256))
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
