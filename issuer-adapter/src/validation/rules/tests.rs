use super::*;
use crate::sources::QualityAssurance;
use credentials::award::{
    Achievement, Assessment, AssessmentKind, Issuing, Level, LevelBasis, Organisation, Outcome, Participant,
    Participation, Size, SizeBasis,
};
use credentials::frameworks::{find, frameworks};

fn now() -> DateTime<Utc> {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

/// An award that no rule has anything against.
fn award() -> Award {
    let framework = find("https://framework.example.org/ho/2025-05", "2025-05").unwrap();
    Award {
        participant: Some(Participant {
            given_name: "Sanne".into(),
            family_name: "de Vries".into(),
            confirmed: true,
        }),
        issuing: Issuing {
            institution: Organisation {
                name: Text::dutch("Hogeschool Waterland"),
                url: None,
            },
            unit: Organisation {
                name: Text::dutch("Academie voor Energie"),
                url: None,
            },
            country: Some("NL".into()),
            institution_code: Some("99ZZ".into()),
        },
        achievement: Achievement {
            credential_type: Some("MicroCredential".into()),
            title: Text::new("Warmtepompen ontwerpen", "Designing heat pumps"),
            criteria: Text::dutch("Ontwerpdossier, voldoende."),
            outcomes: vec![Outcome {
                text: Text::new("Je berekent het warmteverlies.", "You calculate the heat loss."),
            }],
            level: Some(Level {
                eqf: 6,
                nlqf: Some("6".into()),
                basis: LevelBasis::IssuerIndication,
            }),
            size: Some(Size {
                ec: Some(5.0),
                basis: Some(SizeBasis::DerivedFromAccreditedProgramme),
                ..Size::default()
            }),
            sector: Some(Sector::Hbo),
            language: Some("nl".into()),
            quality_framework: Some(framework.reference()),
            assessment: Some(Assessment {
                kind: Some(AssessmentKind::ApplicationOfSkill),
                participation: Some(Participation::OnsiteOrBlended),
                supervised: Some(true),
                identity_checked: Some(true),
            }),
            ..Achievement::default()
        },
        awarded_at: Some("2026-09-14T07:30:00Z".parse().unwrap()),
        source_assertion: Some("https://edubadges.example/public/assertions/1".into()),
        ..Award::default()
    }
}

fn mbo_award(sbu: u32) -> Award {
    let mut award = award();
    award.achievement.sector = Some(Sector::Mbo);
    award.achievement.size = Some(Size {
        sbu: Some(sbu),
        ..Size::default()
    });
    award.achievement.level = Some(Level {
        eqf: 4,
        nlqf: None,
        basis: LevelBasis::IssuerIndication,
    });
    award.achievement.quality_framework = Some(
        find("https://framework.example.org/mbo/2024", "2024")
            .unwrap()
            .reference(),
    );
    award.awarded_at = Some("2025-06-01T10:00:00Z".parse().unwrap());
    award
}

fn intake() -> Intake {
    Intake {
        kind: Some("micro_credential".into()),
        quality_assurance: QualityAssurance {
            name: true,
            url: true,
            description: true,
        },
        utc_offset_seconds: Some(7200),
        ..Intake::default()
    }
}

fn found(award: &Award, intake: &Intake, justification: Option<&str>) -> Vec<Finding> {
    check(&Facts {
        award,
        intake,
        justification,
        frameworks: frameworks(),
        now: now(),
    })
}

/// The codes that are not mere information.
fn codes(award: &Award) -> Vec<String> {
    of(found(award, &intake(), None))
}

fn of(findings: Vec<Finding>) -> Vec<String> {
    findings
        .into_iter()
        .filter(|finding| finding.severity != super::super::Severity::Info)
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn sound_award_gives_information_alone() {
    assert_eq!(codes(&award()), Vec::<String>::new());
    assert_eq!(codes(&mbo_award(240)), Vec::<String>::new());
}

#[test]
fn no_finding_leaves_a_place_unfilled() {
    let mut worst = Award::default();
    worst.achievement.sector = Some(Sector::Hbo);
    worst.achievement.title = Text::dutch("Diploma warmtepompen");
    worst.achievement.size = Some(Size {
        ec: Some(2.25),
        hours: Some(1),
        sbu: Some(1),
        basis: None,
    });
    worst.achievement.level = Some(Level {
        eqf: 9,
        nlqf: None,
        basis: LevelBasis::Registered,
    });
    worst.achievement.quality_framework = award().achievement.quality_framework;
    worst.awarded_at = Some("2020-01-01T00:00:00Z".parse().unwrap());
    let intake = Intake {
        language_unreadable: Some("xx_YY!".into()),
        ..Intake::default()
    };

    for award in [worst, award(), mbo_award(79)] {
        for finding in found(&award, &intake, None) {
            assert!(
                !finding.nl.contains('{') && !finding.en.contains('{'),
                "{finding:?}"
            );
            assert!(!finding.field.is_empty(), "{finding:?}");
        }
    }
}

#[test]
fn credits_have_exact_limits() {
    for (sector, date, ec, expected) in [
        (Sector::Hbo, "2026-09-14T10:00:00Z", 2.5, vec!["SIZ-001"]),
        (Sector::Hbo, "2026-09-14T10:00:00Z", 3.0, vec![]),
        (Sector::Hbo, "2026-09-14T10:00:00Z", 30.0, vec![]),
        (Sector::Hbo, "2026-09-14T10:00:00Z", 30.5, vec!["SIZ-001"]),
        (Sector::Hbo, "2026-09-14T10:00:00Z", 3.5, vec![]),
        (Sector::Hbo, "2026-09-14T10:00:00Z", 3.25, vec!["SIZ-002"]),
        // The experiment is for universities, and has an end.
        (Sector::Wo, "2026-09-14T10:00:00Z", 2.5, vec![]),
        (Sector::Wo, "2026-09-14T10:00:00Z", 1.0, vec![]),
        (Sector::Wo, "2026-09-14T10:00:00Z", 0.5, vec!["SIZ-001"]),
        (Sector::Wo, "2025-04-01T10:00:00Z", 2.5, vec!["FW-001", "SIZ-001"]),
    ] {
        let mut award = award();
        award.achievement.sector = Some(sector);
        award.awarded_at = Some(date.parse().unwrap());
        award.achievement.size = Some(Size {
            ec: Some(ec),
            basis: Some(SizeBasis::DerivedFromAccreditedProgramme),
            ..Size::default()
        });
        assert_eq!(codes(&award), expected, "{sector:?} {date} {ec}");
    }
}

#[test]
fn small_university_award_within_the_experiment_is_told_as_information() {
    let mut award = award();
    award.achievement.sector = Some(Sector::Wo);
    award.achievement.size.as_mut().unwrap().ec = Some(2.0);

    let findings = found(&award, &intake(), None);

    assert!(
        findings
            .iter()
            .any(|finding| finding.code == "SIZ-003" && !finding.blocks())
    );
}

#[test]
fn one_credit_is_twenty_eight_hours() {
    for (hours, sound) in [(140, true), (139, false), (141, false)] {
        let mut award = award();
        award.achievement.size.as_mut().unwrap().hours = Some(hours);
        assert_eq!(codes(&award).is_empty(), sound, "{hours}");
    }
    let mut award = award();
    award.achievement.size.as_mut().unwrap().ec = Some(3.5);
    award.achievement.size.as_mut().unwrap().hours = Some(100);
    let finding = found(&award, &intake(), None)
        .into_iter()
        .find(|finding| finding.code == "SIZ-004")
        .unwrap();
    assert_eq!(
        finding.nl,
        "100 uur past niet bij 3,5 EC (1 EC = 28 uur; verwacht 98)."
    );
    assert_eq!(
        finding.en,
        "100 hours does not match 3.5 ECTS (1 ECTS = 28 hours; expected 98)."
    );
}

#[test]
fn hours_have_exact_limits() {
    for (sector, hours, expected) in [
        (Sector::Hbo, 83, vec!["SIZ-007"]),
        (Sector::Hbo, 84, vec![]),
        (Sector::Hbo, 840, vec![]),
        (Sector::Hbo, 841, vec!["SIZ-007"]),
        (Sector::Wo, 27, vec!["SIZ-007"]),
        (Sector::Wo, 28, vec![]),
    ] {
        let mut award = award();
        award.achievement.sector = Some(sector);
        award.achievement.size = Some(Size {
            hours: Some(hours),
            ..Size::default()
        });
        assert_eq!(codes(&award), expected, "{sector:?} {hours}");
    }
}

#[test]
fn study_load_hours_have_exact_limits_and_a_path_with_reasons() {
    for (sbu, justification, expected) in [
        (79, None, vec!["SIZ-011"]),
        (79, Some("Kort en praktisch."), vec!["SIZ-011"]),
        (80, None, vec!["SIZ-011", "SIZ-010"]),
        (80, Some("Kort en praktisch."), vec!["SIZ-010"]),
        (239, None, vec!["SIZ-011", "SIZ-010"]),
        (239, Some(" "), vec!["SIZ-011", "SIZ-010"]),
        (239, Some("Kort en praktisch."), vec!["SIZ-010"]),
        (240, None, vec![]),
    ] {
        assert_eq!(
            of(found(&mbo_award(sbu), &intake(), justification)),
            expected,
            "{sbu} {justification:?}"
        );
    }
}

#[test]
fn units_that_do_not_belong_together_are_refused() {
    let mut ho = award();
    ho.achievement.size.as_mut().unwrap().sbu = Some(140);
    assert_eq!(codes(&ho), ["SIZ-005"]);

    let mut mbo = mbo_award(240);
    mbo.achievement.size = Some(Size {
        ec: Some(5.0),
        ..Size::default()
    });
    assert_eq!(codes(&mbo), ["SIZ-012"]);

    let fraction = Intake {
        size_unreadable: Some("84.5".into()),
        ..intake()
    };
    let mut ho = award();
    ho.achievement.size = None;
    assert_eq!(of(found(&ho, &fraction, None)), ["SIZ-007"]);
    let mut mbo = mbo_award(240);
    mbo.achievement.size = None;
    assert_eq!(of(found(&mbo, &fraction, None)), ["SIZ-012"]);
}

#[test]
fn credits_without_an_accredited_programme_ask_for_confirmation() {
    let mut award = award();
    award.achievement.size.as_mut().unwrap().basis = None;

    let findings = found(&award, &intake(), None);

    let finding = findings.iter().find(|finding| finding.code == "SIZ-006").unwrap();
    assert!(finding.blocks());
    assert!(
        !Finding {
            confirmed: true,
            ..finding.clone()
        }
        .blocks()
    );
}

#[test]
fn levels_are_checked_by_sector() {
    let level = |mut award: Award, eqf, nlqf: Option<&str>| {
        award.achievement.level = Some(Level {
            eqf,
            nlqf: nlqf.map(str::to_owned),
            basis: LevelBasis::IssuerIndication,
        });
        codes(&award)
    };
    assert_eq!(level(award(), 0, None), ["EQF-001"]);
    assert_eq!(level(award(), 9, None), ["EQF-001"]);
    assert_eq!(level(award(), 6, Some("4+")), ["EQF-001"]);
    assert_eq!(level(award(), 4, Some("4+")), ["EQF-002"]);
    assert_eq!(level(award(), 5, None), Vec::<String>::new());
    assert_eq!(level(mbo_award(240), 2, None), ["EQF-003"]);
    assert_eq!(level(mbo_award(240), 3, None), Vec::<String>::new());
    assert_eq!(level(mbo_award(240), 5, None), ["EQF-003"]);
}

#[test]
fn registered_level_needs_its_number() {
    let mut award = award();
    award.achievement.level.as_mut().unwrap().basis = LevelBasis::Registered;
    assert_eq!(codes(&award), ["EQF-005"]);

    let numbered = Intake {
        nlqf_registration: Some("NLQF-2026-0042".into()),
        ..intake()
    };
    assert_eq!(of(found(&award, &numbered, None)), Vec::<String>::new());
}

#[test]
fn pilot_past_its_announced_end_is_a_warning_and_no_block() {
    let mut award = mbo_award(240);
    award.awarded_at = Some("2025-12-31T10:00:00Z".parse().unwrap());
    assert_eq!(codes(&award), Vec::<String>::new());

    award.awarded_at = Some("2026-01-01T10:00:00Z".parse().unwrap());
    let findings = found(&award, &intake(), None);
    let finding = findings.iter().find(|finding| finding.code == "FW-004").unwrap();
    assert_eq!(
        finding.nl,
        "De pilot liep in principe tot 31 december 2025; een verlenging is niet vastgelegd."
    );
}

#[test]
fn framework_counts_on_the_day_as_the_institution_has_it() {
    let mut award = award();
    // Still 30 April in Greenwich, and 1 May in Amsterdam.
    award.awarded_at = Some("2025-04-30T22:30:00Z".parse().unwrap());
    assert_eq!(codes(&award), Vec::<String>::new());

    let greenwich = Intake {
        utc_offset_seconds: Some(0),
        ..intake()
    };
    assert_eq!(of(found(&award, &greenwich, None)), ["FW-001"]);
}

#[test]
fn altered_framework_text_is_refused() {
    let mut award = award();
    award.achievement.quality_framework.as_mut().unwrap().digest_sri = Some("sha384-other".into());

    assert_eq!(codes(&award), ["FW-003"]);
}

#[test]
fn framework_must_say_its_agreements_in_both_languages() {
    let mut dutch = find("https://framework.example.org/ho/2025-05", "2025-05")
        .unwrap()
        .clone();
    dutch.agreements[3].en = None;
    let award = award();
    let findings = check(&Facts {
        award: &award,
        intake: &intake(),
        justification: None,
        frameworks: &[dutch],
        now: now(),
    });

    let finding = findings.iter().find(|finding| finding.code == "FW-002").unwrap();
    assert!(finding.nl.ends_with("Engels ontbreekt."));
}

#[test]
fn titles_of_protected_documents_are_refused() {
    for (title, refused) in [
        ("Diploma warmtepompen", true),
        ("mbo-certificaat lassen", true),
        ("MBO verklaring zorg", true),
        ("Diplomatie en onderhandelen", false),
        ("Certificaten beheren", false),
    ] {
        let mut award = award();
        award.achievement.title.nl = Some(title.into());
        assert_eq!(codes(&award) == ["TYP-002"], refused, "{title}");
    }
}

#[test]
fn outcomes_that_tell_of_attendance_are_pointed_out() {
    for (text, told) in [
        ("Je volgt drie lessen over warmte.", true),
        ("De deelnemer neemt deel aan de training.", true),
        ("You attend three lectures on heat.", true),
        ("Je berekent het warmteverlies van een woning.", false),
        ("Je volgtijdelijk handelen is aantoonbaar.", false),
    ] {
        let mut award = award();
        award.achievement.outcomes[0].text = Text::new(text, text);
        let findings = found(&award, &intake(), None);
        assert_eq!(
            findings.iter().any(|finding| finding.code == "LO-002"),
            told,
            "{text}"
        );
    }
}

#[test]
fn very_short_and_very_long_outcomes_ask_for_confirmation() {
    for (length, asked) in [(14, true), (15, false), (600, false), (601, true)] {
        let mut award = award();
        let text = "x".repeat(length);
        award.achievement.outcomes[0].text = Text::new(text.clone(), text);
        assert_eq!(codes(&award) == ["LO-001"], asked, "{length}");
    }
}

#[test]
fn award_from_the_future_or_without_a_time_zone_is_refused() {
    let mut award = award();
    award.awarded_at = Some(now() + TimeDelta::minutes(5));
    assert_eq!(codes(&award), Vec::<String>::new());
    award.awarded_at = Some(now() + TimeDelta::minutes(6));
    assert_eq!(codes(&award), ["VAL-001"]);

    award.awarded_at = None;
    let zoneless = Intake {
        awarded_at_without_zone: Some("2026-09-14T09:30:00".into()),
        ..intake()
    };
    assert_eq!(of(found(&award, &zoneless, None)), ["VAL-001"]);
}

#[test]
fn what_is_unusual_asks_for_confirmation() {
    let mut expiring = award();
    expiring.expires_at = Some("2031-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(codes(&expiring), ["VAL-010"]);

    let mut derived = award();
    derived.achievement.derived_from_programme = Some("34280".into());
    assert_eq!(codes(&derived), ["PRG-001"]);

    let mut dutch = award();
    dutch.achievement.title.en = None;
    assert_eq!(codes(&dutch), ["META-010"]);

    let mut unsourced = mbo_award(240);
    unsourced.source_assertion = None;
    assert_eq!(codes(&unsourced), ["SRC-005"]);
}

#[test]
fn what_the_framework_asks_about_assessment_must_be_there() {
    let mut award = award();
    award.achievement.assessment = None;
    assert_eq!(codes(&award), ["ASM-001", "PAR-001"]);

    let unassured = Intake {
        quality_assurance: QualityAssurance::default(),
        ..intake()
    };
    assert_eq!(of(found(&self::award(), &unassured, None)), ["QA-001"]);

    let regular = Intake {
        kind: Some("regular".into()),
        ..intake()
    };
    assert_eq!(of(found(&self::award(), &regular, None)), ["TYP-001"]);
}

#[test]
fn a_grade_without_a_scale_is_warned_of_and_a_word_is_not() {
    let graded = |value: &str, scale: Option<&str>| {
        let mut award = award();
        award.result = Some(credentials::award::AwardResult {
            value: value.into(),
            scale: scale.map(str::to_owned),
        });
        codes(&award)
    };
    assert_eq!(graded("8", None), ["RES-004"]);
    assert_eq!(graded("8", Some(" ")), ["RES-004"]);
    assert!(graded("8", Some("1–10")).is_empty());
    assert!(graded("Voldoende", None).is_empty());
}
