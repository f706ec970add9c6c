//! What an employer is told: every verdict, and the axis that decides it.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{Duration, TimeDelta};
use credentials::{award::Sector, open_badges::Copy};
use test_support::{
    Institution, Microcredential, SignedMicrocredential, a_microcredential, a_register, an_institution, day,
    moment, now,
};
use verification::{
    Axis, Colour, Outcome, Resources, Settings, VerificationReport, from_json, needs, read, verify,
};

fn check(text: &str, resources: &Resources, settings: &Settings) -> VerificationReport {
    let report = verify(&read(text).unwrap(), resources, settings, now());
    let axes: Vec<_> = report.axes.iter().map(|report| report.axis).collect();
    assert_eq!(axes, Axis::ALL, "every axis, always, in this order");
    report
}

/// Shown by its holder to somebody who trusts a register that lists this institution.
fn shown(institution: &Institution, microcredential: Microcredential) -> VerificationReport {
    let register = a_register().admitting(institution);
    let signed = microcredential.by(institution).signed();
    check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    )
}

fn verdict(report: &VerificationReport) -> (Colour, &'static str) {
    (report.verdict.colour, report.verdict.message.code.id())
}

fn axis(report: &VerificationReport, axis: Axis) -> (Outcome, &'static str) {
    let report = report.axis(axis).unwrap();
    (report.outcome, report.code().id())
}

/// A credential of [`an_institution`], and the register that lists it.
fn a_sound_one() -> (SignedMicrocredential, Resources, Settings) {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let resources = register.resources_with(&signed);
    (signed, resources, register.settings())
}

// The verdict table.

#[test]
fn active_then_and_now_and_in_scope_is_green() {
    let report = shown(
        &an_institution().judged("positive", "2022-06-01", "2028-05-31"),
        a_microcredential(),
    );
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert!(
        report.axes.iter().all(|axis| axis.outcome == Outcome::Passed),
        "{:#?}",
        report.axes
    );
    let roles: Vec<_> = report.chain.iter().map(|link| link.role).collect();
    assert_eq!(roles.len(), 4);
    let notices: Vec<_> = report.notices.iter().map(|notice| notice.code.id()).collect();
    assert_eq!(notices, ["INF-001", "INF-002", "INF-003", "INF-004"]);
}

#[test]
fn active_then_and_not_now_is_amber_since_nothing_proves_the_date() {
    for institution in [
        an_institution().suspended(day("2026-10-01")),
        an_institution().withdrawn(day("2026-10-01")),
    ] {
        let report = shown(&institution, a_microcredential());
        assert_eq!(verdict(&report), (Colour::Amber, "ACC-008"));
        assert_eq!(
            axis(&report, Axis::AccreditedAtIssuance),
            (Outcome::Warning, "ACC-008")
        );
        assert_eq!(axis(&report, Axis::AccreditedNow), (Outcome::Warning, "ACC-013"));
        assert!(
            report
                .axis(Axis::AccreditedNow)
                .unwrap()
                .message
                .nl
                .contains("1 oktober 2026")
        );
        assert_eq!(axis(&report, Axis::Scope), (Outcome::Passed, "SCP-001"));
    }
}

#[test]
fn accreditation_now_is_looked_at_now() {
    let report = shown(
        &an_institution().suspended(day("2026-11-01")),
        a_microcredential(),
    );
    assert_eq!(axis(&report, Axis::AccreditedNow).0, Outcome::Warning);
    assert_eq!(report.verdict.colour, Colour::Amber);
}

#[test]
fn suspended_at_issuance_is_red_though_active_again() {
    let institution = an_institution()
        .suspended(day("2026-09-01"))
        .reinstated(day("2026-10-01"));
    let report = shown(&institution, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "ACC-003"));
    assert_eq!(
        axis(&report, Axis::AccreditedAtIssuance),
        (Outcome::Failed, "ACC-003")
    );
    assert_eq!(axis(&report, Axis::AccreditedNow), (Outcome::Passed, "ACC-012"));
    assert!(report.verdict.message.en.contains("14 September 2026"));
}

