//! The JSON Schemas of `specs/credential-profile/`: what is issued satisfies them, and what must not be issued does not.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod profile;

use jsonschema::Validator;
use profile::read;
use serde_json::{Value, json};

/// Name of the schema and its example.
const SHAPES: [(&str, &str); 4] = [
    ("show-copy", "examples/show-copy.json"),
    ("portable-copy", "examples/portable-copy.json"),
    ("sd-jwt-vc", "examples/sd-jwt-vc.json"),
    ("type-metadata", "type-metadata.json"),
];

fn schema(name: &str) -> Validator {
    let schema = read(&format!("schema/{name}.json"));
    assert!(jsonschema::meta::is_valid(&schema), "{name}");
    jsonschema::validator_for(&schema).unwrap()
}

/// What the schema finds wrong with the example once it is changed.
fn faults(name: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let (_, example) = SHAPES.iter().find(|(shape, _)| *shape == name).unwrap();
    let mut document = read(example);
    change(&mut document);
    let validator = schema(name);
    validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn remove(pointer: &str) -> impl FnOnce(&mut Value) {
    move |document| {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        assert!(parent.remove(member).is_some(), "{pointer}");
    }
}

fn put(pointer: &str, value: Value) -> impl FnOnce(&mut Value) {
    move |document| {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.insert(member.to_owned(), value);
    }
}

#[test]
fn every_example_satisfies_its_schema() {
    for (name, _) in SHAPES {
        assert_eq!(faults(name, |_| {}), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_every_credential_must_say_cannot_be_left_out() {
    for (name, pointers) in [
        (
            "show-copy",
            &[
                "/issuer/parentOrg",
                "/validFrom",
                "/credentialStatus",
                "/credentialSubject/identifier",
                "/credentialSubject/achievement/levelIndication",
                "/credentialSubject/achievement/sizeIndication",
                "/credentialSubject/achievement/qualityFramework/version",
                "/credentialSubject/achievement/learningOutcomes",
                "/credentialSubject/achievement/assessment/criteria",
            ][..],
        ),
        (
            "portable-copy",
            &[
                "/name",
                "/credentialStatus",
                "/credentialSubject/identifier",
                "/credentialSubject/achievement/criteria",
                "/credentialSubject/achievement/alignment",
            ],
        ),
        (
            "sd-jwt-vc",
            &[
                "/iss",
                "/cnf",
                "/status",
                "/family_name",
                "/eqf_level",
                "/issuance_date",
                "/learning_outcomes",
                "/assessment/requirements",
                "/quality_framework/version",
            ],
        ),
        ("type-metadata", &["/vct", "/display", "/claims", "/claims/0/sd"]),
    ] {
        for pointer in pointers {
            assert!(
                !faults(name, remove(pointer)).is_empty(),
                "{name} without {pointer}"
            );
        }
    }
}

#[test]
fn a_size_is_needed_in_one_unit_at_least() {
    let neither = |document: &mut Value| {
        remove("/ects")(document);
        remove("/hours")(document);
    };
    assert!(!faults("sd-jwt-vc", neither).is_empty());
    assert!(faults("sd-jwt-vc", remove("/ects")).is_empty());
    let portable = |document: &mut Value| {
        remove("/credentialSubject/achievement/creditsAvailable")(document);
        let alignments = document
            .pointer_mut("/credentialSubject/achievement/alignment")
            .unwrap();
        alignments
            .as_array_mut()
            .unwrap()
            .retain(|one| one["targetType"] != "ext:StudyLoad");
    };
    assert!(!faults("portable-copy", portable).is_empty());
}

#[test]
fn nothing_more_about_the_learner_and_no_credits_earned_are_allowed() {
    for (name, pointer, value) in [
        (
            "show-copy",
            "/credentialSubject/email",
            json!("sanne@example.org"),
        ),
        ("show-copy", "/credentialSubject/creditsEarned", json!(5)),
        (
            "show-copy",
            "/credentialSubject/identifier",
            json!([{"type": "IdentityObject", "hashed": true, "identityHash": "x", "identityType": "emailAddress"}]),
        ),
        (
            "portable-copy",
            "/credentialSubject/dateOfBirth",
            json!("2001-01-01"),
        ),
        ("portable-copy", "/credentialSubject/creditsEarned", json!(5)),
        ("sd-jwt-vc", "/sub", json!("student-1234")),
        ("sd-jwt-vc", "/email", json!("sanne@example.org")),
        ("sd-jwt-vc", "/vct#integrity", json!("sha256-AAAA")),
        ("sd-jwt-vc", "/cnf/jwk/d", json!("jpsQnnGQmL")),
        ("sd-jwt-vc", "/cnf/jwk/kid", json!("wallet-of-sanne")),
    ] {
        assert!(
            !faults(name, put(pointer, value)).is_empty(),
            "{name} with {pointer}"
        );
    }
}

#[test]
fn values_out_of_range_are_refused() {
    for (name, pointer, value) in [
        (
            "show-copy",
            "/credentialSubject/achievement/levelIndication/level",
            json!(9),
        ),
        (
            "show-copy",
            "/credentialSubject/achievement/sizeIndication/value",
            json!(0),
        ),
        (
            "show-copy",
            "/credentialSubject/achievement/assessment/assessmentType",
            json!("exam"),
        ),
        (
            "show-copy",
            "/@context",
            json!(["https://www.w3.org/ns/credentials/v2"]),
        ),
        ("show-copy", "/validFrom", json!("14 september 2026")),
        ("show-copy", "/credentialStatus", json!([])),
        (
            "portable-copy",
            "/credentialSubject/achievement/creditsAvailable",
            json!("5"),
        ),
        ("portable-copy", "/issuer/id", json!("https://college.example")),
        ("sd-jwt-vc", "/vct", json!("https://other.example/vct/1")),
        ("sd-jwt-vc", "/iss", json!("https://college.example")),
        ("sd-jwt-vc", "/eqf_level", json!(0)),
        ("sd-jwt-vc", "/ects", json!("5")),
        ("sd-jwt-vc", "/title", json!({})),
        ("sd-jwt-vc", "/learning_outcomes", json!([])),
        (
            "sd-jwt-vc",
            "/status",
            json!({"status_list": {"idx": -1, "uri": "https://a.example"}}),
        ),
        ("type-metadata", "/claims/0/sd", json!("allowed")),
        (
            "type-metadata",
            "/display",
            json!([{"locale": "nl-NL", "name": "Microcredential"}]),
        ),
    ] {
        assert!(
            !faults(name, put(pointer, value)).is_empty(),
            "{name} with {pointer}"
        );
    }
}

#[test]
fn one_status_entry_for_tools_of_the_badge_world_is_allowed() {
    for name in ["show-copy", "portable-copy"] {
        let one =
            |document: &mut Value| document["credentialStatus"] = document["credentialStatus"][0].clone();
        assert_eq!(faults(name, one), Vec::<String>::new());
    }
}
