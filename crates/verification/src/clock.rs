//! Whether the clock this check is made by can be believed.
//!
//! A clock that is off makes sound credentials look expired and old presentations look fresh. So where something
//! better tells the time, the check is made by both clocks: what comes out the same stands, whichever is right,
//! and what does not is grey, with the clock as the reason.

use chrono::{DateTime, Duration, Utc};
use credentials::Text;
use serde_json::json;

use crate::{
    Settings,
    check::CLOCK_TOLERANCE,
    messages::{Blank, Code, Message, message},
    report::{AxisReport, Outcome},
};

/// How far a clock may be off and be spoken of; beyond that the measurement is wrong.
pub(crate) const FURTHEST: Duration = Duration::days(20 * 366);

/// What is known about the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Nothing to compare it with.
    Unknown,
    /// Within the tolerance of a clock that the caller trusts.
    Right,
    /// Ahead by this much; negative when it is behind.
    Off(Duration),
}

impl Clock {
    /// Compares `at` with the caller's own measurement, and with the moment at which the register signed a list
    /// that has yet to come by this clock: its signature is right, so that moment has passed.
    pub(crate) fn of(settings: &Settings, signed_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> Self {
        let measured = settings
            .clock_ahead_seconds
            .and_then(Duration::try_seconds)
            .filter(|ahead| ahead.abs() <= FURTHEST);
        let signed = signed_at.map(|signed_at| at - signed_at);
        match measured.into_iter().chain(signed).min() {
            None => Self::Unknown,
            Some(ahead) if ahead.abs() <= CLOCK_TOLERANCE => Self::Right,
            Some(ahead) => Self::Off(ahead),
        }
    }

    /// The moment that the better clock gives for `at`.
    pub(crate) fn corrected(self, at: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Off(ahead) => at.checked_sub_signed(ahead).unwrap_or(at),
            Self::Unknown | Self::Right => at,
        }
    }
}

/// The axes where both clocks agree, and inconclusive ones where they do not.
pub(crate) fn agreed(ahead: Duration, by_ours: Vec<AxisReport>, by_other: &[AxisReport]) -> Vec<AxisReport> {
    by_ours
        .into_iter()
        .zip(by_other)
        .map(|(ours, other)| {
            if (ours.outcome, ours.code()) == (other.outcome, other.code()) {
                return ours;
            }
            AxisReport::filled(ours.axis, Outcome::Inconclusive, Code::ClockOff, &blanks(ahead))
                .with_evidence(json!({
                    "clockAheadSeconds": ahead.num_seconds(),
                    "byThisClock": ours.code(),
                    "byOtherClock": other.code(),
                }))
        })
        .collect()
}

/// Says that the clock is off, when no answer depends on it.
pub(crate) fn notice(ahead: Duration, axes: &[AxisReport]) -> Option<Message> {
    let depends = axes.iter().any(|axis| axis.code() == Code::ClockOff);
    (!depends).then(|| message(Code::ClockOffHarmless, &blanks(ahead)))
}

fn blanks(ahead: Duration) -> [(&'static str, Blank); 2] {
    let way = if ahead > Duration::zero() {
        Text::new("voor", "fast")
    } else {
        Text::new("achter", "slow")
    };
    [("age", Blank::Text(in_words(ahead))), ("way", Blank::Text(way))]
}

/// A length of time, rounded down to what matters: `3 minuten`, `5 uur`, `2 dagen`.
pub(crate) fn in_words(age: Duration) -> Text {
    let age = age.abs();
    if age < Duration::minutes(1) {
        return Text::new("minder dan een minuut", "less than a minute");
    }
    let (count, nl, en) = if age < Duration::hours(2) {
        (age.num_minutes(), ("minuut", "minuten"), ("minute", "minutes"))
    } else if age < Duration::days(2) {
        (age.num_hours(), ("uur", "uur"), ("hour", "hours"))
    } else {
        (age.num_days(), ("dag", "dagen"), ("day", "days"))
    };
    let words = |(one, many): (&str, &str)| format!("{count} {}", if count == 1 { one } else { many });
    Text::new(words(nl), words(en))
}
