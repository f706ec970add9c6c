use super::*;
use credentials::award::{AssessmentKind, Participation};
use credentials::frameworks::frameworks;
use serde_json::json;

fn documents() -> Documents {
    let read = |text| serde_json::from_str(text).unwrap();
    Documents {
        assertion: read(include_str!("../../../../tests/fixtures/assertion.json")),
        badge_class: read(include_str!("../../../../tests/fixtures/badge-class.json")),
        issuer: read(include_str!("../../../../tests/fixtures/issuer.json")),
        direct_award: Some(read(include_str!("../../../../tests/fixtures/direct-award.json"))),
    }
}

fn import(documents: &Documents) -> Result<Imported, SourceError> {
    let sources = [Source {
        platform: "https://edubadges.example".parse().unwrap(),
        issuers: vec![super::super::SourceIssuer {
            id: "https://edubadges.example/public/issuers/IsEnergie000001".into(),
            unit: "energie".into(),
        }],
    }];
    read(
        documents,
        &Context {
            sources: &sources,
            sectors: &BTreeMap::from([("energie".to_owned(), Sector::Hbo)]),
            institution_code: Some("99ZZ"),
            frameworks: frameworks(),
            framework_links: &BTreeMap::new(),
        },
    )
}

#[test]
fn every_field_of_the_source_finds_its_place() {
    let Imported { award, intake, unit } = import(&documents()).unwrap();

    assert_eq!(unit, "energie");
    assert_eq!(award.participant.as_ref().unwrap().full_name(), "Sanne de Vries");
    assert!(award.participant.as_ref().unwrap().confirmed);
    assert_eq!(
        award.issuing.institution.name.en.as_deref(),
        Some("Waterland University of Applied Sciences")
    );
    assert_eq!(
        award.issuing.unit.name.nl.as_deref(),
        Some("Academie voor Energie en Techniek")
    );
    assert_eq!(award.issuing.institution_code.as_deref(), Some("99ZZ"));
    assert_eq!(award.issuing.country.as_deref(), Some("NL"));
    assert_eq!(award.awarded_at, Some("2026-09-14T07:30:00Z".parse().unwrap()));
    assert_eq!(award.result.as_ref().unwrap().value, "8");
    assert_eq!(award.evidence.len(), 2);
    assert_eq!(
        award.source_assertion.as_deref(),
        Some("https://edubadges.example/public/assertions/AsWaterland0001")
    );

    let achievement = &award.achievement;
    assert_eq!(achievement.title, Text::dutch("Warmtepompsystemen ontwerpen"));
    assert_eq!(achievement.credential_type.as_deref(), Some("MicroCredential"));
    assert_eq!(achievement.outcomes.len(), 3);
    assert_eq!(
        achievement.outcomes[0].text,
        Text::dutch("Je berekent het warmteverlies van een bestaande woning.")
    );
    assert_eq!(achievement.level.as_ref().unwrap().eqf, 6);
    assert_eq!(achievement.size.as_ref().unwrap().ec, Some(5.0));
    assert_eq!(achievement.sector, Some(Sector::Hbo));
    assert_eq!(achievement.quality_framework.as_ref().unwrap().version, "2025-05");
    assert_eq!(
        achievement.assessment.as_ref().unwrap().kind,
        Some(AssessmentKind::ApplicationOfSkill)
    );
    assert_eq!(
        achievement.assessment.as_ref().unwrap().participation,
        Some(Participation::OnsiteOrBlended)
    );
    assert_eq!(achievement.skills[0].code.as_deref(), Some("000123"));
    assert!(intake.outcomes_original.unwrap().starts_with("1. Je berekent"));
    assert_eq!(intake.utc_offset_seconds, Some(7200));
}

#[test]
fn recipient_hash_and_salt_are_not_kept() {
    let imported = import(&documents()).unwrap();

    let kept = format!(
        "{} {}",
        serde_json::to_string(&imported.award).unwrap(),
        serde_json::to_string(&imported.intake).unwrap()
    );
    for secret in ["a39bd4b156fa", "5f1c3a0e9b7d", "s.devries"] {
        assert!(!kept.contains(secret), "{secret}");
    }
}

