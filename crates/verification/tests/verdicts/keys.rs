//! Whose key signed, and whether it counted then.

use crate::*;

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
