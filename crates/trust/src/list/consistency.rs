//! Finds what a list says against itself, and keeps where everything is.

use std::collections::{HashMap, HashSet};

use credentials::{Did, DidUrl};
use proofs::PublicKey;

use super::ListError;
use crate::{
    history::{Counting, Order, kept_order},
    model::{Accreditation, Entity, Key, RegisterList, Status},
};

/// More organisations that took over from each other are not followed.
const MOST_SUCCESSIONS: usize = 64;

/// Where everything is in a list, by position.
#[derive(Clone, Debug)]
pub(super) struct Index {
    by_id: HashMap<String, usize>,
    by_did: HashMap<Did, usize>,
    by_kid: HashMap<DidUrl, (usize, usize)>,
    by_accreditation: HashMap<String, (usize, usize)>,
    /// Of long histories alone.
    orders: HashMap<String, Order>,
}

impl Index {
    /// Refuses a list that contradicts itself.
    pub(super) fn new(list: &RegisterList) -> Result<Self, ListError> {
        let mut index = Self {
            by_id: HashMap::with_capacity(list.entities.len()),
            by_did: HashMap::with_capacity(list.entities.len()),
            by_kid: HashMap::with_capacity(list.entities.len()),
            by_accreditation: HashMap::with_capacity(list.entities.len()),
            orders: HashMap::new(),
        };
        let frameworks: HashSet<_> = list.frameworks.iter().map(|framework| &framework.id).collect();
        if frameworks.len() != list.frameworks.len() {
            return inconsistent("a framework is listed twice".to_owned());
        }
        for (position, entity) in list.entities.iter().enumerate() {
            index.add(position, entity)?;
        }
        for entity in &list.entities {
            check_succession(list, &index, entity)?;
        }
        Ok(index)
    }

    fn add(&mut self, position: usize, entity: &Entity) -> Result<(), ListError> {
        if self.by_id.insert(entity.entity_id.clone(), position).is_some() {
            return inconsistent(format!("entity {} is listed twice", entity.entity_id));
        }
        for did in &entity.dids {
            if self.by_did.insert(did.clone(), position).is_some() {
                return inconsistent(format!("{did} belongs to two entities"));
            }
        }
        check_did_windows(entity)?;
        for (place, key) in entity.keys.iter().enumerate() {
            check_key(entity, key)?;
            if self.by_kid.insert(key.kid.clone(), (position, place)).is_some() {
                return inconsistent(format!("key {} is listed twice", key.kid));
            }
        }
        for (place, accreditation) in entity.accreditations.iter().enumerate() {
            check_accreditation(accreditation)?;
            let id = &accreditation.accreditation_id;
            if self
                .by_accreditation
                .insert(id.clone(), (position, place))
                .is_some()
            {
                return inconsistent(format!("accreditation {id} is listed twice"));
            }
            if let Some(order) = kept_order(&accreditation.status_history) {
                self.orders.insert(id.clone(), order);
            }
        }
        Ok(())
    }

    pub(super) fn entity(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn entity_of(&self, did: &Did) -> Option<usize> {
        self.by_did.get(did).copied()
    }

    pub(super) fn key(&self, kid: &DidUrl) -> Option<(usize, usize)> {
        self.by_kid.get(kid).copied()
    }

    pub(super) fn accreditation(&self, id: &str) -> Option<(usize, usize)> {
        self.by_accreditation.get(id).copied()
    }

    pub(super) fn order(&self, accreditation: &str) -> Option<&[Counting]> {
        self.orders.get(accreditation).map(AsRef::as_ref)
    }
}

fn inconsistent<T>(what: String) -> Result<T, ListError> {
    Err(ListError::Inconsistent(what))
}

fn check_did_windows(entity: &Entity) -> Result<(), ListError> {
    let windows = &entity.did_windows;
    for (place, window) in windows.iter().enumerate() {
        let did = &window.did;
        if !entity.dids.contains(did) {
            return inconsistent(format!(
                "{did} has a window and is no DID of {}",
                entity.entity_id
            ));
        }
        if let (Some(start), Some(end)) = (window.not_before, window.not_after)
            && end < start
        {
            return inconsistent(format!("a window of {did} ends before it begins"));
        }
        if windows.iter().skip(place + 1).any(|other| window.overlaps(other)) {
            return inconsistent(format!("windows of {did} overlap"));
        }
    }
    Ok(())
}

fn check_key(entity: &Entity, key: &Key) -> Result<(), ListError> {
    if !entity.dids.contains(key.kid.did()) {
        return inconsistent(format!("key {} is not under a DID of its entity", key.kid));
    }
    match PublicKey::from_jwk(&key.public_key_jwk) {
        Ok(public) if public.thumbprint() == key.jwk_thumbprint => Ok(()),
        Ok(_) => inconsistent(format!("key {} has another thumbprint than listed", key.kid)),
        Err(_) => inconsistent(format!("key {} cannot be read", key.kid)),
    }
}

fn check_accreditation(accreditation: &Accreditation) -> Result<(), ListError> {
    let inconsistent =
        |what: &str| inconsistent(format!("accreditation {} {what}", accreditation.accreditation_id));
    let mut pairs = accreditation.status_history.windows(2);
    if pairs.any(|pair| pair[0].seq >= pair[1].seq || pair[0].recorded_at > pair[1].recorded_at) {
        return inconsistent("has a history out of order");
    }
    let mut history = accreditation.status_history.iter();
    if history.any(|event| matches!(event.status, Status::Expired | Status::Absent)) {
        return inconsistent("has a decision that nobody can take");
    }
    if accreditation
        .valid_until
        .is_some_and(|end| end <= accreditation.valid_from)
    {
        return inconsistent("ends before it begins");
    }
    let ranges = accreditation.scope.sizes.iter().flatten();
    if ranges.into_iter().any(|range| !range.is_sound()) {
        return inconsistent("has an impossible size range");
    }
    Ok(())
}

/// Who took over must be there, and nobody takes over from itself, however many lie between.
fn check_succession(list: &RegisterList, index: &Index, entity: &Entity) -> Result<(), ListError> {
    let mut successor = entity.succeeded_by.as_ref();
    let mut steps = 0;
    while let Some(succession) = successor {
        let Some(next) = index
            .entity(&succession.entity)
            .and_then(|place| list.entities.get(place))
        else {
            return inconsistent(format!(
                "{} was taken over by {}, which is not listed",
                entity.entity_id, succession.entity
            ));
        };
        steps += 1;
        if next.entity_id == entity.entity_id || steps > MOST_SUCCESSIONS {
            return inconsistent(format!(
                "{} was taken over by itself in the end",
                entity.entity_id
            ));
        }
        successor = next.succeeded_by.as_ref();
    }
    Ok(())
}
