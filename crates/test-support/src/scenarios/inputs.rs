//! What is nothing to check.

use serde_json::json;
use verification::{Code, input::MAX_INPUT_CHARACTERS};

use super::{Answer, Expected, Scenario, World, links};
use crate::{a_microcredential, a_register, now};

pub(super) fn scenarios(base: &str) -> impl Iterator<Item = Scenario> {
    let mut settings = a_register().published_at(&format!("{base}/v1/list")).settings();
    settings.loopback_origins = vec![base.to_owned()];
    // Base45 of 0x91 0x01: version 9.
    let of_a_later_version = "WM1:-EI".to_owned();
    let at_store = links::link(base);
    let link = at_store.reveal();
    let of_another = Answer::Body(json!({"share": "e30..AA.AA.AA"}).to_string());
    let store = World::from([(at_store.open_address(), of_another)]);
    let signed = a_microcredential().signed_as_jwt();
    let several = signed.presenting(|presentation| {
        let one = presentation["verifiableCredential"][0].clone();
        presentation["verifiableCredential"] = json!([one, one]);
    });
    let broken = signed.presenting(|presentation| {
        presentation["verifiableCredential"][0]["id"] = "data:text/plain,hallo".into();
    });
    let cases = [
        ("nothing", String::new(), Code::InputEmpty),
        (
            "a text that is far too long",
            "x".repeat(MAX_INPUT_CHARACTERS + 1),
            Code::InputTooLarge,
        ),
        (
            "a QR code that was read badly",
            "WM1:%%%".to_owned(),
            Code::InputQrDamaged,
        ),
        (
            "a QR code of a later version",
            of_a_later_version,
            Code::InputQrTooNew,
        ),
        (
            "a credential offer",
            "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fcollege.example%2Foffers%2F1"
                .to_owned(),
            Code::InputOffer,
        ),
        (
            "the code of another verifier",
            "WMC1:493817".to_owned(),
            Code::InputChallenge,
        ),
        (
            "JSON without a proof",
            r#"{"credentialSubject": {}}"#.to_owned(),
            Code::InputNotACredential,
        ),
        ("a presentation with two credentials", several, Code::InputSeveral),
        (
            "a presentation with something else in it",
            broken,
            Code::InputPresentationBroken,
        ),
        (
            "a link that was cut off",
            link[..link.len() - 4].to_owned(),
            Code::InputLinkIncomplete,
        ),
        (
            "a link with another key",
            link.replace(&link[link.len() - 9..], "AAAAAAAAA"),
            Code::InputLinkWrongKey,
        ),
        (
            "a link with something else behind it",
            link.clone(),
            Code::InputShareChanged,
        ),
        (
            "a link with what somebody says that its store gave",
            json!({"link": link, "share": "e30..AA.AA.AA"}).to_string(),
            Code::InputNotACredential,
        ),
        (
            "a text that means nothing here",
            "hallo".to_owned(),
            Code::InputUnknown,
        ),
    ];
    cases.into_iter().map(move |(name, text, code)| Scenario {
        name,
        text,
        settings: settings.clone(),
        world: store.clone(),
        at: now(),
        expected: Expected::Unreadable(code),
    })
}
