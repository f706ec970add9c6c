//! Links: what is behind them, and taking them back.

use chrono::{Duration, TimeDelta};
use openid4vc::issuance::client::HttpAnswer;
use proofs::sd_jwt::SdJwt;
use serde_json::{Value, json};
use share_link::{ShareLink, open};
use test_support::{a_register, an_institution, now, rng};
use verification::{Axis, Outcome};
use wallet_core::{ActivityKind, SendChoice, ShareAct, ShareState, ShareView, Wallet};

use crate::{PASSPHRASE, a_filled_wallet};

const SERVICE: &str = "https://wallet.example/";

fn choice(more: Value) -> SendChoice {
    let mut choice =
        json!({"preset": "employer", "purpose": "Sollicitatie", "until": now() + TimeDelta::days(30)});
    for (name, value) in more.as_object().unwrap() {
        choice[name] = value.clone();
    }
    serde_json::from_value(choice).unwrap()
}

fn sent(wallet: &mut Wallet, card: &str, more: Value) -> ShareView {
    wallet
        .send(card, &choice(more), SERVICE, now(), &mut rng("send"))
        .unwrap()
}

/// What a store answers when all is well.
fn status(state: &str, views: u32) -> HttpAnswer {
    let body = json!({"state": state, "until": now() + TimeDelta::days(30), "views": views, "lastOpenedOn": "2026-11-21"});
    HttpAnswer::Answered {
        status: 200,
        body: body.to_string(),
    }
}

fn refusal(status: u16, kind: &str) -> HttpAnswer {
    let body = json!({"type": format!("/problems/{kind}"), "detail": "Words.", "detailNl": "Woorden."});
    HttpAnswer::Answered {
        status,
        body: body.to_string(),
    }
}

#[test]
fn link_holds_what_was_chosen_signed_for_it_alone() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(
        &mut wallet,
        &card.id,
        json!({"preset": null, "groups": ["outcomes"]}),
    );

    let request = wallet.share_request(&share.id, ShareAct::Keep).unwrap();
    let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    let link = ShareLink::parse(&share.link).unwrap();
    let behind = open(body["share"].as_str().unwrap(), &link).unwrap();

    assert_eq!(
        (request.method, request.url.as_str()),
        ("POST", "https://wallet.example/v1/shares")
    );
    assert!(share.link.starts_with("https://wallet.example/s/#"));
    assert_eq!(behind.terms.purpose(), "Sollicitatie");
    let token = SdJwt::parse(&behind.presentation).unwrap();
    let binding = token
        .verify_key_binding(&token.holder_key().unwrap().unwrap())
        .unwrap();
    assert_eq!(
        (binding.audience, binding.nonce),
        (link.id().uri(), behind.terms.digest(&link))
    );
    assert_eq!(serde_json::to_value(&share.visible).unwrap(), json!(["outcomes"]));
    assert!(
        !request.body.unwrap().contains(link.key().as_str()),
        "the key is in the link alone"
    );
    assert!(!format!("{share:?} {wallet:?}").contains(link.key().as_str()));
}

#[test]
fn verifier_finds_what_is_behind_the_link_sound() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(&mut wallet, &card.id, json!({}));
    let request = wallet.share_request(&share.id, ShareAct::Keep).unwrap();
    let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    let register = a_register().admitting(&an_institution());

    let link = ShareLink::parse(&share.link).unwrap();
    let input = verification::open(&link, body["share"].as_str().unwrap()).unwrap();
    let later = now() + Duration::days(3);
    let report = verification::verify(&input, &register.resources(), &register.settings(), later);

    let holder = report.axis(Axis::Holder).unwrap();
    assert_eq!((holder.outcome, holder.code().id()), (Outcome::Passed, "HLD-008"));
    assert_eq!(report.axis(Axis::Signature).unwrap().outcome, Outcome::Passed);
}

