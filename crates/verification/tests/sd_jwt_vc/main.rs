//! What an employer is told of a microcredential that comes as an SD-JWT VC.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod status;

use chrono::Duration;
use credentials::award::Sector;
use credentials::facts::Group;
use serde_json::{Value, json};
use test_support::{
    Institution, Microcredential, SignedMicrocredential, a_microcredential, a_register, an_institution, day,
    moment, now,
};
use verification::{Axis, Colour, Outcome, Resources, Settings, VerificationReport, from_json, read, verify};

fn check(text: &str, resources: &Resources, settings: &Settings) -> VerificationReport {
    let report = verify(&read(text).unwrap(), resources, settings, now());
    let axes: Vec<_> = report.axes.iter().map(|report| report.axis).collect();
    assert_eq!(axes, Axis::ALL, "every axis, always, in this order");
    report
}

/// Shown by its holder to somebody who trusts a register that lists this institution.
fn shown(institution: &Institution, microcredential: Microcredential) -> VerificationReport {
    let register = a_register().admitting(institution);
    let signed = microcredential.by(institution).signed_as_sd_jwt_vc();
    check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    )
}

fn verdict(report: &VerificationReport) -> (Colour, &'static str) {
    (report.verdict.colour, report.verdict.message.code.id())
}

fn axis(report: &VerificationReport, axis: Axis) -> (Outcome, &'static str) {
    let report = report.axis(axis).unwrap();
    (report.outcome, report.code().id())
}

fn a_sound_one() -> (SignedMicrocredential, Resources, Settings) {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as_sd_jwt_vc();
    let resources = register.resources_with(&signed);
    (signed, resources, register.settings())
}

#[test]
fn a_sound_one_is_green_and_tells_what_the_other_shapes_tell() {
    let institution = an_institution().judged("positive", "2022-06-01", "2028-05-31");
    let report = shown(&institution, a_microcredential());
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert!(
        report.axes.iter().all(|axis| axis.outcome == Outcome::Passed),
        "{:#?}",
        report.axes
    );

    let register = a_register().admitting(&institution);
    let show_copy = a_microcredential().by(&institution).signed();
    let of_show_copy = check(
        &show_copy.shown(),
        &register.resources_with(&show_copy),
        &register.settings(),
    );
    let said = |report: &VerificationReport| {
        let mut said = serde_json::to_value(report.credential.as_ref().unwrap()).unwrap();
        let format = said["format"].take();
        let awarded = said["awardedOn"].take();
        (said, format, awarded.as_str().unwrap()[..10].to_owned())
    };
    let (one, format, awarded) = said(&report);
    let (other, _, awarded_too) = said(&of_show_copy);
    assert_eq!(one, other);
    assert_eq!(format, "dc+sd-jwt");
    assert_eq!(
        (awarded.as_str(), awarded_too.as_str()),
        ("2026-09-14", "2026-09-14")
    );
    assert_eq!(report.notices, of_show_copy.notices);
}

#[test]
fn the_type_of_earlier_drafts_is_read_and_told_from_a_w3c_credential() {
    let register = a_register().admitting(&an_institution());
    for typ in ["vc+sd-jwt", "application/dc+sd-jwt", "DC+SD-JWT"] {
        let signed = a_microcredential().signed_as_sd_jwt_vc_of_type(typ);
        let report = check(
            &signed.shown(),
            &register.resources_with(&signed),
            &register.settings(),
        );
        assert_eq!(verdict(&report), (Colour::Green, "ACC-001"), "{typ}");
        assert_eq!(report.credential.unwrap().format, "dc+sd-jwt");
    }
    let signed = a_microcredential().signed_as_sd_jwt_vc_of_type("JWT");
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "STR-002"));
}

#[test]
fn it_is_read_from_json_as_well() {
    let (signed, resources, settings) = a_sound_one();
    let enveloped = json!({
        "type": "EnvelopedVerifiableCredential",
        "id": format!("data:application/dc+sd-jwt,{}", signed.shown()),
    });
    for value in [Value::String(signed.shown()), enveloped] {
        let report = verify(&from_json(value).unwrap(), &resources, &settings, now());
        assert_eq!(report.verdict.colour, Colour::Green);
    }
}

#[test]
fn another_type_is_grey_and_not_accused_however_its_key_is_found() {
    let other = shown(
        &an_institution(),
        a_microcredential().changed(|claims| claims["vct"] = json!("https://other.example/vct/1")),
    );
    assert_eq!(verdict(&other), (Colour::Grey, "STR-003"));
    assert_eq!(axis(&other, Axis::Signature), (Outcome::Passed, "SIG-001"));

    let (_, resources, settings) = a_sound_one();
    let by_certificate = proofs::sd_jwt::issue(
        &json!({"vct": "urn:eudi:pid:1", "iss": "https://pid.example", "family_name": "de Vries"}),
        &[],
        &json!({"typ": "dc+sd-jwt", "x5c": ["MIIB"]}),
        an_institution().p256().0,
        &mut test_support::rng("other"),
    );
    let report = check(&by_certificate.unwrap(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Grey, "STR-003"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Inconclusive, "SIG-003"));
}

