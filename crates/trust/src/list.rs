//! Signing a register list and deciding whether one can be relied on.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use credentials::{Did, DidUrl};
use proofs::Signer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Accreditation, Entity, Key, RegisterList};

/// The `typ` in the header of a signed list.
pub const LIST_TYPE: &str = "mc-register+jwt";

/// The largest list that is read, in characters of its compact serialisation.
pub const MAX_LIST_CHARACTERS: usize = 4 * 1024 * 1024;

/// A register operator trusted by configuration, and the key its lists must be signed with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrustAnchor {
    /// The operator, as its lists name it in `iss`.
    pub iss: Did,
    /// The operator's public key.
    pub jwk: Value,
}

/// Why a register list cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Not a JWS, or larger or deeper than allowed.
    #[error("the register list cannot be read: {0}")]
    Unreadable(String),
    /// A JWS of another type.
    #[error("the register list has type {0:?}, expected {LIST_TYPE:?}")]
    WrongType(String),
    /// Nobody configured vouches for this operator.
    #[error("no trust anchor for register operator {0}")]
    UnknownOperator(String),
    /// The signature is not by a pinned key.
    #[error("the signature of the register list is wrong")]
    WrongSignature,
    /// The dates contradict the rules.
    #[error("the dates of the register list are wrong: {0}")]
    WrongDates(&'static str),
    /// The list contradicts itself.
    #[error("the register list contradicts itself: {0}")]
    Inconsistent(String),
    /// The list cannot be signed.
    #[error("the register list could not be signed")]
    Signing,
}

/// A list whose signature, type, dates and inner consistency were checked.
///
/// Made by [`verify_list`] alone. It may be stale: ask [`freshness`](Self::freshness).
#[derive(Clone, Debug)]
pub struct VerifiedList {
    pub(crate) list: RegisterList,
    content_hash: String,
    by_did: HashMap<Did, usize>,
    by_accreditation: HashMap<String, (usize, usize)>,
}

/// A key the register knows, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct RegisteredKey<'a> {
    /// Whose key it is.
    pub entity: &'a Entity,
    /// The key and its window.
    pub key: &'a Key,
}

/// Whether a list may still be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The next list is not due yet.
    Fresh,
    /// The next list was due at this moment.
    Stale {
        /// The `nextUpdate` of the list.
        since: DateTime<Utc>,
    },
}

/// Signs a list as a compact JWS with `typ` [`LIST_TYPE`] in its header.
pub fn sign_list(list: &RegisterList, signer: &dyn Signer, kid: &DidUrl) -> Result<String, ListError> {
    let _ = (list, signer, kid);
    Err(ListError::Signing)
}

/// Reads a signed list: signature by an anchor's pinned key, type, dates, bounds and inner consistency.
pub fn verify_list(jws: &str, anchors: &[TrustAnchor], at: DateTime<Utc>) -> Result<VerifiedList, ListError> {
    let _ = (jws, anchors, at, Duration::hours(24));
    Err(ListError::WrongSignature)
}

/// What a later list's `previousHash` commits to: `sha-256:` and the hexadecimal SHA-256 of the list in
/// canonical JSON (RFC 8785) without `issuedAt` and `nextUpdate`, so signing afresh does not change it.
pub fn content_hash(list: &RegisterList) -> String {
    let _ = list;
    String::new()
}

impl VerifiedList {
    /// The list itself.
    pub fn list(&self) -> &RegisterList {
        &self.list
    }

    /// The [`content_hash`] of this list.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// The organisation that uses `did`.
    pub fn entity(&self, did: &Did) -> Option<&Entity> {
        self.by_did.get(did).and_then(|index| self.list.entities.get(*index))
    }

    /// The key that signatures name `kid`.
    pub fn key(&self, kid: &DidUrl) -> Option<RegisteredKey<'_>> {
        self.list.entities.iter().find_map(|entity| {
            entity.keys.iter().find(|key| key.kid == *kid).map(|key| RegisteredKey { entity, key })
        })
    }

    /// The accreditation with this id, and who holds it.
    pub fn accreditation(&self, id: &str) -> Option<(&Entity, &Accreditation)> {
        let (entity, accreditation) = self.by_accreditation.get(id)?;
        let entity = self.list.entities.get(*entity)?;
        Some((entity, entity.accreditations.get(*accreditation)?))
    }

    /// Whether the list may be relied on at `at`.
    pub fn freshness(&self, at: DateTime<Utc>) -> Freshness {
        if at <= self.list.next_update {
            Freshness::Fresh
        } else {
            Freshness::Stale { since: self.list.next_update }
        }
    }
}
