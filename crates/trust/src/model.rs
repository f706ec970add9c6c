//! The register list: who may issue what, since when, and everything that changed.
//!
//! The wire shape is JSON with `camelCase` names, written down in `specs/accreditation/`. Members this
//! version does not know are ignored when read, so that a list may grow without breaking older readers.

mod accreditation;
mod entity;

pub use accreditation::{Accreditation, Effect, Layer, Reason, Status, StatusEvent};
pub use entity::{
    DidWindow, Entity, EntityKind, Evidence, Key, KeyWindow, OtherIdentifier, Proof, Succession,
};

use chrono::{DateTime, Utc};
use credentials::{Did, Language, Text, award::Sector};
use serde::{Deserialize, Serialize};

use crate::scope::Scope;

/// The version of the list format that is written here. Version 1 had no DID windows, successions and profiles.
pub const LIST_VERSION: u32 = 2;

fn first_version() -> u32 {
    1
}

/// The content of a signed register list.
///
/// It names organisations only, never people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterList {
    /// The version of the format; 1 where it is not stated. A reader refuses one it does not know, since what it
    /// passes over might turn a verdict.
    #[serde(default = "first_version")]
    pub version: u32,
    /// Who operates the register and signs its list.
    pub iss: Did,
    /// The register's own identifier, a URL.
    pub register_id: String,
    /// Grows by one with every change of content; a list signed afresh without a change keeps its number.
    pub sequence: u64,
    /// When this list was signed.
    pub issued_at: DateTime<Utc>,
    /// Until when this list may be relied on; at most 24 hours after [`issued_at`](Self::issued_at).
    pub next_update: DateTime<Utc>,
    /// The [`content_hash`](crate::content_hash) of the list with the sequence number before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_hash: Option<String>,
    /// The operator's changes of key in order, each a compact JWS: see [`KeyChange`](crate::KeyChange).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_changes: Vec<String>,
    /// The quality frameworks that accreditations refer to.
    #[serde(default)]
    pub frameworks: Vec<Framework>,
    /// Everybody the register knows, including those who left.
    #[serde(default)]
    pub entities: Vec<Entity>,
}

/// A register list without its organisations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListHead {
    /// See [`RegisterList::version`].
    #[serde(default = "first_version")]
    pub version: u32,
    /// Who operates the register and signs its list.
    pub iss: Did,
    /// The register's own identifier, a URL.
    pub register_id: String,
    /// See [`RegisterList::sequence`].
    pub sequence: u64,
    /// When this list was signed.
    pub issued_at: DateTime<Utc>,
    /// Until when this list may be relied on.
    pub next_update: DateTime<Utc>,
    /// See [`RegisterList::previous_hash`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_hash: Option<String>,
    /// See [`RegisterList::key_changes`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_changes: Vec<String>,
    /// The quality frameworks that accreditations refer to.
    #[serde(default)]
    pub frameworks: Vec<Framework>,
}

impl RegisterList {
    /// All but the organisations.
    pub fn head(&self) -> ListHead {
        ListHead {
            version: self.version,
            iss: self.iss.clone(),
            register_id: self.register_id.clone(),
            sequence: self.sequence,
            issued_at: self.issued_at,
            next_update: self.next_update,
            previous_hash: self.previous_hash.clone(),
            key_changes: self.key_changes.clone(),
            frameworks: self.frameworks.clone(),
        }
    }
}

impl ListHead {
    /// The whole list with these organisations.
    pub fn with(self, entities: Vec<Entity>) -> RegisterList {
        RegisterList {
            version: self.version,
            iss: self.iss,
            register_id: self.register_id,
            sequence: self.sequence,
            issued_at: self.issued_at,
            next_update: self.next_update,
            previous_hash: self.previous_hash,
            key_changes: self.key_changes,
            frameworks: self.frameworks,
            entities,
        }
    }
}

/// A version of a quality framework for microcredentials.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Framework {
    /// The framework's identifier, a URL.
    pub id: String,
    /// Which version of the framework this is.
    #[serde(default)]
    pub version: String,
    /// What people call it.
    #[serde(default)]
    pub name: Text,
    /// The sectors that agreed on it.
    #[serde(default)]
    pub sectors: Vec<Sector>,
    /// The languages its text exists in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// The digest of its text, as credentials carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What it allowed when. One of them has to allow what is issued, unless there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
}

/// What a framework allows in some sectors for some time, such as `NL-HO-EXP`.
///
/// Agreements change; which one counts follows from the moment of issuance, never from today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Its name.
    pub id: String,
    /// In which sectors.
    pub sectors: Vec<Sector>,
    /// From when.
    pub effective_from: DateTime<Utc>,
    /// Until when; absent when no end was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<DateTime<Utc>>,
    /// From when awards were foreseen; an earlier one is worth a remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awards_from: Option<DateTime<Utc>>,
    /// What it allows.
    #[serde(default)]
    pub scope: Scope,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

impl Profile {
    /// Whether it counted at `at`, both ends included.
    pub fn counted(&self, at: DateTime<Utc>) -> bool {
        self.effective_from <= at && self.effective_until.is_none_or(|end| at <= end)
    }
}
