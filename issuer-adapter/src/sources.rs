//! Where awards come from: what a source says, turned into one record.
//!
//! A platform's own terms (badge class, assertion) stop here.

pub mod edubadges;

use credentials::award::Award;
use serde::{Deserialize, Serialize};

/// An award as a source told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The record.
    pub award: Award,
    /// What the rules need to know besides.
    pub intake: Intake,
    /// The unit that issues it, by its name in our addresses.
    pub unit: String,
}

/// What a source told that has no place in the record, as far as the rules need it. It says nothing
/// about the learner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Intake {
    /// The source's type of badge, such as `micro_credential`.
    pub kind: Option<String>,
    /// The language the source's texts are in; staff complete the other one.
    pub language: Option<credentials::Language>,
    /// A language code that could not be read.
    pub language_unreadable: Option<String>,
    /// The learning outcomes as the source wrote them, in one piece.
    pub outcomes_original: Option<String>,
    /// A level that could not be read.
    pub level_unreadable: Option<String>,
    /// The number under which the level is registered, filled in by staff.
    pub nlqf_registration: Option<String>,
    /// A size that could not be read.
    pub size_unreadable: Option<String>,
    /// An award date that misses its time zone.
    pub awarded_at_without_zone: Option<String>,
    /// The time zone of the award date, in seconds east of Greenwich.
    pub utc_offset_seconds: Option<i32>,
    /// The source's own word for the form of participation.
    pub participation_original: Option<String>,
    /// The source's own word for the form of assessment.
    pub assessment_original: Option<String>,
    /// What the source says about quality assurance.
    pub quality_assurance: QualityAssurance,
}

/// Which parts of the quality assurance a source states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QualityAssurance {
    /// Its name.
    pub name: bool,
    /// A link to it.
    pub url: bool,
    /// What it is.
    pub description: bool,
}

impl QualityAssurance {
    /// Whether all three are there.
    pub fn is_complete(self) -> bool {
        self.name && self.url && self.description
    }
}
