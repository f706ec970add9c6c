//! Open Badges 3.0 credentials: projected from an award, and read back as facts.
//!
//! The shapes are those of `specs/credential-profile/`. Member names are of
//! [Open Badges 3.0](https://www.imsglobal.org/spec/ob/v3p0/) and, in the show copy, of our context.

mod facts;
pub mod minimum_context;
mod portable;
mod show;

pub use facts::{
    AssessmentFacts, EvidenceFacts, Facts, FactsError, FrameworkFacts, IssuerFacts, LevelFacts, SizeFacts,
    SkillFacts, facts,
};

use crate::award::{Award, Level, QualityFramework, Size};
use crate::{CredentialId, Did, Language, Text};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The contexts of VCDM 2.0, Open Badges 3.0 and our own terms, in the order they are listed.
pub const CONTEXTS: [&str; 3] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://ns.example.org/microcredential/v1",
];

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
    /// Its places in the status lists: revocation, then suspension where the issuer suspends.
    pub status: Vec<StatusEntry>,
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
///
/// Refuses an award that lacks what every microcredential must say: participant, institution and
/// unit, title, award date, level, size, quality framework, criteria and at least one outcome.
pub fn credential(award: &Award, copy: Copy, details: &CopyDetails) -> Result<Value, ProjectionError> {
    let claims = Claims::of(award, details)?;
    Ok(match copy {
        Copy::Show => show::credential(&claims),
        Copy::Portable => portable::credential(&claims),
    })
}

/// JSON pointers ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)) of what is selectively
/// disclosable in `credential`, a copy made by [`credential`]; only what it holds is listed.
///
/// The show copy has up to five, one a [`Group`]; the portable copy has each alignment that is not
/// essential by itself.
pub fn disclosable(copy: Copy, credential: &Value) -> Vec<String> {
    let fixed: &[(&str, Group)] = match copy {
        Copy::Show => show::DISCLOSABLE,
        Copy::Portable => portable::DISCLOSABLE,
    };
    let fixed = fixed.iter().map(|(pointer, _)| (*pointer).to_owned());
    let alignments = match copy {
        Copy::Show => Vec::new(),
        Copy::Portable => portable::disclosable_alignments(credential),
    };
    fixed
        .chain(alignments)
        .filter(|pointer| credential.pointer(pointer).is_some())
        .collect()
}

/// The group that the claim at `pointer`, one of [`disclosable`], belongs to.
pub fn group(copy: Copy, credential: &Value, pointer: &str) -> Option<Group> {
    let fixed = match copy {
        Copy::Show => show::DISCLOSABLE,
        Copy::Portable => portable::DISCLOSABLE,
    };
    let known = fixed
        .iter()
        .find(|(known, _)| *known == pointer)
        .map(|(_, group)| *group);
    known.or_else(|| match copy {
        Copy::Show => None,
        Copy::Portable => portable::group_of_alignment(credential.pointer(pointer)?),
    })
}

/// An award of which everything that must be there is there.
struct Claims<'a> {
    award: &'a Award,
    details: &'a CopyDetails,
    holder_name: String,
    institution: &'a str,
    unit: &'a str,
    language: Language,
    title: &'a str,
    criteria: &'a str,
    awarded_at: String,
    level: &'a Level,
    size: PrimarySize,
    framework: &'a QualityFramework,
}

/// The unit a size is stated in, which is one alone.
#[derive(Clone, Copy)]
enum PrimarySize {
    Ec(f64),
    Hours(u32),
    Sbu(u32),
}

impl PrimarySize {
    fn of(size: &Size) -> Option<Self> {
        match (size.ec, size.hours, size.sbu) {
            (Some(ec), _, None) if ec.is_finite() && ec > 0.0 => Some(Self::Ec(ec)),
            (None, Some(hours), None) if hours > 0 => Some(Self::Hours(hours)),
            (None, None, Some(sbu)) if sbu > 0 => Some(Self::Sbu(sbu)),
            _ => None,
        }
    }
}

