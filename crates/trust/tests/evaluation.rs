//! Who might issue what, when.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use credentials::{Did, award::Sector};
use test_support::{FRAMEWORK, Institution, Register, a_register, an_institution, day, now};
use trust::{
    ChainResult, Dimension, Effect, EntityKind, ScopeClaim, SizeRange, SizeUnit, Status, assess,
    assess_known_at, verify_list,
};

fn a_claim() -> ScopeClaim {
    ScopeClaim {
        sector: None,
        framework: Some(FRAMEWORK.to_owned()),
        eqf: Some(6),
        nlqf: None,
        sizes: vec![(SizeUnit::Ec, 5.0), (SizeUnit::Hour, 140.0)],
        credential_type: Some("MicroCredential".to_owned()),
        field: None,
        country: Some("NL".to_owned()),
    }
}

fn judge_in(register: &Register, issuer: &Did, claim: &ScopeClaim, at: &str) -> Option<ChainResult> {
    let list = verify_list(&register.signed(), &[register.anchor()], now()).unwrap();
    assess(&list, issuer, claim, day(at), now())
}

fn judge(institution: &Institution, claim: &ScopeClaim, at: &str) -> ChainResult {
    judge_in(
        &a_register().admitting(institution),
        &institution.issuer(),
        claim,
        at,
    )
    .unwrap()
}

fn status(institution: &Institution, at: &str) -> (Status, Status) {
    let result = judge(institution, &a_claim(), at);
    (result.at_issuance, result.now)
}

#[test]
fn the_chain_goes_from_the_unit_to_the_root() {
    let result = judge(&an_institution(), &a_claim(), "2026-09-14");
    let roles: Vec<_> = result.links.iter().map(|link| link.role).collect();
    assert_eq!(
        roles,
        [
            EntityKind::Unit,
            EntityKind::Institution,
            EntityKind::Accreditor,
            EntityKind::Root
        ]
    );
    assert_eq!(
        (result.at_issuance, result.now, result.in_scope),
        (Status::Active, Status::Active, true)
    );
    assert_eq!((result.inactive_since, result.out_of_scope), (None, None));
}

#[test]
fn an_institution_may_issue_itself() {
    let institution = an_institution();
    let register = a_register().admitting(&institution);
    let result = judge_in(&register, &institution.did(), &a_claim(), "2026-09-14").unwrap();
    assert_eq!((result.links.len(), result.at_issuance), (3, Status::Active));
}

#[test]
fn an_unknown_issuer_is_not_judged() {
    let stranger = "did:web:stranger.example".parse().unwrap();
    assert_eq!(judge_in(&a_register(), &stranger, &a_claim(), "2026-09-14"), None);
}

#[test]
fn a_listed_issuer_without_admission_has_none() {
    let institution = an_institution().with_unit(|unit| unit.accreditations.clear());
    assert_eq!(
        status(&institution, "2026-09-14"),
        (Status::Absent, Status::Absent)
    );
}

#[test]
fn a_suspended_institution_suspends_its_units_for_as_long_as_it_lasts() {
    let institution = an_institution()
        .suspended(day("2026-02-01"))
        .reinstated(day("2026-03-15"));
    assert_eq!(
        status(&institution, "2026-01-31"),
        (Status::Active, Status::Active)
    );
    assert_eq!(
        status(&institution, "2026-02-01"),
        (Status::Suspended, Status::Active)
    );
    assert_eq!(
        status(&institution, "2026-02-10"),
        (Status::Suspended, Status::Active)
    );
    assert_eq!(
        status(&institution, "2026-03-15"),
        (Status::Active, Status::Active)
    );
}

#[test]
fn a_later_decision_overrides_from_the_day_it_looks_back_to() {
    let institution = an_institution()
        .suspended(day("2026-02-01"))
        .reinstated(day("2026-03-15"))
        .withdrawn_retroactively(day("2026-01-01"), day("2026-06-01"));
    for at in ["2026-01-01", "2026-02-10", "2026-04-01"] {
        assert_eq!(
            status(&institution, at),
            (Status::Withdrawn, Status::Withdrawn),
            "{at}"
        );
    }
    assert_eq!(status(&institution, "2025-12-31").0, Status::Active);
}

#[test]
fn looking_back_is_told_apart_from_not_being_active() {
    let retroactive = an_institution().withdrawn_retroactively(day("2026-01-01"), day("2026-06-01"));
    assert!(judge(&retroactive, &a_claim(), "2026-02-10").retroactive);
    let suspended_first = an_institution()
        .suspended(day("2026-02-01"))
        .withdrawn_retroactively(day("2026-01-01"), day("2026-06-01"));
    assert!(
        !judge(&suspended_first, &a_claim(), "2026-02-10").retroactive,
        "it was suspended already"
    );
    let prospective = an_institution().withdrawn(day("2026-01-01"));
    assert!(!judge(&prospective, &a_claim(), "2026-02-10").retroactive);
}

