//! The register list: who may issue what, since when, and everything that changed.
//!
//! The wire shape is JSON with `camelCase` names, written down in `specs/accreditation/`. Members this
//! version does not know are ignored when read, so that a list may grow without breaking older readers.

use chrono::{DateTime, Duration, Utc};
use credentials::{Did, DidUrl, Text, award::Sector};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::scope::{Dimension, Scope};

/// The content of a signed register list.
///
/// It names organisations only, never people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterList {
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
    /// The quality frameworks that accreditations refer to.
    #[serde(default)]
    pub frameworks: Vec<Framework>,
    /// Everybody the register knows, including those who left.
    #[serde(default)]
    pub entities: Vec<Entity>,
}

/// A version of a quality framework for microcredentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
}

/// An organisation in the chain from root to issuing unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// The register's stable name for this organisation; outlives a change of DID.
    pub entity_id: String,
    /// Where in the chain this organisation stands.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// The DIDs this organisation issues under, the current one first.
    pub dids: Vec<Did>,
    /// The name in law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// The name people know.
    #[serde(default)]
    pub display_name: Text,
    /// Identifiers elsewhere, such as the institution code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_identifiers: Vec<OtherIdentifier>,
    /// ISO 3166 country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether the government funds it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funded: Option<bool>,
    /// The [`entity_id`](Self::entity_id) of the organisation this one is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_entity: Option<String>,
    /// Signing keys, past and present, each with its window.
    #[serde(default)]
    pub keys: Vec<Key>,
    /// What this organisation was admitted to.
    #[serde(default)]
    pub accreditations: Vec<Accreditation>,
    /// What else is known about it; informs, and never decides by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// Where an organisation stands in the chain, from the top down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// Where a chain must end.
    Root,
    /// Admits institutions.
    Accreditor,
    /// Awards.
    Institution,
    /// Awards on behalf of its institution.
    Unit,
}

/// An identifier given by another administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherIdentifier {
    /// Which administration: `BRIN`, `DEQAR`, `schac_home`.
    pub scheme: String,
    /// The identifier there.
    pub value: String,
}

/// A signing key and the window in which it counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// How signatures name the key; its DID is one of the entity's.
    pub kid: DidUrl,
    /// The public key, so that checking needs no DID document, even after the organisation has gone.
    pub public_key_jwk: Value,
    /// RFC 7638 thumbprint of [`public_key_jwk`](Self::public_key_jwk).
    pub jwk_thumbprint: String,
    /// From when signatures count.
    pub not_before: DateTime<Utc>,
    /// Until when signatures count; absent while in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<DateTime<Utc>>,
    /// From when somebody else may have had the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_at: Option<DateTime<Utc>>,
}

/// What a moment means for a [`Key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyWindow {
    /// The key counted at that moment.
    Valid,
    /// The moment lies before the key's first day or after its last.
    Outside,
    /// At that moment somebody else may have had the key.
    Compromised,
}

impl Key {
    /// Whether a signature made at `at` counts.
    pub fn window(&self, at: DateTime<Utc>) -> KeyWindow {
        if self.compromised_at.is_some_and(|compromised| at >= compromised) {
            KeyWindow::Compromised
        } else if at < self.not_before || self.not_after.is_some_and(|end| at > end) {
            KeyWindow::Outside
        } else {
            KeyWindow::Valid
        }
    }
}

/// Which question an accreditation or piece of evidence answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// The institution is recognised by law.
    L1,
    /// An agency judged the quality of the institution or programme.
    L2,
    /// The institution takes part in the quality framework. Only this one decides a verdict.
    L3,
    /// A body inside the institution guarantees the final level.
    L4,
    /// Peers reviewed it.
    L5,
}

/// A statement that an organisation may issue, within a scope and a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accreditation {
    /// Unique in the list, a URL whose last segment is short enough to type.
    pub accreditation_id: String,
    /// Which question it answers.
    pub layer: Layer,
    /// What kind of statement, such as `framework-participation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who gave it; a DID of the organisation that holds the parent accreditation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accreditor: Option<Did>,
    /// The [`Framework::id`] it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    /// Which version of the framework.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework_version: Option<String>,
    /// What may be issued under it.
    #[serde(default)]
    pub scope: Scope,
    /// From when it holds.
    pub valid_from: DateTime<Utc>,
    /// Until when it holds; absent when no end was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether its holder may admit others within it.
    #[serde(default)]
    pub may_delegate: bool,
    /// How many links may hang below it; none when absent.
    #[serde(default)]
    pub max_depth: u8,
    /// Where the decision can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The accreditation it was derived from; absent for a root, which the anchors vouch for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Everything that happened to it, only ever added to.
    #[serde(default)]
    pub status_history: Vec<StatusEvent>,
}

