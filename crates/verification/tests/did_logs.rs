//! Issuers whose keys are in the log of a `did:webvh`, and whom the register does not list.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use serde_json::{Value, json};
use test_support::{DidLog, Institution, SignedMicrocredential, a_microcredential, a_register, now};
use verification::{
    Axis, Colour, NeedKind, Outcome, Resources, Settings, VerificationReport, needs, read, verify,
};

const LOG: &str = "https://vechtstroom.example/energie/did.jsonl";
const WITNESSES: &str = "https://vechtstroom.example/energie/did-witness.json";

fn settings() -> Settings {
    Settings {
        ask_unknown_issuers: true,
        ..a_register().settings()
    }
}

fn signed_by(institution: &Institution) -> SignedMicrocredential {
    let credential = a_microcredential().by(institution);
    credential
        .published_at("https://vechtstroom.example")
        .signed_as_data_integrity()
}

/// What there is to fetch, and this at the log's address.
fn with_log(signed: &SignedMicrocredential, log: String) -> Resources {
    let mut resources = a_register().resources_with(signed);
    resources.insert_body(LOG, log, now());
    resources
}

fn check(signed: &SignedMicrocredential, resources: &Resources) -> VerificationReport {
    verify(&read(&signed.text).unwrap(), resources, &settings(), now())
}

fn needed(signed: &SignedMicrocredential, resources: &Resources) -> Vec<(String, NeedKind)> {
    needs(&read(&signed.text).unwrap(), resources, &settings())
        .into_iter()
        .map(|need| (need.url, need.kind))
        .collect()
}

fn axis(report: &VerificationReport, axis: Axis) -> (Outcome, &'static str) {
    let report = report.axis(axis).unwrap();
    (report.outcome, report.code().id())
}

/// Grey, since no key is known: what is wrong with a log says nothing about the credential.
fn assert_without_a_key(report: &VerificationReport, why: &str) {
    assert_eq!(report.verdict.colour, Colour::Grey, "{why}");
    let signature = report.axis(Axis::Signature).unwrap();
    assert_eq!(
        (signature.outcome, signature.code().id()),
        (Outcome::Inconclusive, "SIG-002"),
        "{why}"
    );
    let detail = signature.evidence["detail"].as_str().unwrap();
    assert!(detail.contains(why), "{detail}");
    assert_eq!(axis(report, Axis::Status).0, Outcome::NotApplicable, "{why}");
}

#[test]
fn a_signature_is_checked_with_the_key_of_a_checked_log() {
    let (log, institution) = DidLog::of_an_institution("vechtstroom.example", json!({}));
    let signed = signed_by(&institution);

    let report = check(&signed, &with_log(&signed, log.text()));
    let mut changed: Value = serde_json::from_str(&signed.text).unwrap();
    changed["validFrom"] = "2026-09-15T00:00:00Z".into();
    let changed = verify(
        &read(&changed.to_string()).unwrap(),
        &with_log(&signed, log.text()),
        &settings(),
        now(),
    );

    assert_eq!(axis(&report, Axis::Signature), (Outcome::Passed, "SIG-001"));
    assert_eq!(axis(&report, Axis::IssuerKey), (Outcome::Passed, "KEY-004"));
    assert_eq!(axis(&report, Axis::Status), (Outcome::Passed, "STA-001"));
    assert_eq!(
        report.verdict.colour,
        Colour::Grey,
        "the register does not list it"
    );
    assert_eq!(changed.verdict.colour, Colour::Red);
    assert_eq!(axis(&changed, Axis::Signature), (Outcome::Failed, "VER-001"));
}