#[test]
fn what_was_known_then_can_be_asked() {
    let institution = an_institution().withdrawn_retroactively(day("2026-01-01"), day("2026-06-01"));
    let register = a_register().admitting(&institution);
    let list = verify_list(&register.signed(), &[register.anchor()], now()).unwrap();
    let known = |known_at: &str| {
        let (issuer, at) = (institution.issuer(), day("2026-02-10"));
        assess_known_at(&list, &issuer, &a_claim(), at, at, day(known_at))
            .unwrap()
            .at_issuance
    };
    assert_eq!(known("2026-05-01"), Status::Active);
    assert_eq!(known("2026-06-01"), Status::Withdrawn);
}

#[test]
fn outside_its_window_an_admission_is_expired_and_before_its_first_event_absent() {
    assert_eq!(status(&an_institution(), "2025-04-30").0, Status::Expired);
    assert_eq!(status(&an_institution(), "2027-05-02").0, Status::Expired);
    let late = an_institution().with_institution(|institution| {
        institution.accreditations[0].status_history[0].effective_from = day("2026-01-01");
    });
    assert_eq!(status(&late, "2025-12-31").0, Status::Absent);
}

#[test]
fn the_day_it_stopped_and_the_reason_are_told() {
    let institution = an_institution()
        .suspended(day("2026-02-01"))
        .reinstated(day("2026-03-15"))
        .suspended(day("2026-06-01"))
        .withdrawn(day("2026-07-01"));
    let result = judge(&institution, &a_claim(), "2026-04-01");
    assert_eq!(
        (result.at_issuance, result.now),
        (Status::Active, Status::Withdrawn)
    );
    assert_eq!(result.inactive_since, Some(day("2026-06-01")));
    let reason = result.inactive_reason.unwrap();
    assert_eq!(
        reason.en.as_deref(),
        Some("no body designated to guarantee the final level")
    );
}

#[test]
fn a_chain_that_does_not_end_at_a_root_does_not_exist() {
    let cut = |change: fn(&mut trust::RegisterList)| {
        let institution = an_institution();
        let register = a_register().admitting(&institution).with_list(change);
        let result = judge_in(&register, &institution.issuer(), &a_claim(), "2026-09-14").unwrap();
        (result.at_issuance, result.now)
    };
    let absent = (Status::Absent, Status::Absent);
    let unknown = "https://register.example/v1/accreditations/unknown".to_owned();
    assert_eq!(
        cut(|list| list.entities[1].accreditations[0].parent = None),
        absent
    );
    assert_eq!(cut(|list| list.entities[0].kind = EntityKind::Accreditor), absent);
    let institution = an_institution().with_institution(|it| it.accreditations[0].parent = Some(unknown));
    assert_eq!(status(&institution, "2026-09-14"), absent);
}

#[test]
fn a_circle_of_admissions_ends_nowhere() {
    let institution = an_institution();
    let register = a_register().admitting(&institution).with_list(|list| {
        let institutions = list.entities[2].accreditations[0].accreditation_id.clone();
        list.entities[1].accreditations[0].parent = Some(institutions);
    });
    let result = judge_in(&register, &institution.issuer(), &a_claim(), "2026-09-14").unwrap();
    assert_eq!(result.at_issuance, Status::Absent);
    assert!(result.links.len() <= 8);
}

#[test]
fn what_lies_outside_the_scope_is_said_in_both_languages() {
    let what = |change: &dyn Fn(&mut ScopeClaim)| {
        let mut claim = a_claim();
        change(&mut claim);
        let result = judge(&an_institution(), &claim, "2026-09-14");
        assert_eq!(result.in_scope, result.out_of_scope.is_none());
        result
            .out_of_scope
            .map(|text| (text.nl.unwrap(), text.en.unwrap()))
    };
    let words = |nl: &str, en: &str| Some((nl.to_owned(), en.to_owned()));

    assert_eq!(what(&|_| {}), None);
    assert_eq!(
        what(&|claim| claim.eqf = Some(8)),
        words(
            "niveau EQF 8 (toegelaten: 5, 6, 7)",
            "level EQF 8 (admitted: 5, 6, 7)"
        )
    );
    assert_eq!(
        what(&|claim| claim.sizes = vec![(SizeUnit::Ec, 45.5)]),
        words(
            "omvang 45,5 EC (toegelaten: 3–30 EC per 0,5, 84–840 uur per 1)",
            "size 45.5 ECTS (admitted: 3–30 ECTS in steps of 0.5, 84–840 hours in steps of 1)"
        )
    );
    assert_eq!(
        what(&|claim| claim.credential_type = Some("Diploma".to_owned())),
        words(
            "soort bewijs Diploma (toegelaten: MicroCredential)",
            "type of credential Diploma (admitted: MicroCredential)"
        )
    );
    assert_eq!(
        what(&|claim| claim.sector = Some(Sector::Mbo)),
        words("sector mbo (toegelaten: hbo)", "sector mbo (admitted: hbo)")
    );
    assert!(what(&|claim| claim.country = Some("BE".to_owned())).is_some());
    assert!(
        what(&|claim| claim.framework = Some("https://framework.example.org/mbo/2024".to_owned())).is_some()
    );
}

