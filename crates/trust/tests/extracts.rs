//! Extracts of DEQAR and RIO, and what they would change in a register.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use trust::extracts::{
    ExtractError, Import, LARGEST_EXTRACT, MOST_FAULTS, Plan, RETRACTED, Source, Why, Wrong, plan,
};
use trust::{Entity, Layer, OtherIdentifier};

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T02:00:00Z").parse().unwrap()
}

/// An extract of 20 November 2026.
fn read(source: Source, text: &str) -> Result<trust::extracts::Extract, ExtractError> {
    trust::extracts::read(source, text, at("2026-11-20"))
}

fn made(day: &str) -> Import {
    Import {
        extracted_at: at(day),
        renew: false,
        retract: false,
    }
}

/// A report as DEQAR tells it.
fn report(id: u64, decision: &str) -> Value {
    json!({
        "id": id, "agency_name": "Agency for Invented Accreditation", "agency_acronym": "AIA",
        "agency_esg_activity_type": "institutional",
        "institutions": [{"id": 1, "deqar_id": "DEQARINST9901", "name_primary": "College"}],
        "programmes": [], "valid_from": "2022-06-01", "valid_to": null,
        "status": "part of obligatory EQA system", "decision": decision, "flag": "none",
        "report_links": [{"link_display_name": "Report", "link": "https://agency.example/reports/1"}],
    })
}

fn college(identifiers: &[(&str, &str)]) -> Entity {
    let identifiers: Vec<_> = identifiers
        .iter()
        .map(|(scheme, value)| json!({"scheme": scheme, "value": value}))
        .collect();
    serde_json::from_value(json!({
        "entityId": "ent-1", "type": "institution", "dids": ["did:web:college.example"],
        "displayName": {"nl": "College", "en": "College"}, "otherIdentifiers": identifiers,
    }))
    .unwrap()
}

fn deqar(reports: &Value) -> Result<trust::extracts::Extract, ExtractError> {
    read(Source::Deqar, &reports.to_string())
}

fn faults(result: Result<trust::extracts::Extract, ExtractError>) -> Vec<(usize, &'static str, Wrong)> {
    let Err(ExtractError::Faults(faults)) = result else {
        return Vec::new();
    };
    faults
        .into_iter()
        .map(|fault| (fault.row, fault.field, fault.what))
        .collect()
}

/// The organisation after a plan.
fn after(mut entity: Entity, plan: &Plan) -> Entity {
    for addition in &plan.additions {
        entity.take_up(addition.evidence.clone());
    }
    entity
}

#[test]
fn a_report_is_evidence_about_the_institution_with_its_agency_and_window() {
    for (decision, judged) in [
        ("positive", Some("positive")),
        ("positive with conditions or restrictions", Some("positive")),
        ("negative", Some("negative")),
        ("not applicable", None),
    ] {
        let extract = deqar(&json!([report(7, decision)])).unwrap();

        let evidence = &extract.statements[0].evidence;
        assert_eq!(
            (evidence.layer, evidence.decision.as_deref()),
            (Layer::L2, judged)
        );
        assert_eq!(evidence.outcome.as_deref(), Some(decision));
        assert_eq!(evidence.identifier.as_deref(), Some("report 7"));
        assert_eq!(
            evidence.name.as_deref(),
            Some("Agency for Invented Accreditation")
        );
        assert_eq!(evidence.url.as_deref(), Some("https://agency.example/reports/1"));
        let until = evidence.valid_to.map(|day| day.to_string());
        assert_eq!(
            until.as_deref(),
            Some("2028-05-31"),
            "six years where no end is told"
        );
    }
}

#[test]
fn reports_come_alone_in_an_array_or_on_a_page_that_says_whether_there_is_more() {
    let alone = deqar(&report(7, "positive")).unwrap();
    let page = |next: Value| deqar(&json!({"count": 1, "next": next, "results": [report(7, "positive")]}));

    assert_eq!(alone.statements.len(), 1);
    assert_eq!(page(Value::Null).unwrap(), alone);
    assert!(
        page(json!("https://backend.example/?offset=1"))
            .unwrap()
            .is_partial
    );
}