#[test]
fn each_link_has_its_own_key_id_and_capability() {
    let (mut wallet, card) = a_filled_wallet();
    let mut random = rng("two links");
    let [one, two] = [(); 2].map(|()| {
        let share = wallet
            .send(&card.id, &choice(json!({})), SERVICE, now(), &mut random)
            .unwrap();
        let owner = wallet.share_request(&share.id, ShareAct::Look).unwrap().headers[1]
            .1
            .clone();
        (share.id, share.link, owner)
    });
    assert!(one.0 != two.0 && one.1 != two.1 && one.2 != two.2);
}

#[test]
fn capability_is_sealed_before_the_store_knows_it_so_a_crash_loses_nothing() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(&mut wallet, &card.id, json!({"maxViews": 5}));
    let request = wallet.share_request(&share.id, ShareAct::Keep).unwrap();
    let sealed = wallet.seal(&mut rng("seal")).unwrap();

    let mut again = Wallet::unlock(&sealed, PASSPHRASE).unwrap();

    assert_eq!(again.shares(now())[0].state, ShareState::Making);
    assert_eq!(
        again.share_request(&share.id, ShareAct::Keep).unwrap(),
        request,
        "word for word"
    );
    let kept = again
        .share_answer(&share.id, ShareAct::Keep, &status("open", 0), now())
        .unwrap();
    assert_eq!((kept.state, kept.link), (ShareState::Open, share.link));
    let look = again.share_request(&share.id, ShareAct::Keep).unwrap();
    assert_eq!(
        (look.method, look.url.path()),
        ("GET", "/v1/share"),
        "what is kept is not sent again"
    );
    assert!(!look.url.as_str().contains(&look.headers[1].1));
}

#[test]
fn opens_are_counted_as_the_store_tells_and_the_end_comes_without_it() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(&mut wallet, &card.id, json!({}));
    wallet
        .share_answer(&share.id, ShareAct::Keep, &status("open", 0), now())
        .unwrap();

    let looked = wallet
        .share_answer(&share.id, ShareAct::Look, &status("open", 3), now())
        .unwrap();
    assert_eq!(
        (looked.views, looked.last_opened_on.unwrap().to_string()),
        (3, "2026-11-21".to_owned())
    );
    assert_eq!(
        wallet.shares(now() + TimeDelta::days(30))[0].state,
        ShareState::Ended
    );
    let used = wallet
        .share_answer(&share.id, ShareAct::Look, &status("usedUp", 5), now())
        .unwrap();
    assert_eq!(used.state, ShareState::UsedUp);
}

#[test]
fn withdrawn_link_is_logged_once_and_can_be_taken_off_the_list() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(&mut wallet, &card.id, json!({}));
    wallet
        .share_answer(&share.id, ShareAct::Keep, &status("open", 0), now())
        .unwrap();
    assert_eq!(
        wallet.forget_share(&share.id, now()).unwrap_err().code(),
        "share-in-use"
    );

    for _ in 0..2 {
        let request = wallet.share_request(&share.id, ShareAct::Withdraw).unwrap();
        assert_eq!(
            (request.method, request.url.path(), &request.body),
            ("DELETE", "/v1/share", &None)
        );
        wallet
            .share_answer(&share.id, ShareAct::Withdraw, &status("withdrawn", 1), now())
            .unwrap();
    }

    let logged = |kind| {
        wallet
            .activity()
            .iter()
            .filter(|entry| entry.kind == kind)
            .count()
    };
    assert_eq!(
        (logged(ActivityKind::Sent), logged(ActivityKind::Withdrawn)),
        (1, 1)
    );
    assert_eq!(wallet.shares(now())[0].withdrawn_at, Some(now()));
    wallet.forget_share(&share.id, now()).unwrap();
    assert!(wallet.shares(now()).is_empty());
    assert_eq!(
        wallet
            .share_request(&share.id, ShareAct::Look)
            .unwrap_err()
            .code(),
        "no-such-share"
    );
}

