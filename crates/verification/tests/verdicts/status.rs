//! Revoked, suspended, or not to be told.

use crate::*;

#[test]
fn a_revoked_credential_is_red() {
    let report = shown(&an_institution(), a_microcredential().revoked());
    assert_eq!(verdict(&report), (Colour::Red, "VER-003"));
    assert_eq!(axis(&report, Axis::Status), (Outcome::Failed, "VER-003"));
    assert_eq!(
        report.verdict.message.nl,
        "Ingetrokken door Hogeschool Waterland (stand van 21 november 2026)."
    );
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
}

#[test]
fn a_suspended_credential_is_red_in_its_own_words() {
    let report = shown(&an_institution(), a_microcredential().suspended());
    assert_eq!(verdict(&report), (Colour::Red, "STA-003"));
}

#[test]
fn a_status_list_out_of_reach_is_grey() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    for missing in 0..2 {
        let mut resources = register.resources_with(&signed);
        resources.insert_unreachable(signed.status_lists().signed()[missing].0.clone(), "no network");
        let report = check(&signed.shown(), &resources, &register.settings());
        assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
        assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    }
    let report = check(&signed.shown(), &register.resources(), &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"), "never fetched");
}

#[test]
fn a_stale_status_list_is_grey_with_its_date_and_a_revocation_in_it_is_final() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let old = signed
        .status_lists()
        .clone()
        .valid_from(moment("2026-11-14T09:00:00Z"));
    let with = |lists: &test_support::StatusLists| {
        let mut resources = register.resources();
        for (url, list) in lists.signed() {
            resources.insert_body(url, list.to_string(), moment("2026-11-14T09:05:00Z"));
        }
        check(&signed.shown(), &resources, &register.settings())
    };
    let report = with(&old);
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
    assert_eq!(
        report.verdict.message.en,
        "Revocation cannot be checked; last known: not revoked on 14 November 2026."
    );
    assert_eq!(verdict(&with(&old.revoked(true))), (Colour::Red, "VER-003"));
}

#[test]
fn a_status_list_that_is_not_the_issuers_is_grey() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().revoked().signed();
    let forger = Institution::new("elders", "Hogeschool Elders", "Elsewhere University");
    let with = |change: &dyn Fn(String, serde_json::Value) -> String| {
        let mut resources = register.resources();
        for (url, list) in signed.status_lists().clone().revoked(false).signed() {
            resources.insert_body(url.clone(), change(url, list), now());
        }
        check(&signed.shown(), &resources, &register.settings())
    };
    let forged = with(&|url, _| {
        let [(first, a), (_, b)] = signed.status_lists().clone().revoked(false).signed_by(&forger);
        if url == first {
            a.to_string()
        } else {
            b.to_string()
        }
    });
    let swapped = with(&|url, _| {
        let [(first, a), (_, b)] = signed.status_lists().clone().revoked(false).signed();
        if url == first {
            b.to_string()
        } else {
            a.to_string()
        }
    });
    let unsigned = with(&|_, mut list| {
        list.as_object_mut().unwrap().remove("proof");
        list.to_string()
    });
    let changed = with(&|_, list| list.to_string().replace("T", "t"));
    let nonsense = with(&|_, _| "<html>".to_owned());
    for report in [forged, swapped, unsigned, changed, nonsense] {
        assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
        assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    }
}

#[test]
fn a_status_list_signed_with_a_compromised_key_is_grey() {
    let institution = an_institution().with_unit(|unit| {
        let (_, ed25519) = an_institution().ed25519();
        let key = unit.keys.iter_mut().find(|key| key.kid == ed25519).unwrap();
        key.compromised_at = Some(day("2026-11-21"));
    });
    // The list says to be from before that, as a thief would write it.
    let register = a_register().admitting(&institution);
    let signed = a_microcredential().signed();
    let mut resources = register.resources();
    for (url, list) in signed
        .status_lists()
        .clone()
        .valid_from(moment("2026-11-20T23:00:00Z"))
        .signed()
    {
        resources.insert_body(url, list.to_string(), now());
    }
    let report = check(&signed.shown(), &resources, &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "VER-004"));
    assert_eq!(
        axis(&report, Axis::IssuerKey).0,
        Outcome::Passed,
        "the other key is as good as before"
    );
}

#[test]
fn a_credential_without_a_status_says_so_and_is_not_held_back() {
    let report = shown(&an_institution(), a_microcredential().without_status());
    assert_eq!(axis(&report, Axis::Status), (Outcome::NotApplicable, "STA-002"));
    assert_eq!(report.verdict.colour, Colour::Green);
}

#[test]
fn a_status_that_may_have_been_left_out_is_grey() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().without_status().signed();
    let resources = register.resources_with(&signed);
    let report = check(
        &signed.shown_without(&["/evidence"]),
        &resources,
        &register.settings(),
    );
    assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive);
    assert_eq!(report.verdict.colour, Colour::Grey);
}

#[test]
fn a_status_entry_of_an_unknown_kind_is_grey() {
    let unknown = a_microcredential().changed(|credential| {
        credential["credentialStatus"][1]["type"] = "SomeOtherList".into();
    });
    assert_eq!(
        verdict(&shown(&an_institution(), unknown)),
        (Colour::Grey, "VER-004")
    );
}

/// A holder may hide what the issuer lets them hide, which no profile does with these.
#[test]
fn a_status_or_an_end_that_was_left_out_is_never_green() {
    let cases: [(Microcredential, &[&'static str]); 7] = [
        (a_microcredential().revoked(), &["/credentialStatus/0"]),
        (a_microcredential().suspended(), &["/credentialStatus/1"]),
        (
            a_microcredential().revoked(),
            &["/credentialStatus/0", "/credentialStatus/1"],
        ),
        (a_microcredential().revoked(), &["/credentialStatus"]),
        (
            a_microcredential().changed(|credential| {
                credential["status"] =
                    serde_json::json!({"status_list": {"idx": 1, "uri": "https://a.example/1"}});
            }),
            &["/status"],
        ),
        (
            a_microcredential().expiring_on(day("2020-01-01")),
            &["/validUntil"],
        ),
        (
            a_microcredential().changed(|credential| credential["exp"] = 1_577_836_800.into()),
            &["/exp"],
        ),
    ];
    let register = a_register().admitting(&an_institution());
    for (microcredential, left_out) in cases {
        for copy in [Copy::Show, Copy::Portable] {
            let signed = microcredential.clone().letting_hide(left_out).signed_as(copy);
            let resources = register.resources_with(&signed);
            // Also where something is hidden that may be.
            for also in [&[][..], &["/evidence"]] {
                let hidden = [left_out, also].concat();
                let report = check(&signed.shown_without(&hidden), &resources, &register.settings());
                assert_eq!(report.verdict.colour, Colour::Grey, "{copy:?} {hidden:?}");
                let status = report.axis(Axis::Status).unwrap();
                assert_eq!(
                    (status.outcome, status.code().id()),
                    (Outcome::Inconclusive, "VER-004"),
                    "{copy:?} {hidden:?}"
                );
                assert!(status.message.en.contains("left out"), "{}", status.message.en);
                if left_out == ["/validUntil"] || left_out == ["/exp"] {
                    assert_eq!(
                        axis(&report, Axis::Validity),
                        (Outcome::Inconclusive, "DAT-006"),
                        "{copy:?} {hidden:?}"
                    );
                }
            }
        }
    }
}