#[test]
fn the_log_is_fetched_before_the_lists_and_its_witnesses_between_them() {
    let witness = format!("did:key:{}", DidLog::multikey("witness"));
    let rule = json!({"witness": {"threshold": 1, "witnesses": [{"id": witness}]}});
    let (log, institution) = DidLog::of_an_institution("vechtstroom.example", rule);
    let signed = signed_by(&institution);
    let mut resources = a_register().resources();

    assert_eq!(needed(&signed, &resources), [(LOG.to_owned(), NeedKind::Did)]);
    resources.insert_body(LOG, log.text(), now());
    assert_eq!(
        needed(&signed, &resources),
        [(WITNESSES.to_owned(), NeedKind::Did)]
    );
    let mut unwitnessed = resources.clone();
    resources.insert_body(WITNESSES, log.approved(1, &["witness"]).to_string(), now());
    let lists = needed(&signed, &resources);
    assert!(
        lists.iter().any(|(_, kind)| *kind == NeedKind::Status),
        "{lists:?}"
    );

    let report = check(&signed, &resources);
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Passed, "SIG-001"));
    unwitnessed.insert_body(WITNESSES, log.approved(1, &["stranger"]).to_string(), now());
    assert_eq!(needed(&signed, &unwitnessed), []);
    assert_without_a_key(&check(&signed, &unwitnessed), "approved by 0 of its witnesses");
}

#[test]
fn a_log_that_is_not_to_be_believed_leaves_the_credential_unaccused() {
    let (log, institution) = DidLog::of_an_institution("vechtstroom.example", json!({}));
    let signed = signed_by(&institution);
    // Somebody who took over the host, with a log of their own at the same address.
    let (others, _) = DidLog::of_an_institution("vechtstroom.example", json!({"ttl": 1}));
    let mut swapped = DidLog::of_an_institution("vechtstroom.example", json!({})).0;
    let mut entry = swapped.entries.pop().unwrap();
    entry.as_object_mut().unwrap().remove("proof");
    swapped.push(entry, "stranger");
    let altered = log.text().replace("ed25519-1", "ed25519-2");

    for (forged, why) in [
        (others.text(), "entry 1 of the did:webvh log is not valid"),
        (swapped.text(), "no key that may update the log signed it"),
        (altered, "entry 2 of the did:webvh log is not valid: its hash"),
        ("{}".to_owned(), "entry 1 of the did:webvh log is not valid"),
    ] {
        let resources = with_log(&signed, forged);
        assert_eq!(needed(&signed, &resources), [], "{why}");
        assert_without_a_key(&check(&signed, &resources), why);
    }
}

#[test]
fn a_log_that_is_out_of_reach_leaves_the_signature_unchecked() {
    let (_, institution) = DidLog::of_an_institution("vechtstroom.example", json!({}));
    let signed = signed_by(&institution);
    let mut resources = a_register().resources_with(&signed);
    resources.insert_unreachable(LOG, "no network");

    assert_eq!(needed(&signed, &resources), []);
    assert_without_a_key(&check(&signed, &resources), "cannot be reached");
}

#[test]
fn a_key_that_was_taken_out_signs_nothing_nor_does_an_identifier_that_was_given_up() {
    let (log, institution) = DidLog::of_an_institution("vechtstroom.example", json!({}));
    let signed = signed_by(&institution);
    let bare = json!({"@context": ["https://www.w3.org/ns/did/v1"], "id": log.did()});
    for (parameters, document, why) in [
        (json!({}), bare, "#ed25519-1"),
        (
            json!({"deactivated": true}),
            log.entries[1]["state"].clone(),
            "gave it up",
        ),
    ] {
        let mut longer = log.clone();
        let entry =
            json!({"versionTime": "2026-01-03T00:00:00Z", "parameters": parameters, "state": document});
        longer.push(entry, "first");

        let resources = with_log(&signed, longer.text());

        assert_eq!(needed(&signed, &resources), [], "{why}");
        assert_without_a_key(&check(&signed, &resources), why);
    }
}

#[test]
fn the_registers_keys_go_before_the_log() {
    let (_, institution) = DidLog::of_an_institution("vechtstroom.example", json!({}));
    let register = a_register().admitting(&institution);
    let signed = signed_by(&institution);

    let report = verify(
        &read(&signed.text).unwrap(),
        &register.resources_with(&signed),
        &register.settings(),
        now(),
    );

    assert_eq!(needed(&signed, &register.resources_with(&signed)), []);
    assert_eq!(axis(&report, Axis::IssuerKey), (Outcome::Passed, "KEY-001"));
}
