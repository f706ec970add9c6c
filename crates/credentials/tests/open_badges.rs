//! The projections of `specs/credential-profile/`, and what is read back from them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

use credentials::award::{Award, Level, Outcome, Sector, Size, Supervision};
use credentials::open_badges::{
    Copy, CopyDetails, Facts, FactsError, Group, ProjectionError, StatusEntry, StatusPurpose, credential,
    disclosable, facts, group,
};
use credentials::{Text, frameworks};
use serde_json::{Value, json};
use std::path::PathBuf;

fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../specs/credential-profile/examples")
        .join(name)
}

fn read(name: &str) -> Value {
    let text = std::fs::read(example(name)).unwrap();
    credentials::json::parse(&text, &credentials::json::Limits::default()).unwrap()
}

fn an_award() -> Award {
    serde_json::from_value(read("award.json")).unwrap()
}

fn details() -> CopyDetails {
    let list = |name: &str| format!("https://credentials.hswaterland.example/status/{name}");
    CopyDetails {
        id: "urn:uuid:6f1a0c1e-2d5b-4c1f-9a55-3b7c2e9d8f10".parse().unwrap(),
        issuer_did: "did:web:credentials.hswaterland.example:energie".parse().unwrap(),
        institution_did: "did:web:credentials.hswaterland.example".parse().unwrap(),
        holder_did: "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
            .parse()
            .unwrap(),
        status: vec![
            StatusEntry {
                purpose: StatusPurpose::Revocation,
                list_url: list("k3f9"),
                index: 94_567,
            },
            StatusEntry {
                purpose: StatusPurpose::Suspension,
                list_url: list("p81x"),
                index: 7_204,
            },
        ],
        achievement_url: "https://credentials.hswaterland.example/achievements/warmtepomp/2026-1".into(),
    }
}

fn made(award: &Award, copy: Copy) -> Value {
    credential(award, copy, &details()).unwrap()
}

/// What is left when everything disclosable is hidden.
fn all_hidden(copy: Copy, mut credential: Value) -> Value {
    for pointer in disclosable(copy, &credential).iter().rev() {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        match credential.pointer_mut(parent).unwrap() {
            Value::Object(object) => drop(object.remove(last).unwrap()),
            Value::Array(array) => drop(array.remove(last.parse().unwrap())),
            other => panic!("{pointer} is in {other}"),
        }
    }
    credential
}

#[test]
fn examples_of_the_profile_are_what_the_projection_makes() {
    for (copy, name) in [
        (Copy::Show, "show-copy.json"),
        (Copy::Portable, "portable-copy.json"),
    ] {
        let made = made(&an_award(), copy);
        if std::env::var_os("UPDATE_EXAMPLES").is_some() {
            std::fs::write(example(name), format!("{made:#}\n")).unwrap();
        }
        assert_eq!(
            made,
            read(name),
            "{name}; run again with UPDATE_EXAMPLES=1 if the change is meant"
        );
    }
}

#[test]
fn award_survives_the_issuers_storage() {
    let award = an_award();
    let stored = serde_json::to_string(&award).unwrap();
    assert_eq!(serde_json::from_str::<Award>(&stored).unwrap(), award);
    assert!(!format!("{award:?}").contains("Sanne"), "names stay out of logs");
}

#[test]
fn framework_of_the_example_is_a_bundled_one() {
    let reference = an_award().achievement.quality_framework.unwrap();
    let bundled = frameworks::find(&reference.id, &reference.version).unwrap();
    assert_eq!(Some(&bundled.digest_sri), reference.digest_sri.as_ref());
}

