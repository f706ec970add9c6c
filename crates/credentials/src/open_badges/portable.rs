//! The copy in Open Badges 3.0 terms alone, for any wallet.
//!
//! What Open Badges has no term for is said in alignments whose `targetType` is an extension
//! (`ext:…`, Open Badges 3.0 §C.11). Not carried: the second language of description, criteria and
//! entry requirements, what level and size rest on, and the programme the content was derived from.

use super::{CONTEXTS, Claims, Group, PrimarySize, moment, number, object};
use crate::award::{Achievement, Sector};
use crate::{Language, Text};
use serde_json::{Value, json};

/// What may be kept hidden, beside the alignments that are not essential.
pub(super) const DISCLOSABLE: &[(&str, Group)] = &[
    ("/credentialSubject/identifier", Group::Name),
    ("/credentialSubject/achievement/criteria", Group::Assessment),
    ("/credentialSubject/achievement/description", Group::Outcomes),
    ("/credentialSubject/achievement/related", Group::Evidence),
    ("/credentialSubject/result", Group::Result),
    ("/evidence", Group::Evidence),
];

pub(super) const OUTCOME: &str = "CFItem";
pub(super) const LEVEL: &str = "ext:EQF";
pub(super) const NATIONAL_LEVEL: &str = "ext:NLQF";
pub(super) const STUDY_LOAD: &str = "ext:StudyLoad";
pub(super) const FRAMEWORK: &str = "ext:QualityAssurance";
pub(super) const SECTOR: &str = "ext:Sector";
pub(super) const TITLE: &str = "ext:Translation";
pub(super) const ASSESSMENT: &str = "ext:AssessmentType";
pub(super) const PARTICIPATION: &str = "ext:ParticipationType";
pub(super) const SUPERVISION: &str = "ext:SupervisionType";
pub(super) const ENTRY: &str = "ext:EntryRequirements";
pub(super) const STACKABILITY: &str = "ext:Stackability";

/// Alignments without which a microcredential would say too little: never hidden.
const ESSENTIAL: [&str; 6] = [LEVEL, NATIONAL_LEVEL, STUDY_LOAD, FRAMEWORK, SECTOR, TITLE];

pub(super) fn disclosable_alignments(credential: &Value) -> Vec<String> {
    let alignments = credential
        .pointer("/credentialSubject/achievement/alignment")
        .and_then(Value::as_array);
    let hideable = |alignment: &Value| group_of_alignment(alignment).is_some();
    alignments
        .into_iter()
        .flatten()
        .enumerate()
        .filter(|(_, alignment)| hideable(alignment))
        .map(|(index, _)| format!("/credentialSubject/achievement/alignment/{index}"))
        .collect()
}

/// The group an alignment belongs to; essential ones and other values belong to none.
pub(super) fn group_of_alignment(alignment: &Value) -> Option<Group> {
    match alignment.get("targetType")?.as_str()? {
        target if ESSENTIAL.contains(&target) => None,
        OUTCOME => Some(Group::Outcomes),
        ASSESSMENT | PARTICIPATION | SUPERVISION | ENTRY | STACKABILITY => Some(Group::Assessment),
        // Skills tell what was learned.
        _ => Some(Group::Outcomes),
    }
}

pub(super) fn credential(claims: &Claims<'_>) -> Value {
    let details = claims.details;
    let result = claims.award.result.as_ref().map(|result| {
        json!([{"type": ["Result"], "resultDescription": part(claims, "result"), "value": result.value}])
    });
    // VCDM 2.0 §5.3: a related resource always has a digest.
    let related = claims
        .framework
        .digest_sri
        .as_deref()
        .map(|digest| json!([{"id": claims.framework.id, "digestSRI": digest}]));
    let mut issuer = claims.issuer(format!("{} – {}", claims.institution, claims.unit));
    let issuing = &claims.award.issuing;
    if let Some(url) = issuing.unit.url.as_deref().or(issuing.institution.url.as_deref()) {
        issuer["url"] = url.into();
    }
    object([
        ("@context", Some(json!(CONTEXTS[..2]))),
        ("id", Some(json!(details.id))),
        (
            "type",
            Some(json!(["VerifiableCredential", "OpenBadgeCredential"])),
        ),
        ("name", Some(claims.title.into())),
        ("issuer", Some(issuer)),
        ("validFrom", Some(claims.awarded_at.as_str().into())),
        (
            "validUntil",
            claims.award.expires_at.map(|until| moment(until).into()),
        ),
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
        ("relatedResource", related),
        ("credentialStatus", claims.status(true)),
    ])
}

