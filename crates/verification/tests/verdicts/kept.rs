//! Lists kept from before: a verdict that rests on them says of when they are.

use crate::*;

/// Shown at a moment, and checked then with lists that were fetched at noon.
fn checked_at(at: chrono::DateTime<chrono::Utc>) -> VerificationReport {
    let (signed, resources, settings) = a_sound_one();
    verify(&read(&signed.shown_at(at)).unwrap(), &resources, &settings, at)
}

#[test]
fn a_green_verdict_that_rests_on_kept_lists_says_of_when_they_are() {
    let report = checked_at(now() + Duration::hours(3));
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert_eq!(report.as_known_on, Some(now()));
    assert!(
        report
            .verdict
            .message
            .nl
            .contains("zoals bekend op 21 november 2026 om 12:00"),
        "{}",
        report.verdict.message.nl
    );
}

#[test]
fn lists_of_a_few_minutes_ago_are_of_now() {
    let report = checked_at(now() + Duration::minutes(10));
    assert_eq!(report.as_known_on, None);
    assert!(report.verdict.message.nl.contains("nog steeds actief"));
}

#[test]
fn without_a_connection_even_lists_of_just_now_are_of_their_own_date() {
    let (signed, resources, settings) = a_sound_one();
    let settings = Settings {
        offline: true,
        ..settings
    };
    let report = check(&signed.shown(), &resources, &settings);
    assert_eq!(
        report.as_known_on,
        Some(now() - Duration::hours(2)),
        "of when the oldest list was signed, which is that of statuses"
    );
    assert!(
        report
            .verdict
            .message
            .en
            .contains("as known on 21 November 2026 at 10:00")
    );
    let notice = report.notices.last().unwrap();
    assert_eq!(notice.code.id(), "INF-012");
}

#[test]
fn kept_lists_past_their_own_date_are_grey() {
    let report = checked_at(now() + Duration::hours(24));
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
    assert_eq!(report.as_known_on, Some(now()));
}