#[test]
fn not_yet_admitted_or_expired_at_issuance_is_red() {
    let not_yet = shown(
        &an_institution(),
        a_microcredential().awarded_on(moment("2025-04-30T12:00:00Z")),
    );
    // The key was not in use yet either, and that is said first.
    assert_eq!(verdict(&not_yet), (Colour::Red, "ACC-009"));
    assert_eq!(
        axis(&not_yet, Axis::AccreditedAtIssuance),
        (Outcome::Failed, "ACC-003")
    );

    let ended =
        an_institution().with_institution(|it| it.accreditations[0].valid_until = Some(day("2026-09-01")));
    let ended = ended.with_unit(|it| it.accreditations[0].valid_until = Some(day("2026-09-01")));
    assert_eq!(
        verdict(&shown(&ended, a_microcredential())),
        (Colour::Red, "ACC-003")
    );

    let never = an_institution().with_unit(|it| it.accreditations.clear());
    let report = shown(&never, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "ACC-003"));
    assert_eq!(axis(&report, Axis::Scope).0, Outcome::NotApplicable);
}

#[test]
fn withdrawn_retroactively_is_red_in_its_own_words() {
    let institution = an_institution().withdrawn_retroactively(day("2026-09-01"), day("2026-11-01"));
    let report = shown(&institution, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "ACC-004"));
}

#[test]
fn out_of_scope_is_red_and_says_of_what() {
    let cases: [(Microcredential, &str); 5] = [
        (a_microcredential().of_level(8), "level EQF 8"),
        (a_microcredential().of_size(45.0), "size 45 ECTS"),
        (a_microcredential().in_sector(Sector::Mbo), "sector mbo"),
        (
            a_microcredential().of_type("Diploma"),
            "type of credential Diploma",
        ),
        (
            a_microcredential().under_framework("https://framework.example.org/mbo/2024"),
            "quality framework",
        ),
    ];
    for (microcredential, what) in cases {
        let report = shown(&an_institution(), microcredential);
        assert_eq!(verdict(&report), (Colour::Red, "ACC-005"), "{what}");
        assert!(
            report.verdict.message.en.contains(what),
            "{}",
            report.verdict.message.en
        );
        assert_eq!(
            axis(&report, Axis::AccreditedAtIssuance).0,
            Outcome::Passed,
            "{what}"
        );
    }
}

#[test]
fn out_of_scope_is_red_also_when_the_institution_left() {
    let report = shown(
        &an_institution().withdrawn(day("2026-10-01")),
        a_microcredential().of_level(8),
    );
    assert_eq!(verdict(&report), (Colour::Red, "ACC-005"));
}

#[test]
fn a_unit_wider_than_its_institution_is_out_of_scope() {
    let institution =
        an_institution().with_unit(|it| it.accreditations[0].scope.eqf = Some(vec![5, 6, 7, 8]));
    assert_eq!(
        verdict(&shown(&institution, a_microcredential())),
        (Colour::Red, "ACC-005")
    );
}

