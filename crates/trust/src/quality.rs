//! Did somebody judge the institution itself, then and now?
//!
//! Layer L2: reports of agencies, imported as evidence, and accreditations of that layer. They inform. What nobody
//! judged is unknown, and held against nobody.

use chrono::{DateTime, NaiveDate, Utc};
use credentials::Did;
use serde::Serialize;

use crate::{
    chain::Chain,
    list::VerifiedList,
    model::{Entity, Evidence, Layer, Status},
};

/// What was thought of an institution on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "judgement")]
pub enum Judgement {
    /// A positive judgement held, and no negative one.
    Positive,
    /// A negative judgement held.
    Negative,
    /// The last positive one had ended.
    Ended {
        /// Its last day.
        on: NaiveDate,
    },
    /// Nothing is known.
    Unknown,
}

/// What was thought of an institution at issuance and now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quality<'a> {
    /// On the day of issuance, in UTC.
    pub then: Judgement,
    /// Today, in UTC.
    pub now: Judgement,
    /// What it rests on.
    pub evidence: Vec<&'a Evidence>,
}

/// What was thought of `issuer`, and of the institution it is part of.
pub fn quality<'a>(
    list: &'a VerifiedList,
    issuer: &Did,
    then: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Quality<'a> {
    let unit = list.entity(issuer);
    let institution = unit.and_then(|unit| list.entity_by_id(unit.parent_entity.as_deref()?));
    let entities: Vec<&Entity> = unit.into_iter().chain(institution).collect();
    let evidence: Vec<_> = entities
        .iter()
        .flat_map(|entity| &entity.evidence)
        .filter(|evidence| evidence.layer == Layer::L2)
        .collect();
    let chains: Vec<_> = entities
        .iter()
        .flat_map(|entity| entity.accreditations.iter().map(|one| (*entity, one)))
        .filter(|(_, one)| one.layer == Layer::L2)
        .map(|(entity, one)| Chain::walk(list, entity, one, now))
        .collect();
    let on = |at: DateTime<Utc>| {
        let reported = evidence
            .iter()
            .map(|evidence| by_report(evidence, at.date_naive()));
        let admitted = chains.iter().map(|chain| by_accreditation(chain, at));
        summary(reported.chain(admitted))
    };
    Quality {
        then: on(then),
        now: on(now),
        evidence,
    }
}

fn by_report(evidence: &Evidence, day: NaiveDate) -> Judgement {
    let begun = evidence.valid_from.is_none_or(|from| from <= day);
    let ended = evidence.valid_to.filter(|to| *to < day);
    match (evidence.decision.as_deref(), begun, ended) {
        (Some("positive"), true, None) => Judgement::Positive,
        (Some("positive"), true, Some(on)) => Judgement::Ended { on },
        (Some("negative"), true, None) => Judgement::Negative,
        _ => Judgement::Unknown,
    }
}

fn by_accreditation(chain: &Chain<'_>, at: DateTime<Utc>) -> Judgement {
    let until = chain
        .hops
        .first()
        .and_then(|hop| hop.accreditation.valid_until)
        .filter(|until| *until < at);
    match (chain.status(at), until) {
        (Status::Active, _) => Judgement::Positive,
        (Status::Suspended | Status::Withdrawn, _) => Judgement::Negative,
        (Status::Expired, Some(until)) => Judgement::Ended {
            on: until.date_naive(),
        },
        (Status::Expired | Status::Absent, _) => Judgement::Unknown,
    }
}

/// A negative judgement outweighs a positive one, that one that has ended, and that nothing at all.
fn summary(judgements: impl Iterator<Item = Judgement>) -> Judgement {
    let weight = |judgement: &Judgement| match judgement {
        Judgement::Negative => (3, None),
        Judgement::Positive => (2, None),
        Judgement::Ended { on } => (1, Some(*on)),
        Judgement::Unknown => (0, None),
    };
    judgements.max_by_key(weight).unwrap_or(Judgement::Unknown)
}