fn achievement(claims: &Claims<'_>) -> Value {
    let achievement = &claims.award.achievement;
    let credits = match claims.size {
        PrimarySize::Ec(ec) => Some(number(ec)),
        PrimarySize::Hours(_) | PrimarySize::Sbu(_) => None,
    };
    let graded = claims.award.result.as_ref().map(|result| {
        let name = label(claims.language, "Eindoordeel", "Final result");
        let mut description = json!({
            "id": part(claims, "result"),
            "type": ["ResultDescription"],
            "name": name,
            "resultType": "Result",
        });
        if let Some(scale) = &result.scale {
            description["name"] = format!("{name} ({scale})").into();
        }
        json!([description])
    });
    let source = achievement
        .source
        .as_deref()
        .map(|source| json!([{"id": source, "type": ["Related"], "version": "Open Badges 2.0"}]));
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
        // Required by Open Badges 3.0; the title stands in where there is no description.
        (
            "description",
            Some(
                claims
                    .text(&achievement.description)
                    .unwrap_or(claims.title)
                    .into(),
            ),
        ),
        (
            "criteria",
            Some(json!({"narrative": claims.text(&achievement.criteria).unwrap_or(claims.criteria)})),
        ),
        ("version", achievement.version.as_deref().map(Value::from)),
        ("fieldOfStudy", achievement.field.as_deref().map(Value::from)),
        ("creditsAvailable", credits),
        ("alignment", Some(alignments(claims, achievement).into())),
        ("resultDescription", graded),
        ("related", source),
    ])
}

fn alignments(claims: &Claims<'_>, achievement: &Achievement) -> Vec<Value> {
    let language = claims.language;
    let level = claims.level;
    let framework = claims.framework;
    let mut all = vec![alignment(
        LEVEL,
        format!("EQF level {}", level.eqf),
        format!("http://data.europa.eu/snb/eqf/{}", level.eqf),
        [
            ("targetCode", Some(&level.eqf.to_string())),
            ("targetFramework", Some("European Qualifications Framework")),
        ],
    )];
    if let Some(nlqf) = level.nlqf.as_deref() {
        all.push(alignment(
            NATIONAL_LEVEL,
            format!("NLQF {nlqf}"),
            part(claims, "nlqf"),
            [("targetCode", Some(nlqf)), ("targetFramework", Some("NLQF"))],
        ));
    }
    let hours = achievement.size.as_ref().and_then(|size| size.hours);
    let load = match (claims.size, hours) {
        (PrimarySize::Sbu(sbu), _) => Some((sbu, "SBU", format!("{sbu} SBU"))),
        (PrimarySize::Hours(hours), _) | (PrimarySize::Ec(_), Some(hours)) => Some((
            hours,
            "hours",
            format!("{hours} {}", label(language, "uur", "hours")),
        )),
        (PrimarySize::Ec(_), None) => None,
    };
    if let Some((value, unit, name)) = load {
        let value = value.to_string();
        all.push(alignment(
            STUDY_LOAD,
            name,
            part(claims, "study-load"),
            [("targetCode", Some(&value)), ("targetFramework", Some(unit))],
        ));
    }
    let framework_name = claims.text(&framework.name).unwrap_or(&framework.id);
    all.push(alignment(
        FRAMEWORK,
        framework_name.to_owned(),
        framework.id.clone(),
        [
            ("targetCode", Some(&framework.version)),
            ("targetFramework", None),
        ],
    ));
    if let Some(sector) = achievement.sector {
        let name = match sector {
            Sector::Hbo => label(
                language,
                "Hoger beroepsonderwijs",
                "Higher professional education",
            ),
            Sector::Wo => label(language, "Wetenschappelijk onderwijs", "Academic education"),
            Sector::Mbo => label(language, "Middelbaar beroepsonderwijs", "Vocational education"),
        };
        all.push(alignment(
            SECTOR,
            name.to_owned(),
            part(claims, "sector"),
            [("targetCode", Some(sector.as_str())), ("targetFramework", None)],
        ));
    }
    let other = claims.other_language();
    if let Some(title) = achievement.title.get(other) {
        all.push(alignment(
            TITLE,
            title.to_owned(),
            part(claims, other.tag()),
            [("targetCode", Some(other.tag())), ("targetFramework", None)],
        ));
    }
    all.extend(outcomes(claims, achievement));
    all.extend(how_it_was_shown(claims, achievement));
    all.extend(achievement.skills.iter().map(|skill| {
        let target_type = skill_target_type(skill.framework.as_deref().unwrap_or_default());
        let mut value = alignment(
            &target_type,
            skill.name.clone(),
            skill.url.clone(),
            [
                ("targetCode", skill.code.as_deref()),
                ("targetFramework", skill.framework.as_deref()),
            ],
        );
        if let Some(description) = &skill.description {
            value["targetDescription"] = description.as_str().into();
        }
        value
    }));
    all
}

