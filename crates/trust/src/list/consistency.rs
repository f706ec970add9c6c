//! Finds what a list says against itself.

use std::collections::{HashMap, HashSet};

use proofs::PublicKey;

use super::ListError;
use crate::model::{Accreditation, Entity, Framework, Key, Status};

/// More organisations that took over from each other are not followed.
const MOST_SUCCESSIONS: usize = 64;

/// That one organisation took over from another, by their names in the register.
pub(super) struct Succession {
    pub(super) of: String,
    pub(super) by: String,
}

/// What an organisation says against itself.
pub(super) fn check(entity: &Entity) -> Result<(), ListError> {
    check_did_windows(entity)?;
    for key in &entity.keys {
        check_key(entity, key)?;
    }
    entity.accreditations.iter().try_for_each(check_accreditation)
}

/// No framework is there twice.
pub(super) fn check_frameworks(frameworks: &[Framework]) -> Result<(), ListError> {
    let ids: HashSet<_> = frameworks.iter().map(|framework| &framework.id).collect();
    match ids.len() == frameworks.len() {
        true => Ok(()),
        false => inconsistent("a framework is listed twice".to_owned()),
    }
}

pub(super) fn inconsistent<T>(what: String) -> Result<T, ListError> {
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
pub(super) fn check_successions(
    successions: &[Succession],
    is_listed: impl Fn(&str) -> bool,
) -> Result<(), ListError> {
    let by: HashMap<&str, &str> = successions
        .iter()
        .map(|one| (one.of.as_str(), one.by.as_str()))
        .collect();
    for Succession { of, .. } in successions {
        let (mut at, mut steps) = (of.as_str(), 0);
        while let Some(next) = by.get(at).copied() {
            if !is_listed(next) {
                return inconsistent(format!("{at} was taken over by {next}, which is not listed"));
            }
            steps += 1;
            if next == of || steps > MOST_SUCCESSIONS {
                return inconsistent(format!("{of} was taken over by itself in the end"));
            }
            at = next;
        }
    }
    Ok(())
}
