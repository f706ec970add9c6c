//! What an employer is told: every verdict, and the axis that decides it.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod clock;
mod dates;
mod elsewhere;
mod fetching;
mod holder;
mod institution;
mod jose;
mod kept;
mod keys;
mod precedence;
mod rows;
mod several;
mod shown;
mod signature;
mod status;
mod structure;
mod suites;
mod table;

pub(crate) use chrono::{Duration, TimeDelta};
pub(crate) use credentials::{award::Sector, open_badges::Copy};
pub(crate) use test_support::{
    Institution, Microcredential, SignedMicrocredential, a_microcredential, a_register, an_institution, day,
    moment, now,
};
pub(crate) use verification::{
    Axis, Colour, Outcome, Resources, Settings, VerificationReport, from_json, needs, read, verify,
};

pub(crate) fn check(text: &str, resources: &Resources, settings: &Settings) -> VerificationReport {
    let report = verify(&read(text).unwrap(), resources, settings, now());
    let axes: Vec<_> = report.axes.iter().map(|report| report.axis).collect();
    assert_eq!(axes, Axis::ALL, "every axis, always, in this order");
    report
}

/// Shown by its holder to somebody who trusts a register that lists this institution.
pub(crate) fn shown(institution: &Institution, microcredential: Microcredential) -> VerificationReport {
    let register = a_register().admitting(institution);
    let signed = microcredential.by(institution).signed();
    check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    )
}

pub(crate) fn verdict(report: &VerificationReport) -> (Colour, &'static str) {
    (report.verdict.colour, report.verdict.message.code.id())
}

pub(crate) fn axis(report: &VerificationReport, axis: Axis) -> (Outcome, &'static str) {
    let report = report.axis(axis).unwrap();
    (report.outcome, report.code().id())
}

/// A credential of [`an_institution`], and the register that lists it.
pub(crate) fn a_sound_one() -> (SignedMicrocredential, Resources, Settings) {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let resources = register.resources_with(&signed);
    (signed, resources, register.settings())
}

pub(crate) fn did_document() -> String {
    an_institution().did_document(&["assertionMethod"]).to_string()
}
