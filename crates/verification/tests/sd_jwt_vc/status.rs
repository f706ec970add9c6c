//! Its status, by a token status list.

use chrono::TimeDelta;
use serde_json::{Value, json};
use test_support::{
    Institution, Microcredential, SignedMicrocredential, a_microcredential, a_register, an_institution, day,
    now,
};
use verification::{Axis, Colour, NeedKind, Outcome, VerificationReport, needs, read};

use crate::{a_sound_one, axis, check, shown, verdict};

#[test]
fn the_list_is_asked_for_once_the_signature_is_right() {
    let (signed, resources, settings) = a_sound_one();
    let register = a_register().admitting(&an_institution());
    let wanted = needs(&read(&signed.shown()).unwrap(), &register.resources(), &settings);
    let kinds: Vec<_> = wanted.iter().map(|need| need.kind).collect();
    assert_eq!(kinds, [NeedKind::Status, NeedKind::Receipts]);
    assert_eq!(wanted[0].accept, "application/statuslist+jwt");
    assert_eq!(wanted[0].url, signed.status_lists().token_url());
    assert_eq!(needs(&read(&signed.shown()).unwrap(), &resources, &settings), []);
}

#[test]
fn revoked_and_suspended_are_red_each_in_its_own_words() {
    let revoked = shown(&an_institution(), a_microcredential().revoked());
    assert_eq!(verdict(&revoked), (Colour::Red, "VER-003"));
    let suspended = shown(&an_institution(), a_microcredential().suspended());
    assert_eq!(verdict(&suspended), (Colour::Red, "STA-003"));
}

/// What is said when this came from the list's address.
fn with_list(signed: &SignedMicrocredential, list: Option<String>) -> VerificationReport {
    let register = a_register()
        .admitting(&an_institution())
        .admitting(&Institution::new("ander", "Hogeschool Anders", "Other"));
    let mut resources = register.resources();
    match list {
        Some(list) => resources.insert_body(signed.status_lists().token_url(), list, now()),
        None => resources.insert_unreachable(signed.status_lists().token_url(), "no network"),
    }
    check(&signed.shown(), &resources, &register.settings())
}

#[test]
fn a_list_that_tells_nothing_of_this_credential_is_grey() {
    let signed = a_microcredential().signed_as_sd_jwt_vc();
    let lists = signed.status_lists();
    let own = an_institution();
    let changed = |change: fn(&mut Value)| Some(lists.token_of(&own, change));
    let (key, kid) = own.p256();
    let of_type = |typ: &str| {
        let claims = proofs::jws::parse(&lists.token(), 100_000).unwrap();
        proofs::jws::sign(&json!({"typ": typ, "kid": kid}), claims.payload(), key).ok()
    };
    let cases = [
        ("unreachable", None),
        ("a page", Some("<html>".to_owned())),
        (
            "somebody else's",
            Some(lists.token_of(&Institution::new("ander", "Hogeschool Anders", "Other"), |_| {})),
        ),
        (
            "in somebody else's name",
            changed(|claims| claims["iss"] = json!("did:web:ander.example:energie")),
        ),
        (
            "of another address",
            changed(|claims| claims["sub"] = json!("https://waterland.example/status/t2")),
        ),
        (
            "without an address",
            changed(|claims| claims["sub"] = Value::Null),
        ),
        ("without a date", changed(|claims| claims["iat"] = Value::Null)),
        (
            "from the future",
            changed(|claims| claims["iat"] = json!(now().timestamp() + 600)),
        ),
        (
            "too short",
            changed(|claims| claims["status_list"] = json!({"bits": 1, "lst": "eNrbuRgAAhcBXQ"})),
        ),
        (
            "of three bits",
            changed(|claims| claims["status_list"]["bits"] = json!(3)),
        ),
        ("of another type", of_type("JWT")),
        ("changed after signing", {
            let mut list = lists.token();
            list.replace_range(200..201, if &list[200..201] == "A" { "B" } else { "A" });
            Some(list)
        }),
    ];
    for (what, list) in cases {
        let report = with_list(&signed, list);
        assert_eq!(verdict(&report), (Colour::Grey, "VER-004"), "{what}");
        assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive, "{what}");
    }
}

#[test]
fn a_stale_list_is_grey_with_what_was_last_known_and_a_revocation_in_it_is_final() {
    let stale = |microcredential: Microcredential| {
        let signed = microcredential.signed_as_sd_jwt_vc();
        let lists = signed
            .status_lists()
            .clone()
            .valid_from(now() - TimeDelta::hours(25));
        with_list(&signed, Some(lists.token()))
    };
    let clear = stale(a_microcredential());
    assert_eq!(verdict(&clear), (Colour::Grey, "VER-004"));
    assert!(clear.verdict.message.en.contains("not revoked"));
    let suspended = stale(a_microcredential().suspended());
    assert_eq!(verdict(&suspended), (Colour::Grey, "VER-004"));
    assert!(suspended.verdict.message.en.contains("suspended"));
    assert_eq!(
        verdict(&stale(a_microcredential().revoked())),
        (Colour::Red, "VER-003")
    );
}

