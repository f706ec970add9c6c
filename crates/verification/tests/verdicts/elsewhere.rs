//! What lists of known issuers and the issuer itself say: shown, and never decisive.

use serde_json::json;
use verification::{KnownIssuerList, NeedKind, VerificationReport};

use crate::*;

const LIST: &str = "https://issuers.example/registry.json";
const ISSUER: &str = "did:web:waterland.example:energie";

fn looking(settings: Settings) -> Settings {
    let list = KnownIssuerList {
        name: "Members of\u{1b}[2J \u{202e}the pilot".to_owned(),
        url: LIST.to_owned(),
    };
    Settings {
        known_issuer_lists: vec![list],
        ..settings
    }
}

fn registry(did: &str) -> String {
    json!({
        "meta": {"updated": "2026-11-01T00:00:00Z"},
        "registry": {did: {"name": "Waterland\u{202e}", "location": "Waterstad", "url": "javascript:alert(1)"}}
    })
    .to_string()
}

fn notices(report: &VerificationReport) -> Vec<&'static str> {
    let all = report.notices.iter().map(|notice| notice.code.id());
    all.filter(|id| ("INF-013"..="INF-016").contains(id)).collect()
}

#[test]
fn an_issuer_that_no_register_lists_stays_unknown_though_a_list_has_it() {
    let register = a_register();
    let signed = a_microcredential().signed();
    let mut resources = register.resources_with(&signed);
    let before = check(&signed.shown(), &resources, &register.settings());
    resources.insert_body(LIST, registry(ISSUER), now());

    let report = check(&signed.shown(), &resources, &looking(register.settings()));

    assert_eq!(verdict(&report), (Colour::Grey, "ACC-006"));
    assert_eq!((&report.verdict, &report.axes), (&before.verdict, &before.axes));
    assert_eq!(notices(&report), ["INF-014"]);
    let notice = report.notices.last().unwrap();
    assert!(
        notice
            .nl
            .contains("lijst van Members of[2J the pilot. Dat is geen toelating"),
        "{}",
        notice.nl
    );
    let listed = &report.listed_elsewhere[0];
    let known = listed.listed.as_ref().unwrap();
    assert_eq!((known.name.as_str(), known.url.as_deref()), ("Waterland", None));
    assert_eq!(listed.updated, Some(day("2026-11-01")));
}

#[test]
fn an_issuer_in_the_register_is_shown_as_listed_and_stays_as_it_was() {
    let (signed, mut resources, settings) = a_sound_one();
    resources.insert_body(LIST, registry(ISSUER), now());

    let report = check(&signed.shown(), &resources, &looking(settings));

    assert_eq!(report.verdict.colour, Colour::Green);
    assert_eq!(notices(&report), ["INF-013"]);
}

#[test]
fn a_list_without_the_issuer_says_nothing() {
    let (signed, mut resources, settings) = a_sound_one();
    resources.insert_body(LIST, registry("did:web:waterland.example"), now());

    let report = check(&signed.shown(), &resources, &looking(settings));

    assert!(notices(&report).is_empty());
    assert_eq!(
        (
            &report.listed_elsewhere[0].listed,
            &report.listed_elsewhere[0].problem
        ),
        (&None, &None)
    );
}

#[test]
fn a_list_that_cannot_be_read_is_told_and_colours_nothing() {
    let large = format!(
        r#"{{"registry": {{}}}}{}"#,
        " ".repeat(trust::known_issuers::LARGEST_KNOWN_LIST)
    );
    for body in [
        None,
        Some("<html>".to_owned()),
        Some("{}".to_owned()),
        Some(large),
    ] {
        let (signed, mut resources, settings) = a_sound_one();
        match body {
            None => resources.insert_unreachable(LIST, "no network"),
            Some(body) => resources.insert_body(LIST, body, now()),
        }

        let report = check(&signed.shown(), &resources, &looking(settings));

        assert_eq!(report.verdict.colour, Colour::Green);
        assert_eq!(notices(&report), ["INF-015"]);
        assert!(report.listed_elsewhere[0].problem.is_some());
    }
}

#[test]
fn an_old_list_of_known_issuers_dates_no_verdict() {
    let (signed, mut resources, settings) = a_sound_one();
    resources.insert_body(LIST, registry(ISSUER), now() - TimeDelta::hours(3));

    let report = check(&signed.shown(), &resources, &looking(settings));

    assert_eq!(report.as_known_on, None);
}

