//! Did an agency judge the institution itself? Imported evidence: it informs, and an unknown is not held against
//! anybody.

use chrono::{DateTime, NaiveDate, Utc};
use credentials::Did;
use serde_json::{Value, json};
use trust::{Entity, Evidence, Layer, VerifiedList};

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
    let judgements = judgements(list, issuer);
    let positive = |evidence: &&&Evidence| evidence.decision.as_deref() == Some("positive");
    let covering = |day: NaiveDate| judgements.iter().filter(move |evidence| covers(evidence, day));

    let now = check.at.date_naive();
    let then = issued.unwrap_or(check.at).date_naive();
    let negative_now = covering(now).any(|evidence| evidence.decision.as_deref() == Some("negative"));
    let positive_now = covering(now).any(|evidence| positive(&evidence));
    let positive_then = covering(then).any(|evidence| positive(&evidence));
    let ended = judgements
        .iter()
        .filter(positive)
        .filter_map(|evidence| evidence.valid_to)
        .max();

    let (outcome, code) = match (negative_now, positive_then, positive_now, ended) {
        (true, ..) => (Outcome::Warning, Code::InstitutionNegative),
        (false, true, true, _) => (Outcome::Passed, Code::InstitutionPositive),
        (false, false, true, _) => (Outcome::Passed, Code::InstitutionPositiveNow),
        (false, _, false, Some(end)) if end < now => (Outcome::Warning, Code::InstitutionEnded),
        (false, _, false, _) => return unknown(),
    };
    let end = ended
        .and_then(|end| end.and_hms_opt(12, 0, 0))
        .map_or(check.at, |end| end.and_utc());
    let checked = judgements.iter().filter_map(|evidence| evidence.checked_at).min();
    let evidence: Vec<Value> = judgements.iter().map(|evidence| json!(evidence)).collect();
    let report = AxisReport::filled(
        Axis::InstitutionQuality,
        outcome,
        code,
        &[("date", Blank::Date(end))],
    )
    .with_evidence(json!({ "judgements": evidence }));
    AxisReport {
        as_of: checked,
        ..report
    }
}

/// What agencies said about the issuer, or about the institution it is part of.
fn judgements<'a>(list: &'a VerifiedList, issuer: &Did) -> Vec<&'a Evidence> {
    let institution = |unit: &Entity| {
        let parent = unit.parent_entity.as_ref()?;
        list.list()
            .entities
            .iter()
            .find(|entity| entity.entity_id == *parent)
    };
    let unit = list.entity(issuer);
    let entities = unit.into_iter().chain(unit.and_then(institution));
    entities
        .flat_map(|entity| &entity.evidence)
        .filter(|evidence| evidence.layer == Layer::L2)
        .collect()
}

fn covers(evidence: &Evidence, day: NaiveDate) -> bool {
    evidence.valid_from.is_none_or(|from| from <= day) && evidence.valid_to.is_none_or(|to| day <= to)
}