#[test]
fn an_unknown_issuer_is_grey_and_not_accused() {
    let signed = a_microcredential().signed();
    let register = a_register();
    let mut resources = register.resources_with(&signed);
    resources.insert_body(
        "https://waterland.example/energie/did.json",
        did_document(),
        now(),
    );
    let report = check(&signed.shown(), &resources, &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-006"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Passed, "SIG-001"));
    assert_eq!(axis(&report, Axis::IssuerKey), (Outcome::Passed, "KEY-004"));
    assert_eq!(
        axis(&report, Axis::InstitutionQuality),
        (Outcome::Inconclusive, "QUA-004")
    );
    for axis in [Axis::AccreditedAtIssuance, Axis::AccreditedNow, Axis::Scope] {
        assert_eq!(report.axis(axis).unwrap().outcome, Outcome::Inconclusive);
    }
}

#[test]
fn a_register_out_of_reach_is_grey() {
    let signed = a_microcredential().signed();
    let register = a_register().admitting(&an_institution());
    let mut resources = register.resources_with(&signed);
    resources.insert_unreachable(register.settings().register_url, "no network");
    resources.insert_body(
        "https://waterland.example/energie/did.json",
        did_document(),
        now(),
    );
    let report = check(&signed.shown(), &resources, &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
    assert_eq!(report.register, None);
}

#[test]
fn a_stale_register_is_grey_with_its_date_and_what_it_holds_against_an_issuer_stands() {
    let signed = a_microcredential().signed();
    let stale = |institution: Institution| {
        let register = a_register()
            .admitting(&institution)
            .issued_at(moment("2026-11-19T09:00:00Z"));
        check(
            &signed.shown(),
            &register.resources_with(&signed),
            &register.settings(),
        )
    };
    let report = stale(an_institution());
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    assert_eq!(
        report.verdict.message.nl,
        "Register niet te raadplegen; stand van 19 november 2026 gebruikt."
    );
    assert_eq!(
        report.axis(Axis::AccreditedNow).unwrap().as_of,
        Some(moment("2026-11-19T09:00:00Z"))
    );
    assert!(!report.register.as_ref().unwrap().fresh);
    assert_eq!(
        axis(&report, Axis::Signature).0,
        Outcome::Passed,
        "the key is known without fetching anything"
    );

    assert_eq!(
        verdict(&stale(an_institution().withdrawn(day("2026-10-01")))),
        (Colour::Grey, "ACC-007")
    );
    assert_eq!(
        verdict(&stale(an_institution().suspended(day("2026-09-01")))),
        (Colour::Red, "ACC-003")
    );
}

#[test]
fn a_register_list_that_cannot_be_relied_on_counts_as_none() {
    let (signed, resources, settings) = a_sound_one();
    let rolled_back = Settings {
        minimum_sequence: 419,
        ..settings.clone()
    };
    let other_anchor = Settings {
        anchors: vec![trust::TrustAnchor {
            jwk: signed.holder().public_key().to_jwk(),
            ..settings.anchors[0].clone()
        }],
        ..settings
    };
    for settings in [rolled_back, other_anchor] {
        let report = check(&signed.shown(), &resources, &settings);
        assert_eq!(
            axis(&report, Axis::AccreditedAtIssuance),
            (Outcome::Inconclusive, "ACC-007")
        );
        assert_eq!(axis(&report, Axis::Signature), (Outcome::Inconclusive, "SIG-002"));
        assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    }
}

// Keys.

#[test]
fn a_key_outside_its_window_is_red() {
    for (from, until) in [("2026-10-01", None), ("2025-05-01", Some("2026-09-01"))] {
        let institution = an_institution().keys_valid(day(from), until.map(day));
        let report = shown(&institution, a_microcredential());
        assert_eq!(verdict(&report), (Colour::Red, "ACC-009"), "{from}");
        assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
    }
    let rotated_since = an_institution().keys_valid(day("2025-05-01"), Some(day("2026-10-01")));
    assert_eq!(
        axis(&shown(&rotated_since, a_microcredential()), Axis::IssuerKey).0,
        Outcome::Passed
    );
}

#[test]
fn a_compromised_key_is_red_whatever_date_the_credential_gives() {
    let report = shown(
        &an_institution().keys_compromised(day("2026-10-01")),
        a_microcredential(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "ACC-009"));
}

#[test]
fn a_key_the_register_does_not_list_is_red() {
    let report = shown(&an_institution().without_keys(), a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "KEY-003"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Inconclusive, "SIG-002"));
}

#[test]
fn a_credential_signed_with_anothers_key_is_red() {
    let other = Institution::new("elders", "Hogeschool Elders", "Elsewhere University");
    let register = a_register().admitting(&an_institution()).admitting(&other);
    let signed = a_microcredential()
        .by(&other)
        .changed(|credential| {
            credential["issuer"]["id"] = an_institution().issuer().as_str().into();
        })
        .signed();
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "KEY-002"));
    assert_eq!(
        axis(&report, Axis::AccreditedNow),
        (Outcome::NotApplicable, "GEN-001")
    );
    assert!(report.chain.is_empty(), "it borrows nobody's standing");
}

#[test]
fn the_key_of_an_issuer_nobody_knows_has_to_be_its_own_too() {
    let other = Institution::new("elders", "Hogeschool Elders", "Elsewhere University");
    let signed = a_microcredential()
        .by(&other)
        .changed(|credential| credential["issuer"]["id"] = "did:web:stranger.example".into())
        .signed();
    let register = a_register().admitting(&other);
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "KEY-002"));
}

// The signature.

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

// The holder.

