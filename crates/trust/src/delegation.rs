//! Whether an admission lies within the one it was derived from: asked when it is written, and again when it is read.

use std::collections::HashMap;

use crate::{
    chain::LONGEST_CHAIN,
    model::{Accreditation, Entity, EntityKind, Layer},
    scope::Dimension,
};

/// What a chain of admissions does that it must not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// It is derived from one that is nowhere.
    #[error("accreditation {accreditation} is derived from {parent}, which is not registered")]
    UnknownParent {
        /// Which accreditation.
        accreditation: String,
        /// What it names.
        parent: String,
    },
    /// It allows more than the one it is derived from, or hangs where it must not.
    #[error("accreditation {accreditation} goes beyond {ancestor} in {}", dimension.name().en.unwrap_or_default())]
    Beyond {
        /// Which accreditation.
        accreditation: String,
        /// The one above it.
        ancestor: String,
        /// In what.
        dimension: Dimension,
    },
    /// It is derived from itself.
    #[error("accreditation {0} is derived from itself")]
    Circular(String),
    /// The top is no root's.
    #[error("accreditation {0} does not lead up to a root")]
    NoRoot(String),
}

/// Checks every accreditation of these organisations up to its root, as a reader will.
pub fn check_delegations(entities: &[Entity]) -> Result<(), DelegationError> {
    let by_id: HashMap<&str, &Entity> = entities
        .iter()
        .map(|entity| (entity.entity_id.as_str(), entity))
        .collect();
    let accreditations = || {
        entities
            .iter()
            .flat_map(|entity| entity.accreditations.iter().map(move |one| (entity, one)))
    };
    let by_accreditation: HashMap<&str, (&Entity, &Accreditation)> = accreditations()
        .map(|(entity, one)| (one.accreditation_id.as_str(), (entity, one)))
        .collect();

    for (holder, subject) in accreditations() {
        let id = || subject.accreditation_id.clone();
        let (mut entity, mut below) = (holder, subject);
        let mut links = 1;
        // Each link is of a higher kind than the one below, so this ends.
        while let Some(parent) = &below.parent {
            let Some((above_entity, above)) = by_accreditation.get(parent.as_str()).copied() else {
                return Err(DelegationError::UnknownParent {
                    accreditation: below.accreditation_id.clone(),
                    parent: parent.clone(),
                });
            };
            if above.accreditation_id == subject.accreditation_id {
                return Err(DelegationError::Circular(id()));
            }
            let distance = u8::try_from(links).unwrap_or(u8::MAX);
            let find = |id: &str| by_id.get(id).copied();
            if let Some(dimension) = misfit((entity, below), (above_entity, above), distance, find) {
                return Err(DelegationError::Beyond {
                    accreditation: below.accreditation_id.clone(),
                    ancestor: above.accreditation_id.clone(),
                    dimension,
                });
            }
            (entity, below) = (above_entity, above);
            links += 1;
        }
        // Other layers may rest on a body's own decision.
        if subject.layer == Layer::L3 && entity.kind != EntityKind::Root {
            return Err(DelegationError::NoRoot(id()));
        }
    }
    Ok(())
}

/// How an accreditation goes beyond the one above it, or hangs where it must not; `distance` links lie between the
/// one above and the end of the chain. `find` gives the organisation with an id.
pub(crate) fn misfit<'a>(
    (entity, accreditation): (&Entity, &Accreditation),
    (above, parent): (&Entity, &Accreditation),
    distance: u8,
    find: impl Fn(&str) -> Option<&'a Entity>,
) -> Option<Dimension> {
    let given_by_another = accreditation
        .accreditor
        .as_ref()
        .is_some_and(|did| !above.dids.contains(did));
    let part_of_another = entity.kind == EntityKind::Unit
        && entity
            .parent_entity
            .as_deref()
            .is_some_and(|institution| !became(institution, &above.entity_id, find));
    let hangs_wrongly = above.kind >= entity.kind || parent.layer != accreditation.layer;
    if hangs_wrongly || given_by_another || part_of_another {
        Some(Dimension::Depth)
    } else {
        accreditation.exceeds(parent, distance)
    }
}

/// Whether `institution` is `other`, or was taken over by it, perhaps by way of others.
fn became<'a>(institution: &str, other: &str, find: impl Fn(&str) -> Option<&'a Entity>) -> bool {
    if institution == other {
        return true;
    }
    let mut successor = find(institution).and_then(|entity| entity.succeeded_by.as_ref());
    for _ in 0..LONGEST_CHAIN {
        match successor {
            Some(succession) if succession.entity == other => return true,
            Some(succession) => {
                successor = find(&succession.entity).and_then(|entity| entity.succeeded_by.as_ref())
            }
            None => return false,
        }
    }
    false
}