/// One alignment an outcome: its text as the name, the other language as the description.
fn outcomes<'a>(claims: &'a Claims<'_>, achievement: &'a Achievement) -> impl Iterator<Item = Value> + 'a {
    let texts = achievement
        .outcomes
        .iter()
        .map(|outcome| &outcome.text)
        .filter(|text| !text.is_empty());
    texts.zip(1u32..).map(|(text, order)| {
        let other = claims.other_language();
        let none = [("targetCode", None), ("targetFramework", None)];
        match (text.get(claims.language), text.get(other)) {
            (Some(name), translated) => {
                let url = part(claims, &format!("outcome-{order}"));
                let mut value = alignment(OUTCOME, name.to_owned(), url, none);
                if let Some(translated) = translated {
                    value["targetDescription"] = translated.into();
                }
                value
            }
            // The address then tells that the text is not in the language of the achievement.
            (None, translated) => {
                let url = part(claims, &format!("outcome-{order}-{}", other.tag()));
                alignment(OUTCOME, translated.unwrap_or_default().to_owned(), url, none)
            }
        }
    })
}

fn how_it_was_shown<'a>(
    claims: &'a Claims<'_>,
    achievement: &'a Achievement,
) -> impl Iterator<Item = Value> + 'a {
    let assessment = achievement.assessment.as_ref();
    let entry = claims.text(&achievement.entry_requirements);
    let stackable = achievement.stackable.map(|stackable| {
        if stackable {
            label(claims.language, "Te combineren", "Stackable")
        } else {
            label(
                claims.language,
                "Niet bedoeld om te combineren",
                "Not meant to be stacked",
            )
        }
    });
    [
        (
            ASSESSMENT,
            "assessment",
            assessment.and_then(|a| a.kind).map(|kind| kind.as_str()),
            None,
        ),
        (
            PARTICIPATION,
            "participation",
            assessment.and_then(|a| a.participation).map(|form| form.as_str()),
            None,
        ),
        (
            SUPERVISION,
            "supervision",
            assessment.and_then(|a| a.supervision()).map(|kind| kind.as_str()),
            None,
        ),
        (
            ENTRY,
            "entry",
            entry.map(|_| label(claims.language, "Toelating", "Entry requirements")),
            entry,
        ),
        (STACKABILITY, "stackability", stackable, None),
    ]
    .into_iter()
    .filter_map(move |(target_type, fragment, name, description)| {
        let none = [("targetCode", None), ("targetFramework", None)];
        let mut value = alignment(target_type, name?.to_owned(), part(claims, fragment), none);
        if let Some(description) = description {
            value["targetDescription"] = description.into();
        }
        Some(value)
    })
}

fn alignment(target_type: &str, name: String, url: String, optional: [(&str, Option<&str>); 2]) -> Value {
    let mut value =
        json!({"type": ["Alignment"], "targetType": target_type, "targetName": name, "targetUrl": url});
    for (member, text) in optional {
        if let Some(text) = text {
            value[member] = text.into();
        }
    }
    value
}

/// The address of a part of the achievement's description.
fn part(claims: &Claims<'_>, name: &str) -> String {
    let base = claims
        .details
        .achievement_url
        .split('#')
        .next()
        .unwrap_or_default();
    format!("{base}#{name}")
}

/// A skills framework as an extended target type; never one of those with a meaning of its own here.
fn skill_target_type(framework: &str) -> String {
    const TAKEN: [&str; 5] = [ASSESSMENT, PARTICIPATION, SUPERVISION, ENTRY, STACKABILITY];
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "._-".contains(*c);
    let target_type = format!("ext:{}", framework.chars().filter(allowed).collect::<String>());
    let taken = ESSENTIAL
        .iter()
        .chain(&TAKEN)
        .any(|taken| taken.eq_ignore_ascii_case(&target_type));
    if taken || target_type == "ext:" {
        "ext:Skill".to_owned()
    } else {
        target_type
    }
}

fn label(language: Language, nl: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// Reads an outcome back, from a credential whose own texts are in `language`.
pub(super) fn outcome_text(alignment: &Value, language: Language) -> Option<Text> {
    let text = |member: &str| alignment.get(member).and_then(Value::as_str).map(str::to_owned);
    let name = text("targetName")?;
    let url = text("targetUrl").unwrap_or_default();
    let (_, fragment) = url.rsplit_once('#').unwrap_or_default();
    let language = match fragment
        .strip_prefix("outcome-")
        .and_then(|rest| rest.split_once('-'))
    {
        Some((_, "nl")) => Language::Nl,
        Some((_, "en")) => Language::En,
        _ => language,
    };
    let other = text("targetDescription");
    Some(match language {
        Language::Nl => Text {
            nl: Some(name),
            en: other,
        },
        Language::En => Text {
            nl: other,
            en: Some(name),
        },
    })
}
