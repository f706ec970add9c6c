//! Built as the standards say.

use crate::*;

#[test]
fn a_broken_rule_of_the_data_model_is_red_and_named() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 9] = [
        ("@context", |it| {
            it["@context"] = serde_json::json!(["https://www.w3.org/2018/credentials/v1"])
        }),
        ("type", |it| {
            it["type"] = serde_json::json!(["OpenBadgeCredential"])
        }),
        ("validFrom", |it| it["validFrom"] = "2026-09-14".into()),
        ("validFrom", |it| it["validFrom"] = "14 september 2026".into()),
        ("validUntil", |it| it["validUntil"] = 5.into()),
        ("id", |it| it["id"] = "no-address".into()),
        ("/refreshService/type", |it| {
            it["refreshService"] = serde_json::json!({})
        }),
        ("/termsOfUse", |it| it["termsOfUse"] = serde_json::json!([])),
        ("/validUntil", |it| {
            it["validUntil"] = "2020-01-01T00:00:00Z".into()
        }),
    ];
    for (member, change) in cases {
        let report = shown(&an_institution(), a_microcredential().changed(change));
        assert_eq!(
            axis(&report, Axis::Structure),
            (Outcome::Failed, "STR-002"),
            "{member}"
        );
        assert_eq!(report.verdict.colour, Colour::Red, "{member}");
        assert!(report.axis(Axis::Structure).unwrap().message.en.contains(member));
    }
}

#[test]
fn another_kind_of_credential_is_grey_and_not_accused() {
    let diploma = a_microcredential().changed(|credential| {
        credential["type"] = serde_json::json!(["VerifiableCredential", "DiplomaCredential"]);
    });
    let report = shown(&an_institution(), diploma);
    assert_eq!(verdict(&report), (Colour::Grey, "STR-003"));
    assert_eq!(axis(&report, Axis::Signature).0, Outcome::Passed);
}

#[test]
fn an_unknown_context_is_grey_and_named() {
    let foreign = a_microcredential().changed(|credential| {
        let contexts = credential["@context"].as_array_mut().unwrap();
        contexts.push("https://other.example/context".into());
    });
    let report = shown(&an_institution(), foreign);
    assert_eq!(verdict(&report), (Colour::Grey, "STR-004"));
    assert!(
        report
            .verdict
            .message
            .nl
            .contains("https://other.example/context")
    );
}

#[test]
fn outcomes_without_level_and_size_are_grey() {
    let level = "/credentialSubject/achievement/levelIndication";
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().letting_hide(&[level]).signed();
    let shown = signed.shown_without(&[level]);
    let report = check(&shown, &register.resources_with(&signed), &register.settings());
    assert_eq!(verdict(&report), (Colour::Grey, "STR-005"));
}

#[test]
fn a_credential_that_states_no_level_cannot_be_compared() {
    let unstated = a_microcredential().changed(|credential| {
        let achievement = credential["credentialSubject"]["achievement"]
            .as_object_mut()
            .unwrap();
        achievement.remove("levelIndication");
    });
    let report = shown(&an_institution(), unstated);
    assert_eq!(verdict(&report), (Colour::Grey, "SCP-002"));
    assert!(report.verdict.message.nl.contains("niveau"));
}

#[test]
fn a_token_that_is_no_credential_is_red() {
    let (signed, resources, settings) = a_sound_one();
    let kid = an_institution().p256().1;
    let other = proofs::sd_jwt::issue(
        signed.sd_jwt().signed_payload(),
        &[],
        &serde_json::json!({ "typ": "secevent+sd-jwt", "kid": kid }),
        an_institution().p256().0,
        &mut test_support::rng("other"),
    );
    // A payload that was issued once cannot be issued again as it is.
    assert!(other.is_err());
    let other = proofs::sd_jwt::issue(
        &serde_json::json!({ "vct": "https://other.example" }),
        &[],
        &serde_json::json!({ "typ": "secevent+sd-jwt", "kid": kid }),
        an_institution().p256().0,
        &mut test_support::rng("other"),
    );
    let report = check(&other.unwrap(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Red, "STR-002"));
    assert_eq!(
        axis(&report, Axis::Signature),
        (Outcome::NotApplicable, "GEN-001")
    );
}

#[test]
fn a_grade_without_any_scale_is_held_against_nobody_who_hides_something_else() {
    let without_scale = || {
        a_microcredential().changed(|credential| {
            let results = credential.pointer_mut("/credentialSubject/result").unwrap();
            let result = results.get_mut(0).unwrap().as_object_mut().unwrap();
            result.remove("scale");
            result.remove("resultDescription");
        })
    };
    let register = a_register().admitting(&an_institution());
    for copy in [Copy::Show, Copy::Portable] {
        let signed = without_scale().signed_as(copy);
        let resources = register.resources_with(&signed);
        for hidden in [&[][..], &["/evidence"], &["/credentialSubject/identifier"]] {
            let report = check(&signed.shown_without(hidden), &resources, &register.settings());
            assert_eq!(
                verdict(&report),
                (Colour::Green, "ACC-001"),
                "{copy:?} {hidden:?}"
            );
        }
    }
    let hidden = a_microcredential().letting_hide(&["/credentialSubject/result/0/scale"]);
    let signed = hidden.signed();
    let report = check(
        &signed.shown_without(&["/credentialSubject/result/0/scale"]),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Grey, "STR-005"));
}

#[test]
fn an_achievement_without_a_name_is_no_microcredential() {
    for name in [serde_json::json!(""), serde_json::json!({"x": 1})] {
        let nameless = a_microcredential().changed(move |credential| {
            let achievement = &mut credential["credentialSubject"]["achievement"];
            achievement["name"] = name.clone();
            achievement.as_object_mut().unwrap().remove("title");
        });
        let report = shown(&an_institution(), nameless);
        assert_eq!(verdict(&report), (Colour::Red, "STR-002"));
    }
}
