//! The rules themselves.

mod size_and_level;

use super::Finding;
use super::profile;
use crate::sources::Intake;
use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeDelta, Utc};
use credentials::award::{Award, Sector};
use credentials::frameworks::Framework;
use credentials::open_badges::minimum_context;
use credentials::{Language, Text};

/// What the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The record.
    pub award: &'a Award,
    /// What the source told besides.
    pub intake: &'a Intake,
    /// Why a smaller size than usual is justified, as staff wrote it.
    pub justification: Option<&'a str>,
    /// The quality frameworks known here.
    pub frameworks: &'a [Framework],
    /// The present moment.
    pub now: DateTime<Utc>,
}

impl Facts<'_> {
    /// The day of the award as the institution's calendar has it.
    fn date(&self) -> Option<NaiveDate> {
        let offset = self
            .intake
            .utc_offset_seconds
            .and_then(FixedOffset::east_opt)
            .unwrap_or(Utc.fix());
        Some(self.award.awarded_at?.with_timezone(&offset).date_naive())
    }

    fn sector(&self) -> Option<Sector> {
        self.award.achievement.sector
    }
}

/// Everything the rules have to say about one award, errors first.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    metadata(facts, &mut findings);
    outcomes(facts, &mut findings);
    framework(facts, &mut findings);
    kind(facts, &mut findings);
    size_and_level::size(facts, &mut findings);
    size_and_level::level(facts, &mut findings);
    result(facts, &mut findings);
    dates(facts, &mut findings);
    source(facts, &mut findings);
    findings.sort_by_key(|finding| finding.severity);
    findings
}

fn metadata(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mut add =
        |code: &str, field: &str, words: &[(&str, &str)]| findings.push(Finding::new(code, field, words));
    let award = facts.award;
    let named = award.participant.as_ref().is_some_and(|participant| {
        participant.confirmed
            && !participant.given_name.trim().is_empty()
            && !participant.family_name.trim().is_empty()
    });
    if !named {
        add("META-001", "participant", &[]);
    }
    if award.issuing.institution.name.is_empty() || award.issuing.unit.name.is_empty() {
        add("META-002", "issuing", &[]);
    }
    let achievement = &award.achievement;
    let too_long = [&achievement.title.nl, &achievement.title.en]
        .into_iter()
        .flatten()
        .any(|title| title.chars().count() > 255);
    if achievement.title.is_empty() || too_long {
        add("META-003", "achievement.title", &[]);
    }
    if achievement.outcomes.iter().all(|outcome| outcome.text.is_empty()) {
        add("META-004", "achievement.outcomes", &[]);
    }
    if achievement.level.is_none() && facts.intake.level_unreadable.is_none() {
        add("META-005", "achievement.level", &[]);
    }
    let size = achievement.size.as_ref();
    let sized = size.is_some_and(|size| size.ec.is_some() || size.hours.is_some() || size.sbu.is_some());
    if !sized && facts.intake.size_unreadable.is_none() {
        add("META-006", "achievement.size", &[]);
    }
    if achievement.criteria.is_empty() {
        add("META-007", "achievement.criteria", &[]);
    }
    if known_framework(facts).is_none() {
        add("META-008", "achievement.qualityFramework", &[]);
    }
    if award
        .issuing
        .country
        .as_deref()
        .is_none_or(|country| country.trim().is_empty())
    {
        add("META-009", "issuing.country", &[]);
    }
    if award.awarded_at.is_none() && facts.intake.awarded_at_without_zone.is_none() {
        add("META-009", "awardedAt", &[]);
    }
    if let Some((nl, en)) = missing_language(std::iter::once(&achievement.title)) {
        let words = [
            ("taal", nl),
            ("wat", "titel"),
            ("language", en),
            ("what", "title"),
        ];
        add("META-010", "achievement.title", &words);
    }
    if let Some((nl, en)) = missing_language(achievement.outcomes.iter().map(|outcome| &outcome.text)) {
        let words = [
            ("taal", nl),
            ("wat", "tekst van een leeruitkomst"),
            ("language", en),
            ("what", "text of a learning outcome"),
        ];
        add("META-010", "achievement.outcomes", &words);
    }
    let assessment = achievement.assessment.clone().unwrap_or_default();
    if assessment.kind.is_none() {
        add("ASM-001", "achievement.assessment.kind", &[]);
    }
    if assessment.participation.is_none() {
        add("PAR-001", "achievement.assessment.participation", &[]);
    }
    if !facts.intake.quality_assurance.is_complete() {
        add("QA-001", "achievement.qualityFramework", &[]);
    }
    if let Some(unknown) = &facts.intake.language_unreadable {
        add("LANG-001", "achievement.language", &[("x", unknown)]);
    }
    if achievement.derived_from_programme.is_some() {
        add("PRG-001", "achievement.derivedFromProgramme", &[]);
    }
}

/// Which of the two languages some of these texts lack, as adjectives; nothing for texts that are missing
/// altogether.
fn missing_language<'a>(
    texts: impl Iterator<Item = &'a Text> + Clone,
) -> Option<(&'static str, &'static str)> {
    let lacks = |language| {
        texts
            .clone()
            .any(|text| !text.is_empty() && text.get(language).is_none())
    };
    if lacks(Language::En) {
        Some(("Engelse", "English"))
    } else if lacks(Language::Nl) {
        Some(("Nederlandse", "Dutch"))
    } else {
        None
    }
}

