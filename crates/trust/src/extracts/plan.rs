//! What an extract would change in a register.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Extract, Statement};
use crate::{Entity, Evidence, Layer, OtherIdentifier};

/// The `decision` of evidence that is no longer said.
pub const RETRACTED: &str = "retracted";

/// How an extract is taken over.
#[derive(Clone, Copy, Debug)]
pub struct Import {
    /// When the extract was made.
    pub extracted_at: DateTime<Utc>,
    /// Whether what says the same as before is recorded again, as looked up again.
    pub renew: bool,
    /// Whether what the extract says is taken back, as after a wrong one.
    pub retract: bool,
}

/// Evidence to record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Addition {
    /// About which organisation.
    pub entity_id: String,
    /// What is known.
    pub evidence: Evidence,
}

/// What becomes of an extract.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What is new, or says something else than what is recorded.
    pub additions: Vec<Addition>,
    /// How many say what is recorded already.
    pub unchanged: usize,
    /// The rows about which something newer is recorded.
    pub outdated: Vec<usize>,
    /// What is about nobody in the register.
    pub unknown: Vec<Unplaced>,
    /// What might be about several in the register, whose identifiers are then wrong.
    pub ambiguous: Vec<Unplaced>,
}

/// A row of which the organisation is not found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unplaced {
    /// Which, from 1.
    pub row: usize,
    /// What it says the organisation is.
    pub about: Vec<OtherIdentifier>,
    /// What it calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What an extract changes among `entities`. Taking the same over twice changes nothing the second time.
pub fn plan(extract: &Extract, entities: &[Entity], import: Import) -> Plan {
    let mut places: HashMap<(&str, &str), BTreeSet<usize>> = HashMap::new();
    for (place, entity) in entities.iter().enumerate() {
        for one in &entity.other_identifiers {
            places.entry((&one.scheme, &one.value)).or_default().insert(place);
        }
    }
    let mut plan = Plan::default();
    // Of what an extract says twice about one thing the last counts, or taking it over again would change it back.
    let mut seen: Vec<HashSet<(Layer, &str, Option<&str>)>> = vec![HashSet::new(); entities.len()];
    for statement in extract.statements.iter().rev() {
        let found: BTreeSet<usize> = statement
            .about
            .iter()
            .filter_map(|one| places.get(&(one.scheme.as_str(), one.value.as_str())))
            .flatten()
            .copied()
            .collect();
        let mut found = found.into_iter();
        let place = match (found.next(), found.next()) {
            (Some(place), None) => place,
            (None, _) => {
                plan.unknown.push(unplaced(statement));
                continue;
            }
            (Some(_), Some(_)) => {
                plan.ambiguous.push(unplaced(statement));
                continue;
            }
        };
        let evidence = &statement.evidence;
        let thing = (
            evidence.layer,
            evidence.kind.as_str(),
            evidence.identifier.as_deref(),
        );
        let (Some(entity), Some(seen)) = (entities.get(place), seen.get_mut(place)) else {
            continue;
        };
        if !seen.insert(thing) {
            continue;
        }
        match step(entity, evidence, import) {
            Step::Record(evidence) => plan.additions.push(Addition {
                entity_id: entity.entity_id.clone(),
                evidence: *evidence,
            }),
            Step::Unchanged => plan.unchanged += 1,
            Step::Outdated => plan.outdated.push(statement.row),
        }
    }
    plan.additions.reverse();
    plan.outdated.reverse();
    plan.unknown.reverse();
    plan.ambiguous.reverse();
    plan
}

enum Step {
    Record(Box<Evidence>),
    Unchanged,
    Outdated,
}

fn step(entity: &Entity, said: &Evidence, import: Import) -> Step {
    let known = entity.evidence.iter().find(|known| known.is_about(said));
    let said = match (import.retract, known) {
        (false, _) => said.clone(),
        // What was never recorded need not be taken back.
        (true, None) => return Step::Unchanged,
        (true, Some(known)) => Evidence {
            decision: Some(RETRACTED.to_owned()),
            ..known.clone()
        },
    };
    let said = Evidence {
        checked_at: Some(import.extracted_at),
        recorded_at: None,
        ..said
    };
    match known {
        Some(known)
            if known.says_the_same(&said) && (!import.renew || known.checked_at >= said.checked_at) =>
        {
            return Step::Unchanged;
        }
        Some(known) if known.outdates(&said) => return Step::Outdated,
        _ => {}
    }
    Step::Record(Box::new(said))
}

fn unplaced(statement: &Statement) -> Unplaced {
    Unplaced {
        row: statement.row,
        about: statement.about.clone(),
        name: statement.name.clone(),
    }
}
