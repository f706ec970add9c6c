//! From axes to a verdict.
//!
//! Every axis speaks for itself; a policy says how much each answer weighs. The worst colour found decides, red
//! before grey before amber before green, and the text is that of the axis that decided.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    document::parse_moment,
    messages::{Blank, Code, Message, message},
    report::{Axis, AxisReport, Colour, Outcome, Verdict},
};

/// A named way to weigh the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Somebody who has to decide whether to rely on it, and is shown it by the holder.
    #[default]
    Employer,
}

/// The axes in the order in which one of equal colour speaks for the verdict.
const DECIDING: [Axis; 10] = [
    Axis::Signature,
    Axis::IssuerKey,
    Axis::Holder,
    Axis::Status,
    Axis::Validity,
    Axis::Structure,
    Axis::AccreditedAtIssuance,
    Axis::Scope,
    Axis::AccreditedNow,
    Axis::InstitutionQuality,
];

impl Policy {
    /// The verdict over a complete set of axes.
    pub fn decide(self, axes: &[AxisReport]) -> Verdict {
        let in_order = DECIDING
            .iter()
            .filter_map(|axis| axes.iter().find(|report| report.axis == *axis));
        let mut worst: Option<(Colour, &AxisReport)> = None;
        for report in in_order {
            let colour = self.colour(report);
            let is_worse = match worst {
                // That nobody showed it is the least of two limits.
                Some((Colour::Amber, earlier)) if earlier.axis == Axis::Holder => colour >= Colour::Amber,
                // The cause is more use than the effect: a clock that is off, or a register without which there is no
                // key.
                Some((Colour::Grey, earlier)) => {
                    let is_cause = match report.code() {
                        Code::ClockOff => earlier.code() != Code::ClockOff,
                        Code::RegisterUnavailable | Code::RegisterNotBelieved => {
                            earlier.code() == Code::SignatureNoKey
                        }
                        // An issuer was left alone because the register does not list it.
                        Code::UnknownIssuer | Code::RegisterStale => {
                            matches!(earlier.code(), Code::SignatureNotAsked | Code::StatusNotAsked)
                        }
                        // That it is something else altogether says more than what could not be checked of it.
                        Code::OtherKind => earlier.code() != Code::ClockOff,
                        _ => false,
                    };
                    colour > Colour::Grey || (colour == Colour::Grey && is_cause)
                }
                Some((worst, _)) => colour > worst,
                None => colour > Colour::Green,
            };
            if is_worse {
                worst = Some((colour, report));
            }
        }
        let all_listed = Axis::ALL
            .iter()
            .all(|axis| axes.iter().any(|report| report.axis == *axis));
        match worst {
            Some((colour, report)) => Verdict {
                colour,
                message: match report.code() {
                    Code::HolderNotChallenged => message(Code::RealNotShownByHolder, &[]),
                    // Its time of issuance is proven, or the axis of that would have spoken.
                    Code::NotAccreditedNowSince => valid_when_issued(report),
                    _ => report.message.clone(),
                },
            },
            None if all_listed => Verdict {
                colour: Colour::Green,
                message: message(Code::Accredited, &[]),
            },
            None => Verdict {
                colour: Colour::Grey,
                message: message(Code::NotChecked, &[]),
            },
        }
    }

    /// How much one answer weighs.
    pub fn colour(self, report: &AxisReport) -> Colour {
        let Self::Employer = self;
        match (report.axis, report.outcome, report.code()) {
            (_, Outcome::Passed | Outcome::NotApplicable, _) => Colour::Green,
            // Asking again mends it, so it says nothing about the credential.
            (
                Axis::Holder,
                Outcome::Failed,
                Code::PresentationTooOld
                | Code::PresentationFromFuture
                | Code::HolderClockAhead
                | Code::LinkEnded,
            ) => Colour::Grey,
            (_, Outcome::Failed, _) => Colour::Red,
            (Axis::Holder, Outcome::Inconclusive, Code::HolderNotChallenged | Code::SharedByLinkAlone) => {
                Colour::Amber
            }
            // What nobody judged is not held against the institution.
            (Axis::InstitutionQuality, Outcome::Inconclusive, _) => Colour::Green,
            (_, Outcome::Inconclusive, _) => Colour::Grey,
            (_, Outcome::Warning, _) => Colour::Amber,
        }
    }
}

/// Since when the issuer does not take part, from what the axis rests on.
fn valid_when_issued(now: &AxisReport) -> Message {
    let since = now.evidence.get("since").and_then(Value::as_str);
    match since.and_then(parse_moment) {
        Some(since) => message(Code::ValidWhenIssued, &[("date", Blank::Date(since))]),
        None => now.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_passed() -> Vec<AxisReport> {
        let passed = |axis| AxisReport::new(axis, Outcome::Passed, Code::StructureSound);
        Axis::ALL.map(passed).to_vec()
    }

    fn with(axes: &mut [AxisReport], axis: Axis, outcome: Outcome, code: Code) {
        for report in axes.iter_mut().filter(|report| report.axis == axis) {
            *report = AxisReport::new(axis, outcome, code);
        }
    }

    #[test]
    fn red_goes_before_grey_before_amber_before_green() {
        let mut axes = all_passed();
        let colour = |axes: &[AxisReport]| Policy::Employer.decide(axes).colour;
        assert_eq!(colour(&axes), Colour::Green);
        with(
            &mut axes,
            Axis::Holder,
            Outcome::Inconclusive,
            Code::HolderNotChallenged,
        );
        assert_eq!(colour(&axes), Colour::Amber);
        with(
            &mut axes,
            Axis::AccreditedNow,
            Outcome::Inconclusive,
            Code::RegisterUnavailable,
        );
        assert_eq!(colour(&axes), Colour::Grey);
        with(&mut axes, Axis::Scope, Outcome::Failed, Code::OutOfScope);
        assert_eq!(colour(&axes), Colour::Red);
    }

    #[test]
    fn a_missing_axis_is_never_green() {
        let mut axes = all_passed();
        axes.remove(3);
        assert_eq!(Policy::Employer.decide(&axes).colour, Colour::Grey);
    }

    #[test]
    fn an_institution_nobody_judged_does_not_colour_the_verdict() {
        let mut axes = all_passed();
        with(
            &mut axes,
            Axis::InstitutionQuality,
            Outcome::Inconclusive,
            Code::InstitutionUnknown,
        );
        assert_eq!(Policy::Employer.decide(&axes).colour, Colour::Green);
    }
}