#[test]
fn reports_about_programmes_and_those_deqar_doubts_are_passed_over() {
    let mut programme = report(1, "positive");
    programme["agency_esg_activity_type"] = json!("programme");
    let mut doubted = report(2, "negative");
    doubted["flag"] = json!("high level");

    let extract = deqar(&json!([programme, doubted, report(3, "positive")])).unwrap();

    let passed: Vec<_> = extract.passed_over.iter().map(|one| (one.row, one.why)).collect();
    assert_eq!(passed, [(1, Why::AboutProgrammes), (2, Why::Flagged)]);
    assert_eq!(extract.statements[0].row, 3);
}

#[test]
fn a_field_that_cannot_be_read_refuses_the_whole_extract_and_is_named() {
    for (field, value, what) in [
        ("decision", json!("excellent"), Wrong::UnknownWord),
        ("decision", Value::Null, Wrong::Missing),
        ("valid_from", json!("June 2022"), Wrong::NoDay),
        ("valid_from", json!(20220601), Wrong::Missing),
        ("valid_to", json!("2021-01-01"), Wrong::EndsBeforeItBegins),
        ("valid_to", json!("2028-02-30"), Wrong::NoDay),
        ("id", json!("seven"), Wrong::NoIdentifier),
        ("agency_name", json!(" \u{1b} "), Wrong::Missing),
        ("institutions", json!([]), Wrong::Missing),
    ] {
        let mut faulty = report(8, "positive");
        faulty[field] = value;
        let refused = deqar(&json!([report(7, "positive"), faulty]));
        assert_eq!(faults(refused), [(2, field, what)]);
    }
    let mut nameless = report(7, "positive");
    nameless["institutions"] = json!([{"deqar_id": "4711"}]);
    assert_eq!(faults(deqar(&nameless)), [(1, "deqar_id", Wrong::NoIdentifier)]);

    let many = vec![json!({"decision": "?"}); 200];
    assert_eq!(faults(deqar(&json!(many))).len(), MOST_FAULTS);
}

#[test]
fn what_is_no_extract_is_refused() {
    for text in ["", "{", "{}", "5", r#"{"results": 5}"#, r#"{"a": 1, "a": 2}"#] {
        assert!(read(Source::Deqar, text).is_err(), "{text}");
    }
    for text in ["", "OIE_CODE\n99ZZ\n", "NAAM;BEGINDATUM\nCollege;2020-01-01\n"] {
        let refused = read(Source::Rio, text);
        assert!(matches!(refused, Err(ExtractError::Shape(_))), "{text}");
    }
    let large = " ".repeat(LARGEST_EXTRACT + 1);
    assert!(matches!(
        read(Source::Rio, &large),
        Err(ExtractError::TooLarge { .. })
    ));
}

