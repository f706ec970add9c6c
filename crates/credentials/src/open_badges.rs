//! Open Badges 3.0 credentials: projected from an award, and read back as facts.
//!
//! The shapes are those of `specs/credential-profile/`. Member names are of
//! [Open Badges 3.0](https://www.imsglobal.org/spec/ob/v3p0/) and, in the show copy, of our context.

mod facts;
mod mandatory;
pub mod minimum_context;
mod portable;
mod show;

pub use crate::facts::{
    AssessmentFacts, EvidenceFacts, Facts, FactsError, FrameworkFacts, Group, IssuerFacts, LevelFacts,
    SizeFacts, SkillFacts,
};
pub use crate::projection::ProjectionError;
pub use facts::facts;
pub use mandatory::mandatory;

use crate::award::{Award, Level, QualityFramework};
use crate::projection::{PrimarySize, Sound, language_map, number, object};
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

impl<'a> Claims<'a> {
    fn of(award: &'a Award, details: &'a CopyDetails) -> Result<Self, ProjectionError> {
        let sound = Sound::of(award, &details.achievement_url)?;
        Ok(Self {
            award,
            details,
            holder_name: sound.holder_name,
            institution: sound.institution,
            unit: sound.unit,
            language: sound.language,
            title: sound.title,
            criteria: sound.criteria,
            awarded_at: moment(sound.awarded_at),
            level: sound.level,
            size: sound.size,
            framework: sound.framework,
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

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
