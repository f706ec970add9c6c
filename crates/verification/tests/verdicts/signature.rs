//! Whether it is unchanged since it was signed.

use crate::*;

use serde_json::{Value, json};

#[test]
fn a_changed_credential_is_red_and_nothing_that_rests_on_it_is_looked_at() {
    let (signed, resources, settings) = a_sound_one();
    let shown = signed.shown();
    let payload = shown.split('.').nth(1).unwrap();
    let other = a_microcredential().of_level(7).signed().text;
    let other = other.split('.').nth(1).unwrap().to_owned();
    // A payload of another credential whose disclosures are the same.
    let report = check(&shown.replacen(payload, &other, 1), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Red, "VER-001"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Failed, "VER-001"));
    for axis_name in [
        Axis::Status,
        Axis::AccreditedAtIssuance,
        Axis::AccreditedNow,
        Axis::Scope,
        Axis::InstitutionQuality,
    ] {
        assert_eq!(axis(&report, axis_name), (Outcome::NotApplicable, "GEN-001"));
    }
    assert!(report.chain.is_empty());
}

#[test]
fn a_claim_the_issuer_did_not_sign_is_red() {
    let (signed, resources, settings) = a_sound_one();
    // ["c2FsdHNhbHRzYWx0c2FsdA","result",[{"type":["Result"],"value":"10"}]]
    let forged =
        "WyJjMkZzZEhOaGJIUnpZV3gwYzJGc2RBIiwicmVzdWx0IixbeyJ0eXBlIjpbIlJlc3VsdCJdLCJ2YWx1ZSI6IjEwIn1dXQ";
    let report = check(&format!("{}{forged}~", signed.text), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Red, "VER-001"));
    assert_eq!(report.credential, None);
}

#[test]
fn a_data_integrity_credential_is_checked_as_well() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as_data_integrity();
    let report = check(
        &signed.text,
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Amber, "HLD-006"));
    for axis_name in Axis::ALL
        .into_iter()
        .filter(|it| ![Axis::Holder, Axis::InstitutionQuality].contains(it))
    {
        assert_eq!(axis(&report, axis_name).0, Outcome::Passed, "{axis_name:?}");
    }
    assert_eq!(report.credential.unwrap().format, "ldp_vc");

    let changed = signed.text.replace("Sanne", "Sanna");
    let report = check(&changed, &register.resources_with(&signed), &register.settings());
    assert_eq!(verdict(&report), (Colour::Red, "VER-001"));
}

#[test]
fn an_added_term_without_meaning_is_never_green() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as_data_integrity();
    let added = signed.text.replacen('{', r#"{"grade":"10","#, 1);
    let report = check(&added, &register.resources_with(&signed), &register.settings());
    assert_eq!(report.verdict.colour, Colour::Grey);
    assert_eq!(axis(&report, Axis::Structure), (Outcome::Inconclusive, "STR-004"));
}

/// The statements that were signed are the same; only who reads members by their names would miss them.
#[test]
fn a_status_and_an_end_spelled_as_iris_do_not_go_unnoticed() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential()
        .revoked()
        .expiring_on(day("2026-10-01"))
        .signed_as_data_integrity();
    let renamed = signed
        .text
        .replace(
            "\"credentialStatus\"",
            "\"https://www.w3.org/2018/credentials#credentialStatus\"",
        )
        .replace(
            "\"validUntil\":\"2026-10-01T00:00:00Z\"",
            "\"https://www.w3.org/2018/credentials#validUntil\":{\"@type\":\"http://www.w3.org/2001/XMLSchema#dateTime\",\"@value\":\"2026-10-01T00:00:00Z\"}",
        );
    assert_ne!(renamed, signed.text);
    let report = check(&renamed, &register.resources_with(&signed), &register.settings());
    assert_eq!(report.verdict.colour, Colour::Grey);
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Inconclusive, "SIG-003"));
}

