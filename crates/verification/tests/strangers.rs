//! Issuers that the register does not list, and lists that were verified before.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use proofs::data_integrity;
use serde_json::Value;
use test_support::{a_microcredential, a_register, an_institution, now};
use verification::{
    Axis, Colour, KnownList, Outcome, Resources, Settings, VerificationReport, needs, read, verify,
};

fn check(text: &str, resources: &Resources, settings: &Settings) -> VerificationReport {
    verify(&read(text).unwrap(), resources, settings, now())
}

fn verdict(report: &VerificationReport) -> (Colour, &'static str) {
    (report.verdict.colour, report.verdict.message.code.id())
}

fn axis(report: &VerificationReport, axis: Axis) -> (Outcome, &'static str) {
    let report = report.axis(axis).unwrap();
    (report.outcome, report.code().id())
}

#[test]
fn an_unknown_issuer_is_not_asked_for_anything_and_the_report_says_so() {
    let signed = a_microcredential().signed();
    let register = a_register();

    let needed = needs(
        &read(&signed.shown()).unwrap(),
        &register.resources(),
        &register.settings(),
    );
    let report = check(&signed.shown(), &register.resources(), &register.settings());

    assert_eq!(needed, []);
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-006"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Inconclusive, "SIG-004"));
    assert_eq!(
        axis(&report, Axis::IssuerKey),
        (Outcome::NotApplicable, "GEN-001")
    );
    assert_eq!(axis(&report, Axis::Status), (Outcome::NotApplicable, "GEN-001"));
    assert_eq!(
        axis(&report, Axis::AccreditedNow),
        (Outcome::Inconclusive, "ACC-006")
    );
}

#[test]
fn the_signature_of_an_unknown_issuer_is_checked_when_that_asks_nobody() {
    let institution = an_institution();
    let (key, _) = institution.ed25519();
    let (did, kid) = (key.public_key().to_did_key(), key.public_key().to_did_key_url());
    let mut credential: Value =
        serde_json::from_str(&a_microcredential().signed_as_data_integrity().text).unwrap();
    credential.as_object_mut().unwrap().remove("proof");
    credential["issuer"]["id"] = did.as_str().into();
    let options = data_integrity::ProofOptions::assertion(kid, now());
    let signed = data_integrity::sign(&credential, &options, key).unwrap();
    let register = a_register();
    let settings = register.settings();

    let needed = needs(
        &read(&signed.to_string()).unwrap(),
        &register.resources(),
        &settings,
    );
    let report = check(&signed.to_string(), &register.resources(), &settings);
    let mut changed = signed.clone();
    changed["validFrom"] = "2026-09-15T00:00:00Z".into();
    let changed = check(&changed.to_string(), &register.resources(), &settings);

    assert_eq!(needed, []);
    assert_eq!(verdict(&report), (Colour::Grey, "ACC-006"));
    assert_eq!(axis(&report, Axis::Signature), (Outcome::Passed, "SIG-001"));
    assert_eq!(axis(&report, Axis::Status), (Outcome::Inconclusive, "STA-004"));
    assert_eq!(verdict(&changed), (Colour::Red, "VER-001"));
}

#[test]
fn a_list_that_was_verified_before_counts_for_its_own_text_and_anchors_alone() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    let register = a_register().admitting(&institution);
    let settings = register.settings();
    let known = KnownList::verify(&register.signed(), &settings, now()).unwrap();
    let with_known = |mut resources: Resources| {
        resources.add_known_list(known.clone());
        resources
    };

    let same = check(
        &signed.shown(),
        &with_known(register.resources_with(&signed)),
        &settings,
    );
    let others_list = with_known(a_register().resources_with(&signed));
    let other_text = check(&signed.shown(), &others_list, &settings);
    let other_anchors = Settings {
        anchors: Vec::new(),
        ..settings.clone()
    };
    let resources = with_known(register.resources_with(&signed));
    let untrusted = check(&signed.shown(), &resources, &other_anchors);

    assert_eq!(
        same,
        check(&signed.shown(), &register.resources_with(&signed), &settings)
    );
    assert_eq!(verdict(&other_text), (Colour::Grey, "ACC-006"));
    assert_eq!(verdict(&untrusted), (Colour::Grey, "ACC-007"));
}

#[test]
fn the_document_of_an_unknown_issuer_is_fetched_before_its_lists_when_it_is_to_be_asked() {
    let register = a_register();
    let settings = Settings {
        ask_unknown_issuers: true,
        ..register.settings()
    };
    let input = read(&a_microcredential().signed().shown()).unwrap();
    let mut resources = register.resources();
    let urls = |resources: &Resources| -> Vec<String> {
        needs(&input, resources, &settings)
            .into_iter()
            .map(|need| need.url)
            .collect()
    };
    assert_eq!(urls(&resources), ["https://waterland.example/energie/did.json"]);
    resources.insert_body(
        "https://waterland.example/energie/did.json",
        did_document(),
        now(),
    );
    assert_eq!(urls(&resources).len(), 2);
}

fn did_document() -> String {
    let institution = an_institution();
    let issuer = institution.issuer();
    let method = |(key, kid): (&proofs::SecretKey, credentials::DidUrl)| {
        serde_json::json!({
            "id": kid, "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": key.public_key().to_jwk(),
        })
    };
    let (ed25519, p256) = (institution.ed25519(), institution.p256());
    let ids = [ed25519.1.clone(), p256.1.clone()];
    serde_json::json!({
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": issuer,
        "verificationMethod": [method(ed25519), method(p256)],
        "assertionMethod": ids,
    })
    .to_string()
}
