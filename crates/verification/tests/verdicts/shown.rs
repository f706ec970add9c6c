//! What is in the report, and what was left out.

use crate::*;

#[test]
fn what_the_holder_left_out_is_named_and_not_shown() {
    let (signed, resources, settings) = a_sound_one();
    let shown = signed.shown_without(&[
        "/credentialSubject/result",
        "/credentialSubject/achievement/assessment",
    ]);
    let report = check(&shown, &resources, &settings);
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    let credential = report.credential.unwrap();
    let hidden = serde_json::to_value(&credential.hidden).unwrap();
    assert_eq!(hidden, serde_json::json!(["assessment", "result"]));
    assert_eq!((credential.result, credential.assessment), (None, None));
    assert_eq!(credential.holder_name.as_deref(), Some("Sanne de Vries"));
    assert_eq!(credential.outcomes.len(), 2);
}

#[test]
fn the_report_has_the_shape_that_pages_and_programs_read() {
    let report = serde_json::to_value(shown(&an_institution(), a_microcredential())).unwrap();
    assert_eq!(report["verdict"]["colour"], "green");
    assert_eq!(report["verdict"]["code"], "ACC-001");
    assert_eq!(report["policy"], "employer");
    assert_eq!(report["checkedAt"], "2026-11-21T11:00:00Z");
    let axes: Vec<_> = report["axes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|axis| axis["axis"].as_str().unwrap())
        .collect();
    assert_eq!(
        axes,
        [
            "structure",
            "signature",
            "issuerKey",
            "holder",
            "validity",
            "status",
            "accreditedAtIssuance",
            "accreditedNow",
            "scope",
            "institutionQuality"
        ]
    );
    assert_eq!(report["axes"][9]["outcome"], "inconclusive");
    assert_eq!(
        report["credential"]["issuer"]["institution"],
        "Hogeschool Waterland"
    );
    assert_eq!(report["credential"]["issuer"]["institutionCode"], "99ZZ");
    assert_eq!(
        report["credential"]["level"],
        serde_json::json!({ "eqf": 6, "nlqf": "6", "basis": "issuer-indication" })
    );
    assert_eq!(report["credential"]["size"]["ec"], 5.0);
    assert_eq!(report["credential"]["hidden"], serde_json::json!([]));
    assert_eq!(report["chain"][0]["role"], "unit");
    assert_eq!(report["chain"][3]["atIssuance"], "active");
    assert_eq!(report["register"]["sequence"], 418);
    assert_eq!(report["register"]["fresh"], true);
}

#[test]
fn a_report_prints_no_claims_in_the_log() {
    let report = format!("{:?}", shown(&an_institution(), a_microcredential()));
    assert!(!report.contains("Sanne"), "{report}");
}
