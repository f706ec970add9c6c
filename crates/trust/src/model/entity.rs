//! Organisations: what they are called elsewhere, which DIDs and keys they used when, and who took over from them.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::accreditation::{Accreditation, Layer, Reason};
use crate::extracts::RETRACTED;

/// An organisation in the chain from root to issuing unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// The register's stable name for this organisation; outlives a change of DID.
    pub entity_id: String,
    /// Where in the chain this organisation stands.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// The DIDs this organisation issues under, the current one first. A DID belongs to one organisation for good.
    pub dids: Vec<Did>,
    /// When which of its DIDs was in use; one without a window always was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub did_windows: Vec<DidWindow>,
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
    /// Who took over when it merged or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeded_by: Option<Succession>,
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

impl Entity {
    /// Whether it issued under `did` at `at`. One of its DIDs that has windows was in use inside these alone.
    pub fn used(&self, did: &Did, at: DateTime<Utc>) -> bool {
        let mut windows = self
            .did_windows
            .iter()
            .filter(|window| window.did == *did)
            .peekable();
        windows.peek().is_none() || windows.any(|window| window.holds(at))
    }

    /// Who had taken over at `at`, by what was recorded up to and including `known_at`.
    pub fn successor_at(&self, at: DateTime<Utc>, known_at: DateTime<Utc>) -> Option<&Succession> {
        self.succeeded_by
            .as_ref()
            .filter(|succession| succession.effective_from <= at && succession.recorded_at <= known_at)
    }

    /// Takes up evidence: in the place of what was known about the same thing, or else after all the rest.
    pub fn take_up(&mut self, evidence: Evidence) {
        match self.evidence.iter_mut().find(|known| known.is_about(&evidence)) {
            Some(known) => *known = evidence,
            None => self.evidence.push(evidence),
        }
    }
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

/// A spell in which an organisation used one of its DIDs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DidWindow {
    /// Which of its DIDs.
    pub did: Did,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// Until when; absent while in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<DateTime<Utc>>,
}

impl DidWindow {
    /// Whether `at` lies in it, both ends included.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.not_before.is_none_or(|start| start <= at) && self.not_after.is_none_or(|end| at <= end)
    }

    /// Whether some moment lies in both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let starts_in_time = |one: &Self, two: &Self| match (one.not_before, two.not_after) {
            (Some(start), Some(end)) => start <= end,
            _ => true,
        };
        self.did == other.did && starts_in_time(self, other) && starts_in_time(other, self)
    }
}

/// That another organisation took over. From then on this one issues nothing under its own admissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Succession {
    /// The [`Entity::entity_id`] of the organisation that took over.
    pub entity: String,
    /// From when.
    pub effective_from: DateTime<Utc>,
    /// When the register learnt of it.
    pub recorded_at: DateTime<Utc>,
    /// Why, such as `merged`.
    #[serde(default)]
    pub reason: Reason,
}

/// An identifier given by another administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherIdentifier {
    /// Which administration: `BRIN`, `DEQAR`, `ETER`, `KvK`, `schac_home`.
    pub scheme: String,
    /// The identifier there.
    pub value: String,
}

impl OtherIdentifier {
    /// Whether the value looks as that administration writes it. Of a scheme that is not known here, any does.
    pub fn is_well_formed(&self) -> bool {
        let value = self.value.as_bytes();
        let digits = |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
        let letters = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_uppercase);
        match self.scheme.as_str() {
            // Two digits and two letters; a location adds two digits.
            "BRIN" => {
                (value.len() == 4 || (value.len() == 6 && digits(&value[4..])))
                    && digits(&value[..2])
                    && letters(&value[2..4])
            }
            "DEQAR" => self
                .value
                .strip_prefix("DEQARINST")
                .is_some_and(|rest| rest.len() <= 12 && digits(rest.as_bytes())),
            "ETER" => value.len() == 6 && letters(&value[..2]) && digits(&value[2..]),
            "KvK" => value.len() == 8 && digits(value),
            "schac_home" => {
                self.value.contains('.')
                    && self.value.split('.').all(|label| {
                        let is_label =
                            |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
                        !label.is_empty() && label.as_bytes().iter().all(is_label)
                    })
            }
            _ => !self.value.is_empty(),
        }
    }
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

/// What a receipt proves about a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When the register received the commitment.
    pub received_at: DateTime<Utc>,
    /// The time that counts then, by [`time_used`](crate::receipts::time_used).
    pub used: DateTime<Utc>,
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

    /// Whether something counts that it signed at `signed_at` by the signer's own word, by what is known at `now`.
    ///
    /// Nothing but a receipt proves that word. Without one, no date is believed once somebody else may have had the key.
    /// With one, a compromise after the receipt came does not matter.
    pub fn counts(&self, signed_at: DateTime<Utc>, proof: Option<Proof>, now: DateTime<Utc>) -> bool {
        let is_compromised = self.compromised_at.is_some_and(|compromised| compromised <= now);
        let believed = match proof {
            None => !is_compromised,
            Some(Proof { received_at, .. }) => {
                !is_compromised || self.window(received_at) != KeyWindow::Compromised
            }
        };
        let used = proof.map_or(signed_at, |proof| proof.used);
        believed
            && [signed_at, used]
                .into_iter()
                .all(|at| self.window(at) == KeyWindow::Valid)
    }
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
    /// `positive` or `negative`, where the source decides anything; `retracted` for what is no longer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// What the source itself calls it, such as `positive with conditions or restrictions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// When it was last looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<DateTime<Utc>>,
    /// When the register learnt of it, by its own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<DateTime<Utc>>,
    /// Where people can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who, such as the name of the body that guarantees the level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Evidence {
    /// Whether both tell of the same thing: one layer and kind, from one source, under one identifier there. What is without
    /// a source or an identifier is about nothing else's thing.
    pub fn is_about(&self, other: &Self) -> bool {
        let name = |one: &Self| {
            (
                one.layer,
                one.source.clone(),
                one.identifier.clone(),
                one.kind.clone(),
            )
        };
        self.is_traceable() && name(self) == name(other)
    }

    /// Whether it says where it came from, so that newer evidence can take its place.
    pub fn is_traceable(&self) -> bool {
        self.source.is_some() && self.identifier.is_some()
    }

    /// Whether it is said no longer.
    pub fn is_retracted(&self) -> bool {
        self.decision.as_deref() == Some(RETRACTED)
    }

    /// Whether it keeps `other`, which says something else about the same thing, from taking its place: it was looked up
    /// later, or took back what was said at the same moment.
    pub fn outdates(&self, other: &Self) -> bool {
        match self.is_retracted() && !other.is_retracted() {
            true => self.checked_at >= other.checked_at,
            false => self.checked_at > other.checked_at,
        }
    }

    /// Whether both say the same, whenever it was looked up and recorded.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let bare = |one: &Self| Self {
            checked_at: None,
            recorded_at: None,
            ..one.clone()
        };
        bare(self) == bare(other)
    }
}