#[test]
fn lists_are_fetched_whole_over_https_and_only_where_the_settings_name_them() {
    let register = a_register().admitting(&an_institution());
    let input = read(&a_microcredential().signed().shown()).unwrap();
    let lists = |settings: &Settings| -> Vec<String> {
        let needed = needs(&input, &Resources::new(), settings).into_iter();
        let lists = needed.filter(|need| need.kind == NeedKind::KnownIssuers);
        lists.map(|need| need.url).collect()
    };

    assert!(lists(&register.settings()).is_empty());
    assert_eq!(lists(&looking(register.settings())), [LIST]);
    let mut plain = looking(register.settings());
    plain.known_issuer_lists[0].url = "http://issuers.example/registry.json".to_owned();
    assert!(lists(&plain).is_empty());
}

#[test]
fn a_forgery_borrows_neither_a_list_nor_its_own_word() {
    let (_, mut resources, settings) = a_sound_one();
    let signed = a_microcredential().changed(claims_accreditation).signed();
    let shown = signed.shown();
    let (head, rest) = shown.split_once('~').unwrap();
    let (head, signature) = head.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{head}.{other}{}~{rest}", &signature[1..]);
    resources.insert_body(LIST, registry(ISSUER), now());

    let report = check(&forged, &resources, &looking(settings));

    assert_eq!(report.verdict.colour, Colour::Red);
    assert!(notices(&report).is_empty() && report.listed_elsewhere.is_empty());
    assert!(report.credential.unwrap().issuer.accreditations.is_empty());
}

fn claims_accreditation(credential: &mut serde_json::Value) {
    credential["issuer"]["accreditations"] = json!([
        {"type": ["Profile", "AccreditationProfile"], "name": "Board of\u{202e} Invented Accreditation",
         "url": "https://board.example", "contactInstructions": "Call us", "accreditationDate": "2010-09-01",
         "areaServed": "NL", "educationalSector": "Postsecondary"},
        {"type": ["Profile", "AccreditationProfile"], "name": "Second Board", "url": "javascript:alert(1)"},
        {"type": ["Profile", "AccreditationProfile"], "url": "https://nameless.example"},
        5
    ]);
}

#[test]
fn what_an_issuer_says_of_its_own_accreditation_is_shown_as_its_word() {
    let report = shown(
        &an_institution(),
        a_microcredential().changed(claims_accreditation),
    );

    assert_eq!(report.verdict.colour, Colour::Green);
    assert_eq!(notices(&report), ["INF-016"]);
    let notice = report.notices.last().unwrap();
    assert!(
        notice
            .en
            .contains("accredited by Board of Invented Accreditation, Second Board. That was not checked")
    );
    let said = serde_json::to_value(&report.credential.unwrap().issuer.accreditations).unwrap();
    assert_eq!(
        said,
        json!([
            {"name": "Board of Invented Accreditation", "url": "https://board.example", "accreditationDate": "2010-09-01",
             "areaServed": "NL", "educationalSector": "Postsecondary"},
            {"name": "Second Board"}
        ])
    );
}

#[test]
fn the_first_version_of_the_extension_is_read_as_well() {
    let report = shown(
        &an_institution(),
        a_microcredential().changed(|credential| {
            credential["issuer"]["extensions:IssuerAccreditation"] =
                json!({"type": ["extensions:IssuerAccreditation"], "name": "Board"});
        }),
    );

    assert_eq!(report.credential.unwrap().issuer.accreditations[0].name, "Board");
}

#[test]
fn a_document_with_the_context_of_the_extension_is_verified() {
    let signed = a_microcredential()
        .changed(|credential| {
            claims_accreditation(credential);
            credential["issuer"]["accreditations"]
                .as_array_mut()
                .unwrap()
                .truncate(2);
            let types = &mut credential["issuer"]["type"];
            *types = json!(["Profile", "IssuerAccreditationProfile"]);
            let contexts = credential["@context"].as_array_mut().unwrap();
            contexts.push(json!("https://purl.imsglobal.org/spec/ob-accred/v2p0/context"));
        })
        .signed_as_data_integrity();
    let register = a_register().admitting(&an_institution());

    let report = check(
        &signed.text,
        &register.resources_with(&signed),
        &register.settings(),
    );

    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
    assert_eq!(notices(&report), ["INF-016"]);
}
