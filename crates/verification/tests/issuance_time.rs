//! What a receipt proves of the time of issuance, and what follows for the verdict.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{DateTime, Utc};
use test_support::{
    Institution, Register, SignedMicrocredential, a_microcredential, a_register, an_institution, day, moment,
    now,
};
use verification::{Axis, Colour, NeedKind, Resources, VerificationReport, needs, read, verify};

/// Awarded on 14 April 2026; the institution is suspended from 1 May on.
fn awarded_in_april(institution: &Institution) -> SignedMicrocredential {
    let april = moment("2026-04-14T09:30:00+02:00");
    a_microcredential().awarded_on(april).by(institution).signed()
}

fn suspended_in_may() -> Institution {
    an_institution().suspended(day("2026-05-01"))
}

fn with_receipt(
    register: &Register,
    signed: &SignedMicrocredential,
    received_at: DateTime<Utc>,
) -> Resources {
    let mut resources = register.resources_with(signed);
    for (url, body) in register.receipts_for(&[signed], received_at) {
        resources.insert_body(url, body, now());
    }
    resources
}

fn check(register: &Register, signed: &SignedMicrocredential, resources: &Resources) -> VerificationReport {
    let input = read(&signed.shown()).unwrap();
    let missing = needs(&input, resources, &register.settings());
    assert!(
        missing.iter().all(|need| need.kind == NeedKind::Receipts),
        "{missing:?}"
    );
    verify(&input, resources, &register.settings(), now())
}

fn verdict(report: &VerificationReport) -> (Colour, &'static str) {
    (report.verdict.colour, report.verdict.message.code.id())
}

fn notices(report: &VerificationReport) -> Vec<&'static str> {
    report.notices.iter().map(|notice| notice.code.id()).collect()
}

#[test]
fn proven_before_a_suspension_it_was_valid_when_issued() {
    let institution = suspended_in_may();
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);
    let received = moment("2026-04-14T22:00:03Z");

    let report = check(&register, &signed, &with_receipt(&register, &signed, received));

    assert_eq!(verdict(&report), (Colour::Amber, "ACC-002"));
    assert_eq!(
        report.verdict.message.en,
        "Valid when issued. The institution has not taken part since 1 May 2026."
    );
    assert_eq!(
        report.verdict.message.nl,
        "Geldig bij uitgifte. De instelling doet sinds 1 mei 2026 niet meer mee."
    );
    let time = &report.issuance_time;
    assert_eq!(
        (time.proven, time.proof),
        (Some(received), Some("issuance-receipt"))
    );
    assert_eq!(time.used, time.claimed, "it came within a day");
    assert_eq!(
        report.axis(Axis::AccreditedAtIssuance).unwrap().code().id(),
        "ACC-014"
    );
    assert!(notices(&report).contains(&"INF-006") && !notices(&report).contains(&"INF-004"));
}

#[test]
fn proven_and_still_active_is_green() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();

    let report = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, day("2026-09-15")),
    );

    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert_eq!(report.issuance_time.proven, Some(day("2026-09-15")));
}

#[test]
fn a_data_integrity_copy_is_proven_too() {
    let institution = suspended_in_may();
    let register = a_register().admitting(&institution);
    let april = moment("2026-04-14T09:30:00+02:00");
    let signed = a_microcredential()
        .awarded_on(april)
        .by(&institution)
        .signed_as_data_integrity();

    let resources = with_receipt(&register, &signed, day("2026-04-15"));
    let report = verify(
        &read(&signed.text).unwrap(),
        &resources,
        &register.settings(),
        now(),
    );

    assert_eq!(report.issuance_time.proven, Some(day("2026-04-15")));
    assert_eq!(verdict(&report), (Colour::Amber, "ACC-002"));
}

#[test]
fn an_sd_jwt_vc_is_proven_too() {
    let institution = suspended_in_may();
    let register = a_register().admitting(&institution);
    let april = moment("2026-04-14T09:30:00+02:00");
    let signed = a_microcredential()
        .awarded_on(april)
        .by(&institution)
        .signed_as_sd_jwt_vc();

    let resources = with_receipt(&register, &signed, day("2026-04-15"));
    let report = verify(
        &read(&signed.text).unwrap(),
        &resources,
        &register.settings(),
        now(),
    );

    assert_eq!(report.issuance_time.proven, Some(day("2026-04-15")));
    assert_eq!(verdict(&report), (Colour::Amber, "ACC-002"));
}

