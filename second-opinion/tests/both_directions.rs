//! What the product signs ssi accepts, what ssi signs the product accepts, and both refuse what was changed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod support;

use proofs::data_integrity::Cryptosuite;
use proofs::sd_jwt::Path;
use proofs::{Algorithm, vc_jose};
use second_opinion::{Suite, Verdict, What};
use serde_json::json;

use support::*;

const SUITES: [(Cryptosuite, Suite, Algorithm); 2] = [
    (Cryptosuite::EddsaRdfc2022, Suite::EddsaRdfc2022, Algorithm::EdDsa),
    (Cryptosuite::EcdsaRdfc2019, Suite::EcdsaRdfc2019, Algorithm::Es256),
];

#[test]
fn what_we_sign_ssi_accepts_and_what_was_changed_both_refuse() {
    for (suite, _, algorithm) in SUITES {
        let key = key(algorithm);
        for document in [plain_of(&key), badge_of(&key)] {
            let signed = signed(&document, suite, &key);

            assert_both_accept(&signed);
            for (pointer, value) in [
                ("/validFrom", json!("2025-01-01T00:00:00Z")),
                ("/credentialSubject/id", json!("did:example:other")),
                ("/proof/created", json!("2026-01-01T00:00:00Z")),
                ("/proof/proofPurpose", json!("authentication")),
            ] {
                assert_both_refuse(&with(&signed, pointer, value));
            }
        }
    }
}

#[test]
fn what_ssi_signs_we_accept_and_what_was_changed_we_refuse() {
    for (_, suite, algorithm) in SUITES {
        let key = key(algorithm);
        for document in [plain_of(&key), badge_of(&key)] {
            let signed = reader()
                .sign(&document, suite, &key.to_jwk(), &method(&key))
                .unwrap();

            assert_both_accept(&signed);
            assert_both_refuse(&with(&signed, "/validFrom", json!("2025-01-01T00:00:00Z")));
        }
    }
}

#[test]
fn a_statement_put_in_afterwards_is_refused_by_both() {
    let key = key(Algorithm::EdDsa);
    let mut signed = signed(&badge_of(&key), Cryptosuite::EddsaRdfc2022, &key);
    signed["credentialSubject"]["achievement"]["tag"] = json!(["cum laude"]);

    assert_both_refuse(&signed);
}

#[test]
fn what_we_derive_from_our_base_proof_ssi_accepts() {
    let key = key(Algorithm::Es256);
    for (document, mandatory, selective) in [
        (
            plain_of(&key),
            ["/issuer", "/validFrom"],
            "/credentialSubject/degree",
        ),
        (
            badge_of(&key),
            ["/issuer", "/validFrom"],
            "/credentialSubject/achievement/name",
        ),
    ] {
        let base = signed_base(&document, &mandatory, &key);
        let shown = derived(&base, &[selective]);

        assert_both_accept(&shown);
        assert_both_refuse(&with(&shown, "/validFrom", json!("2025-01-01T00:00:00Z")));
    }
}

#[test]
fn what_we_derive_from_a_base_proof_of_ssi_both_accept() {
    let key = key(Algorithm::Es256);
    let suite = Suite::EcdsaSd2023(&["/issuer", "/validFrom"]);
    let base = reader()
        .sign(&plain_of(&key), suite, &key.to_jwk(), &method(&key))
        .unwrap();

    let shown = derived(&base, &["/credentialSubject/degree"]);

    assert_both_accept(&shown);
    assert!(shown.pointer("/credentialSubject/name").is_none());
}

#[test]
fn tokens_of_ours_ssi_accepts_and_refuses_when_changed() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384] {
        let key = key(algorithm);
        let kid = method(&key);
        let plain = plain_of(&key);
        let name = Path::root().join("credentialSubject").join("name");
        let jwt = vc_jose::issue_jwt(&plain, &kid, &key).unwrap();
        let sd_jwt = vc_jose::issue(&plain, &[name], &kid, &key, &mut rng()).unwrap();

        for token in [jwt, sd_jwt] {
            let opinion = reader().read(&token).unwrap();
            assert_eq!(opinion.of(What::Credential), Verdict::Accepted, "{opinion:?}");
            // In the payload, which starts after the first point.
            let (head, rest) = token.split_once('.').unwrap();
            let other = if rest.as_bytes()[40] == b'A' { "B" } else { "A" };
            let changed = format!("{head}.{}{other}{}", &rest[..40], &rest[41..]);
            let verdict = reader()
                .read(&changed)
                .map(|opinion| opinion.of(What::Credential));
            assert!(
                !matches!(verdict, Ok(Verdict::Accepted | Verdict::None)),
                "{verdict:?}"
            );
        }
    }
}

#[test]
fn a_disclosure_that_was_never_signed_is_refused_by_both() {
    let key = key(Algorithm::Es256);
    let name = Path::root().join("credentialSubject").join("name");
    let token = vc_jose::issue(&plain_of(&key), &[name], &method(&key), &key, &mut rng()).unwrap();
    let (jwt, _) = token.split_once('~').unwrap();
    // ["salt", "name", "Somebody else"]
    let forged = format!("{jwt}~WyJzYWx0IiwgIm5hbWUiLCAiU29tZWJvZHkgZWxzZSJd~");

    let opinion = reader().read(&forged).unwrap();

    assert_eq!(opinion.of(What::Credential), Verdict::Refused, "{opinion:?}");
    assert!(vc_jose::read(&forged).is_err());
}

#[test]
fn a_presentation_is_judged_with_each_credential_in_it() {
    let (issuer, holder) = (
        key(Algorithm::EdDsa),
        test_support::key(Algorithm::EdDsa, "holder"),
    );
    let credential = signed(&plain_of(&issuer), Cryptosuite::EddsaRdfc2022, &issuer);
    let presentation = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder.public_key().to_did_key(),
        "verifiableCredential": [credential],
    });
    let options = proofs::data_integrity::ProofOptions {
        purpose: proofs::did::Purpose::Authentication,
        ..proofs::data_integrity::ProofOptions::assertion(holder.public_key().to_did_key_url(), now())
    };
    let presentation = proofs::data_integrity::sign(&presentation, &options, &holder).unwrap();
    let changed = with(
        &presentation,
        "/verifiableCredential/0/credentialSubject/name",
        json!("Somebody else"),
    );

    let sound = reader().read(&presentation.to_string()).unwrap();
    let changed = reader().read(&changed.to_string()).unwrap();

    for what in [What::Presentation, What::Credential] {
        assert_eq!(sound.of(what), Verdict::Accepted, "{sound:?}");
        assert_eq!(changed.of(what), Verdict::Refused, "{changed:?}");
    }
}

#[test]
fn a_key_that_would_have_to_be_fetched_leaves_ssi_without_an_opinion_unless_its_document_is_given() {
    let institution = test_support::an_institution();
    let without_boolean = |credential: &mut serde_json::Value| {
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
    let document = institution.did_document(&["assertionMethod"]);

    let without = reader().read(&signed.text).unwrap();
    let given = second_opinion::Reader::new([], &[document]).unwrap();
    let with = given.read(&signed.text).unwrap();

    assert_eq!(without.of(What::Credential), Verdict::None, "{without:?}");
    assert_eq!(with.of(What::Credential), Verdict::Accepted, "{with:?}");
}

#[test]
fn what_is_no_credential_is_refused_by_name() {
    for text in [
        "",
        "{}",
        "[]",
        "not json",
        "a.b.c",
        "{\"type\": \"VerifiablePresentation\"",
    ] {
        assert!(reader().read(text).is_err(), "{text}");
    }
}
