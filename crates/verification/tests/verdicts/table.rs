//! The verdict table: admitted then, admitted now, in scope.

use crate::*;

#[test]
fn active_then_and_now_and_in_scope_is_green() {
    let report = shown(
        &an_institution().judged("positive", "2022-06-01", "2028-05-31"),
        a_microcredential(),
    );
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert!(
        report.axes.iter().all(|axis| axis.outcome == Outcome::Passed),
        "{:#?}",
        report.axes
    );
    let roles: Vec<_> = report.chain.iter().map(|link| link.role).collect();
    assert_eq!(roles.len(), 4);
    let notices: Vec<_> = report.notices.iter().map(|notice| notice.code.id()).collect();
    assert_eq!(notices, ["INF-001", "INF-002", "INF-003", "INF-004"]);
}

#[test]
fn active_then_and_not_now_is_amber_since_nothing_proves_the_date() {
    for institution in [
        an_institution().suspended(day("2026-10-01")),
        an_institution().withdrawn(day("2026-10-01")),
    ] {
        let report = shown(&institution, a_microcredential());
        assert_eq!(verdict(&report), (Colour::Amber, "ACC-008"));
        assert_eq!(
            axis(&report, Axis::AccreditedAtIssuance),
            (Outcome::Warning, "ACC-008")
        );
        assert_eq!(axis(&report, Axis::AccreditedNow), (Outcome::Warning, "ACC-013"));
        assert!(
            report
                .axis(Axis::AccreditedNow)
                .unwrap()
                .message
                .nl
                .contains("1 oktober 2026")
        );
        assert_eq!(axis(&report, Axis::Scope), (Outcome::Passed, "SCP-001"));
    }
}

#[test]
fn accreditation_now_is_looked_at_now() {
    let report = shown(
        &an_institution().suspended(day("2026-11-01")),
        a_microcredential(),
    );
    assert_eq!(axis(&report, Axis::AccreditedNow).0, Outcome::Warning);
    assert_eq!(report.verdict.colour, Colour::Amber);
}

#[test]
fn suspended_at_issuance_is_red_though_active_again() {
    let institution = an_institution()
        .suspended(day("2026-09-01"))
        .reinstated(day("2026-10-01"));
    let report = shown(&institution, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "ACC-003"));
    assert_eq!(
        axis(&report, Axis::AccreditedAtIssuance),
        (Outcome::Failed, "ACC-003")
    );
    assert_eq!(axis(&report, Axis::AccreditedNow), (Outcome::Passed, "ACC-012"));
    assert!(report.verdict.message.en.contains("14 September 2026"));
}

#[test]
fn not_yet_admitted_or_expired_at_issuance_is_red() {
    let not_yet = shown(
        &an_institution(),
        a_microcredential().awarded_on(moment("2025-04-30T12:00:00Z")),
    );
    // The key was not in use yet either, and that is said first.
    assert_eq!(verdict(&not_yet), (Colour::Red, "ACC-009"));
    assert_eq!(
        axis(&not_yet, Axis::AccreditedAtIssuance),
        (Outcome::Failed, "ACC-003")
    );

    let ended =
        an_institution().with_institution(|it| it.accreditations[0].valid_until = Some(day("2026-09-01")));
    let ended = ended.with_unit(|it| it.accreditations[0].valid_until = Some(day("2026-09-01")));
    assert_eq!(
        verdict(&shown(&ended, a_microcredential())),
        (Colour::Red, "ACC-003")
    );

    let never = an_institution().with_unit(|it| it.accreditations.clear());
    let report = shown(&never, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "ACC-003"));
    assert_eq!(axis(&report, Axis::Scope).0, Outcome::NotApplicable);
}

#[test]
fn withdrawn_retroactively_is_red_in_its_own_words() {
    let institution = an_institution().withdrawn_retroactively(day("2026-09-01"), day("2026-11-01"));
    let report = shown(&institution, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Red, "ACC-004"));
}

#[test]
fn out_of_scope_is_red_and_says_of_what() {
    let cases: [(Microcredential, &str); 5] = [
        (a_microcredential().of_level(8), "level EQF 8"),
        (a_microcredential().of_size(45.0), "size 45 ECTS"),
        (a_microcredential().in_sector(Sector::Mbo), "sector mbo"),
        (
            a_microcredential().of_type("Diploma"),
            "type of credential Diploma",
        ),
        (
            a_microcredential().under_framework("https://framework.example.org/mbo/2024"),
            "quality framework",
        ),
    ];
    for (microcredential, what) in cases {
        let report = shown(&an_institution(), microcredential);
        assert_eq!(verdict(&report), (Colour::Red, "ACC-005"), "{what}");
        assert!(
            report.verdict.message.en.contains(what),
            "{}",
            report.verdict.message.en
        );
        assert_eq!(
            axis(&report, Axis::AccreditedAtIssuance).0,
            Outcome::Passed,
            "{what}"
        );
    }
}