/// Required members per type in the 1EdTech schema of an AchievementCredential, Open Badges 3.0.
const REQUIRED: [(&str, &[&str]); 10] = [
    (
        "OpenBadgeCredential",
        &[
            "@context",
            "id",
            "type",
            "credentialSubject",
            "issuer",
            "validFrom",
        ],
    ),
    ("Profile", &["id", "type"]),
    ("Address", &["type"]),
    ("IdentifierEntry", &["type", "identifier", "identifierType"]),
    (
        "IdentityObject",
        &["type", "hashed", "identityHash", "identityType"],
    ),
    ("AchievementSubject", &["type", "achievement"]),
    ("Achievement", &["id", "type", "criteria", "description", "name"]),
    ("Alignment", &["type", "targetName", "targetUrl"]),
    ("ResultDescription", &["id", "type", "name", "resultType"]),
    ("Related", &["id", "type"]),
];

fn check_required(value: &Value, seen: &mut Vec<&'static str>) {
    match value {
        Value::Array(array) => array.iter().for_each(|value| check_required(value, seen)),
        Value::Object(object) => {
            let types = object
                .get("type")
                .map(|kind| kind.to_string())
                .unwrap_or_default();
            for (kind, members) in REQUIRED {
                if types.contains(&format!("\"{kind}\"")) {
                    seen.push(kind);
                    for member in members {
                        assert!(object.contains_key(*member), "{kind} lacks {member}");
                    }
                }
            }
            object.values().for_each(|value| check_required(value, seen));
        }
        _ => {}
    }
}

#[test]
fn portable_copy_has_what_open_badges_requires_of_every_object() {
    let mut seen = Vec::new();
    let made = made(&an_award(), Copy::Portable);
    check_required(&made, &mut seen);
    for (kind, _) in REQUIRED {
        assert!(seen.contains(&kind), "the example has no {kind}");
    }
    assert_eq!(
        made["@context"].as_array().unwrap().len(),
        2,
        "no context that others cannot load"
    );
    assert!(made.get("awardedDate").is_none() && made.get("credentialSchema").is_none());
    for status in made["credentialStatus"].as_array().unwrap() {
        assert!(status["id"].is_string());
    }
}

#[test]
fn show_copy_hides_five_groups_and_keeps_what_never_travels_apart() {
    let made = made(&an_award(), Copy::Show);
    let pointers = disclosable(Copy::Show, &made);
    assert_eq!(pointers.len(), 5);
    let groups: Vec<Group> = pointers
        .iter()
        .map(|p| group(Copy::Show, &made, p).unwrap())
        .collect();
    assert_eq!(groups, Group::ALL);

    let hidden = all_hidden(Copy::Show, made);
    let text = hidden.to_string();
    for secret in [
        "Sanne",
        "warmteverlies",
        "interview",
        "Voldoende",
        "edubadges",
        "portfolio",
    ] {
        assert!(!text.contains(secret), "{secret} is still there");
    }
    let facts = facts(&hidden).unwrap();
    assert_eq!(facts.hidden, Group::ALL);
    assert_eq!(facts.level.unwrap().eqf, 6);
    assert_eq!(facts.size.unwrap().ec, Some(5.0));
    assert_eq!(
        facts.title,
        Text::new("Warmtepompsystemen ontwerpen", "Designing heat pump systems")
    );
}

#[test]
fn portable_copy_hides_each_alignment_but_the_essential_ones() {
    let made = made(&an_award(), Copy::Portable);
    let pointers = disclosable(Copy::Portable, &made);
    // identifier, criteria, description, related, result, evidence; 3 outcomes, 5 on assessment, 1 skill
    assert_eq!(pointers.len(), 6 + 3 + 5 + 1);
    for pointer in &pointers {
        assert!(group(Copy::Portable, &made, pointer).is_some(), "{pointer}");
    }
    assert_eq!(group(Copy::Portable, &made, "/issuer"), None);
    assert_eq!(
        group(
            Copy::Portable,
            &made,
            "/credentialSubject/achievement/alignment/0"
        ),
        None
    );

    let hidden = all_hidden(Copy::Portable, made);
    let text = hidden.to_string();
    for secret in [
        "Sanne",
        "warmteverlies",
        "interview",
        "Voldoende",
        "edubadges",
        "portfolio",
        "application of a skill",
    ] {
        assert!(!text.contains(secret), "{secret} is still there");
    }
    let facts = facts(&hidden).unwrap();
    assert_eq!(facts.hidden, Group::ALL);
    assert_eq!((facts.level.unwrap().eqf, facts.sector), (6, Some(Sector::Hbo)));
}

