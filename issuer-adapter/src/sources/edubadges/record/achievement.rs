//! From a badge class to the achievement.

use super::super::outcomes;
use super::{Context, clean, extension, is_web, text};
use crate::sources::{Intake, QualityAssurance};
use credentials::award::{
    Achievement, Assessment, AssessmentKind, Level, LevelBasis, Outcome, Participation, QualityFramework,
    Sector, Size, Skill,
};
use credentials::{Language, Text};
use serde_json::Value;

pub(super) fn achievement(
    badge: &Value,
    context: &Context<'_>,
    sector: Option<Sector>,
    language: Option<String>,
    source_language: Language,
    intake: &mut Intake,
) -> Achievement {
    let in_source =
        |text: Option<String>| text.map_or_else(Text::default, |text| Text::only(source_language, text));
    intake.kind = text(badge, "typeBadgeClass");
    let original = extension(badge, "LearningOutcome")
        .and_then(Value::as_str)
        .and_then(clean);
    let outcomes = original
        .as_deref()
        .map(outcomes::split)
        .unwrap_or_default()
        .into_iter()
        .map(|outcome| Outcome {
            text: Text::only(source_language, outcome),
        })
        .collect();
    intake.outcomes_original = original;
    let criteria = match badge.get("criteria") {
        Some(Value::String(criteria)) => clean(criteria).filter(|criteria| !is_web(criteria)),
        Some(criteria) => text(criteria, "narrative"),
        None => None,
    };
    Achievement {
        credential_type: (intake.kind.as_deref() == Some("micro_credential"))
            .then(|| "MicroCredential".to_owned()),
        title: in_source(text(badge, "name")),
        description: in_source(text(badge, "description")),
        version: None,
        language,
        outcomes,
        criteria: in_source(criteria),
        entry_requirements: Text::default(),
        level: level(badge, intake),
        size: size(badge, intake),
        sector,
        field: None,
        quality_framework: quality_framework(badge, context, source_language, intake),
        assessment: assessment(badge, intake),
        skills: skills(badge),
        derived_from_programme: programme(badge),
        stackable: badge.get("stackable").and_then(Value::as_bool),
        source: text(badge, "id"),
    }
}

/// The language as a BCP 47 tag: `nl_NL`, `en_EN` and `en-EN` are `nl` and `en`.
pub(super) fn language(badge: &Value, intake: &mut Intake) -> Option<String> {
    let given = extension(badge, "Language")
        .and_then(Value::as_str)
        .and_then(clean)?;
    let normal = given.replace('_', "-");
    let mut parts = normal.split('-');
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let sound = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if sound {
        return Some(primary);
    }
    intake.language_unreadable = Some(given.chars().take(40).collect());
    None
}

fn level(badge: &Value, intake: &mut Intake) -> Option<Level> {
    let given = extension(badge, "EQF")?;
    let basis = match badge.get("eqfNlqfLevelVerified").and_then(Value::as_bool) {
        Some(true) => LevelBasis::Registered,
        _ => LevelBasis::IssuerIndication,
    };
    let written = match given {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 => format!("{whole:.0}"),
            _ => number.to_string(),
        },
        Value::Null => return None,
        other => other.to_string(),
    };
    if written == "4+" {
        return Some(Level {
            eqf: 4,
            nlqf: Some("4+".to_owned()),
            basis,
        });
    }
    match written.parse::<u8>() {
        Ok(eqf) => Some(Level {
            eqf,
            nlqf: Some(eqf.to_string()),
            basis,
        }),
        Err(_) => {
            intake.level_unreadable = Some(written.chars().take(40).collect());
            None
        }
    }
}

fn size(badge: &Value, intake: &mut Intake) -> Option<Size> {
    let ec = extension(badge, "ECTS").and_then(number);
    let mut whole = |name: &str| {
        let given = extension(badge, name).and_then(number)?;
        if given.fract() == 0.0 && (0.0..=1e6).contains(&given) {
            // In range and whole, so nothing is lost.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked just before"
            )]
            return Some(given as u32);
        }
        intake.size_unreadable = Some(given.to_string());
        None
    };
    let (hours, sbu) = (whole("TimeInvestment"), whole("StudyLoad"));
    (ec.is_some() || hours.is_some() || sbu.is_some()).then_some(Size {
        ec,
        hours,
        sbu,
        basis: None,
    })
}

fn quality_framework(
    badge: &Value,
    context: &Context<'_>,
    language: Language,
    intake: &mut Intake,
) -> Option<QualityFramework> {
    let (name, url) = (
        text(badge, "qualityAssuranceName"),
        text(badge, "qualityAssuranceUrl"),
    );
    intake.quality_assurance = QualityAssurance {
        name: name.is_some(),
        url: url.is_some(),
        description: text(badge, "qualityAssuranceDescription").is_some(),
    };
    let url = url?;
    let id = context.framework_links.get(&url).unwrap_or(&url);
    match context.frameworks.iter().find(|framework| framework.id == *id) {
        Some(framework) => Some(framework.reference()),
        None => Some(QualityFramework {
            id: id.clone(),
            name: name.map_or_else(Text::default, |name| Text::only(language, name)),
            ..QualityFramework::default()
        }),
    }
}

fn assessment(badge: &Value, intake: &mut Intake) -> Option<Assessment> {
    intake.assessment_original = text(badge, "assessmentType");
    intake.participation_original = text(badge, "participation");
    let assessment = Assessment {
        kind: intake.assessment_original.as_deref().and_then(|kind| match kind {
            // The platform spells the oral exam with an m.
            "written_exam" | "oral_exam" | "oram_exam" => Some(AssessmentKind::Testing),
            "behavioural_assessment"
            | "professional_product"
            | "report_paper"
            | "personalized_assessment" => Some(AssessmentKind::ApplicationOfSkill),
            "portfolio_assessment" | "development_report" => Some(AssessmentKind::Portfolio),
            _ => None,
        }),
        participation: intake
            .participation_original
            .as_deref()
            .and_then(|form| match form {
                "online" => Some(Participation::Online),
                "onsite" | "blended" => Some(Participation::OnsiteOrBlended),
                "volunteering" => Some(Participation::Volunteering),
                "work_experience" => Some(Participation::WorkExperience),
                _ => None,
            }),
        supervised: badge.get("assessmentSupervised").and_then(Value::as_bool),
        identity_checked: badge.get("assessmentIdVerified").and_then(Value::as_bool),
    };
    (assessment != Assessment::default()).then_some(assessment)
}

fn skills(badge: &Value) -> Vec<Skill> {
    let alignments = badge.get("alignment").and_then(Value::as_array);
    let skill = |alignment: &Value| {
        Some(Skill {
            name: text(alignment, "targetName")?,
            url: text(alignment, "targetUrl").filter(|url| is_web(url))?,
            code: text(alignment, "targetCode"),
            framework: text(alignment, "targetFramework"),
            description: text(alignment, "targetDescription"),
        })
    };
    alignments
        .into_iter()
        .flatten()
        .take(50)
        .filter_map(skill)
        .collect()
}

fn programme(badge: &Value) -> Option<String> {
    let one = |value: &Value| match value {
        Value::String(text) => clean(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match extension(badge, "EducationProgramIdentifier")? {
        Value::Array(codes) => {
            let codes: Vec<String> = codes.iter().take(20).filter_map(one).collect();
            (!codes.is_empty()).then(|| codes.join(", "))
        }
        code => one(code),
    }
}

/// A number, also when it is written as text.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().replace(',', ".").parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}
