//! A verifier whose clock is off, or is known to be right.

use chrono::Duration;
use verification::{Axis, Code, Colour};

use super::{Plan, SOUND};
use crate::now;

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "a verifier's clock two days behind, as the register's list tells",
        at: || now() - Duration::days(2),
        colour: Colour::Grey,
        verdict: Code::ClockOff,
        axes: &[
            (Axis::Signature, Code::ClockOff),
            (Axis::IssuerKey, Code::ClockOff),
            // The list is from an hour before the presentation, so by its time that is early too.
            (Axis::Holder, Code::PresentationFromFuture),
            (Axis::Status, Code::ClockOff),
            (Axis::AccreditedAtIssuance, Code::ClockOff),
            (Axis::AccreditedNow, Code::ClockOff),
            (Axis::Scope, Code::ClockOff),
            (Axis::InstitutionQuality, Code::ClockOff),
        ],
        ..SOUND
    },
    Plan {
        name: "a verifier's clock three hours fast, by which a credential has expired",
        settings: |it| it.clock_ahead_seconds = Some(3 * 3600),
        credential: |it| it.expiring_on(now() + Duration::hours(1)),
        at: || now() + Duration::hours(3),
        colour: Colour::Grey,
        verdict: Code::ClockOff,
        axes: &[(Axis::Holder, Code::ClockOff), (Axis::Validity, Code::ClockOff)],
        ..SOUND
    },
    Plan {
        name: "a verifier's clock ten minutes slow, by which an old presentation looks fresh",
        settings: |it| it.clock_ahead_seconds = Some(-600),
        text: |it| it.shown_at(now() - Duration::minutes(10)),
        at: || now() - Duration::minutes(10),
        colour: Colour::Grey,
        verdict: Code::ClockOff,
        axes: &[(Axis::Holder, Code::ClockOff)],
        ..SOUND
    },
    Plan {
        name: "a verifier's clock ten minutes fast, where nothing depends on it",
        settings: |it| it.clock_ahead_seconds = Some(600),
        text: |it| it.text.clone(),
        at: || now() + Duration::minutes(10),
        colour: Colour::Amber,
        verdict: Code::RealNotShownByHolder,
        axes: &[(Axis::Holder, Code::HolderNotChallenged)],
        ..SOUND
    },
    Plan {
        name: "a presentation from the future, where the verifier's clock is right",
        settings: |it| it.clock_ahead_seconds = Some(2),
        text: |it| it.shown_at(now() + Duration::minutes(12)),
        colour: Colour::Grey,
        verdict: Code::HolderClockAhead,
        axes: &[(Axis::Holder, Code::HolderClockAhead)],
        ..SOUND
    },
];