#[test]
fn a_broken_rule_is_red_and_named() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 7] = [
        (|claims| claims["iss"] = json!(7), "iss"),
        (|claims| claims["cnf"] = json!("key"), "cnf"),
        (|claims| claims["status"] = json!("valid"), "status"),
        (|claims| claims["sub"] = json!("student-1234"), "sub"),
        (|claims| claims["@context"] = json!([]), "vc"),
        (
            |claims| claims["issuance_date"] = json!("gisteren"),
            "issuance_date",
        ),
        (|claims| claims["title"] = json!({}), "title"),
    ];
    for (change, what) in cases {
        let report = shown(&an_institution(), a_microcredential().changed(change));
        assert_eq!(
            axis(&report, Axis::Structure),
            (Outcome::Failed, "STR-002"),
            "{what}"
        );
        assert_eq!(report.verdict.colour, Colour::Red, "{what}");
        let message = &report.axis(Axis::Structure).unwrap().message.nl;
        assert!(message.contains(&format!("({what})")), "{message}");
    }
}

#[test]
fn claims_that_must_be_visible_and_are_hideable_are_red() {
    let (_, resources, settings) = a_sound_one();
    let institution = an_institution();
    let (signer, kid) = institution.p256();
    let claims = a_microcredential()
        .signed_as_sd_jwt_vc()
        .sd_jwt()
        .processed()
        .unwrap();
    for claim in ["iss", "nbf", "cnf", "status"] {
        let text = proofs::sd_jwt::issue(
            &claims,
            &[format!("/{claim}").parse().unwrap()],
            &json!({"typ": "dc+sd-jwt", "kid": kid}),
            signer,
            &mut test_support::rng("hideable"),
        );
        let report = check(&text.unwrap(), &resources, &settings);
        assert_eq!(verdict(&report), (Colour::Red, "STR-002"), "{claim}");
    }
}

#[test]
fn a_changed_claim_is_red_and_nothing_that_rests_on_it_is_looked_at() {
    let (signed, resources, settings) = a_sound_one();
    let shown = signed.shown();
    let (header, rest) = shown.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let mut forged: Vec<char> = payload.chars().collect();
    // Inside the text of an address, where another letter is still JSON.
    let place = 200;
    forged[place] = if forged[place] == 'A' { 'B' } else { 'A' };
    let forged = format!("{header}.{}.{signature}", forged.iter().collect::<String>());
    let report = check(&forged, &resources, &settings);
    assert_eq!(report.verdict.colour, Colour::Red);
    assert_eq!(axis(&report, Axis::Status), (Outcome::NotApplicable, "GEN-001"));
}

#[test]
fn the_key_has_to_be_the_issuers_own() {
    let register = a_register()
        .admitting(&an_institution())
        .admitting(&Institution::new("ander", "Hogeschool Anders", "Other"));
    let signed = a_microcredential()
        .changed(|claims| claims["iss"] = json!("did:web:ander.example:energie"))
        .signed_as_sd_jwt_vc();
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "KEY-002"));
    assert_eq!(axis(&report, Axis::Status), (Outcome::NotApplicable, "GEN-001"));
}

#[test]
fn a_key_registered_on_the_day_of_signing_counts_and_one_of_a_day_later_does_not() {
    // The credential tells the day alone: 14 September.
    let from = |moment_| an_institution().keys_valid(moment(moment_), None);
    let same_day = shown(&from("2026-09-14T06:00:00Z"), a_microcredential());
    assert_eq!(verdict(&same_day), (Colour::Green, "ACC-001"));
    let next_day = shown(&from("2026-09-15T06:00:00Z"), a_microcredential());
    assert_eq!(verdict(&next_day), (Colour::Red, "ACC-009"));
}

#[test]
fn an_institution_admitted_from_the_day_of_the_award_on_was_admitted() {
    let institution = an_institution()
        .with_institution(|it| it.accreditations[0].valid_from = day("2026-09-14"))
        .with_unit(|it| it.accreditations[0].valid_from = day("2026-09-14"));
    let report = shown(&institution, a_microcredential());
    assert_eq!(axis(&report, Axis::AccreditedAtIssuance).0, Outcome::Passed);
    let before = a_microcredential().awarded_on(moment("2026-09-13T10:00:00Z"));
    assert_eq!(verdict(&shown(&institution, before)), (Colour::Red, "ACC-003"));
}

#[test]
fn one_awarded_today_is_green_from_its_first_minute() {
    let report = shown(&an_institution(), a_microcredential().awarded_on(now()));
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    let codes: Vec<_> = report.notices.iter().map(|notice| notice.code.id()).collect();
    assert_eq!(
        codes,
        ["INF-001", "INF-002", "INF-003", "INF-004"],
        "no clock is off"
    );
    let register = a_register().admitting(&an_institution());
    // Half past midnight in the Netherlands, still 20 November in Greenwich.
    let midnight = moment("2026-11-20T23:30:00Z");
    let signed = a_microcredential().awarded_on(midnight).signed_as_sd_jwt_vc();
    let report = verify(
        &read(&signed.shown_at(midnight)).unwrap(),
        &register.resources_with(&signed),
        &register.settings(),
        midnight,
    );
    assert_eq!(axis(&report, Axis::Validity).0, Outcome::Passed);
}

