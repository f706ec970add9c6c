//! What staff may complete: names, the other language, what the source does not know.

use super::AwardError;
use crate::plain_text;
use crate::sources::Intake;
use crate::storage::StoredAward;
use chrono::{DateTime, Utc};
use credentials::award::{Award, LevelBasis, Participant, Sector, SizeBasis};
use credentials::{Language, Text};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// What staff fill in or confirm; what is absent stays as it is.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Changes {
    /// The learner's name.
    #[schema(value_type = Option<Object>)]
    participant: Option<Participant>,
    /// The title in the language the source does not give.
    title: Option<OtherText>,
    /// The description in that language.
    description: Option<OtherText>,
    /// The requirements in that language.
    criteria: Option<OtherText>,
    /// The learning outcomes in that language, in order; one with neither text is left as it is.
    outcomes: Option<Vec<OtherText>>,
    /// What is required to start, which the source does not tell.
    entry_requirements: Option<OtherText>,
    /// The sector.
    #[schema(value_type = Option<String>, example = "hbo")]
    sector: Option<Sector>,
    /// What the size rests on.
    #[schema(value_type = Option<String>, example = "study-load")]
    size_basis: Option<SizeBasis>,
    /// The field of study, an ISCED-F 2013 code; an empty text removes it.
    field: Option<String>,
    /// The number under which the level is registered; an empty text makes the level an indication.
    nlqf_registration: Option<String>,
    /// The scale of the grade, such as `1–10`; an empty text removes it.
    scale: Option<String>,
    /// The end date; `null` removes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    expires_at: Option<Option<DateTime<Utc>>>,
    /// Why a smaller size than usual is justified; an empty text removes it.
    justification: Option<String>,
    /// The codes of all warnings that are confirmed; a code left out is no longer confirmed.
    pub(super) confirmations: Option<Vec<String>>,
}

/// A text in one or both languages.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherText {
    /// In Dutch.
    nl: Option<String>,
    /// In English.
    en: Option<String>,
}

/// Tells `null` from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Changes {
    /// Applies the changes, or refuses all of them.
    pub(super) fn apply(self, award: &mut StoredAward) -> Result<(), AwardError> {
        let given = award.intake.language.unwrap_or(Language::Nl);
        let record = &mut award.record;
        if let Some(participant) = self.participant {
            let sound = |name: &str| {
                (1..=100).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control)
            };
            if !sound(&participant.given_name) || !sound(&participant.family_name) {
                return Err(refusal(
                    "participant",
                    "vul voornaam en achternaam in, elk hoogstens 100 tekens",
                    "enter first name and family name, each of at most 100 characters",
                ));
            }
            record.participant = Some(Participant {
                given_name: participant.given_name.trim().to_owned(),
                family_name: participant.family_name.trim().to_owned(),
                confirmed: participant.confirmed,
            });
        }
        let achievement = &mut record.achievement;
        merge("title", &mut achievement.title, self.title, Some(given), 255)?;
        merge(
            "description",
            &mut achievement.description,
            self.description,
            Some(given),
            4000,
        )?;
        merge(
            "criteria",
            &mut achievement.criteria,
            self.criteria,
            Some(given),
            4000,
        )?;
        merge(
            "entryRequirements",
            &mut achievement.entry_requirements,
            self.entry_requirements,
            None,
            2000,
        )?;
        if let Some(outcomes) = self.outcomes {
            if outcomes.len() > achievement.outcomes.len() {
                return Err(refusal(
                    "outcomes",
                    "de bron heeft minder leeruitkomsten",
                    "the source has fewer learning outcomes",
                ));
            }
            for (outcome, text) in achievement.outcomes.iter_mut().zip(outcomes) {
                merge("outcomes", &mut outcome.text, Some(text), Some(given), 1000)?;
            }
        }
        if let Some(sector) = self.sector {
            achievement.sector = Some(sector);
        }
        if let Some(basis) = self.size_basis {
            let size = achievement.size.as_mut().ok_or(refusal(
                "sizeBasis",
                "er is geen omvang",
                "there is no size",
            ))?;
            size.basis = Some(basis);
        }
        if let Some(field) = self.field {
            let field = field.trim();
            if field.len() > 4 || !field.bytes().all(|b| b.is_ascii_digit()) {
                return Err(refusal(
                    "field",
                    "gebruik een ISCED-F-code",
                    "use an ISCED-F code",
                ));
            }
            achievement.field = (!field.is_empty()).then(|| field.to_owned());
        }
        if let Some(number) = self.nlqf_registration {
            let number = number.trim();
            if number.len() > 60 {
                return Err(refusal(
                    "nlqfRegistration",
                    "dit nummer is te lang",
                    "this number is too long",
                ));
            }
            award.intake.nlqf_registration = (!number.is_empty()).then(|| number.to_owned());
            if let Some(level) = &mut achievement.level {
                level.basis = if number.is_empty() {
                    LevelBasis::IssuerIndication
                } else {
                    LevelBasis::Registered
                };
            }
        }
        if let Some(scale) = self.scale {
            let scale = scale.trim();
            if scale.chars().count() > 60 || scale.chars().any(char::is_control) {
                return Err(refusal("scale", "hoogstens 60 tekens", "at most 60 characters"));
            }
            match &mut record.result {
                Some(result) => result.scale = (!scale.is_empty()).then(|| scale.to_owned()),
                None if scale.is_empty() => {}
                None => return Err(refusal("scale", "er is geen resultaat", "there is no result")),
            }
        }
        if let Some(expires_at) = self.expires_at {
            if expires_at.is_some_and(|end| record.awarded_at.is_some_and(|awarded| end <= awarded)) {
                return Err(refusal(
                    "expiresAt",
                    "de einddatum ligt voor de toekenning",
                    "the end date lies before the award",
                ));
            }
            record.expires_at = expires_at;
        }
        if let Some(justification) = self.justification {
            if justification.chars().count() > 2000 {
                return Err(refusal(
                    "justification",
                    "hoogstens 2000 tekens",
                    "at most 2000 characters",
                ));
            }
            let justification = justification.trim();
            award.justification = (!justification.is_empty()).then(|| justification.to_owned());
        }
        if award.justification.as_deref().is_some_and(plain_text::misleads) {
            return Err(misleading("justification"));
        }
        seen(&award.record)
    }
}

