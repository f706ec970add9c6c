//! The program's log at its most talkative, after a whole journey: no person, no result, no key, no token is in it.
//!
//! What must not be there is not named by hand: whatever was said in requests and answers that is anybody's, every key
//! on disk and every secret of the set-up is looked for.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

#[path = "../faults/people.rs"]
#[allow(dead_code, reason = "another test checks their ledgers")]
mod people;
#[path = "../faults/process.rs"]
#[allow(dead_code, reason = "another test kills it")]
mod process;

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use people::{PASSPHRASE, Sharer, Staff, Town};
use process::Process;
use serde_json::{Value, json};
use wallet_core::{Choice, Preset};

/// What is public or a word of the protocol, although it is said between the two: names of parties and kinds, and the
/// identifiers that logs are joined by.
const PUBLIC: [&str; 7] = [
    "microcredential_",
    "http://",
    "https://",
    "did:web:",
    "urn:",
    "application/",
    "/problems/",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_at_debug_level_hold_nothing_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut process = Process::start(data, "debug");
    let notes = process.notes();
    let (town, said) = Town::new(&notes).listened_to();
    let mut secrets = secrets_of_the_set_up(&notes, data);

    journey(&town, &mut secrets).await;

    // What a link or a header holds was never in a body.
    for text in said.lock().unwrap().iter() {
        secrets.extend(personal(text));
    }
    process.kill();
    let log = process.log();
    let lines: Vec<&str> = log.lines().collect();
    println!("{} lines, {} secrets", lines.len(), secrets.len());
    assert!(
        lines.len() >= 500,
        "{} lines are too few to say anything",
        lines.len()
    );
    assert!(secrets.len() > 100, "{} secrets are too few", secrets.len());
    for route in [
        "/desk/api/awards/{id}/offer",
        "/openid4vci/credential",
        "/v1/shares/open",
        "/credentials/verify",
    ] {
        assert!(
            lines.iter().any(|line| line.contains(route)),
            "no line tells of {route}"
        );
    }
    for (number, line) in lines.iter().enumerate() {
        for secret in &secrets {
            assert!(
                !holds(line, secret),
                "line {} of the log holds {secret}:\n{line}",
                number + 1
            );
        }
    }
}

/// Everything people do, and some of what they do wrong.
async fn journey(town: &Town, secrets: &mut BTreeSet<String>) {
    let mut staff = Staff::default();
    while staff.revoked.len() < 2 {
        staff.step(town).await.unwrap();
        if let Some(mut wallet) = staff.wallet.take() {
            let card = wallet.cards()[0].id.clone();
            let choice = Choice {
                preset: Some(Preset::Employer),
                groups: Vec::new(),
                challenge: Some("493027".to_owned()),
            };
            let shown = wallet.show(&card, &choice, Utc::now()).unwrap();
            secrets.extend([shown.qr_text.clone(), shown.presentation.clone()]);
            for (challenge, text) in [("493027", &shown.qr_text), ("111111", &shown.presentation)] {
                let body = json!({"presentation": text, "options": {"challenge": challenge}});
                let url = format!("{}/presentations/verify", town.origin(5));
                town.ask("POST", &url, None, Some(&body), None).await.unwrap();
            }
        }
    }
    let mut sharer = Sharer::default();
    for _ in 0..12 {
        sharer.step(town).await.unwrap();
    }
    secrets.extend(sharer.secrets());
    links(town, &sharer, secrets).await;
    mistakes(town, secrets).await;
}

/// The verifier is asked about links: one that holds, and one of a store that is not there.
async fn links(town: &Town, sharer: &Sharer, secrets: &mut BTreeSet<String>) {
    let key = URL_SAFE_NO_PAD.encode([0x5a; 32]);
    let id = sharer.secrets().swap_remove(0);
    for store in [town.origin(4), "https://store.invalid".to_owned()] {
        let link = format!("{store}/s/#{id}.{key}");
        let url = format!("{}/credentials/verify", town.origin(5));
        let body = json!({"presentation": link});
        town.ask("POST", &url, None, Some(&body), None).await.unwrap();
        secrets.insert(link);
    }
    secrets.insert(key);
}

