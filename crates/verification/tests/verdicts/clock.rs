//! A clock that is off is said, and nothing is decided by it alone.

use crate::*;

fn by_a_clock(ahead: TimeDelta, microcredential: Microcredential, measured: bool) -> VerificationReport {
    let institution = an_institution();
    let register = a_register().admitting(&institution);
    let signed = microcredential.by(&institution).signed();
    let mut resources = Resources::new();
    for url in [
        register.settings().register_url,
        signed.status_lists().signed()[0].0.clone(),
        signed.status_lists().signed()[1].0.clone(),
    ] {
        let answers = register.resources_with(&signed);
        let Some(verification::Resource::Fetched(answer)) = answers.get(&url) else {
            continue;
        };
        resources.insert_body(url, answer.body.clone(), now() + ahead);
    }
    let settings = Settings {
        clock_ahead_seconds: measured.then(|| ahead.num_seconds()),
        ..register.settings()
    };
    verify(
        &read(&signed.shown()).unwrap(),
        &resources,
        &settings,
        now() + ahead,
    )
}

#[test]
fn a_clock_off_by_more_than_five_minutes_is_said_with_how_much() {
    for (ahead, nl, en) in [
        (
            Duration::minutes(23),
            "loopt 23 minuten voor",
            "is 23 minutes fast",
        ),
        (-Duration::hours(5), "loopt 5 uur achter", "is 5 hours slow"),
    ] {
        let report = by_a_clock(ahead, a_microcredential(), true);
        assert_eq!(verdict(&report), (Colour::Grey, "CLK-001"));
        assert!(
            report.verdict.message.nl.contains(nl),
            "{}",
            report.verdict.message.nl
        );
        assert!(
            report.verdict.message.en.contains(en),
            "{}",
            report.verdict.message.en
        );
    }
    let within = by_a_clock(Duration::minutes(4), a_microcredential(), true);
    assert_eq!(verdict(&within), (Colour::Green, "ACC-001"));
}

#[test]
fn a_sound_credential_is_not_called_expired_by_a_fast_clock() {
    let ends = now() + Duration::hours(1);
    let ahead = Duration::hours(2);
    let known = by_a_clock(ahead, a_microcredential().expiring_on(ends), true);
    assert_eq!(axis(&known, Axis::Validity), (Outcome::Inconclusive, "CLK-001"));
    let unknown = by_a_clock(ahead, a_microcredential().expiring_on(ends), false);
    assert_eq!(
        axis(&unknown, Axis::Validity),
        (Outcome::Failed, "DAT-003"),
        "nothing tells better"
    );
}

#[test]
fn what_is_expired_by_either_clock_stays_red() {
    let long_ago = a_microcredential().expiring_on(day("2026-10-01"));
    let report = by_a_clock(Duration::hours(2), long_ago, true);
    assert_eq!(verdict(&report), (Colour::Red, "DAT-003"));
    assert!(report.verdict.message.nl.contains("1 oktober 2026"));
}

#[test]
fn a_revocation_stays_red_whatever_the_clock_says() {
    let report = by_a_clock(-Duration::minutes(30), a_microcredential().revoked(), true);
    assert_eq!(verdict(&report), (Colour::Red, "VER-003"));
}

/// Its signature is right, so that moment has passed: no other measurement is needed.
#[test]
fn a_register_list_from_the_future_tells_that_the_clock_is_behind() {
    let report = by_a_clock(-Duration::days(40), a_microcredential(), false);
    assert_eq!(verdict(&report), (Colour::Grey, "CLK-001"));
    assert!(
        report.verdict.message.nl.contains("39 dagen achter"),
        "{}",
        report.verdict.message.nl
    );
}

#[test]
fn a_measurement_that_cannot_be_true_is_passed_over() {
    for seconds in [i64::MAX, i64::MIN, 40 * 366 * 86_400] {
        let (signed, resources, settings) = a_sound_one();
        let settings = Settings {
            clock_ahead_seconds: Some(seconds),
            ..settings
        };
        assert_eq!(
            check(&signed.shown(), &resources, &settings).verdict.colour,
            Colour::Green
        );
    }
}
