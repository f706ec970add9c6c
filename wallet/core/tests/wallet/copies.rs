//! Many copies of one award: each for one occasion.

use credentials::award::Participant;
use credentials::open_badges::Group;
use credentials::sd_jwt_vc;
use openid4vc::issuance::client::HttpAnswer;
use proofs::sd_jwt::SdJwt;
use proofs::vc_jose;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use test_support::{now, rng};
use wallet_core::vault::{MAX_SEALED_BYTES, VaultKey};
use wallet_core::{Choice, Format, Use, Wallet, WalletStep};

use crate::issuer::{self, Issuer};
use crate::{PASSPHRASE, a_filled_wallet, a_wallet, collect, drive, filled_by, resealed};

fn nothing_chosen() -> Choice {
    serde_json::from_value(json!({"groups": []})).unwrap()
}

/// An issuer that makes other copies than those before.
fn an_issuer_later() -> Issuer {
    let issuer = Issuer::new();
    issuer.made.set(1_000);
    issuer
}

/// Kinds with the number of copies of each.
fn numbers(card: &wallet_core::Card) -> Vec<(&str, usize)> {
    card.copies
        .iter()
        .map(|kind| (kind.configuration_id.as_str(), kind.number))
        .collect()
}

#[test]
fn one_acceptance_collects_copies_of_every_kind() {
    let (_, card) = a_filled_wallet();

    assert_eq!(
        numbers(&card),
        [
            ("microcredential_show", 10),
            ("microcredential_dc_sd_jwt", 5),
            ("microcredential_vc_sd_jwt", 1),
            ("microcredential_ldp", 1),
        ]
    );
    assert_eq!(card.unlinkable_left, 10);
    assert!(card.copies.iter().all(|kind| kind.unused == kind.number));
}

#[test]
fn issuer_that_gives_fewer_at_once_or_lacks_a_kind_is_collected_from_all_the_same() {
    let mut issuer = Issuer::new();
    issuer.metadata = json!({"batch_credential_issuance": {"batch_size": 3}});
    let (_, card) = filled_by(issuer);
    assert_eq!((card.unlinkable_left, card.copies[1].number), (3, 3));

    let mut issuer = Issuer::new();
    issuer.metadata = json!({"batch_credential_issuance": null});
    let (_, card) = filled_by(issuer);
    assert!(card.copies.iter().all(|kind| kind.number == 1));

    let mut issuer = Issuer::new();
    issuer.metadata = json!({"credential_configurations_supported": {
        "microcredential_ldp": {
            "format": "ldp_vc", "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
        },
        "microcredential_dc_sd_jwt": {
            "format": "dc+sd-jwt", "vct": "https://other.example/diploma",
            "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
        },
    }});
    let (_, card) = filled_by(issuer);
    assert_eq!(
        numbers(&card),
        [("microcredential_ldp", 1)],
        "another type is left alone"
    );
    assert!(!card.showable);
}

#[test]
fn progress_is_told_in_copies() {
    let (mut wallet, mut issuer) = (a_wallet(), Issuer::new());
    let step = wallet.offer_start(issuer::OFFER, issuer.settings()).unwrap();
    let WalletStep::Review(offer) = drive(&mut wallet, step, &mut issuer).unwrap() else {
        panic!()
    };
    assert_eq!(offer.credentials.len(), 4);
    assert_eq!(
        (wallet.offer_progress().done, wallet.offer_progress().total),
        (0, 17)
    );

    let mut step = wallet.offer_accept(None, &mut rng("keys")).unwrap();
    let mut told = BTreeSet::new();
    while let WalletStep::Request(_, request) = step {
        let answer = issuer.answer(&request).unwrap_or(HttpAnswer::Unreachable);
        step = wallet.offer_advance(answer, now(), &mut rng("drive")).unwrap();
        if let WalletStep::Request(..) = step {
            told.insert(wallet.offer_progress().done);
        }
    }

    assert_eq!(told, BTreeSet::from([0, 10, 15, 16, 17]));
}

