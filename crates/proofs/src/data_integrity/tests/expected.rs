//! Chains of proofs that are made here, and what is expected of a proof that holds.

use chrono::Duration;

use super::*;

fn named(id: &str) -> ProofOptions {
    ProofOptions {
        id: Some(id.to_owned()),
        ..ProofOptions::assertion(method(), at())
    }
}

fn over(previous: &[&str]) -> ProofOptions {
    ProofOptions {
        previous_proof: previous.iter().map(|name| (*name).to_owned()).collect(),
        ..ProofOptions::assertion(method(), at())
    }
}

#[test]
fn chain_of_proofs_is_made_and_holds_as_a_whole() {
    for (cryptosuite, algorithm) in WAYS {
        let signer = key(algorithm, 1);
        let options = |of: ProofOptions| ProofOptions {
            verification_method: signer.public_key().to_did_key_url(),
            cryptosuite,
            ..of
        };
        let first = sign(&credential(), &options(named("urn:uuid:1")), &signer).unwrap();
        let second = sign(&first, &options(named("urn:uuid:2")), &signer).unwrap();
        let both = options(over(&["urn:uuid:1", "urn:uuid:2"]));
        let third = sign(&second, &both, &signer).unwrap();
        assert_eq!(
            third["proof"][2]["previousProof"],
            json!(["urn:uuid:1", "urn:uuid:2"])
        );
        assert_eq!(verify(&third, &resolve).unwrap().len(), 3, "{cryptosuite}");

        // What was covered cannot be exchanged, even for one that holds by itself.
        let mut exchanged = third.clone();
        let later = ProofOptions {
            created: Some(at() + Duration::seconds(1)),
            ..options(named("urn:uuid:1"))
        };
        exchanged["proof"][0] = sign(&credential(), &later, &signer).unwrap()["proof"].clone();
        assert!(matches!(verify(&exchanged, &resolve), Err(ProofError::Signature)));
        let mut dropped = third;
        dropped["proof"].as_array_mut().unwrap().remove(0);
        assert!(matches!(
            verify(&dropped, &resolve),
            Err(ProofError::Malformed("previousProof"))
        ));
    }
}

#[test]
fn chain_needs_the_proofs_that_it_names() {
    let first = sign(&credential(), &named("urn:uuid:1"), &issuer()).unwrap();
    let twice = sign(&first, &named("urn:uuid:1"), &issuer()).unwrap();
    for (document, name) in [
        (&credential(), "urn:uuid:1"),
        (&first, "urn:uuid:2"),
        (&twice, "urn:uuid:1"),
    ] {
        let error = sign(document, &over(&[name]), &issuer()).unwrap_err();
        assert!(matches!(error, CreateError::PreviousProof(_)), "{error}");
    }
    let signer = key(Algorithm::Es256, 1);
    let random = &mut crate::tests::Fixed(1);
    let selective = ecdsa_sd::sign(&first, &over(&["urn:uuid:1"]), &[], &signer, random);
    assert!(matches!(selective, Err(CreateError::PreviousProof(_))));
}

#[test]
fn sound_proof_is_held_against_what_was_expected() {
    let options = ProofOptions {
        purpose: Purpose::Authentication,
        domain: Some("verifier.example".to_owned()),
        challenge: Some("n-1".to_owned()),
        expires: Some(at()),
        ..ProofOptions::assertion(method(), at())
    };
    let proofs = verify(&sign(&credential(), &options, &issuer()).unwrap(), &resolve).unwrap();
    let sound = Expected {
        purpose: Purpose::Authentication,
        at: at(),
        domain: Some("verifier.example"),
        challenge: Some("n-1"),
    };
    let unasked = Expected {
        domain: None,
        challenge: None,
        ..sound
    };
    assert_eq!(proofs[0].require(&sound), Ok(()));
    assert_eq!(proofs[0].require(&unasked), Ok(()));

    let purpose = Expected {
        purpose: Purpose::AssertionMethod,
        ..sound
    };
    let later = Expected {
        at: at() + Duration::seconds(1),
        ..sound
    };
    let domain = Expected {
        domain: Some("other.example"),
        ..sound
    };
    let challenge = Expected {
        challenge: Some("n-2"),
        ..sound
    };
    for (expected, unexpected) in [
        (purpose, Unexpected::Purpose(Purpose::Authentication)),
        (later, Unexpected::Expired(at())),
        (domain, Unexpected::Domain),
        (challenge, Unexpected::Challenge),
    ] {
        assert_eq!(proofs[0].require(&expected), Err(unexpected));
    }
    let bare = &verify(&signed(), &resolve).unwrap()[0];
    assert_eq!(bare.require(&purpose), Err(Unexpected::Domain));
    let undirected = Expected {
        domain: None,
        ..purpose
    };
    assert_eq!(bare.require(&undirected), Err(Unexpected::Challenge));
}

#[test]
fn dates_of_a_proof_are_moments_and_one_without_a_zone_is_utc() {
    let with = |created: Value| {
        let mut document = signed();
        document["proof"]["created"] = created;
        verify(&document, &resolve)
    };
    for text in ["yesterday", "2026-09-14", "2026-09-14 08:00:00Z", ""] {
        assert!(
            matches!(with(json!(text)), Err(ProofError::Malformed("created"))),
            "{text}"
        );
    }
    // Read, and then found to be another text than was signed.
    assert!(matches!(
        with(json!("2026-09-14T08:00:00")),
        Err(ProofError::Signature)
    ));
    let mut named = signed();
    named["proof"]["id"] = json!("no url");
    assert!(matches!(
        verify(&named, &resolve),
        Err(ProofError::Malformed("id"))
    ));
}
