//! Parts of a credential that was made for choosing by statement.

use crate::*;
use credentials::open_badges::Group;
use serde_json::Value;
use verification::{Axis, Outcome};
use wallet_core::{ActivityKind, Choice, Preset};

const OFFER: &str = r#"{
    "credential_issuer": "https://waterland.example",
    "credential_configuration_ids": ["microcredential_ldp_sd"],
    "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": "opensesame"}}
}"#;

fn a_wallet_with_a_base_proof() -> (Wallet, Card, Issuer) {
    let (mut wallet, mut issuer) = (a_wallet(), Issuer::new());
    let card = collect_offer(&mut wallet, &mut issuer, OFFER).unwrap().remove(0);
    (wallet, card, issuer)
}

fn choice(preset: Option<Preset>, groups: &[Group]) -> Choice {
    Choice {
        preset,
        groups: groups.to_vec(),
        challenge: None,
    }
}

/// Whether a verifier who knows the register finds the signature sound.
fn is_sound(credential: &str, issuer: &Issuer) -> bool {
    let input = verification::read(credential).unwrap();
    let mut resources = verification::Resources::new();
    let list = issuer.register.as_ref().unwrap().signed();
    resources.insert(
        "https://register.example/v1/list",
        verification::Resource::Fetched(verification::Fetched {
            status: 200,
            body: list,
            fetched_at: now(),
        }),
    );
    let report = verification::verify(&input, &resources, &issuer.settings(), now());
    report.axis(Axis::Signature).unwrap().outcome == Outcome::Passed
}

#[test]
fn the_base_proof_is_checked_on_receipt_and_parts_of_it_are_shown() {
    let (mut wallet, card, issuer) = a_wallet_with_a_base_proof();
    assert!(card.notes.is_empty(), "{:?}", card.notes);
    assert!(card.copies[0].selective);

    let shown = wallet
        .derive(&card.id, &choice(Some(Preset::Employer), &[]), now())
        .unwrap();
    assert_eq!(shown.visible, [Group::Name]);
    assert!(!shown.linkable);
    assert!(is_sound(&shown.credential, &issuer));
    let document: Value = serde_json::from_str(&shown.credential).unwrap();
    assert!(document.pointer("/credentialSubject/result").is_none());
    assert!(document.get("credentialStatus").is_some());
    assert_eq!(wallet.activity()[0].kind, ActivityKind::Shown);

    let more = choice(None, &[Group::Result, Group::Outcomes]);
    let shown = wallet.derive(&card.id, &more, now()).unwrap();
    assert_eq!(shown.visible, [Group::Name, Group::Outcomes, Group::Result]);
    assert!(shown.linkable, "it is the same copy");
    assert!(is_sound(&shown.credential, &issuer));
    assert!(shown.credential.contains("\"result\""));
}

#[test]
fn a_file_of_it_is_whole_and_verifies() {
    let (mut wallet, card, issuer) = a_wallet_with_a_base_proof();
    let file = wallet.export(&card.id, &card.copies[0].id, now()).unwrap();
    assert!(is_sound(&file.content, &issuer));
    let document: Value = serde_json::from_str(&file.content).unwrap();
    assert!(!proofs::data_integrity::ecdsa_sd::is_base(&document));
    assert!(document.pointer("/credentialSubject/result").is_some());
}

#[test]
fn a_base_proof_that_was_changed_is_not_kept() {
    let (mut wallet, mut issuer) = (a_wallet(), Issuer::new());
    issuer.spoil = |credential| credential["credentialSubject"]["result"][0]["value"] = "10".into();
    let refused = collect_offer(&mut wallet, &mut issuer, OFFER).unwrap_err();
    assert_eq!(refused.code(), "received-bad-signature");
}

#[test]
fn nothing_is_derived_from_copies_that_were_not_made_for_it() {
    let (mut wallet, card) = a_filled_wallet();
    let refused = wallet.derive(&card.id, &choice(None, &[]), now()).unwrap_err();
    assert_eq!(refused.code(), "no-such-copy");
}
