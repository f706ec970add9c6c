//! What a scanner may be shown or given to paste, as text: an answer in both languages, in little time, and never
//! green.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::time::{Duration, Instant};

use browser::{Wallet, needs, qr_svg, read, verify};
use serde_json::{Value, json};
use test_support::{a_microcredential, a_register, an_institution};

const NOW: &str = "2026-11-21T12:00:00+01:00";

/// The longest that one text may keep a page busy, in a build that is not optimised.
const LONGEST: Duration = Duration::from_secs(10);

/// Texts by what is wrong with them.
fn corpus() -> Vec<(&'static str, String)> {
    let sound = a_microcredential().signed().shown();
    let signed = a_microcredential().signed_as_data_integrity().text;
    let (head, rest) = sound.split_once('~').unwrap();
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![b'~'; 20_000_000], 6);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut credential: Value = serde_json::from_str(&signed).unwrap();
        change(&mut credential);
        credential.to_string()
    };
    vec![
        ("nothing", String::new()),
        ("only white space", " \n\t".repeat(50_000)),
        ("one letter, a million times", "a".repeat(1_000_000)),
        ("arrays 10,000 deep", "[".repeat(10_000)),
        ("objects 10,000 deep", "{\"a\":".repeat(10_000)),
        (
            "closed objects 10,000 deep",
            format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
        ),
        (
            "100,000 small values",
            format!("{{\"a\":[{}0]}}", "0,".repeat(100_000)),
        ),
        (
            "a number of 100,000 digits",
            format!("{{\"a\":{}}}", "9".repeat(100_000)),
        ),
        ("a member twice", r#"{"proof":1,"proof":2}"#.to_owned()),
        (
            "a member twice, once in escapes",
            r#"{"proof":1,"pro\u006ff":2}"#.to_owned(),
        ),
        ("a page", "<!doctype html><script>alert(1)</script>".to_owned()),
        (
            "a script as address",
            "javascript:alert(document.domain)".to_owned(),
        ),
        (
            "a page as address",
            "data:text/html,<script>alert(1)</script>".to_owned(),
        ),
        (
            "letters from right to left",
            "\u{202e}0,7~\u{2066}WM1:\u{0}".to_owned(),
        ),
        ("zero bytes", "\u{0}".repeat(10_000)),
        ("a code that is empty", "WM1:".to_owned()),
        ("a code of noise", format!("WM1:{}", "QED8WEX0".repeat(500))),
        ("a code that is too long", format!("WM1:{}", "0".repeat(200_000))),
        (
            "a code that unpacks to 20 MB",
            format!("WM1:{}", base45::encode(&zeros)),
        ),
        ("a code of a later version", "WM9:ABC".to_owned()),
        ("an SD-JWT of separators", "~".repeat(200_000)),
        ("an SD-JWT of points", ".".repeat(200_000)),
        (
            "100,000 times the same disclosure",
            format!("{head}~{}", "WyJhIiwiYiIsImMiXQ~".repeat(10_000)),
        ),
        ("an SD-JWT with everything twice", format!("{sound}{sound}")),
        ("an SD-JWT cut off", sound[..sound.len() / 2].to_owned()),
        (
            "an SD-JWT without its signature",
            format!("{}.~{rest}", head.rsplit_once('.').unwrap().0),
        ),
        (
            "an SD-JWT that says it needs no signature",
            format!("eyJhbGciOiJub25lIiwidHlwIjoidmMrc2Qtand0In0.e30.~{rest}"),
        ),
        (
            "an envelope in an envelope",
            format!("data:application/vc+sd-jwt,data:application/vc+sd-jwt,{sound}"),
        ),
        (
            "an offer of a file",
            "openid-credential-offer://?credential_offer_uri=file%3A%2F%2F%2Fetc%2Fpasswd".to_owned(),
        ),
        (
            "an offer of a script",
            "openid-credential-offer://?credential_offer_uri=javascript%3Aalert(1)".to_owned(),
        ),
        (
            "an offer at an address inside",
            "openid-credential-offer://?credential_offer_uri=http%3A%2F%2F169.254.169.254%2F".to_owned(),
        ),
        (
            "an offer twice",
            "openid-credential-offer://?credential_offer=%7B%7D&credential_offer=%7B%7D".to_owned(),
        ),
        (
            "an offer 10,000 deep",
            format!(
                "openid-credential-offer://?credential_offer={}",
                "%5B".repeat(10_000)
            ),
        ),
        (
            "an offer of 300,000 letters",
            format!(
                "openid-credential-offer://?credential_offer={}",
                "a".repeat(300_000)
            ),
        ),
        (
            "a credential without a proof",
            changed(&|it| drop(it.as_object_mut().unwrap().remove("proof"))),
        ),
        (
            "a credential with 3,000 proofs",
            changed(&|it| it["proof"] = vec![it["proof"].clone(); 3_000].into()),
        ),
        (
            "contexts of strangers",
            changed(&|it| {
                it["@context"] = json!([
                    "https://www.w3.org/ns/credentials/v2",
                    "http://169.254.169.254/",
                    "file:///etc/passwd"
                ])
            }),
        ),
        (
            "a context in a context",
            changed(&|it| it["@context"] = (0..25).fold(json!({"@vocab": "x:"}), |inner, _| json!([inner]))),
        ),
        (
            "a context that names itself",
            changed(&|it| {
                it["@context"] =
                    json!([it["@context"], {"a": {"@id": "a:a", "@context": {"a": "b:b", "b": "a:a"}}}])
            }),
        ),
        (
            "nodes that all know each other",
            changed(&|it| it["credentialSubject"] = poison(9)),
        ),
        (
            "2,000 nodes without a name",
            changed(&|it| {
                it["credentialSubject"] = vec![json!({"type": "AchievementSubject"}); 2_000].into()
            }),
        ),
        (
            "a name that is a world",
            changed(&|it| it["issuer"]["name"] = "\u{1F469}\u{200D}".repeat(10_000).into()),
        ),
        (
            "dates beyond all calendars",
            changed(&|it| it["validFrom"] = "+999999-12-31T23:59:59Z".into()),
        ),
        (
            "statuses without end",
            changed(&|it| it["credentialStatus"] = vec![it["credentialStatus"][0].clone(); 2_000].into()),
        ),
        (
            "wrong types all over",
            changed(&|it| {
                for (_, member) in it.as_object_mut().unwrap() {
                    *member = json!([[{"": [null, -0.0, 1e300]}]]);
                }
            }),
        ),
    ]
}

