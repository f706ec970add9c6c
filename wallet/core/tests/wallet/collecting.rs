//! What is kept, and what is refused on receipt.

use serde_json::{Value, json};
use test_support::{Institution, a_register, now, rng};
use wallet_core::{ActivityKind, Use, WalletStep};

use crate::issuer::{self, Issuer};
use crate::{a_filled_wallet, a_wallet, collect, drive, filled_by};

#[test]
fn copies_of_one_offer_become_one_checked_card() {
    let (wallet, card) = a_filled_wallet();

    assert_eq!(card.title.nl.as_deref(), Some("Warmtepompsystemen ontwerpen"));
    assert_eq!(card.level.as_ref().unwrap().eqf, 6);
    assert_eq!(card.collected_from, "https://waterland.example");
    assert!(card.holder_name.is_some() && !card.outcomes.is_empty() && !card.description.is_empty());
    let uses: Vec<_> = card
        .copies
        .iter()
        .map(|copy| (copy.made_for, copy.selective))
        .collect();
    assert_eq!(
        uses,
        [
            (Use::Show, true),
            (Use::Portable, true),
            (Use::Portable, true),
            (Use::Portable, false)
        ]
    );
    assert!(card.notes.is_empty(), "{:?}", card.notes);
    assert_eq!(wallet.cards(), [card]);
    assert_eq!(wallet.activity()[0].kind, ActivityKind::Received);
}

#[test]
fn issuer_is_named_in_both_languages_and_stays_so() {
    let (wallet, card) = a_filled_wallet();
    assert_eq!(
        card.issuer_names.institution.nl.as_deref(),
        Some("Hogeschool Waterland")
    );
    assert_eq!(
        card.issuer_names.institution.en.as_deref(),
        Some("Waterland University of Applied Sciences")
    );

    let sealed = wallet.seal(&mut rng("seal")).unwrap();
    let opened = wallet_core::Wallet::unlock(&sealed, crate::PASSPHRASE).unwrap();
    assert_eq!(opened.cards(), [card]);

    // A wallet of before the names were kept still opens, and says what the credential says.
    let former = crate::resealed(&sealed, |document| {
        document["cards"][0]
            .as_object_mut()
            .unwrap()
            .remove("issuer_names");
    });
    let opened = wallet_core::Wallet::unlock(&former, crate::PASSPHRASE).unwrap();
    assert!(opened.cards()[0].issuer_names.institution.is_empty());
    assert_eq!(
        opened.cards()[0].issuer.institution.as_deref(),
        Some("Hogeschool Waterland")
    );
}

#[test]
fn issuer_is_told_once_the_copies_are_kept() {
    let (mut wallet, mut issuer) = (a_wallet(), Issuer::new());
    let step = wallet.offer_start(issuer::OFFER, issuer.settings()).unwrap();
    drive(&mut wallet, step, &mut issuer).unwrap();
    let step = wallet.offer_accept(None, &mut rng("keys")).unwrap();

    let WalletStep::Done { notifications, .. } = drive(&mut wallet, step, &mut issuer).unwrap() else {
        panic!()
    };

    assert_eq!(notifications.len(), 4);
    assert!(
        notifications
            .iter()
            .all(|request| request.body.as_deref().unwrap().contains("credential_accepted"))
    );
}

#[test]
fn signature_that_cannot_be_checked_is_noted_and_one_that_is_false_is_refused() {
    let mut unreachable = Issuer::new();
    unreachable.register = None;
    let (_, card) = filled_by(unreachable);
    assert_eq!(card.notes[0].code, "signature-unchecked");

    let mut forger = Issuer::new();
    forger.signs_as = Institution::new("forger", "Vervalser", "Forger");
    let mut wallet = a_wallet();
    let refused = collect(&mut wallet, &mut forger).unwrap_err();
    assert_eq!(refused.code(), "received-bad-signature");
    assert!(wallet.cards().is_empty());
    let told = wallet.take_notifications();
    assert!(
        told.iter()
            .all(|request| request.body.as_deref().unwrap().contains("credential_failure"))
    );
    assert_eq!(told.len(), 4);
}

