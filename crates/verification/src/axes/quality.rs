//! Did an agency judge the institution itself? Imported evidence: it informs, and an unknown is not held against
//! anybody.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use credentials::{Did, start_of_dutch_day};
use serde_json::json;
use trust::Judgement;

use crate::{
    check::Check,
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

pub(crate) fn check(check: &Check<'_>, issuer: &Did, issued: Option<DateTime<Utc>>) -> AxisReport {
    let unknown = || {
        AxisReport::new(
            Axis::InstitutionQuality,
            Outcome::Inconclusive,
            Code::InstitutionUnknown,
        )
    };
    let Some(list) = check.list() else {
        return unknown();
    };
    let quality = trust::quality(list, issuer, issued.unwrap_or(check.at), check.at);
    let last_day = |day: NaiveDate| start_of_dutch_day(day) + TimeDelta::hours(12);
    let (outcome, code, date) = match (quality.now, quality.then) {
        (Judgement::Negative, _) => (Outcome::Warning, Code::InstitutionNegative, None),
        (Judgement::Ended { on }, _) => (Outcome::Warning, Code::InstitutionEnded, Some(last_day(on))),
        (Judgement::Positive | Judgement::Unknown, Judgement::Negative)
        | (Judgement::Positive, Judgement::Ended { .. }) => {
            (Outcome::Warning, Code::InstitutionNotPositiveThen, None)
        }
        (Judgement::Positive, Judgement::Positive) => (Outcome::Passed, Code::InstitutionPositive, None),
        (Judgement::Positive, Judgement::Unknown) => (Outcome::Passed, Code::InstitutionPositiveNow, None),
        (Judgement::Unknown, _) => return unknown(),
    };
    let checked = quality
        .evidence
        .iter()
        .filter_map(|evidence| evidence.checked_at)
        .min();
    let report = AxisReport::filled(
        Axis::InstitutionQuality,
        outcome,
        code,
        &[("date", Blank::Date(date.unwrap_or(check.at)))],
    )
    .with_evidence(json!({
        "then": quality.then,
        "now": quality.now,
        "judgements": quality.evidence,
    }));
    AxisReport {
        as_of: checked,
        ..report
    }
}