fn outcomes(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for (number, outcome) in facts.award.achievement.outcomes.iter().enumerate() {
        let field = format!("achievement.outcomes.{number}");
        let texts = || {
            [Language::Nl, Language::En]
                .into_iter()
                .filter_map(|language| outcome.text.get(language))
        };
        if texts().any(|text| !(15..=600).contains(&text.trim().chars().count())) {
            findings.push(Finding::new("LO-001", &field, &[]));
        }
        if texts().any(tells_of_attendance) {
            findings.push(Finding::new("LO-002", &field, &[]));
        }
    }
}

/// Whether a text starts by telling which lesson is attended, rather than what is learnt.
fn tells_of_attendance(text: &str) -> bool {
    const SUBJECTS: [&str; 6] = [
        "je ",
        "de deelnemer ",
        "de student ",
        "you ",
        "the learner ",
        "the participant ",
    ];
    const ACTIVITIES: [&str; 10] = [
        "volgt ",
        "hebt gevolgd",
        "neemt deel aan ",
        "woont ",
        "doorloopt ",
        "attends ",
        "attend ",
        "takes part in ",
        "take part in ",
        "participates in ",
    ];
    let text = text.trim().to_lowercase();
    let said = SUBJECTS
        .iter()
        .find_map(|subject| text.strip_prefix(subject))
        .unwrap_or(&text);
    ACTIVITIES.iter().any(|activity| said.starts_with(activity))
}

fn known_framework<'a>(facts: &Facts<'a>) -> Option<&'a Framework> {
    let reference = facts.award.achievement.quality_framework.as_ref()?;
    facts
        .frameworks
        .iter()
        .find(|framework| framework.id == reference.id && framework.version == reference.version)
}

fn framework(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    const FIELD: &str = "achievement.qualityFramework";
    let Some(framework) = known_framework(facts) else {
        return;
    };
    if let (Some(sector), Some(date)) = (facts.sector(), facts.date()) {
        if !framework.applies(sector, date) || profile::applying(sector, date).is_none() {
            let (nl, en) = (Language::Nl.date(date), Language::En.date(date));
            let words = [("datum", &*nl), ("date", &*en), ("sector", sector.as_str())];
            findings.push(Finding::new("FW-001", FIELD, &words));
        }
        let announced = profile::applying(sector, date).and_then(|(profile, _)| profile.announced_end);
        if let Some(end) = announced.or(framework.announced_end).filter(|end| *end < date) {
            let (nl, en) = (Language::Nl.date(end), Language::En.date(end));
            findings.push(Finding::new("FW-004", FIELD, &[("datum", &nl), ("date", &en)]));
        }
    }
    for (language, nl, en) in [
        (Language::Nl, "Nederlands", "Dutch"),
        (Language::En, "Engels", "English"),
    ] {
        let agreements = &framework.agreements;
        if agreements.is_empty()
            || agreements
                .iter()
                .any(|agreement| agreement.get(language).is_none())
        {
            findings.push(Finding::new("FW-002", FIELD, &[("taal", nl), ("language", en)]));
        }
    }
    let reference = facts.award.achievement.quality_framework.as_ref();
    if reference.and_then(|reference| reference.digest_sri.as_ref()) != Some(&framework.digest_sri) {
        findings.push(Finding::new("FW-003", FIELD, &[]));
    }
}

fn kind(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let kind = facts.intake.kind.as_deref();
    if kind != Some("micro_credential") {
        let (nl, en) = match kind {
            Some("regular") => ("gewone", "regular"),
            Some("extra_curricular") => ("extracurriculaire", "extracurricular"),
            _ => ("andere", "different"),
        };
        findings.push(Finding::new(
            "TYP-001",
            "achievement.credentialType",
            &[("soort", nl), ("kind", en)],
        ));
    }
    let title = &facts.award.achievement.title;
    let claims = [&title.nl, &title.en]
        .into_iter()
        .flatten()
        .find_map(|title| claimed_document(title));
    if let Some((nl, en)) = claims {
        findings.push(Finding::new(
            "TYP-002",
            "achievement.title",
            &[("papier", nl), ("document", en)],
        ));
    }
}

/// The legally protected document a title claims to be.
fn claimed_document(title: &str) -> Option<(&'static str, &'static str)> {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let pair = |first: &str, second: &str| words.windows(2).any(|pair| pair == [first, second]);
    if pair("mbo", "certificaat") {
        Some(("mbo-certificaat", "mbo certificate"))
    } else if pair("mbo", "verklaring") {
        Some(("mbo-verklaring", "mbo statement"))
    } else if words.iter().any(|word| matches!(*word, "diploma" | "diplomas")) {
        Some(("diploma", "diploma"))
    } else {
        None
    }
}

/// A grade is never shown without its scale, so that one without any is of no use to the learner.
fn result(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let lacks_scale = facts.award.result.as_ref().is_some_and(|result| {
        let scale = result.scale.as_deref().unwrap_or_default();
        scale.trim().is_empty() && !minimum_context::is_word(&result.value)
    });
    if lacks_scale {
        findings.push(Finding::new("RES-004", "result.scale", &[]));
    }
}

fn dates(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let tolerated = facts.now + TimeDelta::minutes(5);
    let in_future = facts.award.awarded_at.is_some_and(|awarded| awarded > tolerated);
    if in_future || facts.intake.awarded_at_without_zone.is_some() {
        findings.push(Finding::new("VAL-001", "awardedAt", &[]));
    }
    if facts.award.expires_at.is_some() {
        findings.push(Finding::new("VAL-010", "expiresAt", &[]));
    }
}

fn source(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    if facts.sector() == Some(Sector::Mbo) && facts.award.source_assertion.is_none() {
        findings.push(Finding::new("SRC-005", "sourceAssertion", &[]));
    }
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
