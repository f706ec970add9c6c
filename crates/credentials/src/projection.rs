//! What every shape of credential asks of an award before it is made.

use crate::award::{Award, Level, QualityFramework, Size};
use crate::{CredentialId, Language, Text};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

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

/// An award of which everything that must be there is there.
pub(crate) struct Sound<'a> {
    pub(crate) holder_name: String,
    pub(crate) institution: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) language: Language,
    pub(crate) title: &'a str,
    pub(crate) criteria: &'a str,
    pub(crate) awarded_at: DateTime<Utc>,
    pub(crate) level: &'a Level,
    pub(crate) size: PrimarySize,
    pub(crate) framework: &'a QualityFramework,
}

impl<'a> Sound<'a> {
    pub(crate) fn of(award: &'a Award, achievement_url: &str) -> Result<Self, ProjectionError> {
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
        if !is_absolute(achievement_url) || !is_absolute(&framework.id) {
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
            holder_name: (!holder_name.is_empty())
                .then_some(holder_name)
                .ok_or(Missing("participant's name"))?,
            institution: in_any(&award.issuing.institution.name).ok_or(Missing("institution"))?,
            unit: in_any(&award.issuing.unit.name).ok_or(Missing("organisational unit"))?,
            language,
            title,
            criteria: in_any(&achievement.criteria).ok_or(Missing("requirements to obtain it"))?,
            awarded_at: award.awarded_at.ok_or(Missing("award date"))?,
            level,
            size: PrimarySize::of(size).ok_or(Unusable("size"))?,
            framework,
        })
    }
}

/// The unit a size is stated in, which is one alone.
#[derive(Clone, Copy)]
pub(crate) enum PrimarySize {
    Ec(f64),
    Hours(u32),
    Sbu(u32),
}

impl PrimarySize {
    pub(crate) fn of(size: &Size) -> Option<Self> {
        match (size.ec, size.hours, size.sbu) {
            (Some(ec), _, None) if ec.is_finite() && ec > 0.0 => Some(Self::Ec(ec)),
            (None, Some(hours), None) if hours > 0 => Some(Self::Hours(hours)),
            (None, None, Some(sbu)) if sbu > 0 => Some(Self::Sbu(sbu)),
            _ => None,
        }
    }
}

/// An object of the members that are there.
pub(crate) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

/// The text in each language it is in, as a JSON-LD language map.
pub(crate) fn language_map(text: &Text) -> Option<Value> {
    let nl = text.get(Language::Nl).map(Value::from);
    let en = text.get(Language::En).map(Value::from);
    (!text.is_empty()).then(|| object([("nl", nl), ("en", en)]))
}

/// A number without a fraction where it has none, as issuers write it: `5` and `7.5`.
pub(crate) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

pub(crate) fn is_absolute(url: &str) -> bool {
    CredentialId::parse(url).is_ok()
}
