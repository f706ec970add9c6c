//! Might the issuer issue then, may it now, and does what it says lie within its admission?
//!
//! Only participation in the quality framework is asked here. Unless a receipt proves when a credential was
//! issued, the date the issuer gives counts only as long as the issuer takes part today.

use chrono::{DateTime, Utc};
use credentials::open_badges::Facts;
use credentials::{Did, Text, dutch_day};
use serde_json::{Value, json};
use trust::{ChainResult, Dimension, Interruption, ScopeClaim, SizeUnit, Status, VerifiedList};

use crate::{
    check::{Check, Register},
    issuance_time::IssuanceTime,
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

/// The three axes, and the chain they rest on.
pub(crate) struct Accreditation {
    pub(crate) axes: [AxisReport; 3],
    pub(crate) chain: Option<ChainResult>,
    /// The moment at which the issuer was judged, where the receipt's counts though it came in time.
    pub(crate) judged_at: Option<DateTime<Utc>>,
    /// The spell in which the issuer did not take part and this may have been made.
    pub(crate) interruption: Option<Interruption>,
}

pub(crate) const AXES: [Axis; 3] = [Axis::AccreditedAtIssuance, Axis::AccreditedNow, Axis::Scope];

pub(crate) fn check(check: &Check<'_>, issuer: &Did, facts: &Facts, time: &IssuanceTime) -> Accreditation {
    let Register::Listed(list) = &check.register else {
        return Accreditation {
            axes: unavailable(check),
            chain: None,
            judged_at: None,
            interruption: None,
        };
    };
    let claim = claim(facts);
    // A day alone reads as its noon, which may lie ahead on the day itself.
    let present = |moment: DateTime<Utc>| match dutch_day(moment) == dutch_day(check.at) {
        true => moment.min(check.at),
        false => moment,
    };
    let claimed = time.claimed().map_or(check.at, present);
    // A receipt confirms that it was decided by then, and not that it was before a spell that ended by then.
    let before_receipt = time.proven().and_then(|received| {
        let known_at = check.at.max(list.list().issued_at);
        trust::assess_known_at(list, issuer, &claim, claimed, received, known_at)?.interruption
    });
    let used = match (before_receipt, time.proven()) {
        (Some(_), Some(received)) => received,
        _ => time.used().map_or(check.at, present),
    };
    let judged = trust::assess_issuance(list, issuer, &claim, (claimed, used), check.at);
    let Some((issued, chain)) = judged else {
        return Accreditation {
            axes: unlisted(check, list, issuer),
            chain: None,
            judged_at: None,
            interruption: None,
        };
    };
    let axes = [then(&chain, issued, time), now(&chain), scope(&chain)].map(|report| {
        if check.register_is_fresh() {
            report
        } else {
            stale(report, list.list().issued_at)
        }
    });
    let since_claimed = chain.interruption.filter(|_| time.proven().is_none());
    Accreditation {
        axes,
        chain: Some(chain),
        judged_at: before_receipt.map(|_| issued),
        interruption: before_receipt.or(since_claimed),
    }
}

/// The three axes for an issuer that the list does not hold. An old list cannot know who joined since.
pub(crate) fn unlisted(check: &Check<'_>, list: &VerifiedList, issuer: &Did) -> [AxisReport; 3] {
    let evidence = json!({ "issuer": issuer });
    if check.register_is_fresh() {
        all_inconclusive(Code::UnknownIssuer, &evidence, None)
    } else {
        all_inconclusive(Code::RegisterStale, &evidence, Some(list.list().issued_at))
    }
}

/// The three axes while there is no list to ask.
pub(crate) fn unavailable(check: &Check<'_>) -> [AxisReport; 3] {
    let (code, detail) = match &check.register {
        Register::NotBelieved { why, .. } => (Code::RegisterNotBelieved, Some(why)),
        Register::NotFetched | Register::Unreachable | Register::Listed(_) => {
            (Code::RegisterUnavailable, None)
        }
    };
    all_inconclusive(code, &json!({ "detail": detail }), None)
}

fn all_inconclusive(code: Code, evidence: &Value, as_of: Option<DateTime<Utc>>) -> [AxisReport; 3] {
    let blanks: Vec<_> = as_of
        .map(|date| ("date", Blank::Date(date)))
        .into_iter()
        .collect();
    AXES.map(|axis| AxisReport {
        as_of,
        ..AxisReport::filled(axis, Outcome::Inconclusive, code, &blanks).with_evidence(evidence.clone())
    })
}

fn then(chain: &ChainResult, issued: DateTime<Utc>, time: &IssuanceTime) -> AxisReport {
    let (outcome, code) = match (chain.at_issuance, chain.now, time.proven()) {
        (Status::Active, _, Some(_)) => (Outcome::Passed, Code::AccreditedThenProven),
        (Status::Active, Status::Active, None) => (Outcome::Passed, Code::AccreditedThen),
        (Status::Active, _, None) => (Outcome::Warning, Code::IssueDateUnproven),
        _ if chain.retroactive => (Outcome::Failed, Code::WithdrawnRetroactively),
        _ => (Outcome::Failed, Code::NotAccreditedThen),
    };
    AxisReport::filled(
        Axis::AccreditedAtIssuance,
        outcome,
        code,
        &[
            ("date", Blank::Date(issued)),
            ("received", Blank::Date(time.proven().unwrap_or(issued))),
        ],
    )
    .with_evidence(json!({
        "status": chain.at_issuance,
        "claimedAt": time.claimed(),
        "provenAt": time.proven(),
        "judgedAt": issued,
        "receipt": time.receipt(),
    }))
}

fn now(chain: &ChainResult) -> AxisReport {
    let axis = Axis::AccreditedNow;
    let report = match (chain.now, chain.inactive_since) {
        (Status::Active, _) => AxisReport::new(axis, Outcome::Passed, Code::AccreditedNow),
        (status, Some(since)) => {
            let why = chain.inactive_reason.clone().unwrap_or_else(|| status.in_words());
            let blanks = [("date", Blank::Date(since)), ("what", Blank::Text(why))];
            AxisReport::filled(axis, Outcome::Warning, Code::NotAccreditedNowSince, &blanks)
        }
        (_, None) => AxisReport::new(axis, Outcome::Warning, Code::NotAccreditedNow),
    };
    report.with_evidence(json!({
        "status": chain.now,
        "by": chain.now_by,
        "since": chain.inactive_since,
        "successor": chain.successor,
    }))
}

fn scope(chain: &ChainResult) -> AxisReport {
    let (outcome, code, what) = if let Some(what) = &chain.out_of_scope {
        (Outcome::Failed, Code::OutOfScope, what.clone())
    } else if !chain.in_scope {
        // Listed without any admission; the axis before this one says so.
        return AxisReport::new(Axis::Scope, Outcome::NotApplicable, Code::NotAccreditedNow);
    } else if chain.unstated.is_empty() {
        (Outcome::Passed, Code::InScope, Text::default())
    } else {
        (
            Outcome::Inconclusive,
            Code::ScopeUnstated,
            Text::joined(&names(&chain.unstated), " of ", " or "),
        )
    };
    AxisReport::filled(Axis::Scope, outcome, code, &[("what", Blank::Text(what))])
        .with_evidence(json!({ "unstated": chain.unstated, "profile": chain.profile }))
}

/// What an old list says against an issuer stands; what it says in favour may have changed.
fn stale(report: AxisReport, as_of: DateTime<Utc>) -> AxisReport {
    let report = match report.outcome {
        Outcome::Failed | Outcome::Inconclusive | Outcome::NotApplicable => report,
        Outcome::Passed | Outcome::Warning => {
            let date = [("date", Blank::Date(as_of))];
            AxisReport::filled(report.axis, Outcome::Inconclusive, Code::RegisterStale, &date)
                .with_evidence(report.evidence)
        }
    };
    report.known_on(as_of)
}

fn claim(facts: &Facts) -> ScopeClaim {
    let size = facts.size.as_ref();
    let sizes = [
        (SizeUnit::Ec, size.and_then(|size| size.ec)),
        (SizeUnit::Hour, size.and_then(|size| size.hours).map(f64::from)),
        (SizeUnit::Sbu, size.and_then(|size| size.sbu).map(f64::from)),
    ];
    ScopeClaim {
        sector: facts.sector,
        framework: facts.framework.as_ref().map(|framework| framework.id.clone()),
        eqf: facts.level.as_ref().map(|level| level.eqf),
        nlqf: facts.level.as_ref().and_then(|level| level.nlqf.clone()),
        sizes: sizes
            .into_iter()
            .filter_map(|(unit, value)| Some((unit, value?)))
            .collect(),
        credential_type: facts.credential_type.clone(),
        field: facts.field.clone(),
        country: facts.issuer.country.clone(),
    }
}

fn names(dimensions: &[Dimension]) -> Vec<Text> {
    dimensions.iter().map(|dimension| dimension.name()).collect()
}