#[test]
fn language_codes_in_use_become_tags() {
    for (given, expected) in [
        ("nl_NL", Some("nl")),
        ("en_EN", Some("en")),
        ("en-EN", Some("en")),
        ("de_DE", Some("de")),
        ("x!", None),
    ] {
        let mut documents = documents();
        documents.badge_class["extensions:LanguageExtension"]["Language"] = json!(given);
        let imported = import(&documents).unwrap();
        assert_eq!(
            imported.award.achievement.language.as_deref(),
            expected,
            "{given}"
        );
        assert_eq!(
            imported.intake.language_unreadable.is_some(),
            expected.is_none(),
            "{given}"
        );
    }
}

#[test]
fn texts_are_in_the_language_of_the_badge() {
    let mut documents = documents();
    documents.badge_class["extensions:LanguageExtension"]["Language"] = json!("en_EN");

    let imported = import(&documents).unwrap();

    assert_eq!(
        imported.award.achievement.title,
        Text::english("Warmtepompsystemen ontwerpen")
    );
}

#[test]
fn forms_of_assessment_and_participation_are_translated() {
    for (given, expected) in [
        ("oram_exam", Some(AssessmentKind::Testing)),
        ("oral_exam", Some(AssessmentKind::Testing)),
        ("written_exam", Some(AssessmentKind::Testing)),
        ("report_paper", Some(AssessmentKind::ApplicationOfSkill)),
        ("development_report", Some(AssessmentKind::Portfolio)),
        ("something_new", None),
    ] {
        let mut documents = documents();
        documents.badge_class["assessmentType"] = json!(given);
        let imported = import(&documents).unwrap();
        assert_eq!(
            imported.award.achievement.assessment.unwrap().kind,
            expected,
            "{given}"
        );
        assert_eq!(imported.intake.assessment_original.as_deref(), Some(given));
    }
}

#[test]
fn credits_may_be_written_as_number_or_text() {
    for given in [json!(2.5), json!("2.5"), json!("2,5")] {
        let mut documents = documents();
        documents.badge_class["extensions:ECTSExtension"]["ECTS"] = given.clone();
        assert_eq!(
            import(&documents).unwrap().award.achievement.size.unwrap().ec,
            Some(2.5),
            "{given}"
        );
    }
}

#[test]
fn level_may_be_written_in_many_ways_and_nonsense_is_kept_apart() {
    for (given, expected) in [
        (json!(6), Some(6)),
        (json!(6.0), Some(6)),
        (json!("6"), Some(6)),
        (json!("4+"), Some(4)),
        (json!(5.5), None),
        (json!(-1), None),
        (json!(300), None),
    ] {
        let mut documents = documents();
        documents.badge_class["extensions:EQFExtension"]["EQF"] = given.clone();
        let imported = import(&documents).unwrap();
        assert_eq!(
            imported.award.achievement.level.map(|level| level.eqf),
            expected,
            "{given}"
        );
        assert_eq!(
            imported.intake.level_unreadable.is_some(),
            expected.is_none(),
            "{given}"
        );
    }
}

#[test]
fn hours_that_are_not_whole_are_kept_apart() {
    let mut documents = documents();
    documents
        .badge_class
        .as_object_mut()
        .unwrap()
        .remove("extensions:ECTSExtension");
    documents.badge_class["extensions:TimeInvestmentExtension"] = json!({"TimeInvestment": 84.5});

    let imported = import(&documents).unwrap();

    assert_eq!(imported.award.achievement.size, None);
    assert_eq!(imported.intake.size_unreadable.as_deref(), Some("84.5"));
}

#[test]
fn revoked_assertion_is_refused_with_its_reason() {
    let mut documents = documents();
    documents.assertion = json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://edubadges.example/public/assertions/AsWaterland0001",
        "revoked": true,
        "revocationReason": "Uitslag herzien na klacht",
    });

    let refused = import(&documents).unwrap_err();

    assert!(
        matches!(refused, SourceError::Revoked { reason: Some(reason) } if reason == "Uitslag herzien na klacht")
    );
}

