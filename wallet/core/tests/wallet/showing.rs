//! What a QR code shows, and what it never shows alone.

use chrono::Duration;
use credentials::award::AwardResult;
use credentials::open_badges::{Group, facts};
use proofs::sd_jwt::SdJwt;
use serde_json::json;
use test_support::{Register, a_register, an_institution, now};
use verification::Outcome;
use wallet_core::{ActivityKind, Choice, Shown, Wallet};

use crate::issuer::Issuer;
use crate::{a_filled_wallet, filled_by};

fn choice(json: serde_json::Value) -> Choice {
    serde_json::from_value(json).unwrap()
}

fn read_back(shown: &Shown) -> SdJwt {
    let text = qr_presentation::decode(&shown.qr_text).unwrap();
    assert_eq!(text, shown.presentation);
    SdJwt::parse(&text).unwrap()
}

fn with_result(value: &str, scale: Option<&str>) -> (Wallet, String) {
    let mut issuer = Issuer::new();
    issuer.award.result = Some(AwardResult {
        value: value.into(),
        scale: scale.map(str::to_owned),
    });
    let (wallet, card) = filled_by(issuer);
    (wallet, card.id)
}

#[test]
fn employer_sees_the_name_and_what_is_always_visible() {
    let (mut wallet, card) = a_filled_wallet();

    let shown = wallet
        .show(&card.id, &choice(json!({"preset": "employer"})), now())
        .unwrap();

    assert_eq!(shown.visible, [Group::Name]);
    assert_eq!(
        shown.hidden,
        [Group::Outcomes, Group::Assessment, Group::Result, Group::Evidence]
    );
    let seen = facts(&read_back(&shown).processed().unwrap()).unwrap();
    assert_eq!(seen.holder_name, card.holder_name);
    assert!(seen.level.is_some() && seen.size.is_some() && seen.framework.is_some());
    assert!(
        seen.outcomes.is_empty()
            && seen.result.is_none()
            && seen.assessment.is_none()
            && seen.evidence.is_empty()
    );
}

#[test]
fn presentation_is_signed_by_the_holder_over_exactly_what_is_shown() {
    let (mut wallet, card) = a_filled_wallet();
    let shown = wallet
        .show(&card.id, &choice(json!({"groups": ["outcomes"]})), now())
        .unwrap();

    let token = read_back(&shown);
    let key = token.holder_key().unwrap().unwrap();
    let binding = token.verify_key_binding(&key).unwrap();

    assert_eq!(
        (binding.audience.as_str(), binding.nonce.as_str()),
        ("urn:waarmerk:show", "unchallenged")
    );
    assert_eq!(binding.issued_at, now());
    assert_eq!(shown.valid_until, now() + Duration::minutes(5));
    let everything = wallet
        .show(&card.id, &choice(json!({"preset": "examBoard"})), now())
        .unwrap();
    let mixed = format!("{}{}", everything.presentation.rsplit_once('~').unwrap().0, "~")
        + shown.presentation.rsplit_once('~').unwrap().1;
    assert!(SdJwt::parse(&mixed).unwrap().verify_key_binding(&key).is_err());
}

#[test]
fn challenge_of_six_digits_is_answered_and_others_are_refused() {
    let (mut wallet, card) = a_filled_wallet();
    let shown = wallet
        .show(
            &card.id,
            &choice(json!({"groups": [], "challenge": "042731"})),
            now(),
        )
        .unwrap();
    let token = read_back(&shown);
    let key = token.holder_key().unwrap().unwrap();
    assert_eq!(token.verify_key_binding(&key).unwrap().nonce, "042731");

    for challenge in ["", "12345", "1234567", "12345a", "unchallenged"] {
        let refused = wallet
            .show(&card.id, &choice(json!({"challenge": challenge})), now())
            .unwrap_err();
        assert_eq!(refused.code(), "challenge-shape");
    }
}

