//! The award: one learner attained one achievement, as the institution decided it.
//!
//! Everything here is what a source told or staff confirmed. A member a source may lack is an
//! `Option` (or an empty list or text); which ones must be there before anything is issued is a
//! rule of the quality framework, and those rules live with the issuer.
//!
//! The members are those of Annex I of the Council Recommendation of 16 June 2022 on a European
//! approach to micro-credentials (OJ C 243, 27.6.2022), with the fields of the Dutch frameworks.

use crate::Text;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One award, the record from which every credential is projected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Award {
    /// Who attained it; sources without a name leave it to staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<Participant>,
    /// Who decided on the award.
    pub issuing: Issuing,
    /// What was attained.
    pub achievement: Achievement,
    /// When the award was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awarded_at: Option<DateTime<Utc>>,
    /// When it stops being valid. Microcredentials have no end date unless one is set deliberately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The result or grade, such as `Voldoende` or `8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<AwardResult>,
    /// Work that shows the learning took place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The statement this award was read from, such as a hosted badge assertion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_assertion: Option<String>,
}

/// The learner, by name alone: no number, address or date of birth enters a credential.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Participant {
    /// First names, as the learner's institution knows them.
    pub given_name: String,
    /// Family name with its prefix: `de Vries`.
    pub family_name: String,
    /// Whether the name came from a checked source or a member of staff confirmed it.
    #[serde(default)]
    pub confirmed: bool,
}

impl Participant {
    /// The name as one line: `Sanne de Vries`.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name.trim(), self.family_name.trim())
            .trim()
            .to_owned()
    }
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Participant(…)")
    }
}

/// The awarding body: an institution and the unit of it that issues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Issuing {
    /// The institution.
    pub institution: Organisation,
    /// The faculty, academy or department within it.
    pub unit: Organisation,
    /// ISO 3166-1 alpha-2 code, such as `NL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The national institution code (BRIN), such as `99ZZ`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution_code: Option<String>,
}

/// An organisation as it calls itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    #[serde(default)]
    pub name: Text,
    /// Its web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What can be attained: one version of one microcredential.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Achievement {
    /// The Open Badges achievement type; `MicroCredential` for all that is issued here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_type: Option<String>,
    /// The name of the unit of learning.
    #[serde(default)]
    pub title: Text,
    /// What it is about, in a few sentences.
    #[serde(default)]
    pub description: Text,
    /// The version of the description, such as `2026-1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The language of teaching and assessment, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What the learner can do, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// What is required to obtain it.
    #[serde(default)]
    pub criteria: Text,
    /// What is required to start: prior knowledge and admission.
    #[serde(default)]
    pub entry_requirements: Text,
    /// Its level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Its notional workload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// The sector whose quality framework applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<Sector>,
    /// The field of study, an ISCED-F 2013 code such as `0713`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The agreements under which it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality_framework: Option<QualityFramework>,
    /// How it was assessed and how one took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// Skills it is linked to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skill>,
    /// The national code of the programme it was derived from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived_from_programme: Option<String>,
    /// Whether it was made to be combined with others; told only where a source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stackable: Option<bool>,
    /// The description this was read from, such as a hosted badge class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One learning outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// What the learner can do.
    pub text: Text,
}

/// The level of an achievement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Level {
    /// Level of the European Qualifications Framework; 1 to 8 when sound.
    pub eqf: u8,
    /// Level of the Dutch framework, which also knows `4+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nlqf: Option<String>,
    /// Who set it.
    #[serde(default)]
    pub basis: LevelBasis,
}

/// Who set the level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LevelBasis {
    /// The institution indicates it.
    #[default]
    IssuerIndication,
    /// The national coordination point registered it.
    Registered,
}

impl LevelBasis {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IssuerIndication => "issuer-indication",
            Self::Registered => "registered",
        }
    }
}

/// The notional workload, in the units the source gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Size {
    /// European credits, indicated and not awarded; whole or half when sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ec: Option<f64>,
    /// Hours of study in higher education.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
    /// Study load hours of vocational education (studiebelastingsuren).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sbu: Option<u32>,
    /// What the size rests on, where it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<SizeBasis>,
}