#[test]
fn from_wallet_to_qr_code_to_verifier_is_green() {
    let (signed, resources, settings) = a_sound_one();
    let report = check(&signed.qr(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert_eq!(axis(&report, Axis::Holder), (Outcome::Passed, "HLD-002"));
}

#[test]
fn a_copy_without_its_holder_is_real_and_amber() {
    let (signed, resources, settings) = a_sound_one();
    let report = check(&signed.text, &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Amber, "HLD-006"));
    assert_eq!(axis(&report, Axis::Holder), (Outcome::Inconclusive, "HLD-005"));
    assert!(report.verdict.message.en.starts_with("Real, but"));
}

#[test]
fn an_old_presentation_is_grey() {
    let (signed, resources, settings) = a_sound_one();
    let age = |age: TimeDelta| check(&signed.shown_at(now() - age), &resources, &settings);
    assert_eq!(verdict(&age(Duration::minutes(5))), (Colour::Green, "ACC-001"));
    let report = age(Duration::minutes(5) + Duration::seconds(1));
    assert_eq!(verdict(&report), (Colour::Grey, "HLD-003"));
    assert_eq!(axis(&report, Axis::Holder).0, Outcome::Failed);
    assert!(age(Duration::days(30)).verdict.message.nl.contains("30 dagen"));
}

#[test]
fn a_presentation_from_the_future_is_grey() {
    let (signed, resources, settings) = a_sound_one();
    let ahead = |ahead: TimeDelta| check(&signed.shown_at(now() + ahead), &resources, &settings);
    assert_eq!(verdict(&ahead(Duration::minutes(6))), (Colour::Grey, "HLD-004"));
    let report = ahead(Duration::minutes(4));
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert!(
        report.notices.iter().any(|notice| notice.code.id() == "INF-005"),
        "the tolerance is said"
    );
}

#[test]
fn the_answer_to_a_challenge_is_told_from_a_presentation_without_one() {
    let (signed, resources, settings) = a_sound_one();
    let asked = Settings {
        challenge: Some("493817".to_owned()),
        ..settings
    };
    let answered = check(&signed.answering("493817", now()), &resources, &asked);
    assert_eq!(axis(&answered, Axis::Holder), (Outcome::Passed, "HLD-001"));
    assert_eq!(answered.verdict.colour, Colour::Green);

    let unasked = check(&signed.shown(), &resources, &asked);
    assert_eq!(verdict(&unasked), (Colour::Grey, "HLD-007"));

    let replayed = check(&signed.answering("111111", now()), &resources, &asked);
    assert_eq!(verdict(&replayed), (Colour::Red, "VER-002"));
}

#[test]
fn a_presentation_by_somebody_else_is_red() {
    let (signed, resources, settings) = a_sound_one();
    let thief = test_support::key(proofs::Algorithm::Es256, "thief");
    let sd_jwt = signed.sd_jwt();
    let stolen = sd_jwt
        .bind("urn:waarmerk:show", "unchallenged", now(), &thief)
        .unwrap();
    assert_eq!(
        verdict(&check(&stolen, &resources, &settings)),
        (Colour::Red, "VER-002")
    );

    let elsewhere = sd_jwt
        .bind("https://other.example", "unchallenged", now(), signed.holder())
        .unwrap();
    assert_eq!(
        verdict(&check(&elsewhere, &resources, &settings)),
        (Colour::Red, "VER-002")
    );

    // Something was taken out after the holder had signed.
    let shown = signed.shown();
    let parts: Vec<_> = shown.split('~').collect();
    let fewer = [&parts[..1], &parts[2..]].concat().join("~");
    assert_eq!(
        verdict(&check(&fewer, &resources, &settings)),
        (Colour::Red, "VER-002")
    );
}

#[test]
fn a_credential_bound_to_another_than_its_subject_is_red() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential()
        .changed(|credential| {
            let other = test_support::key(proofs::Algorithm::Es256, "other")
                .public_key()
                .to_did_key();
            credential["credentialSubject"]["id"] = other.as_str().into();
        })
        .signed();
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "VER-002"));
}

// Dates.

#[test]
fn an_expired_credential_is_red_from_five_minutes_after_its_end() {
    let ending = |end| shown(&an_institution(), a_microcredential().expiring_on(end));
    assert_eq!(
        verdict(&ending(now() - Duration::minutes(6))),
        (Colour::Red, "DAT-003")
    );
    assert_eq!(
        verdict(&ending(now() - Duration::minutes(4))),
        (Colour::Green, "ACC-001")
    );
    assert_eq!(
        axis(&ending(day("2030-01-01")), Axis::Validity),
        (Outcome::Passed, "DAT-002")
    );
}

#[test]
fn a_credential_from_the_future_is_red() {
    let awarded = |at| shown(&an_institution(), a_microcredential().awarded_on(at));
    assert_eq!(
        verdict(&awarded(now() + Duration::minutes(6))),
        (Colour::Red, "DAT-004")
    );
    assert_eq!(
        awarded(now() + Duration::minutes(4)).verdict.colour,
        Colour::Green
    );
}

#[test]
fn the_dates_of_the_token_count_beside_those_of_the_credential() {
    let expired = a_microcredential().changed(|credential| credential["exp"] = 1_700_000_000.into());
    assert_eq!(
        verdict(&shown(&an_institution(), expired)),
        (Colour::Red, "DAT-003")
    );
    let early = a_microcredential().changed(|credential| credential["nbf"] = 4_000_000_000_u64.into());
    assert_eq!(
        verdict(&shown(&an_institution(), early)),
        (Colour::Red, "DAT-004")
    );
}

// Status.