#[test]
fn the_holder_is_told_by_the_key_in_the_credential() {
    let (signed, resources, settings) = a_sound_one();
    let unshown = check(&signed.text, &resources, &settings);
    assert_eq!(verdict(&unshown), (Colour::Amber, "HLD-006"));
    assert_eq!(axis(&unshown, Axis::Holder), (Outcome::Inconclusive, "HLD-005"));

    let thief = test_support::key(proofs::Algorithm::Es256, "thief");
    let stolen = signed
        .sd_jwt()
        .bind("urn:waarmerk:show", "unchallenged", now(), &thief);
    let report = check(&stolen.unwrap(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Red, "VER-002"));

    let challenged = Settings {
        challenge: Some("483920".to_owned()),
        ..settings
    };
    let answer = signed.answering("483920", now());
    assert_eq!(
        axis(&check(&answer, &resources, &challenged), Axis::Holder),
        (Outcome::Passed, "HLD-001")
    );
}

#[test]
fn its_dates_are_those_of_the_token() {
    let expiring = |at| shown(&an_institution(), a_microcredential().expiring_on(at));
    assert_eq!(
        axis(&expiring(now() - Duration::minutes(4)), Axis::Validity).0,
        Outcome::Passed
    );
    let expired = expiring(now() - Duration::minutes(6));
    assert_eq!(axis(&expired, Axis::Validity).0, Outcome::Failed);
    assert_eq!(expired.verdict.colour, Colour::Red);
    for change in [
        (|claims: &mut Value| claims["nbf"] = json!(now().timestamp() + 600)) as fn(&mut Value),
        |claims| claims["iat"] = json!(now().timestamp() + 600),
        |claims| claims["issuance_date"] = json!("2026-11-22"),
    ] {
        let early = shown(&an_institution(), a_microcredential().changed(change));
        assert_eq!(axis(&early, Axis::Validity).0, Outcome::Failed);
    }
    let unreadable = shown(
        &an_institution(),
        a_microcredential().changed(|claims| claims["exp"] = json!("2030-01-01")),
    );
    assert_eq!(axis(&unreadable, Axis::Validity).0, Outcome::Inconclusive);
    assert_eq!(unreadable.verdict.colour, Colour::Grey);
}

#[test]
fn its_level_size_and_sector_are_compared_with_the_admission() {
    let cases: [(Microcredential, &str); 3] = [
        (a_microcredential().of_level(8), "level EQF 8"),
        (a_microcredential().of_size(45.0), "size 45 ECTS"),
        (a_microcredential().in_sector(Sector::Mbo), "sector mbo"),
    ];
    for (microcredential, what) in cases {
        let report = shown(&an_institution(), microcredential);
        assert_eq!(verdict(&report), (Colour::Red, "ACC-005"), "{what}");
        assert!(report.verdict.message.en.contains(what));
    }
}

#[test]
fn outcomes_without_the_level_are_grey() {
    let register = a_register().admitting(&an_institution());
    let separated = a_microcredential().changed(|claims| {
        claims.as_object_mut().unwrap().remove("eqf_level");
    });
    let signed = separated.signed_as_sd_jwt_vc();
    let shown = signed.shown_without(&["/result"]);
    let report = check(&shown, &register.resources_with(&signed), &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "STR-005"));
}

#[test]
fn what_the_holder_left_out_is_named_and_not_shown() {
    let (signed, resources, settings) = a_sound_one();
    let hidden = |pointers: &[&str]| {
        let report = check(&signed.shown_without(pointers), &resources, &settings);
        assert_eq!(report.verdict.colour, Colour::Green, "{pointers:?}");
        report.credential.unwrap()
    };
    assert_eq!(hidden(&[]).hidden, []);
    assert_eq!(hidden(&["/credential_id"]).hidden, []);
    let name = hidden(&["/given_name", "/family_name", "/credential_id"]);
    assert_eq!(name.hidden, [Group::Name]);
    assert_eq!((name.holder_name, name.id), (None, None));
    assert_eq!(hidden(&["/given_name"]).hidden, []);
    let one_outcome = hidden(&["/learning_outcomes/0"]);
    assert_eq!((one_outcome.outcomes.len(), one_outcome.hidden), (1, vec![]));
    let outcomes = hidden(&["/learning_outcomes", "/result"]);
    assert_eq!(outcomes.hidden, [Group::Outcomes, Group::Result]);
    let all = hidden(&[
        "/given_name",
        "/family_name",
        "/learning_outcomes",
        "/assessment",
        "/result",
        "/evidence",
    ]);
    assert_eq!(all.hidden, Group::ALL);
}