/// Secrets where they do not belong: in addresses, in bodies that cannot be read, under another's name.
async fn mistakes(town: &Town, secrets: &mut BTreeSet<String>) {
    let stray = "Roosmarijn-Stray-0123456789abcdef";
    secrets.insert(stray.to_owned());
    let (adapter, register, wallet, verifier) =
        (town.origin(2), town.origin(1), town.origin(4), town.origin(5));
    for url in [
        format!("{adapter}/offers/{stray}?code={stray}"),
        format!("{adapter}/desk/api/awards/{stray}"),
        format!("{adapter}/{stray}?{stray}"),
        format!("{register}/v1/entities/{stray}?name={stray}"),
        format!("{wallet}/share?id={stray}"),
        format!("{verifier}/1.0/identifiers/did:web:localhost%3A1:{stray}"),
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let body = json!({ stray: stray });
            let _ = town
                .ask(method, &url, Some(stray), Some(&body), Some(stray))
                .await;
        }
    }
    for url in [
        format!("{verifier}/credentials/verify"),
        format!("{wallet}/v1/shares"),
        format!("{adapter}/openid4vci/token"),
        format!("{adapter}/openid4vci/credential"),
    ] {
        for body in [
            json!(stray),
            json!({"presentation": stray}),
            json!({"share": stray, "capability": stray}),
            json!({"proofs": {"jwt": [stray]}}),
        ] {
            let _ = town.ask("POST", &url, Some(stray), Some(&body), None).await;
        }
    }
}

fn secrets_of_the_set_up(notes: &Value, data: &Path) -> BTreeSet<String> {
    let mut secrets = BTreeSet::from([
        PASSPHRASE.to_owned(),
        "Sanne".to_owned(),
        "de Vries".to_owned(),
        "AsWaRmTePoMp00000001".to_owned(),
    ]);
    for keys in [&notes["deskKeys"], &notes["keeperKeys"]] {
        let keys = keys.as_array().unwrap();
        secrets.extend(keys.iter().map(|key| key.as_str().unwrap().to_owned()));
    }
    let before = secrets.len();
    secrets.extend(keys(data));
    assert!(secrets.len() >= before + 5, "the keys on disk were not found");
    secrets
}

/// The private halves of the keys below a folder.
fn keys(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(keys(&path));
        } else if let Ok(key) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap()) {
            found.extend(key["d"].as_str().map(str::to_owned));
        }
    }
    found
}

/// What in a body is anybody's: the leaves of JSON and the values of forms, as far as they say something.
fn personal(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    match serde_json::from_str::<Value>(body) {
        Ok(json) => {
            leaves("", &json, &mut found);
            let offers: Vec<_> = found.iter().filter_map(|text| offer(text)).collect();
            found.extend(offers);
        }
        Err(_) => {
            for (_, value) in url::form_urlencoded::parse(body.as_bytes()) {
                found.push(value.into_owned());
            }
        }
    }
    found.retain(|text| {
        let is_public = PUBLIC.iter().any(|start| text.starts_with(start));
        let says_something =
            text.len() >= 12 || (text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()));
        says_something && !is_public
    });
    found
}

/// The identifier of the offer that a link leads to: whoever has it can ask for the offer.
fn offer(link: &str) -> Option<String> {
    let plain = link.replace("%2F", "/");
    let (_, id) = plain.split_once("/offers/")?;
    Some(id.split(['?', '&', '#', '"']).next()?.to_owned())
}

/// The texts in a JSON value, except under the names of what is no secret.
fn leaves(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if !is_known(name) => found.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| leaves(name, element, found)),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| leaves(name, member, found)),
        _ => {}
    }
}

/// Members whose values are words of the protocol, moments, or an award's identifier.
fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 29] = [
        // Identifiers by which staff and logs speak of an award and its findings.
        "id",
        "type",
        "code",
        "state",
        "unit",
        "action",
        "actor",
        "kind",
        "severity",
        "field",
        // Moments and words of protocols.
        "at",
        "checkedAt",
        "createdAt",
        "updatedAt",
        "issuedAt",
        "nextUpdate",
        "asOf",
        "format",
        "status",
        "outcome",
        "credential_configuration_id",
        "grant_type",
        "event",
        "sizeBasis",
        "token_type",
        "axis",
        "policy",
        // Lists of names of the above.
        "credential_configuration_ids",
        "confirmations",
    ];
    KNOWN.contains(&name)
}

/// Whether a line holds a secret; digits only where they are no part of a longer number.
fn holds(line: &str, secret: &str) -> bool {
    let is_number = secret.bytes().all(|byte| byte.is_ascii_digit());
    line.match_indices(secret).any(|(start, _)| {
        let before = line[..start].chars().next_back().unwrap_or(' ');
        let after = line[start + secret.len()..].chars().next().unwrap_or(' ');
        let is_part = |next: char| next.is_ascii_digit() || next == '.';
        !is_number || !(is_part(before) || is_part(after))
    })
}