#[test]
fn a_revoked_credential_is_red() {
    let report = shown(&an_institution(), a_microcredential().revoked());
    assert_eq!(verdict(&report), (Colour::Red, "VER-003"));
    assert_eq!(axis(&report, Axis::Status), (Outcome::Failed, "VER-003"));
    assert_eq!(
        report.verdict.message.nl,
        "Ingetrokken door Hogeschool Waterland (stand van 21 november 2026)."
    );
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
}

#[test]
fn a_suspended_credential_is_red_in_its_own_words() {
    let report = shown(&an_institution(), a_microcredential().suspended());
    assert_eq!(verdict(&report), (Colour::Red, "STA-003"));
}

#[test]
fn a_status_list_out_of_reach_is_grey() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    for missing in 0..2 {
        let mut resources = register.resources_with(&signed);
        resources.insert_unreachable(signed.status_lists().signed()[missing].0.clone(), "no network");
        let report = check(&signed.shown(), &resources, &register.settings());
        assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
        assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    }
    let report = check(&signed.shown(), &register.resources(), &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"), "never fetched");
}

#[test]
fn a_stale_status_list_is_grey_with_its_date_and_a_revocation_in_it_is_final() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let old = signed
        .status_lists()
        .clone()
        .valid_from(moment("2026-11-14T09:00:00Z"));
    let with = |lists: &test_support::StatusLists| {
        let mut resources = register.resources();
        for (url, list) in lists.signed() {
            resources.insert_body(url, list.to_string(), moment("2026-11-14T09:05:00Z"));
        }
        check(&signed.shown(), &resources, &register.settings())
    };
    let report = with(&old);
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
    assert_eq!(
        report.verdict.message.en,
        "Revocation cannot be checked; last known: not revoked on 14 November 2026."
    );
    assert_eq!(verdict(&with(&old.revoked(true))), (Colour::Red, "VER-003"));
}

#[test]
fn a_status_list_that_is_not_the_issuers_is_grey() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().revoked().signed();
    let forger = Institution::new("elders", "Hogeschool Elders", "Elsewhere University");
    let with = |change: &dyn Fn(String, serde_json::Value) -> String| {
        let mut resources = register.resources();
        for (url, list) in signed.status_lists().clone().revoked(false).signed() {
            resources.insert_body(url.clone(), change(url, list), now());
        }
        check(&signed.shown(), &resources, &register.settings())
    };
    let forged = with(&|url, _| {
        let [(first, a), (_, b)] = signed.status_lists().clone().revoked(false).signed_by(&forger);
        if url == first {
            a.to_string()
        } else {
            b.to_string()
        }
    });
    let swapped = with(&|url, _| {
        let [(first, a), (_, b)] = signed.status_lists().clone().revoked(false).signed();
        if url == first {
            b.to_string()
        } else {
            a.to_string()
        }
    });
    let unsigned = with(&|_, mut list| {
        list.as_object_mut().unwrap().remove("proof");
        list.to_string()
    });
    let changed = with(&|_, list| list.to_string().replace("T", "t"));
    let nonsense = with(&|_, _| "<html>".to_owned());
    for report in [forged, swapped, unsigned, changed, nonsense] {
        assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
        assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    }
}

#[test]
fn a_status_list_signed_with_a_compromised_key_is_grey() {
    let institution = an_institution().with_unit(|unit| {
        let (_, ed25519) = an_institution().ed25519();
        let key = unit.keys.iter_mut().find(|key| key.kid == ed25519).unwrap();
        key.compromised_at = Some(day("2026-11-21"));
    });
    // The list says to be from before that, as a thief would write it.
    let register = a_register().admitting(&institution);
    let signed = a_microcredential().signed();
    let mut resources = register.resources();
    for (url, list) in signed
        .status_lists()
        .clone()
        .valid_from(moment("2026-11-20T23:00:00Z"))
        .signed()
    {
        resources.insert_body(url, list.to_string(), now());
    }
    let report = check(&signed.shown(), &resources, &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
    assert_eq!(
        axis(&report, Axis::IssuerKey).0,
        Outcome::Passed,
        "the other key is as good as before"
    );
}

#[test]
fn a_credential_without_a_status_says_so_and_is_not_held_back() {
    let report = shown(&an_institution(), a_microcredential().without_status());
    assert_eq!(axis(&report, Axis::Status), (Outcome::NotApplicable, "STA-002"));
    assert_eq!(report.verdict.colour, Colour::Green);
}

#[test]
fn a_status_that_may_have_been_left_out_is_grey() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().without_status().signed();
    let resources = register.resources_with(&signed);
    let report = check(
        &signed.shown_without(&["/evidence"]),
        &resources,
        &register.settings(),
    );
    assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    assert_eq!(report.verdict.colour, Colour::Grey);
}

