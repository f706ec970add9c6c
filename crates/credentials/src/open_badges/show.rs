//! The lean copy that fits into a QR code.

use super::{CONTEXTS, Claims, Group, PrimarySize, language_map, number, object};
use serde_json::{Value, json};

/// What may be kept hidden, each as one disclosure.
pub(super) const DISCLOSABLE: &[(&str, Group)] = &[
    ("/credentialSubject/identifier", Group::Name),
    ("/credentialSubject/achievement/learningOutcomes", Group::Outcomes),
    ("/credentialSubject/achievement/assessment", Group::Assessment),
    ("/credentialSubject/result", Group::Result),
    ("/evidence", Group::Evidence),
];

pub(super) fn credential(claims: &Claims<'_>) -> Value {
    let details = claims.details;
    let result = claims.award.result.as_ref().map(|result| {
        json!([object([
            ("type", Some(json!(["Result"]))),
            ("value", Some(result.value.as_str().into())),
            // In the same disclosure, since a grade means nothing without it.
            ("scale", result.scale.as_deref().map(Value::from)),
        ])])
    });
    object([
        ("@context", Some(json!(CONTEXTS))),
        ("id", Some(json!(details.id))),
        (
            "type",
            Some(json!(["VerifiableCredential", "OpenBadgeCredential"])),
        ),
        ("issuer", Some(claims.issuer(claims.unit.to_owned()))),
        ("validFrom", Some(claims.awarded_at.as_str().into())),
        ("validUntil", claims.valid_until()),
        (
            "credentialSubject",
            Some(object([
                ("id", Some(json!(details.holder_did))),
                ("type", Some(json!(["AchievementSubject"]))),
                ("identifier", Some(claims.identifier())),
                ("achievement", Some(achievement(claims))),
                ("result", result),
            ])),
        ),
        ("evidence", claims.evidence()),
        ("credentialStatus", claims.status(false)),
    ])
}

fn achievement(claims: &Claims<'_>) -> Value {
    let achievement = &claims.award.achievement;
    let other = claims.other_language();
    let translated = achievement
        .title
        .get(other)
        .map(|title| json!({ other.tag(): title }));
    let outcomes = achievement
        .outcomes
        .iter()
        .filter_map(|outcome| language_map(&outcome.text));
    let outcomes: Vec<Value> = outcomes
        .zip(1u32..)
        .map(|(text, order)| json!({"order": order, "text": text}))
        .collect();
    object([
        ("id", Some(claims.details.achievement_url.as_str().into())),
        ("type", Some(json!(["Achievement"]))),
        (
            "achievementType",
            achievement
                .credential_type
                .as_deref()
                .or(Some("MicroCredential"))
                .map(Value::from),
        ),
        ("name", Some(claims.title.into())),
        ("inLanguage", Some(claims.language.tag().into())),
        ("title", translated),
        ("fieldOfStudy", achievement.field.as_deref().map(Value::from)),
        ("sector", achievement.sector.map(|sector| sector.as_str().into())),
        ("levelIndication", Some(level(claims))),
        ("sizeIndication", Some(size(claims))),
        ("qualityFramework", Some(framework(claims))),
        ("learningOutcomes", Some(outcomes.into())),
        ("assessment", Some(assessment(claims))),
    ])
}

fn level(claims: &Claims<'_>) -> Value {
    object([
        ("level", Some(claims.level.eqf.into())),
        ("nlqf", claims.level.nlqf.as_deref().map(Value::from)),
        ("basis", Some(claims.level.basis.as_str().into())),
    ])
}

fn size(claims: &Claims<'_>) -> Value {
    let size = claims.award.achievement.size.as_ref();
    let (unit, value, hours) = match claims.size {
        PrimarySize::Ec(ec) => ("EC", number(ec), size.and_then(|size| size.hours)),
        PrimarySize::Hours(hours) => ("HOUR", hours.into(), None),
        PrimarySize::Sbu(sbu) => ("SBU", sbu.into(), None),
    };
    object([
        ("unit", Some(unit.into())),
        ("value", Some(value)),
        ("hours", hours.map(Value::from)),
        (
            "basis",
            size.and_then(|size| size.basis)
                .map(|basis| basis.as_str().into()),
        ),
    ])
}

fn framework(claims: &Claims<'_>) -> Value {
    object([
        ("id", Some(claims.framework.id.as_str().into())),
        ("version", Some(claims.framework.version.as_str().into())),
        (
            "digestSRI",
            claims.framework.digest_sri.as_deref().map(Value::from),
        ),
    ])
}

fn assessment(claims: &Claims<'_>) -> Value {
    let achievement = &claims.award.achievement;
    let assessment = achievement.assessment.as_ref();
    let word = |text: &'static str| Value::from(text);
    object([
        ("criteria", language_map(&achievement.criteria)),
        (
            "assessmentType",
            assessment.and_then(|a| a.kind).map(|kind| word(kind.as_str())),
        ),
        (
            "participationType",
            assessment
                .and_then(|a| a.participation)
                .map(|form| word(form.as_str())),
        ),
        (
            "supervisionType",
            assessment
                .and_then(|a| a.supervision())
                .map(|kind| word(kind.as_str())),
        ),
        (
            "identityChecked",
            assessment.and_then(|a| a.identity_checked).map(Value::from),
        ),
        ("entryRequirements", language_map(&achievement.entry_requirements)),
    ])
}
