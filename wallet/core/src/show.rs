//! What is put in a QR code or a file.

use chrono::{DateTime, TimeDelta, Utc};
use credentials::open_badges::{self, Group, minimum_context};
use proofs::vc_jose;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::card::groups;
use crate::document::{Note, StoredCard, StoredCopy};
use crate::error::WalletError;

/// The audience of a presentation that nobody asked for.
const ANYBODY: &str = "urn:waarmerk:show";
/// The nonce of a presentation that answers no challenge.
const UNCHALLENGED: &str = "unchallenged";
/// How long verifiers take a presentation for recent.
const RECENT: TimeDelta = TimeDelta::minutes(5);

/// What the learner chooses to show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Choice {
    /// A choice made beforehand.
    #[serde(default)]
    pub preset: Option<Preset>,
    /// Exactly these groups; with `preset`, these besides.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The six digits on the verifier's page.
    #[serde(default)]
    pub challenge: Option<String>,
}

/// A choice for a common case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Preset {
    /// Who it is, beside what is always visible.
    Employer,
    /// Everything there is.
    ExamBoard,
}

impl Preset {
    fn groups(self) -> &'static [Group] {
        match self {
            Self::Employer => &[Group::Name],
            Self::ExamBoard => &Group::ALL,
        }
    }
}

/// A presentation, ready to show.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The text in the QR code.
    pub qr_text: String,
    /// The QR code as SVG.
    pub svg: String,
    /// The packed presentation's size in bytes.
    pub bytes: usize,
    /// The QR version.
    pub version: u8,
    /// The groups that are visible.
    pub visible: Vec<Group>,
    /// The groups that are kept back.
    pub hidden: Vec<Group>,
    /// When verifiers start to call it old.
    pub valid_until: DateTime<Utc>,
    /// The same as compact text.
    pub presentation: String,
    /// What was held back, and why.
    pub notes: Vec<Note>,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({:?}, {} bytes …)", self.visible, self.bytes)
    }
}

/// A copy as a file.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedFile {
    /// A name for it, in letters, digits and hyphens.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// What is in it.
    pub content: String,
}

impl std::fmt::Debug for ExportedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ExportedFile({} …)", self.media_type)
    }
}

/// Makes the presentation behind a QR code.
pub(crate) fn show(card: &StoredCard, choice: &Choice, at: DateTime<Utc>) -> Result<Shown, WalletError> {
    let copy = card.show_copy().ok_or(WalletError::NotShowable)?;
    let nonce = match &choice.challenge {
        None => UNCHALLENGED,
        Some(digits) if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        Some(_) => return Err(WalletError::Challenge),
    };
    let Value::String(text) = &copy.credential else {
        return Err(WalletError::Presentation);
    };
    let secured = vc_jose::read(text).map_err(|_| WalletError::Presentation)?;
    let token = secured.sd_jwt().ok_or(WalletError::Presentation)?;
    let claims = secured.credential();

    let there = groups(claims);
    let (chosen, notes) = with_context(claims, &there, choice)?;
    let group_at = |pointer: &str| open_badges::group(open_badges::Copy::Show, claims, pointer);
    let selection = token
        .present_where(|path| group_at(&path.to_string()).is_some_and(|group| chosen.contains(&group)))
        .map_err(|_| WalletError::Presentation)?;
    let presentation = selection
        .bind(ANYBODY, nonce, at, &copy.key)
        .map_err(|_| WalletError::Presentation)?;

    let qr_text = qr_presentation::encode(&presentation)?;
    let drawing = qr_presentation::svg(&qr_text)?;
    Ok(Shown {
        bytes: qr_presentation::packed_bytes(&qr_text)?,
        qr_text,
        svg: drawing.svg,
        version: drawing.version,
        hidden: there
            .into_iter()
            .filter(|group| !chosen.contains(group))
            .collect(),
        visible: chosen,
        valid_until: at + RECENT,
        presentation,
        notes,
    })
}

/// The groups to show, after the rules of the credential's profile: claims that belong together travel together.
///
/// What the rules name lies in the part of the lean copy that cannot be hidden, or in the same disclosure, so
/// showing a group completes it by itself. Where it is not in the credential at all, a preset leaves the group
/// out with a note, and an explicit choice is refused.
fn with_context(
    claims: &Value,
    there: &[Group],
    choice: &Choice,
) -> Result<(Vec<Group>, Vec<Note>), WalletError> {
    let preset = choice.preset.map(Preset::groups).unwrap_or_default();
    let withheld = withheld(claims);
    let mut chosen = Vec::new();
    let mut notes = Vec::new();
    for group in there {
        let explicit = choice.groups.contains(group);
        if !explicit && !preset.contains(group) {
            continue;
        }
        let refused = withheld.iter().find(|withheld| withheld.group == *group);
        match (refused, explicit) {
            (None, _) => chosen.push(*group),
            (Some(_), true) => return Err(WalletError::Context(*group)),
            (Some(Withheld { nl, en, .. }), false) => {
                notes.push(Note::new("minimum-context", nl.clone(), en.clone()));
            }
        }
    }
    Ok((chosen, notes))
}

/// A group that is not shown, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// The group.
    pub group: Group,
    /// Why, in Dutch.
    pub nl: String,
    /// Why, in English.
    pub en: String,
}

/// The groups of which the rules of the credential's profile name something that is not in the credential.
pub(crate) fn withheld(claims: &Value) -> Vec<Withheld> {
    let Ok(facts) = open_badges::facts(claims) else {
        return Vec::new();
    };
    minimum_context::rules(&facts)
        .iter()
        .filter(|rule| !rule.missing(&facts).is_empty())
        .map(|rule| {
            let reason = WalletError::Context(rule.group);
            Withheld {
                group: rule.group,
                nl: reason.nl(),
                en: reason.en(),
            }
        })
        .collect()
}

/// A copy as a file, whole: a file hides nothing.
pub(crate) fn export(card: &StoredCard, copy: &StoredCopy) -> ExportedFile {
    let title = card.title();
    let title = title.nl.or(title.en).unwrap_or_default();
    let name: String = title
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() {
        "microcredential".to_owned()
    } else {
        words.join("-")
    };
    match &copy.credential {
        Value::String(compact) => ExportedFile {
            file_name: format!("{stem}.sd-jwt.txt"),
            media_type: "application/vc+sd-jwt".to_owned(),
            content: compact.clone(),
        },
        object => ExportedFile {
            file_name: format!("{stem}.json"),
            media_type: "application/vc".to_owned(),
            content: serde_json::to_string_pretty(object).unwrap_or_else(|_| object.to_string()),
        },
    }
}
