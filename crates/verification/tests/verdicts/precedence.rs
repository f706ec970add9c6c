//! The worst decides.

use crate::*;

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