#[test]
fn without_a_receipt_the_date_is_the_issuers_word() {
    let institution = suspended_in_may();
    let register = a_register().admitting(&institution);
    let (signed, other) = (awarded_in_april(&institution), a_microcredential().of_level(5));
    let other = other.awarded_on(signed.awarded_on()).by(&institution).signed();
    let mut resources = register.resources_with(&signed);
    for (url, body) in register.receipts_for(&[&other], day("2026-04-15")) {
        resources.insert_body(url, body, now());
    }

    let report = check(&register, &signed, &resources);

    assert_eq!(verdict(&report), (Colour::Amber, "ACC-008"));
    assert_eq!(report.issuance_time.proven, None);
    assert!(notices(&report).contains(&"INF-004"));
}

#[test]
fn what_cannot_be_fetched_proves_nothing_and_is_said() {
    let institution = suspended_in_may();
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);
    let all = register.receipts_for(&[&signed], day("2026-04-15"));

    for unreachable in 0..all.len() {
        let mut resources = register.resources_with(&signed);
        for (place, (url, body)) in all.iter().enumerate() {
            if place == unreachable {
                resources.insert_unreachable(url, "no such place");
            } else {
                resources.insert_body(url, body, now());
            }
        }
        let report = check(&register, &signed, &resources);
        assert_eq!(verdict(&report), (Colour::Amber, "ACC-008"));
        assert!(notices(&report).contains(&"INF-007"), "{:?}", notices(&report));
    }
}

#[test]
fn unreachable_receipts_alone_change_no_colour() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let mut resources = register.resources_with(&signed);
    for (url, _) in register.receipts_for(&[&signed], now()) {
        resources.insert_unreachable(url, "no such place");
    }

    assert_eq!(
        verdict(&check(&register, &signed, &resources)),
        (Colour::Green, "ACC-001")
    );
}

#[test]
fn forged_and_contradicting_receipts_prove_nothing_and_are_said() {
    let institution = suspended_in_may();
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);
    let [(month, receipts), (leaves, file)] = register.receipts_for(&[&signed], day("2026-04-15"));
    let other = Register::operated_by_another(&register);
    let [(_, forged), _] = other.receipts_for(&[&signed], day("2026-04-15"));
    let [_, (_, other_file)] = register.receipts_for(&[&a_microcredential().signed(), &signed], now());

    for (what, receipts, file) in [
        ("signed by another", forged.as_str(), file.as_str()),
        ("leaves of another batch", &receipts, &other_file),
        ("leaves that are none", &receipts, "<html>"),
        ("receipts that are none", "{}", &file),
    ] {
        let mut resources = register.resources_with(&signed);
        resources.insert_body(&month, receipts, now());
        resources.insert_body(&leaves, file, now());
        let report = check(&register, &signed, &resources);
        assert_eq!(verdict(&report), (Colour::Amber, "ACC-008"), "{what}");
        assert!(
            notices(&report).contains(&"INF-008"),
            "{what}: {:?}",
            notices(&report)
        );
    }
}

#[test]
fn a_receipt_that_came_later_counts_from_when_it_came() {
    let institution = an_institution()
        .suspended(day("2026-05-01"))
        .reinstated(day("2026-07-01"));
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);

    let within = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, moment("2026-04-15T07:30:00Z")),
    );
    assert_eq!(within.issuance_time.used, Some(moment("2026-04-14T07:30:00Z")));

    let after = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, day("2026-08-01")),
    );
    assert_eq!(after.issuance_time.used, Some(day("2026-08-01")));
    assert_eq!(verdict(&after), (Colour::Green, "ACC-001"));
}

#[test]
fn a_receipt_does_not_mend_a_date_on_which_the_issuer_was_suspended() {
    let institution = an_institution()
        .suspended(day("2026-04-01"))
        .reinstated(day("2026-05-01"));
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);

    let report = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, day("2026-06-01")),
    );

    assert_eq!(verdict(&report), (Colour::Red, "ACC-003"));
}