/// What an accreditation was, from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In force.
    Active,
    /// Its window is over, or has not begun.
    Expired,
    /// Paused.
    Suspended,
    /// Ended for good.
    Withdrawn,
    /// There is no accreditation at all, or none yet. The worst, so `max` of a chain is its worst link.
    Absent,
}

/// Whether a decision looks back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// From the decision on.
    #[default]
    Prospective,
    /// Also for the time before the decision.
    Retroactive,
}

/// One decision about an accreditation; never changed afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusEvent {
    /// The order of the decisions: one higher than the one before.
    pub seq: u64,
    /// What it is from then on; `expired` and `absent` follow from dates and are never decided.
    pub status: Status,
    /// From when this holds in the world.
    pub effective_from: DateTime<Utc>,
    /// When the register learnt of it.
    pub recorded_at: DateTime<Utc>,
    /// Whether it looks back.
    #[serde(default)]
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// Where the decision can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
}

/// Why a decision was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A short code for machines, such as `missing-body`.
    pub code: String,
    /// In Dutch.
    #[serde(default)]
    pub nl: String,
    /// In English.
    #[serde(default)]
    pub en: String,
}

/// Something known about an organisation from another source. Shown, never decisive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Which question it answers.
    pub layer: Layer,
    /// What it is, such as `quality-assurance-decision`.
    pub kind: String,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its identifier there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// First day it holds, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<chrono::NaiveDate>,
    /// Last day it holds, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<chrono::NaiveDate>,
    /// `positive` or `negative`, where the source decides anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// When it was last looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<DateTime<Utc>>,
    /// Where people can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who, such as the name of the body that guarantees the level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Accreditation {
    /// What this accreditation is at `at`, by all that was recorded up to and including `known_at`.
    ///
    /// Events count in the order of `seq`; a later one overrides the earlier ones from its `effectiveFrom` on,
    /// also when that lies before it was recorded. Outside its window an accreditation is expired, and before
    /// its first event there is none.
    pub fn status_at(&self, at: DateTime<Utc>, known_at: DateTime<Utc>) -> Status {
        if self.is_outside_window(at) {
            return Status::Expired;
        }
        self.event_at(at, known_at)
            .map_or(Status::Absent, |event| event.status)
    }

    /// The event that decides [`status_at`](Self::status_at) inside the window.
    pub fn event_at(&self, at: DateTime<Utc>, known_at: DateTime<Utc>) -> Option<&StatusEvent> {
        self.status_history
            .iter()
            .filter(|event| event.recorded_at <= known_at && event.effective_from <= at)
            .max_by_key(|event| event.seq)
    }

    /// Whether it was in force at `at` until a decision recorded later withdrew it for that moment as well.
    pub fn withdrawn_retroactively(&self, at: DateTime<Utc>, known_at: DateTime<Utc>) -> bool {
        if self.is_outside_window(at) {
            return false;
        }
        let Some(event) = self.event_at(at, known_at) else {
            return false;
        };
        let before = self
            .status_history
            .iter()
            .filter(|earlier| earlier.seq < event.seq);
        let status_before = before
            .filter(|earlier| earlier.effective_from <= at)
            .max_by_key(|earlier| earlier.seq);
        event.status == Status::Withdrawn
            && (event.effect == Effect::Retroactive || event.recorded_at > at)
            && status_before.is_some_and(|earlier| earlier.status == Status::Active)
    }

    /// The moment at which the present spell of not being active began, when it is not active at `at`.
    pub fn inactive_since(&self, at: DateTime<Utc>, known_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.status_at(at, known_at) == Status::Active {
            return None;
        }
        let starts = self
            .status_history
            .iter()
            .map(|event| event.effective_from)
            .chain(self.valid_until);
        let mut starts: Vec<_> = starts.filter(|start| *start <= at).collect();
        starts.sort_unstable();
        let just_before =
            |start: &DateTime<Utc>| self.status_at(*start - Duration::milliseconds(1), known_at);
        starts
            .iter()
            .rev()
            .find(|start| just_before(start) == Status::Active)
            .or(starts.first())
            .copied()
    }

    /// How this accreditation goes beyond `parent`, from which it was derived `distance` links below.
    pub fn exceeds(&self, parent: &Self, distance: u8) -> Option<Dimension> {
        let ends_later = match (self.valid_until, parent.valid_until) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(child), Some(parent)) => child > parent,
        };
        let other_framework = parent.framework.is_some() && self.framework != parent.framework;
        if !parent.may_delegate || distance > parent.max_depth {
            Some(Dimension::Depth)
        } else if self.valid_from < parent.valid_from || ends_later {
            Some(Dimension::Window)
        } else if other_framework {
            Some(Dimension::Framework)
        } else {
            self.scope.exceeds(&parent.scope)
        }
    }

    fn is_outside_window(&self, at: DateTime<Utc>) -> bool {
        at < self.valid_from || self.valid_until.is_some_and(|end| at > end)
    }
}