#[test]
fn out_of_scope_is_red_also_when_the_institution_left() {
    let report = shown(
        &an_institution().withdrawn(day("2026-10-01")),
        a_microcredential().of_level(8),
    );
    assert_eq!(verdict(&report), (Colour::Red, "ACC-005"));
}

#[test]
fn a_unit_wider_than_its_institution_is_out_of_scope() {
    let institution =
        an_institution().with_unit(|it| it.accreditations[0].scope.eqf = Some(vec![5, 6, 7, 8]));
    assert_eq!(
        verdict(&shown(&institution, a_microcredential())),
        (Colour::Red, "ACC-005")
    );
}

#[test]
fn an_unknown_issuer_is_grey_and_not_accused() {
    let signed = a_microcredential().signed();
    let register = a_register();
    let mut resources = register.resources_with(&signed);
    resources.insert_body(
        "https://waterland.example/energie/did.json",
        did_document(),
        now(),
    );
    let report = check(&signed.shown(), &resources, &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-006"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Passed, "SIG-001"));
    assert_eq!(axis(&report, Axis::IssuerKey), (Outcome::Passed, "KEY-004"));
    assert_eq!(
        axis(&report, Axis::InstitutionQuality),
        (Outcome::Inconclusive, "QUA-004")
    );
    for axis in [Axis::AccreditedAtIssuance, Axis::AccreditedNow, Axis::Scope] {
        assert_eq!(report.axis(axis).unwrap().outcome, Outcome::Inconclusive);
    }
}

#[test]
fn a_register_out_of_reach_is_grey() {
    let signed = a_microcredential().signed();
    let register = a_register().admitting(&an_institution());
    let mut resources = register.resources_with(&signed);
    resources.insert_unreachable(register.settings().register_url, "no network");
    resources.insert_body(
        "https://waterland.example/energie/did.json",
        did_document(),
        now(),
    );
    let report = check(&signed.shown(), &resources, &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
    assert_eq!(report.register, None);
}

#[test]
fn a_stale_register_is_grey_with_its_date_and_what_it_holds_against_an_issuer_stands() {
    let signed = a_microcredential().signed();
    let stale = |institution: Institution| {
        let register = a_register()
            .admitting(&institution)
            .issued_at(moment("2026-11-19T09:00:00Z"));
        check(
            &signed.shown(),
            &register.resources_with(&signed),
            &register.settings(),
        )
    };
    let report = stale(an_institution());
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    assert_eq!(
        report.verdict.message.nl,
        "Register niet te raadplegen; stand van 19 november 2026 gebruikt."
    );
    assert_eq!(
        report.axis(Axis::AccreditedNow).unwrap().as_of,
        Some(moment("2026-11-19T09:00:00Z"))
    );
    assert!(!report.register.as_ref().unwrap().fresh);
    assert_eq!(
        axis(&report, Axis::Signature).0,
        Outcome::Passed,
        "the key is known without fetching anything"
    );

    assert_eq!(
        verdict(&stale(an_institution().withdrawn(day("2026-10-01")))),
        (Colour::Grey, "ACC-007")
    );
    assert_eq!(
        verdict(&stale(an_institution().suspended(day("2026-09-01")))),
        (Colour::Red, "ACC-003")
    );
}

#[test]
fn a_register_list_that_cannot_be_relied_on_counts_as_none() {
    let (signed, resources, settings) = a_sound_one();
    let rolled_back = Settings {
        minimum_sequence: 419,
        ..settings.clone()
    };
    let other_anchor = Settings {
        anchors: vec![trust::TrustAnchor {
            jwk: signed.holder().public_key().to_jwk(),
            ..settings.anchors[0].clone()
        }],
        ..settings.clone()
    };
    let replaced = trust::KeyChangesSeen {
        number: 1,
        last: None,
    };
    let replaced_key = Settings {
        seen_key_changes: [(settings.register_url.clone(), replaced)].into(),
        ..settings
    };
    for settings in [rolled_back, other_anchor, replaced_key] {
        let report = check(&signed.shown(), &resources, &settings);
        assert_eq!(
            axis(&report, Axis::AccreditedAtIssuance),
            (Outcome::Inconclusive, "ACC-007")
        );
        assert_eq!(axis(&report, Axis::Signature), (Outcome::Inconclusive, "SIG-002"));
        assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    }
}