/// A graph on which naming blank nodes takes a time that grows out of all proportion, if one lets it.
fn poison(size: usize) -> Value {
    let known = |one: usize| -> Vec<Value> {
        let others = (0..size).filter(|other| *other != one);
        others
            .map(|other| json!({"id": format!("_:b{other}"), "type": "Related"}))
            .collect()
    };
    (0..size)
        .map(|one| json!({"id": format!("_:b{one}"), "type": ["AchievementSubject", "Achievement"], "related": known(one)}))
        .collect()
}

/// What was thrown: a code and a text in both languages.
fn assert_explained(thrown: &str, what: &str) {
    let error: Value = serde_json::from_str(thrown).unwrap_or_default();
    for member in ["code", "nl", "en"] {
        let text = error[member].as_str().unwrap_or_default();
        assert!(
            !text.is_empty() && text.len() < 2_000,
            "{what}: {member} in {thrown}"
        );
    }
}

#[test]
fn no_text_is_green_or_takes_long_and_each_gets_an_answer_in_both_languages() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed();
    let resources = serde_json::to_string(&register.resources_with(&signed)).unwrap();
    let settings = serde_json::to_string(&register.settings()).unwrap();

    for (what, text) in corpus() {
        let begun = Instant::now();
        if let Err(thrown) = read(&text) {
            assert_explained(&thrown, what);
        }
        if let Err(thrown) = needs(&text, &resources, &settings) {
            assert_explained(&thrown, what);
        }
        match verify(&text, &resources, &settings, NOW) {
            Err(thrown) => assert_explained(&thrown, what),
            Ok(report) => {
                let report: Value = serde_json::from_str(&report).unwrap();
                assert_ne!(report["verdict"]["colour"], "green", "{what}: {report:#}");
                assert!(
                    report["verdict"]["nl"].is_string() && report["verdict"]["en"].is_string(),
                    "{what}"
                );
            }
        }
        if let Err(thrown) = qr_svg(&text) {
            assert_explained(&thrown, what);
        }
        assert!(begun.elapsed() < LONGEST, "{what} took {:?}", begun.elapsed());
    }
}

#[test]
fn no_text_makes_a_wallet_ask_an_address_that_only_this_machine_can_reach() {
    let settings = serde_json::to_string(&a_register().settings()).unwrap();
    let mut wallet = Wallet::create("een lange wachtzin".to_owned()).unwrap();

    for (what, text) in corpus() {
        let begun = Instant::now();
        match wallet.offer_start(&text, &settings) {
            Err(thrown) => assert_explained(&thrown, what),
            Ok(step) => {
                let step: Value = serde_json::from_str(&step).unwrap();
                let url = step["request"]["url"].as_str().unwrap_or("https://");
                assert!(url.starts_with("https://"), "{what}: {url}");
            }
        }
        assert!(begun.elapsed() < LONGEST, "{what} took {:?}", begun.elapsed());
    }
}

#[test]
fn what_is_fetched_and_set_may_be_anything_as_well() {
    let shown = a_microcredential().signed().shown();
    let register = a_register().admitting(&an_institution());
    let settings = serde_json::to_string(&register.settings()).unwrap();
    let url = register.settings().register_url;

    for (what, text) in corpus() {
        let begun = Instant::now();
        let fetched = json!({&url: {"status": 200, "body": text, "fetchedAt": NOW}}).to_string();
        let report = verify(&shown, &fetched, &settings, NOW).unwrap();
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(
            report["verdict"]["colour"], "grey",
            "{what} as the register's list"
        );
        for (resources, settings, now) in [(&text, &settings, NOW), (&fetched, &text, NOW)] {
            if let Err(thrown) = verify(&shown, resources, settings, now) {
                assert_explained(&thrown, what);
            }
        }
        if let Err(thrown) = verify(&shown, &fetched, &settings, &text) {
            assert_explained(&thrown, what);
        }
        assert!(begun.elapsed() < LONGEST, "{what} took {:?}", begun.elapsed());
    }
}
