//! Is it within its own dates?

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    check::{CLOCK_TOLERANCE, Check},
    document::{Document, Secured, parse_moment},
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

pub(crate) fn check(check: &Check<'_>, document: &Document) -> AxisReport {
    let (Ok(from), Ok(until), false) = (
        date(document, "validFrom"),
        date(document, "validUntil"),
        document.has_unreadable_numeric_date(),
    ) else {
        return AxisReport::new(Axis::Validity, Outcome::Inconclusive, Code::DatesUnreadable);
    };
    let (signed, proof_ends) = match document.secured {
        Secured::Jose(_) | Secured::SdJwtVc(_) => (document.numeric_date("iat"), None),
        Secured::DataIntegrity { created, expires, .. } => (created, expires),
    };
    // Whichever says so: the credential, its token, its proof.
    let begins = [
        from,
        document.awarded_from(),
        document.numeric_date("nbf"),
        signed,
    ]
    .into_iter()
    .flatten()
    .max();
    let ends = [until, document.numeric_date("exp"), proof_ends]
        .into_iter()
        .flatten()
        .min();

    let begin = begins.filter(|begin| *begin > check.at + CLOCK_TOLERANCE);
    let end = ends.filter(|end| *end < check.at - CLOCK_TOLERANCE);
    let (outcome, code, date) = match (begin, end, ends) {
        (_, Some(end), _) => (Outcome::Failed, Code::Expired, Some(end)),
        (Some(begin), None, _) => (Outcome::Failed, Code::NotYetValid, Some(begin)),
        (None, None, Some(end)) => (Outcome::Passed, Code::ValidUntil, Some(end)),
        // That is how its form is, and not a sign that its holder hides one.
        (None, None, None) if document.is_derived() => (Outcome::Warning, Code::EndMayBeHidden, None),
        (None, None, None) if document.hides_unknown_members() => {
            (Outcome::Inconclusive, Code::EndMayBeHidden, None)
        }
        (None, None, None) => (Outcome::Passed, Code::ValidWithoutEnd, None),
    };
    AxisReport::filled(
        Axis::Validity,
        outcome,
        code,
        &[("date", Blank::Date(date.unwrap_or(check.at)))],
    )
    .with_evidence(json!({ "from": begins, "until": ends }))
}

fn date(document: &Document, member: &str) -> Result<Option<DateTime<Utc>>, ()> {
    match (&document.secured, document.credential.get(member)) {
        // An SD-JWT VC has the dates of its token alone.
        (Secured::SdJwtVc(_), _) | (_, None) => Ok(None),
        (_, Some(date)) => date.as_str().and_then(parse_moment).map(Some).ok_or(()),
    }
}
