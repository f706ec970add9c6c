//! Accreditations, and what happened to them.

use chrono::{DateTime, Utc};
use credentials::{Did, Text};
use serde::{Deserialize, Serialize};

use crate::scope::{Dimension, Scope};

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
    /// The [`id`](super::Framework::id) of the framework it is about.
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

impl Status {
    /// The words for it, as the reason where nobody gave one.
    pub fn in_words(self) -> Text {
        match self {
            Self::Active => Text::new("actief", "active"),
            Self::Expired => Text::new("toelating verlopen", "admission expired"),
            Self::Suspended => Text::new("geschorst", "suspended"),
            Self::Withdrawn => Text::new("ingetrokken", "withdrawn"),
            Self::Absent => Text::new("geen toelating", "no admission"),
        }
    }
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

    /// How this accreditation goes beyond `parent`, from which it was derived `distance` links below.
    pub fn exceeds(&self, parent: &Self, distance: u8) -> Option<Dimension> {
        let ends_later = match (self.valid_until, parent.valid_until) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(child), Some(parent)) => child > parent,
        };
        let other_version =
            parent.framework_version.is_some() && self.framework_version != parent.framework_version;
        let other_framework =
            parent.framework.is_some() && (self.framework != parent.framework || other_version);
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

    pub(crate) fn is_outside_window(&self, at: DateTime<Utc>) -> bool {
        at < self.valid_from || self.valid_until.is_some_and(|end| at > end)
    }
}
