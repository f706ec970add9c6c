//! A wallet with an issuer at the other end: collecting, showing, keeping.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod collecting;
mod copies;
mod deriving;
mod issuer;
mod keeping;
mod sending;
mod showing;

use issuer::Issuer;
use openid4vc::issuance::client::HttpAnswer;
use test_support::{now, rng};
use wallet_core::vault::{Cost, VaultKey};
use wallet_core::{Card, Wallet, WalletError, WalletStep};

const PASSPHRASE: &str = "zeven groene fietsen";

fn a_wallet() -> Wallet {
    Wallet::create(PASSPHRASE, Cost::LEAST, &mut rng("wallet")).unwrap()
}

/// Answers requests until the learner is asked, the cards are there, or something is wrong.
fn drive(wallet: &mut Wallet, mut step: WalletStep, issuer: &mut Issuer) -> Result<WalletStep, WalletError> {
    let mut random = rng("drive");
    while let WalletStep::Request(_, request) = step {
        let answer = issuer.answer(&request).unwrap_or(HttpAnswer::Unreachable);
        step = wallet.offer_advance(answer, now(), &mut random)?;
    }
    Ok(step)
}

fn collect(wallet: &mut Wallet, issuer: &mut Issuer) -> Result<Vec<Card>, WalletError> {
    collect_offer(wallet, issuer, issuer::OFFER)
}

fn collect_offer(wallet: &mut Wallet, issuer: &mut Issuer, offer: &str) -> Result<Vec<Card>, WalletError> {
    let step = wallet.offer_start(offer, issuer.settings())?;
    let WalletStep::Review(_) = drive(wallet, step, issuer)? else {
        panic!("nothing to review")
    };
    let step = wallet.offer_accept(None, &mut rng("keys"))?;
    match drive(wallet, step, issuer)? {
        WalletStep::Done { cards, .. } => Ok(cards),
        other => panic!("not done but {other:?}"),
    }
}

/// Seals what was read from a sealed wallet, after a change to the document inside.
fn resealed(sealed: &[u8], change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let (key, document) = VaultKey::unlock(sealed, PASSPHRASE).unwrap();
    let mut document = serde_json::from_slice(&document).unwrap();
    change(&mut document);
    key.seal(document.to_string().as_bytes(), &mut rng("again"))
        .unwrap()
}

/// A wallet with the card that a sound issuer gave.
fn a_filled_wallet() -> (Wallet, Card) {
    filled_by(Issuer::new())
}

fn filled_by(mut issuer: Issuer) -> (Wallet, Card) {
    let mut wallet = a_wallet();
    let card = collect(&mut wallet, &mut issuer).unwrap().remove(0);
    (wallet, card)
}