#[test]
fn what_the_store_refuses_is_said_in_its_words_and_changes_nothing() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(&mut wallet, &card.id, json!({}));

    let refused = wallet
        .share_answer(&share.id, ShareAct::Keep, &refusal(503, "store-full"), now())
        .unwrap_err();
    assert_eq!(
        (refused.nl().as_str(), refused.en().as_str()),
        ("Woorden.", "Words.")
    );
    let silent = wallet
        .share_answer(&share.id, ShareAct::Keep, &HttpAnswer::Unreachable, now())
        .unwrap_err();
    assert_eq!(silent.code(), "store-unreachable");
    for body in ["", "<html>", "[]", "{\"state\": \"sold\"}"] {
        let odd = HttpAnswer::Answered {
            status: 200,
            body: body.into(),
        };
        assert_eq!(
            wallet
                .share_answer(&share.id, ShareAct::Keep, &odd, now())
                .unwrap_err()
                .code(),
            "store-refused"
        );
    }

    assert_eq!(wallet.shares(now())[0].state, ShareState::Making);
    let never_kept = refusal(401, "unauthorized");
    let withdrawn = wallet
        .share_answer(&share.id, ShareAct::Withdraw, &never_kept, now())
        .unwrap();
    assert_eq!(
        withdrawn.state,
        ShareState::Withdrawn,
        "it was never kept, so nobody can open it"
    );
}

#[test]
fn purpose_end_and_address_must_make_sense() {
    let (mut wallet, card) = a_filled_wallet();
    for (wrong, code) in [
        (json!({"purpose": "  "}), "purpose-missing"),
        (json!({"purpose": "x".repeat(141)}), "purpose-unusable"),
        (json!({"purpose": "een\ntwee"}), "purpose-unusable"),
        (json!({"purpose": "\u{202e}omgekeerd"}), "purpose-unusable"),
        (json!({"until": now()}), "end-unusable"),
        (json!({"until": now() + TimeDelta::days(400)}), "end-unusable"),
    ] {
        let refused = wallet
            .send(&card.id, &choice(wrong), SERVICE, now(), &mut rng("wrong"))
            .unwrap_err();
        assert_eq!(refused.code(), code);
    }
    for service in [
        "",
        "ftp://wallet.example",
        "https://me@wallet.example",
        "https://wallet.example/?a=b",
    ] {
        let refused = wallet
            .send(&card.id, &choice(json!({})), service, now(), &mut rng("wrong"))
            .unwrap_err();
        assert_eq!(refused.code(), "no-store", "{service}");
    }
    assert!(wallet.shares(now()).is_empty());
    assert_eq!(wallet.activity()[0].kind, ActivityKind::Received);
}

#[test]
fn links_outlive_the_card_so_that_they_can_be_withdrawn() {
    let (mut wallet, card) = a_filled_wallet();
    let share = sent(&mut wallet, &card.id, json!({}));
    wallet.remove(&card.id, now()).unwrap();
    assert_eq!(wallet.shares(now())[0].title, share.title);
    assert!(wallet.share_request(&share.id, ShareAct::Withdraw).is_ok());
}

#[test]
fn wallet_of_an_earlier_version_opens_and_has_no_links() {
    use wallet_core::vault::{Cost, VaultKey};
    let mut random = rng("earlier");
    let key = VaultKey::create(PASSPHRASE, Cost::LEAST, &mut random).unwrap();
    let document = json!({"version": 1, "cards": [], "activity": []}).to_string();
    let sealed = key.seal(document.as_bytes(), &mut random).unwrap();
    assert!(
        Wallet::unlock(&sealed, PASSPHRASE)
            .unwrap()
            .shares(now())
            .is_empty()
    );

    let newer = json!({"version": 99, "cards": [], "activity": []}).to_string();
    let sealed = key.seal(newer.as_bytes(), &mut random).unwrap();
    assert_eq!(
        Wallet::unlock(&sealed, PASSPHRASE).unwrap_err().code(),
        "newer-wallet"
    );
}