#[test]
fn a_status_entry_of_an_unknown_kind_is_grey() {
    let unknown = a_microcredential().changed(|credential| {
        credential["credentialStatus"][1]["type"] = "SomeOtherList".into();
    });
    assert_eq!(
        verdict(&shown(&an_institution(), unknown)),
        (Colour::Grey, "VER-004")
    );
}

// Structure.

#[test]
fn a_broken_rule_of_the_data_model_is_red_and_named() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 6] = [
        ("@context", |it| {
            it["@context"] = serde_json::json!(["https://www.w3.org/2018/credentials/v1"])
        }),
        ("type", |it| {
            it["type"] = serde_json::json!(["OpenBadgeCredential"])
        }),
        ("validFrom", |it| it["validFrom"] = "2026-09-14".into()),
        ("validFrom", |it| it["validFrom"] = "14 september 2026".into()),
        ("validUntil", |it| it["validUntil"] = 5.into()),
        ("id", |it| it["id"] = "no-address".into()),
    ];
    for (member, change) in cases {
        let report = shown(&an_institution(), a_microcredential().changed(change));
        assert_eq!(
            axis(&report, Axis::Structure),
            (Outcome::Failed, "STR-002"),
            "{member}"
        );
        assert_eq!(report.verdict.colour, Colour::Red, "{member}");
        assert!(report.axis(Axis::Structure).unwrap().message.en.contains(member));
    }
}

#[test]
fn another_kind_of_credential_is_grey_and_not_accused() {
    let diploma = a_microcredential().changed(|credential| {
        credential["type"] = serde_json::json!(["VerifiableCredential", "DiplomaCredential"]);
    });
    let report = shown(&an_institution(), diploma);
    assert_eq!(verdict(&report), (Colour::Grey, "STR-003"));
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
}

#[test]
fn an_unknown_context_is_grey_and_named() {
    let foreign = a_microcredential().changed(|credential| {
        let contexts = credential["@context"].as_array_mut().unwrap();
        contexts.push("https://other.example/context".into());
    });
    let report = shown(&an_institution(), foreign);
    assert_eq!(verdict(&report), (Colour::Grey, "STR-004"));
    assert!(
        report
            .verdict
            .message
            .nl
            .contains("https://other.example/context")
    );
}

#[test]
fn outcomes_without_level_and_size_are_grey() {
    let separated = a_microcredential().changed(|credential| {
        let achievement = credential["credentialSubject"]["achievement"]
            .as_object_mut()
            .unwrap();
        achievement.remove("levelIndication");
    });
    let register = a_register().admitting(&an_institution());
    let signed = separated.signed();
    // Something else was left out, so the level might have been as well.
    let shown = signed.shown_without(&["/evidence"]);
    let report = check(&shown, &register.resources_with(&signed), &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "STR-005"));
}

#[test]
fn a_credential_that_states_no_level_cannot_be_compared() {
    let unstated = a_microcredential().changed(|credential| {
        let achievement = credential["credentialSubject"]["achievement"]
            .as_object_mut()
            .unwrap();
        achievement.remove("levelIndication");
    });
    let report = shown(&an_institution(), unstated);
    assert_eq!(verdict(&report), (Colour::Grey, "SCP-002"));
    assert!(report.verdict.message.nl.contains("niveau"));
}

#[test]
fn a_token_that_is_no_credential_is_red() {
    let (signed, resources, settings) = a_sound_one();
    let kid = an_institution().p256().1;
    let other = proofs::sd_jwt::issue(
        signed.sd_jwt().signed_payload(),
        &[],
        &serde_json::json!({ "typ": "secevent+sd-jwt", "kid": kid }),
        an_institution().p256().0,
        &mut test_support::rng("other"),
    );
    // A payload that was issued once cannot be issued again as it is.
    assert!(other.is_err());
    let other = proofs::sd_jwt::issue(
        &serde_json::json!({ "vct": "https://other.example" }),
        &[],
        &serde_json::json!({ "typ": "secevent+sd-jwt", "kid": kid }),
        an_institution().p256().0,
        &mut test_support::rng("other"),
    );
    let report = check(&other.unwrap(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Red, "STR-002"));
    assert_eq!(
        axis(&report, Axis::Signature),
        (Outcome::NotApplicable, "GEN-001")
    );
}

// The institution itself.

