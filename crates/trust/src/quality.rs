//! Did somebody judge the institution itself, then and now?
//!
//! Layer L2: reports of agencies, imported as evidence, and accreditations of that layer. They inform. What nobody
//! judged is unknown, and held against nobody. What an agency says last takes the place of what it said before.

use std::collections::HashMap;

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
    /// What it rests on; what was taken back is left out.
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
        .filter(|evidence| evidence.layer == Layer::L2 && !evidence.is_retracted())
        .collect();
    let chains: Vec<_> = entities
        .iter()
        .flat_map(|entity| entity.accreditations.iter().map(|one| (*entity, one)))
        .filter(|(_, one)| one.layer == Layer::L2)
        .map(|(entity, one)| Chain::walk(list, entity, one, now))
        .collect();
    let on = |at: DateTime<Utc>| {
        let day = at.date_naive();
        let reported = entities.iter().flat_map(|entity| by_reports(entity, day));
        let admitted = chains.iter().map(|chain| by_accreditation(chain, at));
        summary(reported.chain(admitted))
    };
    Quality {
        then: on(then),
        now: on(now),
        evidence,
    }
}

/// What agencies thought of one organisation: of each what it said last, by the first day of it.
fn by_reports(entity: &Entity, day: NaiveDate) -> Vec<Judgement> {
    let begun: Vec<&Evidence> = entity
        .evidence
        .iter()
        .filter(|one| one.layer == Layer::L2)
        .filter(|one| matches!(one.decision.as_deref(), Some("positive" | "negative")))
        .filter(|one| one.valid_from.is_none_or(|from| from <= day))
        .collect();
    let mut last: HashMap<_, Option<NaiveDate>> = HashMap::new();
    for one in &begun {
        if let Some(agency) = agency(one) {
            let from = last.entry(agency).or_default();
            *from = one.valid_from.max(*from);
        }
    }
    let counts =
        |one: &&&Evidence| agency(one).is_none_or(|agency| last.get(&agency) == Some(&one.valid_from));
    begun
        .iter()
        .filter(counts)
        .map(|one| by_report(one, day))
        .collect()
}

/// Whose word it is, of which kind. What is without a source is nobody's.
fn agency(evidence: &Evidence) -> Option<(&str, &str, Option<&str>)> {
    let source = evidence.source.as_deref()?;
    Some((source, &evidence.kind, evidence.name.as_deref()))
}

fn by_report(evidence: &Evidence, day: NaiveDate) -> Judgement {
    let ended = evidence.valid_to.filter(|to| *to < day);
    match (evidence.decision.as_deref(), ended) {
        (Some("positive"), None) => Judgement::Positive,
        (Some("positive"), Some(on)) => Judgement::Ended { on },
        (Some("negative"), None) => Judgement::Negative,
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