#[test]
fn verifier_finds_the_presentation_sound() {
    let (mut wallet, card) = a_filled_wallet();
    let shown = wallet
        .show(&card.id, &choice(json!({"preset": "employer"})), now())
        .unwrap();
    let register: Register = a_register().admitting(&an_institution());

    let input = verification::read(&shown.qr_text).unwrap();
    let report = verification::verify(&input, &register.resources(), &register.settings(), now());

    for axis in [
        verification::Axis::Structure,
        verification::Axis::Signature,
        verification::Axis::IssuerKey,
    ] {
        assert_eq!(report.axis(axis).unwrap().outcome, Outcome::Passed, "{axis:?}");
    }
    assert_ne!(
        report.axis(verification::Axis::Holder).unwrap().outcome,
        Outcome::Failed
    );
}

#[test]
fn employer_preset_stays_readable_for_any_camera() {
    let (mut wallet, card) = a_filled_wallet();
    let shown = wallet
        .show(&card.id, &choice(json!({"preset": "employer"})), now())
        .unwrap();
    assert!(
        shown.bytes <= 830 && shown.version <= 20,
        "{} bytes, version {}",
        shown.bytes,
        shown.version
    );
    assert!(shown.svg.starts_with("<svg"));
}

#[test]
fn grade_is_shown_with_its_scale_alone() {
    let (mut wallet, card) = with_result("8", Some("1–10"));
    let shown = wallet
        .show(&card, &choice(json!({"groups": ["result"]})), now())
        .unwrap();
    let claims = read_back(&shown).processed().unwrap();
    assert_eq!(claims["credentialSubject"]["result"][0]["scale"], "1–10");

    let (mut wallet, card) = with_result("8", None);
    let refused = wallet
        .show(&card, &choice(json!({"groups": ["result"]})), now())
        .unwrap_err();
    assert_eq!(refused.code(), "minimum-context");
    assert_eq!(
        wallet.activity()[0].kind,
        ActivityKind::Received,
        "what was refused is not logged as shown"
    );
}

#[test]
fn preset_leaves_out_a_grade_without_scale_and_says_so() {
    let (mut wallet, card) = with_result("8", None);
    let shown = wallet
        .show(&card, &choice(json!({"preset": "examBoard"})), now())
        .unwrap();
    assert_eq!(shown.hidden, [Group::Result]);
    assert_eq!(shown.notes[0].code, "minimum-context");
}

#[test]
fn result_in_words_needs_no_scale() {
    let (mut wallet, card) = with_result("Voldoende", None);
    let shown = wallet
        .show(&card, &choice(json!({"preset": "examBoard"})), now())
        .unwrap();
    assert!(shown.hidden.is_empty() && shown.notes.is_empty());
}

#[test]
fn outcomes_without_level_or_size_are_refused() {
    for member in ["levelIndication", "sizeIndication"] {
        let mut issuer = Issuer::new();
        issuer.change = match member {
            "levelIndication" => |credential| {
                if let Some(achievement) = credential["credentialSubject"]["achievement"].as_object_mut() {
                    achievement.remove("levelIndication");
                }
            },
            _ => |credential| {
                if let Some(achievement) = credential["credentialSubject"]["achievement"].as_object_mut() {
                    achievement.remove("sizeIndication");
                }
            },
        };
        let (mut wallet, card) = filled_by(issuer);
        let refused = wallet
            .show(&card.id, &choice(json!({"groups": ["outcomes"]})), now())
            .unwrap_err();
        assert_eq!(refused.code(), "minimum-context", "{member}");
        assert!(refused.nl().contains("niveau en omvang"));
    }
}

#[test]
fn each_showing_is_logged_without_a_recipient() {
    let (mut wallet, card) = a_filled_wallet();
    wallet
        .show(&card.id, &choice(json!({"groups": ["name", "result"]})), now())
        .unwrap();

    let entry = serde_json::to_value(&wallet.activity()[0]).unwrap();

    assert_eq!(entry["kind"], "shown");
    assert_eq!(entry["groups"], json!(["name", "result"]));
    let mut members: Vec<_> = entry.as_object().unwrap().keys().cloned().collect();
    members.sort();
    assert_eq!(members, ["at", "groups", "kind", "title"]);
}

#[test]
fn unknown_groups_and_presets_are_no_choice() {
    for wrong in [
        json!({"groups": ["birthdate"]}),
        json!({"preset": "everyone"}),
        json!({"group": ["name"]}),
    ] {
        assert!(serde_json::from_value::<Choice>(wrong).is_err());
    }
}