#[test]
fn each_showing_takes_a_copy_never_used_until_none_is_left() {
    let (mut wallet, card) = a_filled_wallet();
    let mut keys = BTreeSet::new();
    for left in (0..10).rev() {
        let shown = wallet.show(&card.id, &nothing_chosen(), now()).unwrap();
        assert_eq!((shown.linkable, shown.unlinkable_left), (false, left));
        assert!(shown.notes.is_empty());
        let token = SdJwt::parse(&shown.presentation).unwrap();
        assert!(keys.insert(token.holder_key().unwrap().unwrap().thumbprint()));
    }

    let eleventh = wallet.show(&card.id, &nothing_chosen(), now()).unwrap();

    assert!(eleventh.linkable);
    assert_eq!(eleventh.notes[0].code, "linkable");
    assert!(eleventh.notes[0].nl.contains("nieuwe kopieën") && eleventh.notes[0].en.contains("new copies"));
    // The one used least comes next, so that no copy is shown a third time before all were shown twice.
    let mut again = BTreeSet::new();
    for shown in std::iter::once(eleventh)
        .chain((0..9).map(|_| wallet.show(&card.id, &nothing_chosen(), now()).unwrap()))
    {
        let token = SdJwt::parse(&shown.presentation).unwrap();
        again.insert(token.holder_key().unwrap().unwrap().thumbprint());
    }
    assert_eq!(again, keys);
}

#[test]
fn what_was_used_stays_used_when_the_wallet_is_opened_again() {
    let (mut wallet, card) = a_filled_wallet();
    let first = wallet.show(&card.id, &nothing_chosen(), now()).unwrap();
    let sealed = wallet.seal(&mut rng("seal")).unwrap();

    let mut again = Wallet::unlock(&sealed, PASSPHRASE).unwrap();

    assert_eq!(again.card(&card.id).unwrap().unlinkable_left, 9);
    let second = again.show(&card.id, &nothing_chosen(), now()).unwrap();
    let issued = |text: &str| text.split('~').next().unwrap().to_owned();
    assert_ne!(issued(&first.presentation), issued(&second.presentation));
}

#[test]
fn showing_that_is_refused_uses_up_nothing() {
    let (mut wallet, card) = a_filled_wallet();
    let wrong: Choice = serde_json::from_value(json!({"challenge": "12345"})).unwrap();

    assert!(wallet.show(&card.id, &wrong, now()).is_err());

    assert_eq!(wallet.card(&card.id).unwrap().unlinkable_left, 10);
}

/// Every value in a presentation, the signed parts included, with where it is.
fn values(presentation: &str) -> BTreeSet<String> {
    fn gather(path: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| gather(&format!("{path}/{name}"), value, found)),
            // The order of an array is no secret, so its elements are compared wherever they are.
            Value::Array(elements) => elements
                .iter()
                .for_each(|value| gather(&format!("{path}/*"), value, found)),
            leaf => {
                found.insert(format!("{path} {leaf}"));
            }
        }
    }
    let token = SdJwt::parse(presentation).unwrap();
    let mut found = BTreeSet::new();
    gather(
        "header",
        &Value::Object(token.issuer_jws().header().clone()),
        &mut found,
    );
    gather("", &token.issuer_jws().payload_json().unwrap(), &mut found);
    for disclosure in presentation.split('~').skip(1) {
        found.insert(format!("disclosure or key binding {disclosure}"));
    }
    let (_, signature) = presentation.split('~').next().unwrap().rsplit_once('.').unwrap();
    found.insert(format!("signature {signature}"));
    found
}

#[test]
fn two_showings_have_nothing_in_common_that_another_learners_would_not_have() {
    let (mut wallet, card) = a_filled_wallet();
    let mut other = an_issuer_later();
    other.award.participant = Some(Participant {
        given_name: "Bram".into(),
        family_name: "Jansen".into(),
        ..other.award.participant.clone().unwrap()
    });
    let (mut strangers, stranger) = filled_by(other);
    let choice: Choice = serde_json::from_value(json!({"groups": ["outcomes", "assessment"]})).unwrap();
    let mut show = |format: Option<Format>| {
        let mut made = Vec::new();
        for (wallet, card) in [(&mut wallet, &card), (&mut strangers, &stranger)] {
            for _ in 0..2 {
                made.push(match format {
                    None => wallet.show(&card.id, &choice, now()).unwrap().presentation,
                    Some(format) => {
                        let made = wallet.present(&card.id, format, &choice, "a", "n", now());
                        made.unwrap().presentation
                    }
                });
            }
        }
        made
    };

    for format in [None, Some(Format::DcSdJwt)] {
        let made = show(format);
        let [first, second, others, _] = [0, 1, 2, 3].map(|place| values(&made[place]));
        let linking: Vec<_> = first
            .intersection(&second)
            .filter(|value| !others.contains(*value))
            .collect();
        assert!(linking.is_empty(), "{format:?}: {linking:#?}");
        // What must differ is there to differ.
        for own in ["id ", "idx", "Index", "signature", "disclosure"] {
            let differs = first.difference(&second).any(|value| value.contains(own));
            let expected =
                format.is_none() && own != "idx" || format.is_some() && !["id ", "Index"].contains(&own);
            assert!(differs || !expected, "{format:?}: {own}");
        }
    }
}

