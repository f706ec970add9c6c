//! Where ssi 0.16 goes another way. Each test fails when ssi has mended it: then the exception goes, here and in
//! `Divergence`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod support;

use proofs::Algorithm;
use proofs::data_integrity::{Cryptosuite, require_issuer, verify};
use second_opinion::{Divergence, Effect, Reader, Suite, Verdict, What};
use serde_json::{Value, json};

use support::*;

/// The one divergence that is told of a document, and what it does to ssi's answer.
fn told(document: &Value) -> (Divergence, Effect) {
    match theirs(document).1.parts[0].divergences.as_slice() {
        [only] => (*only, only.effect()),
        others => panic!("{others:?}"),
    }
}

#[test]
fn numbers_with_a_fraction_are_other_statements_to_ssi() {
    let key = key(Algorithm::EdDsa);
    let mut badge = badge_of(&key);
    badge["credentialSubject"]["achievement"]["creditsAvailable"] = json!(15.5);
    let by_us = signed(&badge, Cryptosuite::EddsaRdfc2022, &key);
    let by_ssi = reader()
        .sign(&badge, Suite::EddsaRdfc2022, &key.to_jwk(), &method(&key))
        .unwrap();

    assert_eq!(ours(&by_us), Ok(()));
    assert_eq!(theirs(&by_us).0, Verdict::Refused);
    assert!(ours(&by_ssi).is_err());
    assert_eq!(theirs(&by_ssi).0, Verdict::Accepted);
    assert_eq!(told(&by_us), (Divergence::FractionalNumber, Effect::RefusesRight));
}

#[test]
fn a_boolean_with_a_datatype_of_its_own_loses_it_in_ssi() {
    let key = key(Algorithm::EdDsa);
    let by_us = signed(&whole_badge_of(&key), Cryptosuite::EddsaRdfc2022, &key);

    assert_eq!(ours(&by_us), Ok(()));
    assert_eq!(theirs(&by_us).0, Verdict::Refused);
    assert_eq!(told(&by_us), (Divergence::TypedBoolean, Effect::RefusesRight));
}

#[test]
fn with_p_384_blank_nodes_are_named_by_another_hash_in_ssi() {
    let key = key(Algorithm::Es384);
    let without_blank_nodes = plain_of(&key);
    let by_us = signed(&badge_of(&key), Cryptosuite::EcdsaRdfc2019, &key);
    let mut plain = without_blank_nodes;
    plain["credentialSubject"] = json!({"id": "did:example:subject", "name": "Noor de Vries"});
    let plain = signed(&plain, Cryptosuite::EcdsaRdfc2019, &key);

    assert_both_accept(&plain);
    assert_eq!(ours(&by_us), Ok(()));
    assert_eq!(theirs(&by_us).0, Verdict::Refused);
    assert_eq!(told(&by_us), (Divergence::HashOfP384, Effect::RefusesRight));
}

#[test]
fn ssi_lets_anybody_sign_for_an_issuer() {
    let stranger = key(Algorithm::EdDsa);
    let mut badge = badge_of(&stranger);
    badge["issuer"]["id"] = json!("did:web:college.example");
    let forged = signed(&badge, Cryptosuite::EddsaRdfc2022, &stranger);

    let proofs = verify(&forged, &local).unwrap();
    let issuer = "did:web:college.example".parse().unwrap();
    assert!(require_issuer(&proofs, &issuer).is_err());
    assert_eq!(theirs(&forged).0, Verdict::Accepted);
    assert_eq!(
        told(&forged),
        (Divergence::IssuerNotCompared, Effect::AcceptsWrong)
    );
}

#[test]
fn ssi_takes_a_key_for_what_its_document_does_not_list_it_for() {
    let institution = test_support::an_institution();
    let without_boolean = |credential: &mut Value| {
        for identifier in credential["credentialSubject"]["identifier"]
            .as_array_mut()
            .unwrap()
        {
            identifier.as_object_mut().unwrap().remove("hashed");
        }
    };
    let signed = test_support::a_microcredential()
        .changed(without_boolean)
        .signed_as_data_integrity();
    let document = institution.did_document(&["authentication"]);
    let own = proofs::did::parse_document(&institution.issuer(), document.to_string().as_bytes()).unwrap();

    let opinion = Reader::new([], &[document]).unwrap().read(&signed.text).unwrap();

    let credential: Value = serde_json::from_str(&signed.text).unwrap();
    assert!(verify(&credential, &|kid, purpose| own.key(kid, purpose)).is_err());
    assert_eq!(opinion.of(What::Credential), Verdict::Accepted);
    assert_eq!(opinion.parts[0].divergences, [Divergence::PurposeNotCompared]);
    assert_eq!(Divergence::PurposeNotCompared.effect(), Effect::AcceptsWrong);
}

#[test]
fn ssi_refuses_what_it_derived_itself_where_blank_nodes_and_identifiers_mix() {
    let key = key(Algorithm::Es256);
    let suite = Suite::EcdsaSd2023(&["/issuer", "/validFrom"]);
    let base = reader()
        .sign(&badge_of(&key), suite, &key.to_jwk(), &method(&key))
        .unwrap();
    let by_ssi = reader()
        .derive(&base, &["/credentialSubject/achievement/name"])
        .unwrap();
    let by_ssi_from_ours = reader()
        .derive(
            &signed_base(&badge_of(&key), &["/issuer", "/validFrom"], &key),
            &["/credentialSubject/achievement/name"],
        )
        .unwrap();

    for derived in [by_ssi, by_ssi_from_ours] {
        assert_eq!(theirs(&derived).0, Verdict::Refused);
        assert!(ours(&derived).is_err());
    }
}

#[test]
fn ssi_has_no_suites_that_sign_json() {
    for (suite, algorithm) in [
        (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
        (Cryptosuite::EcdsaJcs2019, Algorithm::Es256),
    ] {
        let key = key(algorithm);
        let by_us = signed(&plain_of(&key), suite, &key);

        assert_eq!(ours(&by_us), Ok(()));
        assert_eq!(theirs(&by_us).0, Verdict::None);
        assert_eq!(told(&by_us), (Divergence::NoJcsSuites, Effect::NoOpinion));
    }
}

#[test]
fn a_base_proof_is_for_the_holder_and_ssi_has_no_opinion_of_it() {
    let key = key(Algorithm::Es256);
    let base = signed_base(&plain_of(&key), &["/issuer"], &key);

    assert!(ours(&base).is_err());
    assert_eq!(theirs(&base).0, Verdict::None);
}

/// ssi is built without RSA here, and is not asked to learn it.
#[test]
fn ssi_has_no_opinion_of_badges_signed_with_rsa() {
    let rsa = test_support::an_rsa_key();
    let mut badge = plain_of(&key(Algorithm::EdDsa));
    badge["issuer"] = json!(rsa.did());
    let token = rsa.signed(
        &json!({"typ": "vc+jwt", "kid": format!("{}#0", rsa.did())}),
        &badge,
    );

    let ours = proofs::vc_jose::read(&token).unwrap();
    let opinion = reader().read(&token).unwrap();

    let public = proofs::PublicKey::from_jwk(&rsa.jwk()).unwrap();
    assert_eq!(ours.verify(&public), Ok(()));
    assert_eq!(opinion.of(What::Credential), Verdict::None, "{opinion:?}");
    assert_eq!(opinion.parts[0].divergences, [Divergence::NoRsa]);
}
