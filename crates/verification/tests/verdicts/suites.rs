//! Credentials with Data Integrity proofs of every cryptosuite.

use proofs::data_integrity::{Cryptosuite, ecdsa_sd};
use serde_json::Value;

use crate::*;

fn checked(signed: &SignedMicrocredential) -> VerificationReport {
    let register = a_register().admitting(&an_institution());
    check(
        &signed.text,
        &register.resources_with(signed),
        &register.settings(),
    )
}

#[test]
fn every_suite_is_checked_alike_and_named_in_the_evidence() {
    for cryptosuite in [
        Cryptosuite::EddsaRdfc2022,
        Cryptosuite::EddsaJcs2022,
        Cryptosuite::EcdsaRdfc2019,
        Cryptosuite::EcdsaJcs2019,
    ] {
        let mut signed = a_microcredential().signed_with(cryptosuite);
        let report = checked(&signed);
        assert_eq!(verdict(&report), (Colour::Amber, "HLD-006"), "{cryptosuite}");
        let signature = report.axes.iter().find(|it| it.axis == Axis::Signature).unwrap();
        assert_eq!(signature.evidence["format"], "ldp_vc");
        assert_eq!(signature.evidence["cryptosuite"], cryptosuite.name());

        signed.text = signed.text.replace("Sanne", "Sanna");
        let report = checked(&signed);
        assert_eq!(verdict(&report), (Colour::Red, "VER-001"), "{cryptosuite}");

        let revoked = a_microcredential().revoked().signed_with(cryptosuite);
        assert_eq!(checked(&revoked).verdict.colour, Colour::Red, "{cryptosuite}");
    }
}

/// A proof over JSON holds for terms that mean nothing; what they say is not known all the same.
#[test]
fn a_term_without_meaning_is_never_green_where_json_is_signed() {
    let signed = a_microcredential()
        .changed(|credential| credential["grade"] = "10".into())
        .signed_with(Cryptosuite::EddsaJcs2022);
    let report = checked(&signed);
    assert_eq!(report.verdict.colour, Colour::Grey);
    assert_eq!(axis(&report, Axis::Structure), (Outcome::Inconclusive, "STR-004"));
}

#[test]
fn what_a_derived_proof_does_not_show_counts_as_not_shown() {
    let signed = a_microcredential().signed_selectively(&[]);
    let report = checked(&signed);
    assert_eq!(verdict(&report), (Colour::Amber, "DAT-006"));
    assert_eq!(
        axis(&report, Axis::Validity),
        (Outcome::Warning, "DAT-006"),
        "an end may be among it"
    );
    let ending = a_microcredential().expiring_on(day("2030-01-01"));
    assert_eq!(
        verdict(&checked(&ending.signed_selectively(&[]))),
        (Colour::Amber, "HLD-006")
    );
    let shown = report.credential.unwrap();
    assert!(shown.holder_name.is_some());
    assert!(shown.result.is_none());
    assert!(shown.hidden.contains(&credentials::facts::Group::Result));

    let changed = signed.text.replace("Sanne", "Sanna");
    let register = a_register().admitting(&an_institution());
    let report = check(&changed, &register.resources_with(&signed), &register.settings());
    assert_eq!(verdict(&report), (Colour::Red, "VER-001"));
}

#[test]
fn a_base_proof_is_not_judged_and_the_reader_is_told_whom_to_ask() {
    let report = checked(&a_microcredential().signed_as_base());
    assert_eq!(verdict(&report), (Colour::Grey, "SIG-005"));
}

/// An issuer that makes nothing mandatory lets its holders hide that a credential was revoked.
#[test]
fn a_status_that_may_have_been_left_out_is_never_green() {
    let mut signed = a_microcredential().revoked().signed_as_base();
    let mut document: Value = serde_json::from_str(&signed.text).unwrap();
    document.as_object_mut().unwrap().remove("proof");
    let institution = an_institution();
    let (signer, kid) = institution.p256();
    let options = proofs::data_integrity::ProofOptions::assertion(kid, now());
    let mut rng = test_support::rng("free");
    let free = ecdsa_sd::sign(&document, &options, &[], signer, &mut rng).unwrap();
    let members = ["issuer", "validFrom", "name", "credentialSubject"];
    let choice: Vec<String> = members.iter().map(|name| format!("/{name}")).collect();
    let shown = ecdsa_sd::derive(&free, &choice).unwrap();
    signed.text = shown.to_string();
    let report = checked(&signed);
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
    assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    assert_eq!(report.verdict.colour, Colour::Grey);
}

/// The issuer made the entries of its lists a choice of the holder's.
#[test]
fn a_derived_proof_that_shows_one_of_two_lists_is_grey() {
    for (shown, hidden) in [(0, "suspended"), (1, "revoked")] {
        let microcredential = match hidden {
            "revoked" => a_microcredential().revoked(),
            _ => a_microcredential().suspended(),
        };
        let mut signed = microcredential.signed_as_base();
        let mut document: Value = serde_json::from_str(&signed.text).unwrap();
        document.as_object_mut().unwrap().remove("proof");
        let institution = an_institution();
        let (signer, kid) = institution.p256();
        let options = proofs::data_integrity::ProofOptions::assertion(kid, now());
        let mandatory = ["/issuer", "/validFrom", "/type"].map(str::to_owned);
        let mut rng = test_support::rng("short");
        let free = ecdsa_sd::sign(&document, &options, &mandatory, signer, &mut rng).unwrap();
        let choice = ["/name", "/credentialSubject"].map(str::to_owned);
        let choice = [choice.to_vec(), vec![format!("/credentialStatus/{shown}")]].concat();
        signed.text = ecdsa_sd::derive(&free, &choice).unwrap().to_string();

        let report = checked(&signed);

        assert_eq!(
            axis(&report, Axis::Status),
            (Outcome::Inconclusive, "VER-004"),
            "{hidden}"
        );
        assert_eq!(report.verdict.colour, Colour::Grey, "{hidden}");
    }
}

/// The dates have other names there; the rest is read by the same rules.
#[test]
fn a_credential_of_the_data_model_1_1_is_read() {
    let old = |credential: &mut Value| {
        credential["@context"] = serde_json::json!([
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            "https://w3id.org/security/data-integrity/v2",
        ]);
        let members = credential.as_object_mut().unwrap();
        let issued = members.remove("validFrom").unwrap();
        members.insert("issuanceDate".to_owned(), issued);
        // The contexts of that time know neither these nor status lists.
        members.retain(|name, _| !["credentialStatus", "relatedResource"].contains(&name.as_str()));
        let achievement = &mut credential["credentialSubject"]["achievement"];
        achievement.as_object_mut().unwrap().remove("inLanguage");
    };
    let signed = a_microcredential()
        .changed(old)
        .signed_with(Cryptosuite::EddsaRdfc2022);
    let report = checked(&signed);
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
    assert_eq!(axis(&report, Axis::Structure).0, Outcome::Passed);
    assert_eq!(axis(&report, Axis::Validity).0, Outcome::Passed);
    assert!(report.credential.unwrap().awarded_on.is_some());
}