#[test]
fn presentation_for_somebody_is_of_the_asked_format_and_answers_them() {
    let (mut wallet, card) = a_filled_wallet();
    let choice: Choice = serde_json::from_value(json!({"groups": ["name", "outcomes"]})).unwrap();
    for format in [Format::VcSdJwt, Format::DcSdJwt] {
        let made = wallet
            .present(
                &card.id,
                format,
                &choice,
                "https://verifier.example",
                "n-0S6",
                now(),
            )
            .unwrap();

        assert_eq!(made.visible, [Group::Name, Group::Outcomes]);
        assert!(made.hidden.contains(&Group::Result) && !made.linkable);
        let token = SdJwt::parse(&made.presentation).unwrap();
        let bound = token
            .verify_key_binding(&token.holder_key().unwrap().unwrap())
            .unwrap();
        assert_eq!(
            (bound.audience.as_str(), bound.nonce.as_str()),
            ("https://verifier.example", "n-0S6")
        );
        let facts = match format {
            Format::VcSdJwt => {
                let read = vc_jose::read(&made.presentation).unwrap();
                credentials::open_badges::facts(read.credential())
            }
            Format::DcSdJwt => {
                let read = proofs::sd_jwt_vc::read(&made.presentation).unwrap();
                assert!(
                    read.claims().get("credential_id").is_none(),
                    "nothing that needs not be told"
                );
                sd_jwt_vc::facts(read.claims())
            }
        }
        .unwrap();
        assert_eq!(facts.holder_name, card.holder_name);
        assert_eq!(facts.outcomes.len(), card.outcomes.len());
        assert!(facts.result.is_none() && facts.evidence.is_empty());
    }
    let again = wallet
        .present(&card.id, Format::VcSdJwt, &choice, "a", "n", now())
        .unwrap();
    assert!(again.linkable, "there was one copy of that kind");
    assert_eq!(
        wallet.card(&card.id).unwrap().unlinkable_left,
        10,
        "show copies are not used for it"
    );
}

#[test]
fn exporting_takes_the_copy_that_was_used_before() {
    let (mut wallet, card) = a_filled_wallet();
    wallet.show(&card.id, &nothing_chosen(), now()).unwrap();

    let show = |wallet: &Wallet| wallet.card(&card.id).unwrap().copies[0].clone();
    let kind = show(&wallet);
    wallet.export(&card.id, &kind.id, now()).unwrap();

    assert_eq!((kind.made_for, show(&wallet).unused), (Use::Show, 9));
}

#[test]
fn new_copies_of_an_award_join_its_card() {
    let (mut wallet, card) = a_filled_wallet();
    for _ in 0..10 {
        wallet.show(&card.id, &nothing_chosen(), now()).unwrap();
    }

    let again = collect(&mut wallet, &mut an_issuer_later()).unwrap();

    assert_eq!(wallet.cards().len(), 1);
    assert_eq!(again[0].id, card.id);
    assert_eq!(
        (again[0].unlinkable_left, again[0].copies[0].number),
        (10, 10),
        "used ones are gone"
    );
    assert!(!wallet.show(&card.id, &nothing_chosen(), now()).unwrap().linkable);
}

#[test]
fn kinds_that_the_new_offer_does_not_give_stay() {
    let (mut wallet, _) = a_filled_wallet();
    let mut later = an_issuer_later();
    later.metadata = json!({
        "batch_credential_issuance": {"batch_size": 4},
        "credential_configurations_supported": {
            "microcredential_ldp": {
                "format": "ldp_vc", "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
            },
        },
    });

    let again = collect(&mut wallet, &mut later).unwrap();

    assert_eq!(again[0].unlinkable_left, 10);
    assert_eq!(again[0].copies.len(), 4);
}

#[test]
fn another_result_of_the_same_unit_is_another_card() {
    let (mut wallet, _) = a_filled_wallet();
    let mut other = an_issuer_later();
    other.award.result.as_mut().unwrap().value = "9".into();

    collect(&mut wallet, &mut other).unwrap();

    assert_eq!(wallet.cards().len(), 2);
}