#[test]
fn the_judgement_about_the_institution_is_an_axis_of_its_own() {
    let judged = |institution: Institution| shown(&institution, a_microcredential());
    let unknown = judged(an_institution());
    assert_eq!(
        axis(&unknown, Axis::InstitutionQuality),
        (Outcome::Inconclusive, "QUA-004")
    );
    assert_eq!(
        unknown.verdict.colour,
        Colour::Green,
        "what is unknown does not colour"
    );

    let negative = judged(an_institution().judged("negative", "2026-01-01", "2027-01-01"));
    assert_eq!(verdict(&negative), (Colour::Amber, "QUA-002"));

    let ended = judged(an_institution().judged("positive", "2020-01-01", "2026-10-01"));
    assert_eq!(verdict(&ended), (Colour::Amber, "QUA-003"));
    assert!(ended.verdict.message.nl.contains("1 oktober 2026"));

    let since = judged(an_institution().judged("positive", "2026-10-01", "2030-01-01"));
    assert_eq!(
        axis(&since, Axis::InstitutionQuality),
        (Outcome::Passed, "QUA-005")
    );
}

// Precedence.

#[test]
fn the_worst_decides_and_every_other_axis_is_still_told() {
    let institution = an_institution().withdrawn(day("2026-10-01"));
    let register = a_register().admitting(&institution);
    let signed = a_microcredential().by(&institution).revoked().signed();
    let report = check(
        &signed.text,
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "VER-003"));
    assert_eq!(axis(&report, Axis::Holder).1, "HLD-005");
    assert_eq!(axis(&report, Axis::AccreditedAtIssuance).1, "ACC-008");
}

#[test]
fn of_two_limits_the_institutions_goes_before_the_missing_holder() {
    let institution = an_institution().withdrawn(day("2026-10-01"));
    let register = a_register().admitting(&institution);
    let signed = a_microcredential().by(&institution).signed();
    let report = check(
        &signed.text,
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Amber, "ACC-008"));
}

// What is shown and what is not.

