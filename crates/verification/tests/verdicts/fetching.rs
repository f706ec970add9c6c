//! What has to be fetched, and from where.

use crate::*;

#[test]
fn what_is_needed_is_asked_for_step_by_step() {
    let register = a_register().admitting(&an_institution());
    let settings = register.settings();
    let signed = a_microcredential().signed();
    let input = read(&signed.shown()).unwrap();
    let urls = |resources: &Resources| -> Vec<String> {
        needs(&input, resources, &settings)
            .into_iter()
            .map(|need| need.url)
            .collect()
    };
    let mut resources = Resources::new();
    assert_eq!(urls(&resources), ["https://register.example/v1/list"]);
    resources.insert_body(settings.register_url.clone(), register.signed(), now());
    assert_eq!(
        urls(&resources),
        [
            "https://waterland.example/status/r1",
            "https://waterland.example/status/s1",
            "https://register.example/v1/receipts/did:web:waterland.example:energie/2026-09"
        ]
    );
    for list in ["r1", "s1"] {
        resources.insert_unreachable(format!("https://waterland.example/status/{list}"), "no network");
    }
    let [(month, receipts), (batch, leaves)] = register.receipts_for(&[&signed], now());
    assert_eq!(urls(&resources), [month.as_str()]);
    resources.insert_body(month, receipts, now());
    assert_eq!(urls(&resources), [batch.as_str()]);
    resources.insert_body(batch, leaves, now());
    assert!(urls(&resources).is_empty());
}

#[test]
fn nothing_is_fetched_for_a_forgery() {
    let register = a_register().admitting(&an_institution());
    let shown = a_microcredential().signed().shown();
    let (head, rest) = shown.split_once('~').unwrap();
    let forged = format!("{}AAAA~{rest}", &head[..head.len() - 4]);
    assert!(
        needs(
            &read(&forged).unwrap(),
            &register.resources(),
            &register.settings()
        )
        .is_empty()
    );
}

#[test]
fn only_https_and_listed_loopback_origins_are_fetched() {
    let register = a_register().admitting(&an_institution());
    let plain = a_microcredential().changed(|credential| {
        credential["credentialStatus"][0]["statusListCredential"] = "http://localhost:4702/status/r1".into();
        credential["credentialStatus"][1]["statusListCredential"] = "file:///etc/passwd".into();
    });
    let input = read(&plain.signed().shown()).unwrap();
    let mut settings = register.settings();
    let lists = |settings: &Settings| -> Vec<String> {
        let needed = needs(&input, &register.resources(), settings).into_iter();
        let lists = needed.filter(|need| need.kind == verification::NeedKind::Status);
        lists.map(|need| need.url).collect()
    };
    assert!(lists(&settings).is_empty());
    settings.loopback_origins = vec!["http://localhost:4702".to_owned()];
    assert_eq!(lists(&settings), ["http://localhost:4702/status/r1"]);
    let report = check(
        &a_microcredential().signed().shown(),
        &register.resources(),
        &settings,
    );
    assert_eq!(axis(&report, Axis::Status).1, "VER-004");
}

#[test]
fn resources_and_settings_travel_as_json() {
    let (signed, mut resources, settings) = a_sound_one();
    resources.insert_unreachable("https://other.example", "no network");
    let resources: Resources = serde_json::from_value(serde_json::to_value(&resources).unwrap()).unwrap();
    let settings: Settings = serde_json::from_value(serde_json::to_value(&settings).unwrap()).unwrap();
    let input = from_json(serde_json::json!(signed.shown())).unwrap();
    assert_eq!(
        verify(&input, &resources, &settings, now()).verdict.colour,
        Colour::Green
    );
    let minimal = serde_json::json!({ "registerUrl": "https://register.example/v1/list", "anchors": [] });
    let minimal: Settings = serde_json::from_value(minimal).unwrap();
    assert_eq!(
        (minimal.freshness_minutes, minimal.audience.as_str()),
        (5, "urn:waarmerk:show")
    );
}

#[test]
fn the_portable_copy_is_checked_as_well() {
    let register = a_register().admitting(&an_institution());
    let signed = a_microcredential().signed_as(Copy::Portable);
    let report = check(
        &signed.shown(),
        &register.resources_with(&signed),
        &register.settings(),
    );
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
}