/// Refuses a record with characters that nobody sees.
pub(super) fn seen(record: &Award) -> Result<(), AwardError> {
    plain_text::misleading_member(record).map_or(Ok(()), |member| Err(misleading(member)))
}

pub(super) fn misleading(field: &'static str) -> AwardError {
    refusal(
        field,
        "hier staan onzichtbare tekens in, zoals tekens die de schrijfrichting omdraaien; typ de tekst opnieuw",
        "this holds characters that cannot be seen, such as marks that turn the direction of writing; type the text again",
    )
}

/// Takes over what the source says now, and keeps what staff added to it.
pub(super) fn refresh(award: &mut StoredAward, mut record: Award, mut intake: Intake) {
    let before = &award.record;
    let given = intake.language.unwrap_or(Language::Nl);
    let keep = |new: &mut Text, old: &Text| {
        // A translation stays with the text it was made of.
        if new.get(given) == old.get(given) {
            new.nl = new.nl.take().or(old.nl.clone());
            new.en = new.en.take().or(old.en.clone());
        }
    };
    let (new, old) = (&mut record.achievement, &before.achievement);
    keep(&mut new.title, &old.title);
    keep(&mut new.description, &old.description);
    keep(&mut new.criteria, &old.criteria);
    for (new, old) in new.outcomes.iter_mut().zip(&old.outcomes) {
        keep(&mut new.text, &old.text);
    }
    new.entry_requirements = old.entry_requirements.clone();
    new.sector = old.sector;
    new.field = old.field.clone();
    if let (Some(new), Some(old)) = (&mut new.size, &old.size) {
        new.basis = old.basis;
    }
    intake.nlqf_registration = award.intake.nlqf_registration.clone();
    if let (Some(new), true) = (&mut new.level, intake.nlqf_registration.is_some()) {
        new.basis = LevelBasis::Registered;
    }
    if let (Some(new), Some(old)) = (&mut record.result, &before.result)
        && new.value == old.value
    {
        new.scale = new.scale.take().or(old.scale.clone());
    }
    record.participant = record.participant.take().or(before.participant.clone());
    record.expires_at = record.expires_at.or(before.expires_at);
    award.record = record;
    award.intake = intake;
}

fn refusal(field: &'static str, nl: &'static str, en: &'static str) -> AwardError {
    AwardError::Change { field, nl, en }
}

/// Puts in what is given. The source's own language stays as the source has it.
fn merge(
    field: &'static str,
    text: &mut Text,
    given: Option<OtherText>,
    source: Option<Language>,
    longest: usize,
) -> Result<(), AwardError> {
    let Some(given) = given else { return Ok(()) };
    for (language, value, place) in [
        (Language::Nl, given.nl, &mut text.nl),
        (Language::En, given.en, &mut text.en),
    ] {
        let Some(value) = value else { continue };
        let value = value.trim();
        if Some(language) == source && place.as_deref().unwrap_or_default() != value {
            return Err(refusal(
                field,
                "deze taal komt uit de bron en kan daar worden gewijzigd",
                "this language comes from the source and can be changed there",
            ));
        }
        if value.chars().count() > longest {
            return Err(refusal(field, "deze tekst is te lang", "this text is too long"));
        }
        *place = (!value.is_empty()).then(|| value.to_owned());
    }
    Ok(())
}
