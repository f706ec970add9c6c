//! Who shows it, and when.

use crate::*;

#[test]
fn from_wallet_to_qr_code_to_verifier_is_green() {
    let (signed, resources, settings) = a_sound_one();
    let report = check(&signed.qr(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert_eq!(axis(&report, Axis::Holder), (Outcome::Passed, "HLD-002"));
}

#[test]
fn a_copy_without_its_holder_is_real_and_amber() {
    let (signed, resources, settings) = a_sound_one();
    let report = check(&signed.text, &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Amber, "HLD-006"));
    assert_eq!(axis(&report, Axis::Holder), (Outcome::Inconclusive, "HLD-005"));
    assert!(report.verdict.message.en.starts_with("Real, but"));
}

#[test]
fn an_old_presentation_is_grey() {
    let (signed, resources, settings) = a_sound_one();
    let age = |age: TimeDelta| check(&signed.shown_at(now() - age), &resources, &settings);
    assert_eq!(verdict(&age(Duration::minutes(5))), (Colour::Green, "ACC-001"));
    let report = age(Duration::minutes(5) + Duration::seconds(1));
    assert_eq!(verdict(&report), (Colour::Grey, "HLD-003"));
    assert_eq!(axis(&report, Axis::Holder).0, Outcome::Failed);
    assert!(age(Duration::days(30)).verdict.message.nl.contains("30 dagen"));
}

#[test]
fn a_presentation_from_the_future_is_grey() {
    let (signed, resources, settings) = a_sound_one();
    let ahead = |ahead: TimeDelta| check(&signed.shown_at(now() + ahead), &resources, &settings);
    assert_eq!(verdict(&ahead(Duration::minutes(6))), (Colour::Grey, "HLD-004"));
    let report = ahead(Duration::minutes(4));
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert!(
        report.notices.iter().any(|notice| notice.code.id() == "INF-005"),
        "the tolerance is said"
    );
}

#[test]
fn the_answer_to_a_challenge_is_told_from_a_presentation_without_one() {
    let (signed, resources, settings) = a_sound_one();
    let asked = Settings {
        challenge: Some("493817".to_owned()),
        ..settings
    };
    let answered = check(&signed.answering("493817", now()), &resources, &asked);
    assert_eq!(axis(&answered, Axis::Holder), (Outcome::Passed, "HLD-001"));
    assert_eq!(answered.verdict.colour, Colour::Green);

    let unasked = check(&signed.shown(), &resources, &asked);
    assert_eq!(verdict(&unasked), (Colour::Grey, "HLD-007"));

    let replayed = check(&signed.answering("111111", now()), &resources, &asked);
    assert_eq!(verdict(&replayed), (Colour::Red, "VER-002"));
}

#[test]
fn a_presentation_by_somebody_else_is_red() {
    let (signed, resources, settings) = a_sound_one();
    let thief = test_support::key(proofs::Algorithm::Es256, "thief");
    let sd_jwt = signed.sd_jwt();
    let stolen = sd_jwt
        .bind("urn:waarmerk:show", "unchallenged", now(), &thief)
        .unwrap();
    assert_eq!(
        verdict(&check(&stolen, &resources, &settings)),
        (Colour::Red, "VER-002")
    );

    let elsewhere = sd_jwt
        .bind("https://other.example", "unchallenged", now(), signed.holder())
        .unwrap();
    assert_eq!(
        verdict(&check(&elsewhere, &resources, &settings)),
        (Colour::Red, "VER-002")
    );

    // Something was taken out after the holder had signed.
    let shown = signed.shown();
    let parts: Vec<_> = shown.split('~').collect();
    let fewer = [&parts[..1], &parts[2..]].concat().join("~");
    assert_eq!(
        verdict(&check(&fewer, &resources, &settings)),
        (Colour::Red, "VER-002")
    );
}

#[test]
fn a_credential_bound_to_another_than_its_subject_is_red() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential()
        .changed(|credential| {
            let other = test_support::key(proofs::Algorithm::Es256, "other")
                .public_key()
                .to_did_key();
            credential["credentialSubject"]["id"] = other.as_str().into();
        })
        .signed();
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Red, "VER-002"));
}

#[test]
fn whoever_asked_for_a_code_is_told_that_it_is_missing_whatever_was_taken_away() {
    let (signed, resources, settings) = a_sound_one();
    let asked = Settings {
        challenge: Some("493817".to_owned()),
        ..settings
    };
    let by_link = signed
        .sd_jwt()
        .bind(
            "urn:waarmerk:share:pyqCq2QEWmqlSNBYoY9UeA",
            "a digest",
            now(),
            signed.holder(),
        )
        .unwrap();
    for whole in [
        signed.answering("111111", now()),
        signed.shown_at(now() - Duration::minutes(66)),
        by_link.clone(),
    ] {
        let (cut, _) = whole.rsplit_once('~').unwrap();
        let report = check(&format!("{cut}~"), &resources, &asked);
        assert_eq!(verdict(&report), (Colour::Grey, "HLD-007"));
    }
    assert_eq!(
        verdict(&check(&by_link, &resources, &asked)),
        (Colour::Grey, "HLD-007")
    );
}

#[test]
fn an_answer_to_a_code_that_nobody_asked_here_is_grey_and_not_called_one_without_a_code() {
    let (signed, resources, settings) = a_sound_one();
    let report = check(&signed.answering("111111", now()), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Grey, "HLD-011"));
}

#[test]
fn what_was_shared_by_link_in_the_future_is_grey() {
    let (signed, resources, settings) = a_sound_one();
    let at = moment("9999-12-31T00:00:00Z");
    let shared = signed.sd_jwt().bind(
        "urn:waarmerk:share:pyqCq2QEWmqlSNBYoY9UeA",
        "a digest",
        at,
        signed.holder(),
    );
    let report = check(&shared.unwrap(), &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Grey, "HLD-004"));
}

#[test]
fn a_subject_whose_keys_would_have_to_be_fetched_is_not_taken_for_its_holder() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential()
        .changed(|credential| credential["credentialSubject"]["id"] = "did:web:someone.example".into())
        .signed();
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Amber, "HLD-006"));
}