#[test]
fn revoked_in_other_words_than_the_standards_is_revoked() {
    for said in [
        json!("true"),
        json!("True "),
        json!(1),
        json!({"at": "2026-01-01"}),
    ] {
        let mut documents = documents();
        documents.assertion["revoked"] = said.clone();
        let refused = import(&documents).unwrap_err();
        assert!(
            matches!(refused, SourceError::Revoked { reason: None }),
            "{said}: {refused:?}"
        );
    }
    for said in [json!(false), json!("false"), json!(null)] {
        let mut documents = documents();
        documents.assertion["revoked"] = said.clone();
        assert!(import(&documents).is_ok(), "{said}");
    }
}

#[test]
fn recipient_that_is_no_salted_hash_is_refused() {
    for recipient in [
        json!({"identity": "sha256$abc", "salt": "x"}),
        json!({"identity": "a39bd4b156fa516dd2ba85871edbcb7c6d4a392fbd8da2e9c24010eb7ce12850", "salt": "x"}),
        json!({"identity": "sha256$a39bd4b156fa516dd2ba85871edbcb7c6d4a392fbd8da2e9c24010eb7ce12850"}),
        json!({"identity": "sha256$a39bd4b156fa516dd2ba85871edbcb7c6d4a392fbd8da2e9c24010eb7ce12850", "salt": ""}),
        json!({"type": "email", "hashed": false, "identity": "sanne@learner.example"}),
    ] {
        let mut documents = documents();
        documents.assertion["recipient"] = recipient.clone();
        assert!(
            matches!(import(&documents), Err(SourceError::Recipient)),
            "{recipient}"
        );
    }
}

#[test]
fn documents_of_different_awards_are_refused() {
    let mut other_badge = documents();
    other_badge.assertion["badge"] = json!("https://edubadges.example/public/badges/Other");
    let mut other_issuer = documents();
    other_issuer.badge_class["issuer"] = json!("https://edubadges.example/public/issuers/Other");
    let mut other_direct_award = documents();
    other_direct_award.direct_award.as_mut().unwrap()["badgeclass"] = json!("Other");
    let mut swapped = documents();
    std::mem::swap(&mut swapped.badge_class, &mut swapped.issuer);

    for documents in [other_badge, other_issuer, other_direct_award, swapped] {
        assert!(matches!(
            import(&documents),
            Err(SourceError::Contradiction { .. })
        ));
    }
}

#[test]
fn badge_of_another_issuer_platform_or_institution_is_not_ours() {
    let elsewhere = |from: &str, to: &str| {
        let mut documents = documents();
        for document in [
            &mut documents.assertion,
            &mut documents.badge_class,
            &mut documents.issuer,
        ] {
            *document = serde_json::from_str(&document.to_string().replace(from, to)).unwrap();
        }
        documents
    };
    for documents in [
        elsewhere("IsEnergie000001", "IsElders0000001"),
        elsewhere(
            "https://edubadges.example/public/assertions",
            "https://badges.example/public/assertions",
        ),
        elsewhere("99ZZ", "99YY"),
    ] {
        assert!(matches!(import(&documents), Err(SourceError::NotOurs)));
    }
}

#[test]
fn end_date_is_never_dropped_in_silence() {
    let with = |expires: &str| {
        let mut documents = documents();
        documents.assertion["expires"] = json!(expires);
        import(&documents).map(|imported| imported.award.expires_at)
    };
    assert_eq!(
        with("2031-01-01T00:00:00Z").unwrap(),
        Some("2031-01-01T00:00:00Z".parse().unwrap())
    );
    assert_eq!(
        with("2031-01-01").unwrap(),
        Some("2031-01-01T23:59:59Z".parse().unwrap())
    );
    assert!(matches!(
        with("over vijf jaar"),
        Err(SourceError::Contradiction { .. })
    ));
}