#[test]
fn unproven_and_interrupted_since_is_green_with_the_spell_named() {
    let institution = an_institution()
        .suspended(day("2026-05-01"))
        .reinstated(day("2026-07-01"));
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);

    let unproven = check(&register, &signed, &register.resources_with(&signed));
    assert_eq!(verdict(&unproven), (Colour::Green, "ACC-001"));
    let spell = unproven
        .notices
        .iter()
        .find(|notice| notice.code.id() == "INF-009")
        .unwrap();
    assert!(
        spell.en.contains("from 1 May 2026 until 1 July 2026"),
        "{}",
        spell.en
    );

    let proven = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, day("2026-04-15")),
    );
    assert!(!notices(&proven).contains(&"INF-009"));
}

/// Suspended at ten past, reinstated at twenty past; a receipt of half past proves neither side of that.
#[test]
fn a_receipt_after_a_short_suspension_does_not_prove_the_date_before_it() {
    let institution = an_institution()
        .suspended(moment("2026-04-14T07:40:00Z"))
        .reinstated(moment("2026-04-14T07:50:00Z"));
    let register = a_register().admitting(&institution);
    let signed = awarded_in_april(&institution);
    let received = moment("2026-04-14T08:00:00Z");

    let report = check(&register, &signed, &with_receipt(&register, &signed, received));

    assert_eq!(
        report.issuance_time.used,
        Some(received),
        "not the date that is claimed"
    );
    assert!(notices(&report).contains(&"INF-009"), "{:?}", notices(&report));
    assert!(notices(&report).contains(&"INF-006"), "{:?}", notices(&report));
    let issued = report.axis(Axis::AccreditedAtIssuance).unwrap();
    assert_eq!(issued.evidence["judgedAt"], serde_json::json!(received));

    // A later suspension does not matter to what was received before.
    let later = an_institution()
        .suspended(moment("2026-04-14T08:10:00Z"))
        .reinstated(moment("2026-04-14T08:20:00Z"));
    let register = a_register().admitting(&later);
    let report = check(&register, &signed, &with_receipt(&register, &signed, received));
    assert_eq!(report.issuance_time.used, Some(moment("2026-04-14T07:30:00Z")));
    assert!(!notices(&report).contains(&"INF-009"), "{:?}", notices(&report));
}

#[test]
fn what_a_receipt_confirms_is_said_with_its_day() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let report = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, moment("2026-09-15T06:00:00Z")),
    );
    let said = &report.axis(Axis::AccreditedAtIssuance).unwrap().message;
    assert!(
        said.en.contains("on 14 September 2026") && said.en.contains("by 15 September 2026"),
        "{}",
        said.en
    );
}

#[test]
fn a_compromised_key_leaves_what_was_proven_before() {
    let institution = an_institution().keys_compromised(day("2026-10-01"));
    let register = a_register().admitting(&institution);
    let signed = a_microcredential().by(&institution).signed();

    let before = check(
        &register,
        &signed,
        &with_receipt(&register, &signed, day("2026-09-15")),
    );
    assert_eq!(before.axis(Axis::IssuerKey).unwrap().code().id(), "KEY-001");

    for resources in [
        register.resources_with(&signed),
        with_receipt(&register, &signed, day("2026-10-01")),
    ] {
        let report = check(&register, &signed, &resources);
        assert_eq!(verdict(&report), (Colour::Red, "ACC-009"));
    }
}

#[test]
fn receipts_are_asked_for_only_once_the_signature_holds() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let kinds = |text: &str| -> Vec<NeedKind> {
        let wanted = needs(&read(text).unwrap(), &register.resources(), &register.settings());
        wanted.into_iter().map(|need| need.kind).collect()
    };

    assert!(kinds(&signed.shown()).contains(&NeedKind::Receipts));
    let forged = signed.shown().replacen(".ey", ".eyJ4Ijox", 1);
    if let Ok(input) = read(&forged) {
        assert!(needs(&input, &register.resources(), &register.settings()).is_empty());
    }
}
