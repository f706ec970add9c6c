//! What a credential says, in whatever shape it came.

use crate::award::{LevelBasis, Sector, SizeBasis};
use crate::{CredentialId, Did, Text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a credential says, for display and for checking an issuer's scope.
///
/// A claim that is not disclosed is `None` or empty, as is one the credential never had.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The credential's identifier, if it has one.
    pub id: Option<CredentialId>,
    /// The name of the unit of learning.
    pub title: Text,
    /// What it is about.
    pub description: Text,
    /// Who issued it.
    pub issuer: IssuerFacts,
    /// The key it is bound to, as a DID.
    pub holder: Option<Did>,
    /// `validFrom`: when it was awarded, by the issuer's own word.
    pub awarded_on: Option<DateTime<Utc>>,
    /// `validUntil`, where set.
    pub valid_until: Option<DateTime<Utc>>,
    /// The identifier of the achievement.
    pub achievement: Option<String>,
    /// The Open Badges achievement type, such as `MicroCredential`.
    pub credential_type: Option<String>,
    /// Its level.
    pub level: Option<LevelFacts>,
    /// Its size.
    pub size: Option<SizeFacts>,
    /// The quality framework it was issued under.
    pub framework: Option<FrameworkFacts>,
    /// The sector, where it is told.
    pub sector: Option<Sector>,
    /// The field of study (ISCED-F), where it is told.
    pub field: Option<String>,
    /// The language of teaching and assessment.
    pub language: Option<String>,
    /// The learner's name.
    pub holder_name: Option<String>,
    /// The learning outcomes, in order.
    pub outcomes: Vec<Text>,
    /// How it was assessed.
    pub assessment: Option<AssessmentFacts>,
    /// The result or grade.
    pub result: Option<String>,
    /// The scale the result is on, such as `1–10`, where it is told.
    pub scale: Option<String>,
    /// Links to evidence and sources.
    pub evidence: Vec<EvidenceFacts>,
    /// Skills it is linked to.
    pub skills: Vec<SkillFacts>,
    /// The groups of which nothing is disclosed.
    pub hidden: Vec<Group>,
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The issuer, by its own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuerFacts {
    /// The issuer's identifier: a DID, or a URL in older badges.
    pub id: String,
    /// The identifier as a DID, if it is one.
    pub did: Option<Did>,
    /// The issuer's name.
    pub name: Option<String>,
    /// The institution the issuer is part of.
    pub institution: Option<String>,
    /// The national institution code (BRIN).
    pub institution_code: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
}

/// The level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LevelFacts {
    /// Level of the European Qualifications Framework, 1 to 8.
    pub eqf: u8,
    /// Level of the Dutch framework.
    pub nlqf: Option<String>,
    /// Who set it, where told.
    pub basis: Option<LevelBasis>,
}

/// The notional workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SizeFacts {
    /// European credits (indicated, not awarded).
    pub ec: Option<f64>,
    /// Hours of study.
    pub hours: Option<u32>,
    /// Study load hours of vocational education.
    pub sbu: Option<u32>,
    /// What the size rests on, where told.
    pub basis: Option<SizeBasis>,
}

/// The quality framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameworkFacts {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// The digest of its text.
    #[serde(rename = "digestSRI")]
    pub digest_sri: Option<String>,
    /// Its name, from the credential or from the bundled frameworks.
    pub name: Text,
}

/// How an achievement was assessed. The words are the vocabulary's, or another issuer's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentFacts {
    /// What was required.
    pub criteria: Text,
    /// The form of assessment.
    pub kind: Option<String>,
    /// The form of participation.
    pub participation: Option<String>,
    /// Supervision and identity check.
    pub supervision: Option<String>,
    /// Whether the learner's identity was checked.
    pub identity_checked: Option<bool>,
    /// What was required to start.
    pub entry_requirements: Text,
}

/// A link to evidence.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceFacts {
    /// Where it is.
    pub url: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
}

/// A skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillFacts {
    /// Its name.
    pub name: String,
    /// Its identifier.
    pub url: Option<String>,
    /// The framework that names it.
    pub framework: Option<String>,
}

/// Why a document could not be read as a microcredential or another achievement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// It is not a JSON object.
    #[error("a credential must be a JSON object")]
    NotAnObject,
    /// A member that every credential has is missing or of another kind.
    #[error("the credential has no usable {0}")]
    Unusable(&'static str),
    /// It is a credential, though of a kind this reader does not know.
    #[error("not of a type known here")]
    OtherKind,
}

impl Facts {
    /// Fills in the groups of which nothing can be read.
    pub(crate) fn note_hidden(&mut self) {
        self.hidden = Group::ALL
            .into_iter()
            .filter(|group| !self.discloses(*group))
            .collect();
    }

    /// Whether anything of the group can be read.
    pub fn discloses(&self, group: Group) -> bool {
        match group {
            Group::Name => self.holder_name.is_some(),
            Group::Outcomes => !self.outcomes.is_empty(),
            Group::Assessment => self.assessment.is_some(),
            Group::Result => self.result.is_some(),
            Group::Evidence => !self.evidence.is_empty(),
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