#[test]
fn a_value_of_the_issuers_own_is_grey() {
    let signed = a_microcredential().signed_as_sd_jwt_vc();
    let list = signed.status_lists().token_of(&an_institution(), |claims| {
        let list = status_list::token::TokenStatusList::from_bytes(2, vec![0xff; 32_768]).unwrap();
        claims["status_list"] = list.encode();
    });
    let report = with_list(&signed, Some(list));
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
    assert!(report.verdict.message.en.contains("do not know"));
}

#[test]
fn a_list_signed_with_a_compromised_key_is_grey() {
    let (signed, _, settings) = a_sound_one();
    // The credential is signed with another key than its list.
    let institution = an_institution();
    let (ed25519, ed_kid) = institution.ed25519();
    let payload = proofs::jws::parse(&signed.status_lists().token(), 100_000).unwrap();
    let header = json!({"typ": "statuslist+jwt", "kid": ed_kid});
    let list = proofs::jws::sign(&header, payload.payload(), ed25519).unwrap();
    let compromised = an_institution().with_unit(|unit| {
        for key in unit.keys.iter_mut().filter(|key| key.kid == ed_kid) {
            key.compromised_at = Some(day("2026-11-01"));
        }
    });
    for (institution, expected) in [
        (an_institution(), (Colour::Green, "ACC-001")),
        (compromised, (Colour::Grey, "VER-004")),
    ] {
        let mut resources = a_register().admitting(&institution).resources();
        resources.insert_body(signed.status_lists().token_url(), list.clone(), now());
        assert_eq!(verdict(&check(&signed.shown(), &resources, &settings)), expected);
    }
}

#[test]
fn one_without_a_status_says_so_unless_it_may_be_hidden() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().without_status().signed_as_sd_jwt_vc();
    let report = |text: &str| check(text, &register.resources_with(&signed), &register.settings());
    assert_eq!(axis(&report(&signed.shown()), Axis::Status).1, "STA-002");
    let less = report(&signed.shown_without(&["/result"]));
    assert_eq!(verdict(&less), (Colour::Grey, "VER-004"));
}

#[test]
fn a_status_of_an_unknown_kind_is_grey() {
    let unknown = a_microcredential()
        .changed(|claims| claims["status"] = json!({"identifier_list": {"uri": "https://a.example"}}));
    let report = shown(&an_institution(), unknown);
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
}

#[test]
fn a_w3c_credential_with_a_token_status_is_looked_up_as_well() {
    let with_both = || {
        a_microcredential().changed(|credential| {
            credential["status"] =
                json!({"status_list": {"uri": "https://waterland.example/status/t1", "idx": 94_567}});
        })
    };
    let register = a_register().admitting(&an_institution());
    for (microcredential, expected) in [
        (with_both(), (Colour::Green, "ACC-001")),
        (with_both().revoked(), (Colour::Red, "VER-003")),
    ] {
        let signed = microcredential.signed();
        let mut resources = register.resources_with(&signed);
        // The bitstring lists say nothing against it.
        for (url, list) in signed.status_lists().clone().revoked(false).signed() {
            resources.insert_body(url, list.to_string(), now());
        }
        let report = check(&signed.shown(), &resources, &register.settings());
        assert_eq!(verdict(&report), expected);
    }
}

/// The draft forbids issuers to let these be hidden; one that does leaves more out than the type accounts for.
#[test]
fn a_status_or_an_end_that_was_left_out_is_never_green() {
    let register = a_register().admitting(&an_institution());
    for (microcredential, left_out) in [
        (a_microcredential().revoked(), "/status"),
        (a_microcredential().expiring_on(day("2020-01-01")), "/exp"),
    ] {
        let signed = microcredential.letting_hide(&[left_out]).signed_as_sd_jwt_vc();
        let report = check(
            &signed.shown_without(&[left_out]),
            &register.resources_with(&signed),
            &register.settings(),
        );
        assert_eq!(
            axis(&report, Axis::Status),
            (Outcome::Inconclusive, "VER-004"),
            "{left_out}"
        );
        assert_eq!(report.verdict.colour, Colour::Grey, "{left_out}");
        // Shown, it breaks the draft.
        let report = check(
            &signed.shown(),
            &register.resources_with(&signed),
            &register.settings(),
        );
        assert_eq!(verdict(&report), (Colour::Red, "STR-002"), "{left_out}");
    }
}