fn facts_of(award: &Award, copy: Copy) -> Facts {
    facts(&made(award, copy)).unwrap()
}

#[test]
fn both_copies_say_the_same() {
    let award = an_award();
    let (show, portable) = (facts_of(&award, Copy::Show), facts_of(&award, Copy::Portable));
    for facts in [&show, &portable] {
        assert_eq!(facts.holder_name.as_deref(), Some("Sanne de Vries"));
        assert_eq!(
            facts.issuer.name.as_deref(),
            Some("Academie voor Energie en Techniek")
        );
        assert_eq!(facts.issuer.institution.as_deref(), Some("Hogeschool Waterland"));
        assert_eq!(facts.issuer.institution_code.as_deref(), Some("99ZZ"));
        assert_eq!(facts.issuer.country.as_deref(), Some("NL"));
        assert_eq!(facts.awarded_on, award.awarded_at);
        assert_eq!(facts.credential_type.as_deref(), Some("MicroCredential"));
        assert_eq!(facts.title, award.achievement.title);
        assert_eq!(facts.field.as_deref(), Some("0713"));
        assert_eq!(facts.sector, Some(Sector::Hbo));
        let level = facts.level.as_ref().unwrap();
        assert_eq!((level.eqf, level.nlqf.as_deref()), (6, Some("6")));
        let size = facts.size.as_ref().unwrap();
        assert_eq!((size.ec, size.hours, size.sbu), (Some(5.0), Some(140), None));
        let framework = facts.framework.as_ref().unwrap();
        assert_eq!(framework.id, "https://framework.example.org/ho/2025-05");
        assert_eq!(framework.version.as_deref(), Some("2025-05"));
        assert_eq!(
            framework.digest_sri,
            award.achievement.quality_framework.as_ref().unwrap().digest_sri
        );
        assert_eq!(
            framework.name,
            award.achievement.quality_framework.as_ref().unwrap().name
        );
        let outcomes: Vec<Text> = award
            .achievement
            .outcomes
            .iter()
            .map(|o| o.text.clone())
            .collect();
        assert_eq!(facts.outcomes, outcomes);
        let assessment = facts.assessment.as_ref().unwrap();
        assert_eq!(assessment.kind.as_deref(), Some("application of a skill"));
        assert_eq!(assessment.participation.as_deref(), Some("onsite or blended"));
        let supervision = Supervision::OnsiteWithIdentityVerification.as_str();
        assert_eq!(assessment.supervision.as_deref(), Some(supervision));
        assert_eq!(facts.result.as_deref(), Some("Voldoende"));
        assert_eq!(facts.hidden, []);
    }
    assert_eq!(show.assessment.unwrap().criteria, award.achievement.criteria);
    assert_eq!(
        portable.assessment.unwrap().criteria,
        Text::dutch(award.achievement.criteria.nl.unwrap()),
        "Open Badges has one language for criteria"
    );
    assert_eq!(portable.skills[0].name, "Warmteverliesberekening maken");
}

#[test]
fn each_unit_of_size_is_read_back() {
    let sizes = [
        (
            Size {
                ec: Some(7.5),
                ..Size::default()
            },
            (Some(7.5), None, None),
        ),
        (
            Size {
                hours: Some(140),
                ..Size::default()
            },
            (None, Some(140), None),
        ),
        (
            Size {
                sbu: Some(240),
                ..Size::default()
            },
            (None, None, Some(240)),
        ),
    ];
    for (size, expected) in sizes {
        let mut award = an_award();
        award.achievement.size = Some(size);
        for copy in [Copy::Show, Copy::Portable] {
            let size = facts_of(&award, copy).size.unwrap();
            assert_eq!((size.ec, size.hours, size.sbu), expected, "{copy:?}");
        }
    }
}

