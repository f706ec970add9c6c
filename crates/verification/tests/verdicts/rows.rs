//! The table of the register's meaning, line by line (`specs/accreditation/`, section 6): what the whole report says, in
//! both languages, is what `trust` says of the register alone.

use crate::*;
use test_support::FRAMEWORK;
use trust::{Question, ScopeClaim, SizeUnit, judge, verify_list};

/// What can be had of the register.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Fresh,
    Stale,
    Unreachable,
    /// It lists somebody else.
    Without,
}

struct Row {
    institution: Institution,
    awarded: &'static str,
    received: Option<&'static str>,
    level: u8,
    register: State,
    verdict: (Colour, &'static str),
    nl: &'static str,
    en: &'static str,
}

const AWARDED: &str = "2026-09-14T07:30:00Z";
const RECEIVED: Option<&str> = Some("2026-09-14T22:00:03Z");

fn row(
    institution: Institution,
    received: Option<&'static str>,
    verdict: (Colour, &'static str),
    nl: &'static str,
    en: &'static str,
) -> Row {
    Row {
        institution,
        awarded: AWARDED,
        received,
        level: 6,
        register: State::Fresh,
        verdict,
        nl,
        en,
    }
}

fn rows() -> Vec<Row> {
    let green = |institution, received| {
        row(
            institution,
            received,
            (Colour::Green, "ACC-001"),
            "Uitgegeven door een deelnemende instelling; nog steeds actief.",
            "Issued by a participating institution; still active.",
        )
    };
    let was_valid = |institution| {
        row(
            institution,
            RECEIVED,
            (Colour::Amber, "ACC-002"),
            "Geldig bij uitgifte. De instelling doet sinds 1 oktober 2026 niet meer mee.",
            "Valid when issued. The institution has not taken part since 1 October 2026.",
        )
    };
    let unproven = |institution| {
        row(
            institution,
            None,
            (Colour::Amber, "ACC-008"),
            "De instelling doet nu niet mee, en niemand anders bevestigt de datum van uitgifte.",
            "The institution does not take part now, and nobody else confirms the issue date.",
        )
    };
    let not_then = |institution, received| {
        row(
            institution,
            received,
            (Colour::Red, "ACC-003"),
            "De instelling mocht dit op 14 september 2026 niet uitgeven.",
            "The institution was not allowed to issue this on 14 September 2026.",
        )
    };
    let retroactive = |received| {
        row(
            an_institution().withdrawn_retroactively(day("2026-09-01"), day("2026-11-01")),
            received,
            (Colour::Red, "ACC-004"),
            "De toelating is met terugwerkende kracht ingetrokken.",
            "The admission was withdrawn retroactively.",
        )
    };
    let beyond = |institution, received| Row {
        level: 8,
        ..row(
            institution,
            received,
            (Colour::Red, "ACC-005"),
            "Buiten de toelating van de instelling: niveau EQF 8 (toegelaten: 5, 6, 7).",
            "Outside the institution's admission: level EQF 8 (admitted: 5, 6, 7).",
        )
    };
    let bad_key = |institution, received| {
        row(
            institution,
            received,
            (Colour::Red, "ACC-009"),
            "De sleutel was op dat moment niet geldig.",
            "The key was not valid at that time.",
        )
    };
    let stale = |institution| Row {
        register: State::Stale,
        ..row(
            institution,
            None,
            (Colour::Grey, "ACC-007"),
            "Register niet te raadplegen; stand van 19 november 2026 gebruikt.",
            "Register unavailable; state of 19 November 2026 used.",
        )
    };
    let on_the_day =
        |it: Institution, from: &str, until: &str| it.suspended(day(from)).reinstated(day(until));
    let ending = |at: &'static str| {
        an_institution()
            .with_institution(|it| it.accreditations[0].valid_until = Some(day(at)))
            .with_unit(|it| it.accreditations[0].valid_until = Some(day(at)))
    };
    vec![
        green(an_institution(), RECEIVED),
        green(an_institution(), None),
        green(on_the_day(an_institution(), "2026-10-01", "2026-11-01"), RECEIVED),
        was_valid(an_institution().suspended(day("2026-10-01"))),
        was_valid(an_institution().withdrawn(day("2026-10-01"))),
        was_valid(ending("2026-10-01")),
        not_then(on_the_day(an_institution(), "2026-09-01", "2026-10-01"), RECEIVED),
        not_then(on_the_day(an_institution(), "2026-09-01", "2026-10-01"), None),
        // A date inside a suspension is not mended by a receipt from after it.
        not_then(
            on_the_day(an_institution(), "2026-09-01", "2026-10-01"),
            Some("2026-10-05T12:00:00Z"),
        ),
        not_then(ending("2026-09-01"), RECEIVED),
        not_then(
            an_institution().with_unit(|it| it.accreditations.clear()),
            RECEIVED,
        ),
        retroactive(RECEIVED),
        retroactive(None),
        beyond(an_institution(), RECEIVED),
        beyond(an_institution().withdrawn(day("2026-10-01")), RECEIVED),
        beyond(an_institution(), None),
        unproven(an_institution().suspended(day("2026-10-01"))),
        unproven(an_institution().withdrawn(day("2026-10-01"))),
        unproven(ending("2026-10-01")),
        // Unproven time and a compromised key: any date may be invented.
        bad_key(an_institution().keys_compromised(day("2026-10-01")), None),
        green(an_institution().keys_compromised(day("2026-10-01")), RECEIVED),
        bad_key(an_institution().keys_compromised(day("2026-09-14")), RECEIVED),
        bad_key(an_institution().keys_valid(day("2026-09-15"), None), RECEIVED),
        bad_key(
            an_institution().keys_valid(day("2026-01-01"), Some(day("2026-09-01"))),
            RECEIVED,
        ),
        Row {
            register: State::Without,
            ..row(
                an_institution(),
                None,
                (Colour::Grey, "ACC-006"),
                "Deze uitgever staat niet in het register. Dat zegt niets over de kwaliteit.",
                "This issuer is not in the register. That says nothing about quality.",
            )
        },
        Row {
            register: State::Unreachable,
            ..row(
                an_institution(),
                None,
                (Colour::Grey, "ACC-007"),
                "Register niet te raadplegen. Of de instelling mocht uitgeven, is nu niet te bepalen. Probeer het later opnieuw.",
                "Register unavailable. Whether the institution was allowed to issue cannot be told now. Try again later.",
            )
        },
        stale(an_institution()),
        stale(an_institution().suspended(day("2026-10-01"))),
        // What an old list holds against an issuer stands.
        Row {
            register: State::Stale,
            ..not_then(an_institution().suspended(day("2026-09-01")), None)
        },
        Row {
            register: State::Stale,
            ..beyond(an_institution(), None)
        },
    ]
}

#[test]
fn every_line_of_the_table_is_told_in_both_languages() {
    let mut told = std::collections::BTreeSet::new();
    for (number, row) in rows().into_iter().enumerate() {
        let awarded = moment(row.awarded);
        // Its status lists would be signed with the key that this is about.
        let signed = a_microcredential()
            .without_status()
            .awarded_on(awarded)
            .of_level(row.level)
            .by(&row.institution)
            .signed();
        let register = match row.register {
            State::Without => a_register(),
            State::Stale => a_register()
                .admitting(&row.institution)
                .issued_at(moment("2026-11-19T09:00:00Z")),
            State::Fresh | State::Unreachable => a_register().admitting(&row.institution),
        };
        let mut resources = register.resources_with(&signed);
        resources.insert_body(
            "https://waterland.example/energie/did.json",
            did_document(),
            now(),
        );
        if row.register == State::Unreachable {
            resources.insert_unreachable(register.settings().register_url, "no network");
        }
        for (url, body) in row
            .received
            .map(|received| register.receipts_for(&[&signed], moment(received)))
            .into_iter()
            .flatten()
        {
            resources.insert_body(url, body, now());
        }

        let report = check(&signed.shown(), &resources, &register.settings());
        assert_eq!(verdict(&report), row.verdict, "row {number}");
        let message = &report.verdict.message;
        assert_eq!(
            (message.nl.as_str(), message.en.as_str()),
            (row.nl, row.en),
            "row {number}"
        );
        told.insert(row.verdict.1);

        let list = verify_list(&register.signed(), &[register.anchor()], now()).unwrap();
        let claim = ScopeClaim {
            framework: Some(FRAMEWORK.to_owned()),
            eqf: Some(row.level),
            sizes: vec![(SizeUnit::Ec, 5.0), (SizeUnit::Hour, 140.0)],
            credential_type: Some("MicroCredential".to_owned()),
            ..ScopeClaim::default()
        };
        let alone = judge(
            Some(&list).filter(|_| row.register != State::Unreachable),
            &Question {
                issuer: &row.institution.issuer(),
                kid: &row.institution.p256().1,
                claim: &claim,
                claimed: awarded,
                received_at: row.received.map(moment),
                now: now(),
            },
        );
        assert_eq!(alone.code(), row.verdict.1, "row {number}, by the register alone");
        let colour = serde_json::to_value(row.verdict.0).unwrap();
        assert_eq!(alone.colour(), colour, "row {number}");
    }
    let every_code = (1..=9).map(|number| format!("ACC-00{number}"));
    assert!(every_code.eq(told.into_iter().map(str::to_owned)));
}