/// What the stated size rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SizeBasis {
    /// The content was derived from an accredited programme, so credits may be indicated.
    DerivedFromAccreditedProgramme,
    /// The institution measured the study load itself.
    StudyLoad,
}

impl SizeBasis {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DerivedFromAccreditedProgramme => "derived-from-accredited-programme",
            Self::StudyLoad => "study-load",
        }
    }
}

/// A sector of education with quality agreements of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sector {
    /// Higher professional education.
    Hbo,
    /// Academic education.
    Wo,
    /// Vocational education.
    Mbo,
}

impl Sector {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hbo => "hbo",
            Self::Wo => "wo",
            Self::Mbo => "mbo",
        }
    }
}

/// A reference to one version of a quality framework.
///
/// Credentials carry identifier, version and digest; the text travels with the apps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QualityFramework {
    /// The framework's identifier, a URL.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    #[serde(default)]
    pub name: Text,
    /// Its text, where the record keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// The digest of its text, as a subresource integrity string (`sha384-…`).
    #[serde(default, rename = "digestSRI", skip_serializing_if = "Option::is_none")]
    pub digest_sri: Option<String>,
}

/// How an achievement was assessed and how one took part in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assessment {
    /// The form of assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AssessmentKind>,
    /// The form of participation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participation: Option<Participation>,
    /// Whether the assessment was supervised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervised: Option<bool>,
    /// Whether the learner's identity was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_checked: Option<bool>,
}

impl Assessment {
    /// Supervision and identity check in the one vocabulary Dutch Open Badges 3.0 credentials use.
    pub fn supervision(&self) -> Option<Supervision> {
        Some(
            match (self.supervised?, self.identity_checked?, self.participation) {
                (true, true, Some(Participation::Online)) => Supervision::Online,
                (true, true, _) => Supervision::OnsiteWithIdentityVerification,
                (true, false, _) => Supervision::WithoutIdentityVerification,
                (false, false, _) => Supervision::None,
                (false, true, _) => Supervision::IdentityVerificationAlone,
            },
        )
    }
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every word of the vocabulary.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the word on the wire.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

vocabulary! {
    /// The form of assessment, in the vocabulary of Dutch Open Badges 3.0 credentials.
    AssessmentKind {
        /// A written or oral examination.
        Testing = "testing",
        /// A skill was applied: professional product, behaviour, report.
        ApplicationOfSkill = "application of a skill",
        /// A portfolio was assessed.
        Portfolio = "portfolio",
        /// Earlier learning was recognised.
        RecognitionOfPriorLearning = "recognition of prior learning",
    }
}

vocabulary! {
    /// The form of participation, in the vocabulary of Dutch Open Badges 3.0 credentials.
    Participation {
        /// Wholly online.
        Online = "online",
        /// On site, or partly on site.
        OnsiteOrBlended = "onsite or blended",
        /// As a volunteer.
        Volunteering = "volunteering",
        /// At work.
        WorkExperience = "work experience",
        /// Along activities chosen for this learner.
        Personalised = "personalized learning activities",
    }
}

vocabulary! {
    /// Supervision and identity check, in the vocabulary of Dutch Open Badges 3.0 credentials.
    Supervision {
        /// Neither.
        None = "unsupervised with no identity verification",
        /// Not supervised, identity checked; our own word, since the vocabulary has none.
        IdentityVerificationAlone = "unsupervised with identity verification",
        /// Supervised, identity not checked.
        WithoutIdentityVerification = "supervised with no identity verification",
        /// Supervised online, identity checked.
        Online = "supervised online",
        /// Supervised on site, identity checked.
        OnsiteWithIdentityVerification = "onsite with identity verification",
    }
}

/// A skill an achievement is linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Skill {
    /// The skill's name.
    pub name: String,
    /// The skill's identifier, a URL.
    pub url: String,
    /// The skill's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The framework that names it, such as `CompetentNL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    /// What the skill is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The result, as the institution recorded it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwardResult {
    /// The value, such as `Voldoende` or `8`.
    pub value: String,
    /// The scale it is on, such as `1–10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
}

impl fmt::Debug for AwardResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwardResult(…)")
    }
}

/// A piece of work, or a link to it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    /// Where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is, and how it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(…)")
    }
}