#[test]
fn outcome_in_one_language_keeps_its_language() {
    let mut award = an_award();
    award.achievement.outcomes = vec![
        Outcome {
            text: Text::english("You compare energy sources."),
        },
        Outcome {
            text: Text::dutch("Je vergelijkt energiebronnen."),
        },
    ];
    for copy in [Copy::Show, Copy::Portable] {
        let outcomes = facts_of(&award, copy).outcomes;
        assert_eq!(
            outcomes[0],
            Text::english("You compare energy sources."),
            "{copy:?}"
        );
        assert_eq!(
            outcomes[1],
            Text::dutch("Je vergelijkt energiebronnen."),
            "{copy:?}"
        );
    }
}

#[test]
fn credential_taught_in_english_says_its_texts_are_english() {
    let mut award = an_award();
    award.achievement.language = Some("en".into());
    for copy in [Copy::Show, Copy::Portable] {
        let made = made(&award, copy);
        assert_eq!(
            made["credentialSubject"]["achievement"]["name"],
            "Designing heat pump systems"
        );
        assert_eq!(made["credentialSubject"]["achievement"]["inLanguage"], "en");
        assert_eq!(facts(&made).unwrap().title, award.achievement.title);
    }
}

#[test]
fn award_that_lacks_what_must_be_said_becomes_no_credential() {
    type Change = fn(&mut Award);
    let missing: [(&str, Change); 9] = [
        ("participant's name", |award| award.participant = None),
        ("institution", |award| {
            award.issuing.institution.name = Text::default()
        }),
        ("organisational unit", |award| {
            award.issuing.unit.name = Text::default()
        }),
        ("title", |award| award.achievement.title = Text::dutch(" ")),
        ("award date", |award| award.awarded_at = None),
        ("level", |award| award.achievement.level = None),
        ("size", |award| award.achievement.size = None),
        ("quality framework", |award| {
            award.achievement.quality_framework = None
        }),
        ("learning outcome", |award| award.achievement.outcomes.clear()),
    ];
    for (what, change) in missing {
        let mut award = an_award();
        change(&mut award);
        let refused = credential(&award, Copy::Show, &details());
        assert_eq!(refused, Err(ProjectionError::Missing(what)));
        assert_eq!(credential(&award, Copy::Portable, &details()), refused);
    }
}

#[test]
fn award_with_unusable_values_becomes_no_credential() {
    type Change = fn(&mut Award);
    let unusable: [(&str, Change); 4] = [
        ("level", |award| {
            award.achievement.level = Some(Level {
                eqf: 9,
                nlqf: None,
                basis: Default::default(),
            });
        }),
        ("size", |award| {
            award.achievement.size.as_mut().unwrap().sbu = Some(240)
        }),
        ("link to evidence", |award| {
            award.evidence[0].url = Some("werk/42".into())
        }),
        ("link to a skill", |award| {
            award.achievement.skills[0].url = "000123".into()
        }),
    ];
    for (what, change) in unusable {
        let mut award = an_award();
        change(&mut award);
        assert_eq!(
            credential(&award, Copy::Portable, &details()),
            Err(ProjectionError::Unusable(what))
        );
    }
}

#[test]
fn skill_cannot_pass_for_the_level() {
    let mut award = an_award();
    award.achievement.skills[0].framework = Some("EQF".into());
    award.achievement.skills[0].code = Some("8".into());
    let made = made(&award, Copy::Portable);
    let levels = made["credentialSubject"]["achievement"]["alignment"]
        .as_array()
        .unwrap();
    assert_eq!(levels.iter().filter(|a| a["targetType"] == "ext:EQF").count(), 1);
    assert_eq!(facts(&made).unwrap().level.unwrap().eqf, 6);
}