/// A context in the document may give a name that is read here another meaning, so what it says is not known.
#[test]
fn a_context_of_the_documents_own_is_never_green() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as_data_integrity();
    for own in [
        json!({"credentialStatus": "https://terms.example/other"}),
        json!({"name": "https://schema.org/name"}),
        json!({}),
        json!(null),
    ] {
        let mut added: Value = serde_json::from_str(&signed.text).unwrap();
        added["@context"].as_array_mut().unwrap().push(own.clone());
        let resources = register.resources_with(&signed);
        let report = check(&added.to_string(), &resources, &register.settings());
        assert_ne!(axis(&report, Axis::Signature).0, Outcome::Passed, "{own}");
        assert!(
            matches!(report.verdict.colour, Colour::Grey | Colour::Red),
            "{own}: {:?}",
            verdict(&report)
        );
    }
}

/// Such members are signed by nobody, so nothing good may be read in them.
#[test]
fn members_without_a_value_make_no_verdict_better() {
    let register = a_register().admitting(&an_institution());
    for microcredential in [a_microcredential(), a_microcredential().revoked()] {
        let signed = microcredential.signed_as_data_integrity();
        let resources = register.resources_with(&signed);
        let before = check(&signed.text, &resources, &register.settings());
        for member in [
            "\"validUntil\":null",
            "\"validUntil\":[]",
            "\"refreshService\":[]",
            "\"termsOfUse\":[]",
            "\"endorsement\":null",
            "\"refreshService\":null",
        ] {
            let added = signed.text.replacen('{', &format!("{{{member},"), 1);
            // A data model that has no such value may refuse it.
            let report = check(&added, &resources, &register.settings());
            let is_refused = axis(&report, Axis::Structure).0 == Outcome::Failed;
            assert!(
                is_refused || verdict(&report) == verdict(&before),
                "{member}: {:?}",
                verdict(&report)
            );
            assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed, "{member}");
        }
    }
}

/// JSON-LD knows no difference between a value and an array with that value, so the signature holds.
#[test]
fn what_limits_an_admission_is_compared_in_an_array_too() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential()
        .under_framework("https://framework.example.org/mbo/2024")
        .signed_as_data_integrity();
    let framework = "\"targetUrl\":\"https://framework.example.org/mbo/2024\"";
    let in_array = "\"targetUrl\":[\"https://framework.example.org/mbo/2024\",\"https://framework.example.org/mbo/2024\"]";
    assert!(signed.text.contains(framework));
    for text in [signed.text.clone(), signed.text.replace(framework, in_array)] {
        let report = check(&text, &register.resources_with(&signed), &register.settings());
        assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
        assert_eq!(verdict(&report), (Colour::Red, "ACC-005"));
    }
}

#[test]
fn a_proof_of_an_unknown_kind_cannot_be_told() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as_data_integrity();
    let other = signed.text.replace("eddsa-rdfc-2022", "bbs-2023");
    let report = check(&other, &register.resources_with(&signed), &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "SIG-003"));
}

/// An admitted issuer may write anything into its own credentials, another's name as well.
#[test]
fn an_issuer_is_called_what_the_register_calls_it() {
    let report = shown(
        &an_institution(),
        a_microcredential().changed(|credential| {
            credential["issuer"]["name"] = "A Famous University".into();
            credential["issuer"]["parentOrg"]["name"] = "A Famous University".into();
        }),
    );
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    let issuer = report.credential.unwrap().issuer;
    assert_eq!(issuer.name.as_deref(), Some("Academie voor Energie en Techniek"));
    assert_eq!(issuer.institution.as_deref(), Some("Hogeschool Waterland"));
}

#[test]
fn a_token_date_that_is_no_number_is_not_passed_over() {
    for claim in ["iat", "nbf", "exp"] {
        let change = match claim {
            "iat" => |credential: &mut serde_json::Value| credential["iat"] = "2020-01-01".into(),
            "nbf" => |credential: &mut serde_json::Value| credential["nbf"] = "2020-01-01".into(),
            _ => |credential: &mut serde_json::Value| credential["exp"] = "2020-01-01".into(),
        };
        let report = shown(&an_institution(), a_microcredential().changed(change));
        assert_eq!(axis(&report, Axis::Validity).0, Outcome::Inconclusive, "{claim}");
        assert_eq!(report.verdict.colour, Colour::Grey, "{claim}");
    }
}