impl<'a> Claims<'a> {
    fn of(award: &'a Award, details: &'a CopyDetails) -> Result<Self, ProjectionError> {
        use ProjectionError::{Missing, Unusable};
        let achievement = &award.achievement;
        let in_any = |text: &'a Text| text.in_language(Language::Nl).map(|(_, text)| text);
        let teaching = match achievement.language.as_deref() {
            Some("en") => Language::En,
            _ => Language::Nl,
        };
        let (language, title) = achievement.title.in_language(teaching).ok_or(Missing("title"))?;
        let holder_name = award
            .participant
            .as_ref()
            .map(|p| p.full_name())
            .unwrap_or_default();
        let level = achievement.level.as_ref().ok_or(Missing("level"))?;
        if !(1..=8).contains(&level.eqf) {
            return Err(Unusable("level"));
        }
        let size = achievement.size.as_ref().ok_or(Missing("size"))?;
        let framework = achievement
            .quality_framework
            .as_ref()
            .ok_or(Missing("quality framework"))?;
        let links = award
            .evidence
            .iter()
            .filter_map(|evidence| evidence.url.as_deref());
        if !links.chain(award.source_assertion.as_deref()).all(is_absolute) {
            return Err(Unusable("link to evidence"));
        }
        if !is_absolute(&details.achievement_url) || !is_absolute(&framework.id) {
            return Err(Unusable("address of the achievement or the quality framework"));
        }
        if achievement
            .source
            .as_deref()
            .is_some_and(|source| !is_absolute(source))
        {
            return Err(Unusable("link to the source"));
        }
        if achievement.skills.iter().any(|skill| !is_absolute(&skill.url)) {
            return Err(Unusable("link to a skill"));
        }
        if achievement.outcomes.iter().all(|outcome| outcome.text.is_empty()) {
            return Err(Missing("learning outcome"));
        }
        Ok(Self {
            award,
            details,
            holder_name: (!holder_name.is_empty())
                .then_some(holder_name)
                .ok_or(Missing("participant's name"))?,
            institution: in_any(&award.issuing.institution.name).ok_or(Missing("institution"))?,
            unit: in_any(&award.issuing.unit.name).ok_or(Missing("organisational unit"))?,
            language,
            title,
            criteria: in_any(&achievement.criteria).ok_or(Missing("requirements to obtain it"))?,
            awarded_at: moment(award.awarded_at.ok_or(Missing("award date"))?),
            level,
            size: PrimarySize::of(size).ok_or(Unusable("size"))?,
            framework,
        })
    }

    /// A text in the language of the title, or else in the other.
    fn text<'t>(&self, text: &'t Text) -> Option<&'t str> {
        text.in_language(self.language).map(|(_, text)| text)
    }

    /// The language the title is not in.
    fn other_language(&self) -> Language {
        match self.language {
            Language::Nl => Language::En,
            Language::En => Language::Nl,
        }
    }

    fn identifier(&self) -> Value {
        json!([{
            "type": "IdentityObject",
            "hashed": false,
            "identityHash": self.holder_name,
            "identityType": "name",
        }])
    }

    fn evidence(&self) -> Option<Value> {
        let evidence = self.award.evidence.iter().map(|evidence| {
            object([
                ("id", evidence.url.as_deref().map(Value::from)),
                ("type", Some(json!(["Evidence"]))),
                ("name", evidence.name.as_deref().map(Value::from)),
                ("narrative", evidence.description.as_deref().map(Value::from)),
            ])
        });
        let source =
            self.award.source_assertion.as_deref().map(
                |source| json!({"id": source, "type": ["Evidence"], "name": "Open Badges 2.0 assertion"}),
            );
        let all: Vec<Value> = evidence.chain(source).collect();
        (!all.is_empty()).then_some(Value::Array(all))
    }

    /// The issuer as a Profile; the portable copy puts the institution into the name as well.
    fn issuer(&self, name: String) -> Value {
        let issuing = &self.award.issuing;
        let code = issuing.institution_code.as_deref().map(
            |code| json!([{"type": "IdentifierEntry", "identifier": code, "identifierType": "ext:BRIN"}]),
        );
        let address = issuing
            .country
            .as_deref()
            .map(|country| json!({"type": ["Address"], "addressCountryCode": country}));
        object([
            ("id", Some(json!(self.details.issuer_did))),
            ("type", Some(json!(["Profile"]))),
            ("name", Some(name.into())),
            ("address", address),
            ("otherIdentifier", code),
            (
                "parentOrg",
                Some(json!({
                    "id": self.details.institution_did,
                    "type": ["Profile"],
                    "name": self.institution,
                })),
            ),
        ])
    }

    /// The status entries: an array of several, or the single one, since tools of the badge world read an object only.
    fn status(&self, with_ids: bool) -> Option<Value> {
        let entry = |entry: &StatusEntry| {
            object([
                (
                    "id",
                    with_ids.then(|| format!("{}#{}", entry.list_url, entry.index).into()),
                ),
                ("type", Some("BitstringStatusListEntry".into())),
                ("statusPurpose", Some(entry.purpose.as_str().into())),
                ("statusListIndex", Some(entry.index.to_string().into())),
                ("statusListCredential", Some(entry.list_url.as_str().into())),
            ])
        };
        match self.details.status.as_slice() {
            [] => None,
            [only] => Some(entry(only)),
            several => Some(several.iter().map(entry).collect()),
        }
    }

    fn valid_until(&self) -> Option<Value> {
        self.award.expires_at.map(|until| moment(until).into())
    }
}

/// An object of the members that are there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

/// The text in each language it is in, as a JSON-LD language map.
fn language_map(text: &Text) -> Option<Value> {
    let nl = text.get(Language::Nl).map(Value::from);
    let en = text.get(Language::En).map(Value::from);
    (!text.is_empty()).then(|| object([("nl", nl), ("en", en)]))
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn is_absolute(url: &str) -> bool {
    CredentialId::parse(url).is_ok()
}

/// A number without a fraction where it has none, as issuers write it: `5` and `7.5`.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}
