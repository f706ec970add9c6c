//! Open Badges 3.0 credentials: projected from an award, and read back as facts.

mod facts;

pub use facts::{
    AssessmentFacts, EvidenceFacts, Facts, FactsError, FrameworkFacts, IssuerFacts, LevelFacts, SizeFacts,
    SkillFacts, facts,
};

use crate::award::Award;
use crate::{CredentialId, Did};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The shape of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Copy {
    /// Lean, with our own terms: small enough for a QR code.
    Show,
    /// Open Badges 3.0 terms alone: any wallet can read it.
    Portable,
}

/// What differs from copy to copy of one award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyDetails {
    /// The copy's own identifier.
    pub id: CredentialId,
    /// The unit that issues.
    pub issuer_did: Did,
    /// The institution the unit is part of.
    pub institution_did: Did,
    /// The key the copy is bound to, as a DID.
    pub holder_did: Did,
    /// Its places in the status lists: revocation, then suspension.
    pub status: [StatusEntry; 2],
    /// Where the achievement is described.
    pub achievement_url: String,
}

/// One place in a status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// What a set bit means.
    pub purpose: StatusPurpose,
    /// The list's address.
    pub list_url: String,
    /// The place in the list.
    pub index: u32,
}

/// What a set status bit means
/// ([Bitstring Status List 1.0 §2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusPurpose {
    /// The credential is revoked, for good.
    Revocation,
    /// The credential is suspended for the time being.
    Suspension,
}

impl StatusPurpose {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
        }
    }
}

/// A group of claims the learner may show or keep to themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The learner's name.
    Name,
    /// The learning outcomes.
    Outcomes,
    /// Criteria, assessment, participation, supervision and entry requirements.
    Assessment,
    /// The result or grade.
    Result,
    /// Evidence and links to where the award came from.
    Evidence,
}

impl Group {
    /// Every group, in the order pages list them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Outcomes,
        Self::Assessment,
        Self::Result,
        Self::Evidence,
    ];
}

/// Why an award cannot become a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// A member every credential must have is missing; staff of the awarding body can add it.
    #[error("the award has no {0}")]
    Missing(&'static str),
    /// A member has a value the format cannot carry.
    #[error("the award has an unusable {0}")]
    Unusable(&'static str),
}

/// The unsigned credential of `award`, for one copy.
pub fn credential(award: &Award, copy: Copy, details: &CopyDetails) -> Result<Value, ProjectionError> {
    let _ = (award, copy, details);
    Err(ProjectionError::Missing("projection"))
}

/// JSON pointers ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)) of what is selectively
/// disclosable in `credential`, a copy made by [`credential`].
pub fn disclosable(copy: Copy, credential: &Value) -> Vec<String> {
    let _ = (copy, credential);
    Vec::new()
}

/// The group a disclosable claim of a copy belongs to, by its JSON pointer.
pub fn group(copy: Copy, credential: &Value, pointer: &str) -> Option<Group> {
    let _ = (copy, credential, pointer);
    None
}