#[test]
fn badge_of_another_platform_is_read_as_far_as_it_goes() {
    let facts = facts(&json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://badges.example/1",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": "https://badges.example/issuers/9",
        "validFrom": "2024-08-30T02:00:00+02:00",
        "credentialSubject": {
            "type": "AchievementSubject",
            "achievement": {
                "id": "https://badges.example/a",
                "type": "Achievement",
                "name": "Data analysis",
                "inLanguage": "en-US",
                "criteria": {"narrative": "Pass the exam."},
                "SBU": 500,
                "identityChecked": true,
                "assessmentType": "testing",
                "alignment": {"targetType": "ext:EQF", "targetCode": "4", "targetName": "EQF 4"}
            }
        }
    }))
    .unwrap();
    assert_eq!(facts.title, Text::english("Data analysis"));
    assert_eq!(facts.issuer.did, None);
    assert_eq!(facts.level.unwrap().eqf, 4);
    assert_eq!(facts.size.unwrap().sbu, Some(500));
    assert_eq!(facts.assessment.unwrap().kind.as_deref(), Some("testing"));
    assert_eq!(
        facts.awarded_on.unwrap().to_rfc3339(),
        "2024-08-30T00:00:00+00:00"
    );
}

#[test]
fn documents_that_are_no_open_badge_are_refused() {
    assert_eq!(facts(&json!([])), Err(FactsError::NotAnObject));
    assert_eq!(
        facts(&json!({"type": ["VerifiableCredential"]})),
        Err(FactsError::OtherKind)
    );
    let badge = |rest: Value| {
        let mut badge = json!({"type": "OpenBadgeCredential"});
        badge
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        facts(&badge)
    };
    assert_eq!(badge(json!({})), Err(FactsError::Unusable("credentialSubject")));
    assert_eq!(
        badge(json!({"credentialSubject": {"achievement": "https://a.example"}})),
        Err(FactsError::Unusable("achievement"))
    );
    assert_eq!(
        badge(json!({"credentialSubject": {"achievement": {}}, "issuer": {"name": "x"}})),
        Err(FactsError::Unusable("issuer"))
    );
}

#[test]
fn members_of_an_unexpected_kind_read_as_not_said() {
    let mut made = made(&an_award(), Copy::Show);
    let achievement = &mut made["credentialSubject"]["achievement"];
    achievement["levelIndication"] = json!({"level": 600});
    achievement["sizeIndication"] = json!({"unit": "EC", "value": "five"});
    achievement["learningOutcomes"] = json!("all");
    made["credentialSubject"]["identifier"][0]["hashed"] = json!(true);
    let facts = facts(&made).unwrap();
    assert_eq!((facts.level, facts.size), (None, None));
    assert_eq!(
        (facts.outcomes, facts.holder_name),
        (vec![], None),
        "a hash is no name"
    );
}

#[test]
fn one_value_in_an_array_reads_as_the_value() {
    let mut made = made(&an_award(), Copy::Portable);
    let before = facts(&made).unwrap();
    let achievement = &mut made["credentialSubject"]["achievement"];
    for name in ["achievementType", "creditsAvailable", "inLanguage"] {
        achievement[name] = json!([achievement[name], achievement[name]]);
    }
    assert_eq!(facts(&made).unwrap(), before);

    let achievement = &mut made["credentialSubject"]["achievement"];
    achievement["creditsAvailable"] = json!("5");
    achievement["achievementType"] = json!(["MicroCredential", "Degree"]);
    let facts = facts(&made).unwrap();
    assert_eq!(
        facts.size, before.size,
        "a number as its text, which JSON-LD takes for the same"
    );
    assert_eq!(facts.credential_type, None, "two values are not one");
}