#[test]
fn every_stated_size_has_to_fit_and_one_has_to_be_limited() {
    let fits = |sizes: &[(SizeUnit, f64)]| {
        let claim = ScopeClaim {
            sizes: sizes.to_vec(),
            ..a_claim()
        };
        judge(&an_institution(), &claim, "2026-09-14").in_scope
    };
    assert!(fits(&[(SizeUnit::Ec, 3.0)]) && fits(&[(SizeUnit::Ec, 30.0)]) && fits(&[(SizeUnit::Ec, 7.5)]));
    assert!(!fits(&[(SizeUnit::Ec, 2.5)]) && !fits(&[(SizeUnit::Ec, 30.5)]) && !fits(&[(SizeUnit::Ec, 5.3)]));
    assert!(fits(&[(SizeUnit::Hour, 84.0)]) && !fits(&[(SizeUnit::Hour, 84.5)]));
    assert!(!fits(&[(SizeUnit::Ec, 5.0), (SizeUnit::Hour, 2000.0)]));
    assert!(!fits(&[(SizeUnit::Sbu, 240.0)]));
    assert!(fits(&[(SizeUnit::Ec, 5.0), (SizeUnit::Sbu, 140.0)]));
    assert!(!fits(&[(SizeUnit::Ec, f64::NAN)]));
}

#[test]
fn what_is_limited_and_unsaid_is_reported() {
    let claim = ScopeClaim {
        eqf: None,
        sizes: Vec::new(),
        ..a_claim()
    };
    let result = judge(&an_institution(), &claim, "2026-09-14");
    assert_eq!(
        (result.in_scope, result.unstated),
        (true, vec![Dimension::Level, Dimension::Size])
    );
}

#[test]
fn the_framework_tells_the_sectors_when_the_credential_does_not() {
    let mbo_only = an_institution();
    let register = a_register()
        .admitting(&mbo_only)
        .with_list(|list| list.frameworks[0].sectors = vec![Sector::Mbo]);
    let result = judge_in(&register, &mbo_only.issuer(), &a_claim(), "2026-09-14").unwrap();
    assert!(!result.in_scope);
}

#[test]
fn a_unit_cannot_have_more_than_its_institution() {
    type Change = fn(&mut trust::Accreditation);
    let wider: [(&str, Change); 7] = [
        ("level", |it| it.scope.eqf = Some(vec![5, 6, 7, 8])),
        ("no limit", |it| it.scope.eqf = None),
        ("size", |it| {
            it.scope.sizes = Some(vec![SizeRange {
                unit: SizeUnit::Ec,
                min: 3.0,
                max: 60.0,
                step: Some(0.5),
            }]);
        }),
        ("step", |it| {
            it.scope.sizes = Some(vec![SizeRange {
                unit: SizeUnit::Ec,
                min: 3.0,
                max: 30.0,
                step: Some(0.25),
            }])
        }),
        ("earlier", |it| it.valid_from = day("2025-04-01")),
        ("later", |it| it.valid_until = Some(day("2028-01-01"))),
        ("framework", |it| it.framework = None),
    ];
    for (what, change) in wider {
        let institution = an_institution().with_unit(|unit| change(&mut unit.accreditations[0]));
        let result = judge(&institution, &a_claim(), "2026-09-14");
        assert!(
            !result.in_scope && !result.links[0].in_scope && result.links[1].in_scope,
            "{what}"
        );
    }
    let narrower = an_institution().with_unit(|unit| unit.accreditations[0].scope.eqf = Some(vec![6]));
    assert!(judge(&narrower, &a_claim(), "2026-09-14").in_scope);
}

#[test]
fn an_admission_is_passed_on_only_as_far_as_was_allowed() {
    type Change = fn(&mut trust::RegisterList);
    let not_allowed: [(&str, Change); 4] = [
        ("may not delegate", |list| {
            list.entities[2].accreditations[0].may_delegate = false
        }),
        ("too deep", |list| {
            list.entities[0].accreditations[0].max_depth = 2
        }),
        ("given by another", |list| {
            list.entities[3].accreditations[0].accreditor = Some(list.entities[1].dids[0].clone());
        }),
        ("a unit of another institution", |list| {
            list.entities[3].parent_entity = Some("other".to_owned())
        }),
    ];
    for (what, change) in not_allowed {
        let institution = an_institution();
        let register = a_register().admitting(&institution).with_list(change);
        let result = judge_in(&register, &institution.issuer(), &a_claim(), "2026-09-14").unwrap();
        assert!(!result.in_scope, "{what}");
    }
}

#[test]
fn of_several_admissions_the_one_that_serves_counts() {
    let institution = an_institution().with_unit(|unit| {
        let mut older = unit.accreditations[0].clone();
        older.accreditation_id.push_str("-older");
        older.status_history[0].status = Status::Withdrawn;
        older.status_history[0].effect = Effect::Prospective;
        unit.accreditations.insert(0, older);
    });
    assert_eq!(
        status(&institution, "2026-09-14"),
        (Status::Active, Status::Active)
    );
}