#[test]
fn what_the_holder_left_out_is_named_and_not_shown() {
    let (signed, resources, settings) = a_sound_one();
    let shown = signed.shown_without(&[
        "/credentialSubject/result",
        "/credentialSubject/achievement/assessment",
    ]);
    let report = check(&shown, &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    let credential = report.credential.unwrap();
    let hidden = serde_json::to_value(&credential.hidden).unwrap();
    assert_eq!(hidden, serde_json::json!(["assessment", "result"]));
    assert_eq!((credential.result, credential.assessment), (None, None));
    assert_eq!(credential.holder_name.as_deref(), Some("Sanne de Vries"));
    assert_eq!(credential.outcomes.len(), 2);
}

#[test]
fn the_report_has_the_shape_that_pages_and_programs_read() {
    let report = serde_json::to_value(shown(&an_institution(), a_microcredential())).unwrap();
    assert_eq!(report["verdict"]["colour"], "green");
    assert_eq!(report["verdict"]["code"], "ACC-001");
    assert_eq!(report["policy"], "employer");
    assert_eq!(report["checkedAt"], "2026-11-21T11:00:00Z");
    let axes: Vec<_> = report["axes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|axis| axis["axis"].as_str().unwrap())
        .collect();
    assert_eq!(
        axes,
        [
            "structure",
            "signature",
            "issuerKey",
            "holder",
            "validity",
            "status",
            "accreditedAtIssuance",
            "accreditedNow",
            "scope",
            "institutionQuality"
        ]
    );
    assert_eq!(report["axes"][9]["outcome"], "inconclusive");
    assert_eq!(
        report["credential"]["issuer"]["institution"],
        "Hogeschool Waterland"
    );
    assert_eq!(report["credential"]["issuer"]["institutionCode"], "99ZZ");
    assert_eq!(
        report["credential"]["level"],
        serde_json::json!({ "eqf": 6, "nlqf": "6", "basis": "issuer-indication" })
    );
    assert_eq!(report["credential"]["size"]["ec"], 5.0);
    assert_eq!(report["credential"]["hidden"], serde_json::json!([]));
    assert_eq!(report["chain"][0]["role"], "unit");
    assert_eq!(report["chain"][3]["atIssuance"], "active");
    assert_eq!(report["register"]["sequence"], 418);
    assert_eq!(report["register"]["fresh"], true);
}

#[test]
fn a_report_prints_no_claims_in_the_log() {
    let report = format!("{:?}", shown(&an_institution(), a_microcredential()));
    assert!(!report.contains("Sanne"), "{report}");
}

// What has to be fetched.

#[test]
fn what_is_needed_is_asked_for_step_by_step() {
    let register = a_register().admitting(&an_institution());
    let settings = register.settings();
    let signed = a_microcredential().signed();
    let input = read(&signed.shown()).unwrap();
    let urls = |resources: &Resources| -> Vec<String> {
        needs(&input, resources, &settings)
            .into_iter()
            .map(|need| need.url)
            .collect()
    };
    let mut resources = Resources::new();
    assert_eq!(urls(&resources), ["https://register.example/v1/list"]);
    resources.insert_body(settings.register_url.clone(), register.signed(), now());
    assert_eq!(
        urls(&resources),
        [
            "https://waterland.example/status/r1",
            "https://waterland.example/status/s1"
        ]
    );
    resources.insert_unreachable("https://waterland.example/status/r1", "no network");
    assert_eq!(urls(&resources), ["https://waterland.example/status/s1"]);
    resources.insert_unreachable("https://waterland.example/status/s1", "no network");
    assert!(urls(&resources).is_empty());
}

#[test]
fn the_document_of_an_unknown_issuer_is_fetched_before_its_lists() {
    let register = a_register();
    let input = read(&a_microcredential().signed().shown()).unwrap();
    let mut resources = register.resources();
    let urls = |resources: &Resources| -> Vec<String> {
        needs(&input, resources, &register.settings())
            .into_iter()
            .map(|need| need.url)
            .collect()
    };
    assert_eq!(urls(&resources), ["https://waterland.example/energie/did.json"]);
    resources.insert_body(
        "https://waterland.example/energie/did.json",
        did_document(),
        now(),
    );
    assert_eq!(urls(&resources).len(), 2);
}

#[test]
fn nothing_is_fetched_for_a_forgery() {
    let register = a_register().admitting(&an_institution());
    let shown = a_microcredential().signed().shown();
    let (head, rest) = shown.split_once('~').unwrap();
    let forged = format!("{}AAAA~{rest}", &head[..head.len() - 4]);
    assert!(
        needs(
            &read(&forged).unwrap(),
            &register.resources(),
            &register.settings()
        )
        .is_empty()
    );
}

#[test]
fn only_https_and_listed_loopback_origins_are_fetched() {
    let register = a_register().admitting(&an_institution());
    let plain = a_microcredential().changed(|credential| {
        credential["credentialStatus"][0]["statusListCredential"] = "http://localhost:4702/status/r1".into();
        credential["credentialStatus"][1]["statusListCredential"] = "file:///etc/passwd".into();
    });
    let input = read(&plain.signed().shown()).unwrap();
    let mut settings = register.settings();
    assert!(needs(&input, &register.resources(), &settings).is_empty());
    settings.loopback_origins = vec!["http://localhost:4702".to_owned()];
    let needed: Vec<_> = needs(&input, &register.resources(), &settings)
        .into_iter()
        .map(|need| need.url)
        .collect();
    assert_eq!(needed, ["http://localhost:4702/status/r1"]);
    let report = check(
        &a_microcredential().signed().shown(),
        &register.resources(),
        &settings,
    );
    assert_eq!(axis(&report, Axis::Status).1, "VER-004");
}

#[test]
fn resources_and_settings_travel_as_json() {
    let (signed, mut resources, settings) = a_sound_one();
    resources.insert_unreachable("https://other.example", "no network");
    let resources: Resources = serde_json::from_value(serde_json::to_value(&resources).unwrap()).unwrap();
    let settings: Settings = serde_json::from_value(serde_json::to_value(&settings).unwrap()).unwrap();
    let input = from_json(serde_json::json!(signed.shown())).unwrap();
    assert_eq!(
        verify(&input, &resources, &settings, now()).verdict.colour,
        Colour::Green
    );
    let minimal = serde_json::json!({ "registerUrl": "https://register.example/v1/list", "anchors": [] });
    let minimal: Settings = serde_json::from_value(minimal).unwrap();
    assert_eq!(
        (minimal.freshness_minutes, minimal.audience.as_str()),
        (5, "urn:waarmerk:show")
    );
}

#[test]
fn the_portable_copy_is_checked_as_well() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as(Copy::Portable);
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
}

fn did_document() -> String {
    let institution = an_institution();
    let issuer = institution.issuer();
    let method = |(key, kid): (&proofs::SecretKey, credentials::DidUrl)| {
        serde_json::json!({
            "id": kid, "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": key.public_key().to_jwk(),
        })
    };
    let (ed25519, p256) = (institution.ed25519(), institution.p256());
    let ids = [ed25519.1.clone(), p256.1.clone()];
    serde_json::json!({
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": issuer,
        "verificationMethod": [method(ed25519), method(p256)],
        "assertionMethod": ids,
    })
    .to_string()
}