#[test]
fn two_copies_on_one_key_are_refused() {
    let (mut wallet, mut issuer) = (a_wallet(), Issuer::new());
    let step = wallet.offer_start(issuer::OFFER, issuer.settings()).unwrap();
    drive(&mut wallet, step, &mut issuer).unwrap();
    let mut step = wallet.offer_accept(None, &mut rng("keys")).unwrap();
    let refused = loop {
        let WalletStep::Request(_, request) = step else {
            panic!()
        };
        let mut answer = issuer.answer(&request).unwrap();
        if let HttpAnswer::Answered { body, .. } = &mut answer
            && body.contains("notification_id")
        {
            let mut copies: Value = serde_json::from_str(body).unwrap();
            let first = copies["credentials"][0].clone();
            if let Some(second) = copies["credentials"].get_mut(1) {
                *second = first;
            }
            *body = copies.to_string();
        }
        match wallet.offer_advance(answer, now(), &mut rng("drive")) {
            Ok(next) => step = next,
            Err(error) => break error,
        }
    };

    assert_eq!(refused.code(), "received-other-holder");
}

#[test]
fn wallet_of_the_former_version_opens_and_its_shown_copies_count_as_shown() {
    let (mut wallet, card) = a_filled_wallet();
    let earlier = |wallet: &Wallet| {
        resealed(&wallet.seal(&mut rng("seal")).unwrap(), |document| {
            document["version"] = json!(1);
            let copies = document["cards"][0]["copies"].as_array_mut().unwrap();
            // One copy of each kind, without what the former version did not know.
            let mut kinds = BTreeSet::new();
            copies.retain(|copy| {
                copy["format"] != "dc+sd-jwt" && kinds.insert(copy["configuration_id"].to_string())
            });
            assert_eq!(copies.len(), 3);
            for copy in copies {
                copy.as_object_mut().unwrap().remove("use");
                copy.as_object_mut().unwrap().remove("shown");
            }
        })
    };

    let opened = Wallet::unlock(&earlier(&wallet), PASSPHRASE).unwrap();
    assert_eq!(opened.card(&card.id).unwrap().unlinkable_left, 1, "never shown");

    wallet.show(&card.id, &nothing_chosen(), now()).unwrap();
    let mut opened = Wallet::unlock(&earlier(&wallet), PASSPHRASE).unwrap();
    let view = opened.card(&card.id).unwrap();
    assert_eq!((view.title.clone(), view.unlinkable_left), (card.title, 0));
    assert!(view.showable);
    assert!(opened.show(&card.id, &nothing_chosen(), now()).unwrap().linkable);

    let sealed = opened.seal(&mut rng("seal")).unwrap();
    let (_, document) = VaultKey::unlock(&sealed, PASSPHRASE).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(document["version"], 3);
}

#[test]
fn wallet_of_a_later_version_is_not_misread() {
    let (wallet, _) = a_filled_wallet();
    let later = resealed(&wallet.seal(&mut rng("seal")).unwrap(), |document| {
        document["version"] = json!(4)
    });

    assert_eq!(
        Wallet::unlock(&later, PASSPHRASE).unwrap_err().code(),
        "newer-wallet"
    );
}

#[test]
fn as_many_cards_as_a_wallet_holds_fit_into_its_sealed_file() {
    let (wallet, _) = a_filled_wallet();
    let empty = a_wallet().seal(&mut rng("seal")).unwrap().len();
    let card = wallet.seal(&mut rng("seal")).unwrap().len() - empty;

    assert!(card * 300 < MAX_SEALED_BYTES, "{card} bytes a card");
}

#[test]
fn copy_with_a_single_status_entry_becomes_a_code_too() {
    let mut issuer = Issuer::new();
    issuer.change = |credential| {
        if let Some(Value::Array(entries)) = credential.get("credentialStatus") {
            let revocation = entries[0].clone();
            credential["credentialStatus"] = revocation;
        }
    };
    let (mut wallet, card) = filled_by(issuer);

    let shown = wallet.show(&card.id, &nothing_chosen(), now()).unwrap();

    let text = qr_presentation::decode(&shown.qr_text).unwrap();
    assert_eq!(text, shown.presentation);
    let read = vc_jose::read(&text).unwrap();
    assert_eq!(
        read.credential()["credentialStatus"]["statusPurpose"],
        "revocation"
    );
}
