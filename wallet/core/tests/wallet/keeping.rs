//! Sealing, opening, exporting, removing.

use serde_json::json;
use test_support::{now, rng};
use verification::Input;
use wallet_core::vault::Cost;
use wallet_core::{ActivityKind, Choice, Wallet};

use crate::{PASSPHRASE, a_filled_wallet, a_wallet};

#[test]
fn sealed_wallet_opens_with_its_cards_keys_and_log() {
    let (wallet, card) = a_filled_wallet();
    let sealed = wallet.seal(&mut rng("seal")).unwrap();

    let mut again = Wallet::unlock(&sealed, PASSPHRASE).unwrap();

    assert_eq!(again.cards().first(), Some(&card));
    assert_eq!(again.activity(), wallet.activity());
    let choice: Choice = serde_json::from_value(json!({"preset": "employer"})).unwrap();
    assert!(again.show(&card.id, &choice, now()).is_ok(), "the key came along");
}

#[test]
fn nothing_of_a_card_can_be_read_from_the_sealed_bytes() {
    let (wallet, card) = a_filled_wallet();
    let sealed = wallet.seal(&mut rng("seal")).unwrap();
    for secret in [
        card.title.nl.unwrap(),
        card.holder_name.unwrap(),
        "did:web".to_owned(),
        "\"d\"".to_owned(),
    ] {
        assert!(
            !sealed
                .windows(secret.len())
                .any(|bytes| bytes == secret.as_bytes()),
            "{secret}"
        );
    }
}

#[test]
fn wrong_passphrase_and_damage_are_different_answers() {
    let mut sealed = a_wallet().seal(&mut rng("seal")).unwrap();
    assert_eq!(
        Wallet::unlock(&sealed, "acht groene fietsen").unwrap_err().code(),
        "wrong-passphrase"
    );
    sealed[60] ^= 1;
    assert_eq!(
        Wallet::unlock(&sealed, PASSPHRASE).unwrap_err().code(),
        "damaged-wallet"
    );
}

#[test]
fn weak_passphrase_makes_no_wallet() {
    for (weak, code) in [("kort", "passphrase-too-short"), ("        ", "passphrase-blank")] {
        let refused = Wallet::create(weak, Cost::LEAST, &mut rng("weak")).unwrap_err();
        assert_eq!(refused.code(), code);
    }
}

#[test]
fn changed_passphrase_is_the_one_that_opens() {
    let mut wallet = a_wallet();
    wallet
        .change_passphrase("een heel andere zin", Cost::LEAST, &mut rng("new"))
        .unwrap();
    let sealed = wallet.seal(&mut rng("seal")).unwrap();
    assert!(Wallet::unlock(&sealed, PASSPHRASE).is_err());
    assert!(Wallet::unlock(&sealed, "een heel andere zin").is_ok());
}

#[test]
fn exported_copies_are_read_by_a_verifier() {
    let (mut wallet, card) = a_filled_wallet();
    for (copy, extension) in card
        .copies
        .iter()
        .zip(["sd-jwt.txt", "sd-jwt.txt", "sd-jwt.txt", "json"])
    {
        let file = wallet.export(&card.id, &copy.id, now()).unwrap();
        assert_eq!(
            file.file_name,
            format!("warmtepompsystemen-ontwerpen.{extension}")
        );
        match verification::read(&file.content).unwrap() {
            Input::SdJwt(_) => assert!(["vc+sd-jwt", "dc+sd-jwt"].contains(&copy.format.as_str())),
            Input::DataIntegrity(_) => assert_eq!(copy.format, "ldp_vc"),
            Input::Jwt(_) | Input::Shared(_) | Input::Presented(_) => panic!("not what the wallet keeps"),
        }
    }
    assert_eq!(wallet.activity()[0].kind, ActivityKind::Exported);
    assert_eq!(
        wallet.export(&card.id, "other", now()).unwrap_err().code(),
        "no-such-copy"
    );
}

#[test]
fn removed_card_is_gone_and_the_log_says_so() {
    let (mut wallet, card) = a_filled_wallet();
    wallet.remove(&card.id, now()).unwrap();
    assert!(wallet.cards().is_empty());
    assert_eq!(wallet.card(&card.id).unwrap_err().code(), "no-such-card");
    assert_eq!(wallet.remove(&card.id, now()).unwrap_err().code(), "no-such-card");
    assert_eq!(wallet.activity()[0].kind, ActivityKind::Removed);
}

#[test]
fn printing_a_wallet_shows_nothing_of_it() {
    let (wallet, card) = a_filled_wallet();
    let printed = format!("{wallet:?} {card:?} {:?}", wallet.activity());
    assert!(
        !printed.contains("Warmtepomp") && !printed.contains("Sanne"),
        "{printed}"
    );
}