#[test]
fn copy_signed_with_a_key_that_had_ended_is_refused() {
    let mut issuer = Issuer::new();
    let institution = issuer.institution.clone().keys_valid(
        test_support::day("2025-05-01"),
        Some(test_support::day("2025-06-01")),
    );
    issuer.register = Some(a_register().admitting(&institution));

    let refused = collect(&mut a_wallet(), &mut issuer).unwrap_err();

    assert_eq!(refused.code(), "received-bad-signature");
}

#[test]
fn copy_for_another_holder_is_refused() {
    let another = |credential: &mut Value| {
        if let Some(subject) = credential.get_mut("credentialSubject") {
            subject["id"] = json!("did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169");
        }
    };
    let unbound = |credential: &mut Value| {
        credential.as_object_mut().unwrap().remove("cnf");
        if let Some(subject) = credential.get_mut("credentialSubject") {
            subject.as_object_mut().unwrap().remove("id");
        }
    };
    let unbound_token = |claims: &mut Value| {
        if claims.get("vct").is_some() {
            claims.as_object_mut().unwrap().remove("cnf");
        }
    };
    for change in [another, unbound, unbound_token] {
        let mut issuer = Issuer::new();
        issuer.change = change;
        let refused = collect(&mut a_wallet(), &mut issuer).unwrap_err();
        assert_eq!(refused.code(), "received-other-holder");
    }
}

#[test]
fn malformed_copies_are_refused() {
    let spoils: [fn(&mut Value); 4] = [
        // A disclosure that belongs to nothing.
        |credential| {
            if let Value::String(text) = credential {
                text.push_str("WyJzYWx0IiwibmFtZSIsIngiXQ~");
            }
        },
        |credential| *credential = json!("no token"),
        |credential| *credential = json!({"credential": "object"}),
        |credential| *credential = json!(null),
    ];
    for spoil in spoils {
        let mut issuer = Issuer::new();
        issuer.spoil = spoil;
        let refused = collect(&mut a_wallet(), &mut issuer).unwrap_err();
        assert_eq!(refused.code(), "received-malformed");
    }
}

#[test]
fn other_kinds_of_credentials_are_refused() {
    let mut issuer = Issuer::new();
    issuer.change = |credential| credential["type"] = json!(["VerifiableCredential"]);
    let refused = collect(&mut a_wallet(), &mut issuer).unwrap_err();
    assert_eq!(refused.code(), "received-other-kind");
}

#[test]
fn different_achievements_of_one_offer_become_different_cards() {
    let mut issuer = Issuer::new();
    issuer.change = |credential| {
        if credential["cnf"].get("kid").is_some() {
            credential["credentialSubject"]["achievement"]["id"] =
                json!("https://waterland.example/achievements/other");
        }
    };
    let mut wallet = a_wallet();
    assert_eq!(collect(&mut wallet, &mut issuer).unwrap().len(), 2);
    assert_eq!(wallet.cards().len(), 2);
}

#[test]
fn status_lists_are_not_asked_for_on_receipt() {
    let (mut wallet, mut issuer) = (a_wallet(), Issuer::new());
    collect(&mut wallet, &mut issuer).unwrap();
    assert!(!issuer.asked.iter().any(|path| path.contains("status")));
    assert_eq!(issuer.asked.iter().filter(|path| *path == "/v1/list").count(), 1);
}

#[test]
fn nothing_is_collected_out_of_turn() {
    let mut wallet = a_wallet();
    assert_eq!(
        wallet.offer_accept(None, &mut rng("keys")).unwrap_err().code(),
        "not-collecting"
    );
    assert_eq!(wallet.offer_retry(now()).unwrap_err().code(), "not-collecting");
}