#[test]
fn a_recognition_is_evidence_from_its_first_day_to_its_last() {
    let extract = read(
        Source::Rio,
        "\u{feff}OIE_CODE,VOLLEDIGE_NAAM,SOORT,BEGINDATUM,EINDDATUM\r\n\
         99ZZ,\"College, Hogeschool\",HBOS,2001-08-01,\r\n\
         99YY,Elders,HBOS,2001-08-01,2020-07-31\r\n\
         VEST1,Vestiging,X,2001-08-01,\r\n\
         99YY,Elders,HBOS,01-08-2021,\r\n",
    )
    .unwrap();

    let said: Vec<_> = extract
        .statements
        .iter()
        .map(|one| {
            let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
            let evidence = &one.evidence;
            let (from, to) = (day(evidence.valid_from), day(evidence.valid_to));
            (
                one.row,
                evidence.identifier.as_deref().unwrap(),
                from.unwrap(),
                to,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (1, "99ZZ", "2001-08-01".to_owned(), None),
            (4, "99YY", "2021-08-01".to_owned(), None)
        ]
    );
    assert_eq!(extract.statements[0].evidence.layer, Layer::L1);
    assert_eq!(extract.statements[0].name.as_deref(), Some("College, Hogeschool"));
    let passed: Vec<_> = extract.passed_over.iter().map(|one| (one.row, one.why)).collect();
    assert_eq!(passed, [(2, Why::OtherPeriod), (3, Why::OtherCode)]);
}

#[test]
fn of_several_recognitions_the_one_that_holds_on_the_day_of_the_extract_counts_or_else_the_last() {
    let table = "OIE_CODE,SOORT,BEGINDATUM,EINDDATUM\n\
                 99ZZ,now,2001-08-01,2026-12-31\n99ZZ,coming,2027-01-01,\n99ZZ,gone,1990-01-01,2001-07-31\n\
                 99YY,last day,2001-08-01,2026-11-20\n99YY,first day,2026-11-21,\n\
                 99XX,gone,1990-01-01,1999-12-31\n99XX,gone last,2000-01-01,2025-12-31\n\
                 99WW,coming,2028-01-01,\n99WW,gone,1990-01-01,1999-12-31\n";
    let on = |moment: &str| -> Vec<String> {
        let extract = trust::extracts::read(Source::Rio, table, moment.parse().unwrap()).unwrap();
        let outcome = |one: trust::extracts::Statement| one.evidence.outcome.unwrap();
        extract.statements.into_iter().map(outcome).collect()
    };

    assert_eq!(
        on("2026-11-20T22:59:59Z"),
        ["now", "last day", "gone last", "coming"]
    );
    assert_eq!(
        on("2026-11-20T23:00:00Z"),
        ["now", "first day", "gone last", "coming"],
        "it is the next day in the Netherlands"
    );
    assert_eq!(on("2027-01-01T12:00:00Z")[0], "coming");
}

#[test]
fn letters_that_hide_or_turn_what_is_read_are_not_taken_over() {
    let hidden = "\u{200b}\u{200f}\u{202e}\u{2066}\u{2069}\u{feff}";
    let mut told = report(7, "positive");
    told["agency_name"] = json!(format!("{hidden}Agen{hidden}cy"));
    told["institutions"][0]["name_primary"] = json!(format!("Col{hidden}lege"));
    told["report_links"][0]["link"] = json!(format!("https://agency.example/{hidden}"));
    let table = format!("OIE_CODE,NAAM,SOORT,BEGINDATUM\n99ZZ,Col{hidden}lege,HB{hidden}OS,2001-08-01\n");

    let of_deqar = &deqar(&told).unwrap().statements[0];
    let of_rio = &read(Source::Rio, &table).unwrap().statements[0];

    assert_eq!(of_deqar.evidence.name.as_deref(), Some("Agency"));
    assert_eq!(of_deqar.evidence.url, None);
    assert_eq!(of_deqar.name.as_deref(), Some("College"));
    assert_eq!(of_rio.evidence.outcome.as_deref(), Some("HBOS"));
    assert_eq!(of_rio.name.as_deref(), Some("College"));
}

#[test]
fn an_identifier_of_deqar_has_twelve_digits_at_most() {
    let is_well_formed = |digits: usize| {
        let value = format!("DEQARINST{}", "1".repeat(digits));
        let scheme = "DEQAR".to_owned();
        OtherIdentifier { scheme, value }.is_well_formed()
    };

    assert!(is_well_formed(4) && is_well_formed(12));
    assert!(!is_well_formed(0) && !is_well_formed(13));
}

#[test]
fn a_table_with_a_wrong_field_is_refused_with_row_and_column() {
    let refused = read(
        Source::Rio,
        "OIE_CODE;BEGINDATUM;EINDDATUM\n99ZZ;2001-08-01;2000-01-01\n99YY;;\n99XX;gisteren;\n99WW;2001-08-01\n",
    );

    assert_eq!(
        faults(refused),
        [
            (1, "EINDDATUM", Wrong::EndsBeforeItBegins),
            (2, "BEGINDATUM", Wrong::Missing),
            (3, "BEGINDATUM", Wrong::NoDay),
            (4, "row", Wrong::OtherNumberOfFields)
        ]
    );
}

#[test]
fn the_same_extract_again_changes_nothing() {
    let extract = deqar(&json!([report(7, "positive"), report(8, "negative")])).unwrap();
    let entity = college(&[("DEQAR", "DEQARINST9901")]);

    let first = plan(&extract, std::slice::from_ref(&entity), made("2026-11-20"));
    let entity = after(entity, &first);
    let second = plan(&extract, std::slice::from_ref(&entity), made("2026-11-20"));
    let later = plan(&extract, std::slice::from_ref(&entity), made("2026-11-21"));

    assert_eq!(first.additions.len(), 2);
    assert_eq!((second.additions.len(), second.unchanged), (0, 2));
    assert_eq!((later.additions.len(), later.unchanged), (0, 2));
    let renewed = Import {
        renew: true,
        ..made("2026-11-21")
    };
    let renewed = plan(&extract, &[entity], renewed);
    assert_eq!(renewed.additions[1].evidence.checked_at, Some(at("2026-11-21")));
}

#[test]
fn what_is_said_later_takes_the_place_of_what_was_said_and_an_older_extract_does_not() {
    let entity = college(&[("DEQAR", "DEQARINST9901")]);
    let one = |decision| deqar(&report(7, decision)).unwrap();
    let entity = after(
        entity.clone(),
        &plan(&one("positive"), &[entity], made("2026-11-10")),
    );

    let newer = plan(
        &one("negative"),
        std::slice::from_ref(&entity),
        made("2026-11-20"),
    );
    let entity = after(entity, &newer);
    let older = plan(
        &one("positive"),
        std::slice::from_ref(&entity),
        made("2026-11-10"),
    );

    assert_eq!(entity.evidence.len(), 1);
    assert_eq!(entity.evidence[0].decision.as_deref(), Some("negative"));
    assert_eq!((older.additions.len(), older.outdated), (0, vec![1]));
}

#[test]
fn what_was_taken_over_wrongly_is_taken_back_and_then_says_nothing() {
    let entity = college(&[("DEQAR", "DEQARINST9901")]);
    let extract = deqar(&json!([report(7, "negative"), report(8, "positive")])).unwrap();
    let wrong = deqar(&report(7, "negative")).unwrap();
    let entity = after(entity.clone(), &plan(&extract, &[entity], made("2026-11-10")));
    let back = Import {
        retract: true,
        ..made("2026-11-20")
    };

    let entity = after(entity.clone(), &plan(&wrong, &[entity], back));
    let again = plan(&wrong, std::slice::from_ref(&entity), back);

    let decisions: Vec<_> = entity
        .evidence
        .iter()
        .map(|one| one.decision.as_deref())
        .collect();
    assert_eq!(decisions, [Some(RETRACTED), Some("positive")]);
    assert_eq!((again.additions.len(), again.unchanged), (0, 1));
    let told_again = |day| plan(&wrong, std::slice::from_ref(&entity), made(day));
    let same = told_again("2026-11-20");
    assert_eq!(
        (same.additions.len(), same.outdated),
        (0, vec![1]),
        "the extract that was taken back is no news"
    );
    assert_eq!(told_again("2026-11-21").additions.len(), 1);
    let nobody = plan(&wrong, &[college(&[("DEQAR", "DEQARINST9901")])], back);
    assert!(
        nobody.additions.is_empty(),
        "what was never recorded is not taken back"
    );
}

#[test]
fn nobody_is_added_and_who_might_be_two_is_passed_over() {
    let extract = deqar(&report(7, "negative")).unwrap();
    let other = Entity {
        entity_id: "ent-2".to_owned(),
        ..college(&[("DEQAR", "DEQARINST9901")])
    };

    let unknown = plan(&extract, &[college(&[("BRIN", "99ZZ")])], made("2026-11-20"));
    let both = plan(
        &extract,
        &[college(&[("DEQAR", "DEQARINST9901")]), other],
        made("2026-11-20"),
    );

    assert_eq!((unknown.additions.len(), unknown.unknown.len()), (0, 1));
    assert_eq!(unknown.unknown[0].name.as_deref(), Some("College"));
    assert_eq!((both.additions.len(), both.ambiguous.len()), (0, 1));
}

#[test]
fn an_eter_identifier_finds_the_institution_as_well() {
    let mut told = report(7, "positive");
    told["institutions"][0]["eter_id"] = json!("NL.0042");

    let plan = plan(
        &deqar(&told).unwrap(),
        &[college(&[("ETER", "NL0042")])],
        made("2026-11-20"),
    );

    assert_eq!(plan.additions[0].entity_id, "ent-1");
}

#[test]
fn of_a_report_that_is_told_twice_the_last_counts() {
    let entity = college(&[("DEQAR", "DEQARINST9901")]);
    let extract = deqar(&json!([report(7, "positive"), report(7, "negative")])).unwrap();

    let entity = after(entity.clone(), &plan(&extract, &[entity], made("2026-11-20")));
    let again = plan(&extract, std::slice::from_ref(&entity), made("2026-11-20"));

    assert_eq!(entity.evidence[0].decision.as_deref(), Some("negative"));
    assert!(again.additions.is_empty());
}
