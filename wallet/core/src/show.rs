//! What is put in a QR code or a file.

use chrono::{DateTime, TimeDelta, Utc};
use credentials::open_badges::{Facts, Group, minimum_context};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{Note, StoredCard, StoredCopy};
use crate::error::WalletError;
use crate::shape::{self, Format};

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
    /// Whether the copy was shown before, so that the two occasions can be linked.
    pub linkable: bool,
    /// How many more times the card can be shown without that.
    pub unlinkable_left: usize,
    /// What was held back, and what else the learner should know.
    pub notes: Vec<Note>,
}

/// A presentation made for somebody in particular.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Presented {
    /// The SD-JWT with key binding.
    pub presentation: String,
    /// The groups that are visible.
    pub visible: Vec<Group>,
    /// The groups that are kept back.
    pub hidden: Vec<Group>,
    /// Whether the copy was handed over before, so that the two occasions can be linked.
    pub linkable: bool,
    /// What was held back, and what else the learner should know.
    pub notes: Vec<Note>,
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented({:?} …)", self.visible)
    }
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

/// Makes the presentation behind a QR code, of the copy at `place`.
pub(crate) fn show(
    card: &StoredCard,
    place: usize,
    choice: &Choice,
    at: DateTime<Utc>,
) -> Result<Shown, WalletError> {
    let nonce = match &choice.challenge {
        None => UNCHALLENGED,
        Some(digits) if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        Some(_) => return Err(WalletError::Challenge),
    };
    let copy = card.copies.get(place).ok_or(WalletError::NotShowable)?;
    let presented = present(copy, choice, ANYBODY, nonce, at)?;
    let qr_text = qr_presentation::encode(&presented.presentation)?;
    let drawing = qr_presentation::svg(&qr_text)?;
    Ok(Shown {
        bytes: qr_presentation::packed_bytes(&qr_text)?,
        qr_text,
        svg: drawing.svg,
        version: drawing.version,
        visible: presented.visible,
        hidden: presented.hidden,
        valid_until: at + RECENT,
        presentation: presented.presentation,
        linkable: copy.shown > 0,
        unlinkable_left: card
            .unlinkable_left()
            .saturating_sub(usize::from(copy.shown == 0)),
        notes: presented.notes,
    })
}

/// Makes a presentation of a copy for `audience`, answering `nonce`.
pub(crate) fn present(
    copy: &StoredCopy,
    choice: &Choice,
    audience: &str,
    nonce: &str,
    at: DateTime<Utc>,
) -> Result<Presented, WalletError> {
    let (Value::String(text), Some(format)) = (&copy.credential, Format::of(&copy.format)) else {
        return Err(WalletError::Presentation);
    };
    let (token, claims) = shape::token(format, text).ok_or(WalletError::Presentation)?;
    let shape = copy.shape(&claims);
    let there = shape.groups(&claims);
    let facts = shape.facts(&claims).map_err(|_| WalletError::Presentation)?;
    let (chosen, mut notes) = with_context(&facts, &there, choice)?;
    let group_at = |pointer: &str| shape.group(&claims, pointer);
    let selection = token
        .present_where(|path| group_at(&path.to_string()).is_some_and(|group| chosen.contains(&group)))
        .map_err(|_| WalletError::Presentation)?;
    let key = copy.key.secret().ok_or(WalletError::Presentation)?;
    let presentation = selection
        .bind(audience, nonce, at, &key)
        .map_err(|_| WalletError::Presentation)?;
    if copy.shown > 0 {
        notes.push(Note::new(
            "linkable",
            "Deze code kan aan een eerdere worden gekoppeld: wie beide ziet, weet dat ze van dezelfde persoon zijn. Je kopieën voor eenmalig gebruik zijn op. Vraag je onderwijsinstelling om nieuwe kopieën; die komen vanzelf bij dit bewijs.",
            "This code can be linked to an earlier one: whoever sees both knows that they are from the same person. Your one-time copies are used up. Ask your institution for new copies; they join this credential by themselves.",
        ));
    }
    Ok(Presented {
        presentation,
        hidden: there
            .into_iter()
            .filter(|group| !chosen.contains(group))
            .collect(),
        visible: chosen,
        linkable: copy.shown > 0,
        notes,
    })
}

/// The groups to show, after the rules of the credential's profile: claims that belong together travel together.
///
/// What the rules name lies in the part of the lean copy that cannot be hidden, or in the same disclosure, so
/// showing a group completes it by itself. Where it is not in the credential at all, a preset leaves the group
/// out with a note, and an explicit choice is refused.
pub(crate) fn with_context(
    facts: &Facts,
    there: &[Group],
    choice: &Choice,
) -> Result<(Vec<Group>, Vec<Note>), WalletError> {
    let preset = choice.preset.map(Preset::groups).unwrap_or_default();
    let withheld = withheld(facts);
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
pub(crate) fn withheld(facts: &Facts) -> Vec<Withheld> {
    minimum_context::rules(facts)
        .iter()
        .filter(|rule| !rule.missing(facts).is_empty())
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
    match copy.whole() {
        Value::String(compact) => ExportedFile {
            file_name: format!("{stem}.sd-jwt.txt"),
            media_type: format!("application/{}", copy.format),
            content: compact,
        },
        object => ExportedFile {
            file_name: format!("{stem}.json"),
            media_type: "application/vc".to_owned(),
            content: serde_json::to_string_pretty(&object).unwrap_or_else(|_| object.to_string()),
        },
    }
}
