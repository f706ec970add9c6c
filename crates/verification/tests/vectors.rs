//! The vectors of `specs/credential-profile/vectors/`, which another implementation can run as well.
//!
//! Each file is one shape: credentials as they are handed over, what their addresses answer, the moment, and what
//! has to come of it. Signatures have random parts, so the files are made once:
//! `UPDATE_EXAMPLES=1 cargo test -p verification --test vectors`.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod vector_cases;

use serde_json::{Map, Value, json};
use test_support::now;
use vector_cases::{Case, SHAPES, Shape, cases, register};
use verification::{Resources, Settings, VerificationReport, needs, read, verify};

fn path(shape: Shape) -> String {
    format!(
        "{}/../../specs/credential-profile/vectors/{}.json",
        env!("CARGO_MANIFEST_DIR"),
        shape.name()
    )
}

/// Every axis with its outcome and code.
fn axes(report: &VerificationReport) -> Value {
    let axes = report.axes.iter().map(|axis| {
        let name = serde_json::to_value(axis.axis).unwrap();
        let outcome = json!([axis.outcome, axis.code().id()]);
        (name.as_str().unwrap().to_owned(), outcome)
    });
    Value::Object(axes.collect::<Map<_, _>>())
}

/// What a check asks for, of all that is at hand.
fn needed(case: &Case) -> Resources {
    let input = read(&case.text).unwrap();
    let mut resources = Resources::new();
    loop {
        let needed = needs(&input, &resources, &register().settings());
        if needed.is_empty() {
            return resources;
        }
        for need in needed {
            match case.resources.get(&need.url) {
                Some(answer) => resources.insert(need.url, answer.clone()),
                None => resources.insert_unreachable(need.url, "no connection"),
            }
        }
    }
}

/// The answers in both, those of a vector itself before those of the file.
fn with_shared(shared: &Value, own: &Value) -> Resources {
    let mut answers = shared.as_object().unwrap().clone();
    answers.extend(own.as_object().unwrap().clone());
    serde_json::from_value(Value::Object(answers)).unwrap()
}

fn written(case: &Case, shared: &Value) -> Value {
    let settings = register().settings();
    let report = verify(&read(&case.text).unwrap(), &case.resources, &settings, now());
    let mut resources = serde_json::to_value(needed(case)).unwrap();
    resources
        .as_object_mut()
        .unwrap()
        .retain(|url, _| shared.get(url).is_none());
    json!({
        "comment": case.comment,
        "credential": case.text,
        "at": now(),
        "resources": resources,
        "expect": {
            "colour": report.verdict.colour,
            "code": report.verdict.message.code.id(),
            "axes": axes(&report),
        },
    })
}

/// Made anew where that is asked for. The verdict is written by hand beside each case, not taken from the run.
#[test]
fn the_published_vectors_can_be_made_anew() {
    let shared = serde_json::to_value(register().resources()).unwrap();
    for shape in SHAPES {
        let made: Vec<Value> = cases(shape)
            .iter()
            .map(|case| {
                let written = written(case, &shared);
                let verdict = json!([written["expect"]["colour"], written["expect"]["code"]]);
                assert_eq!(verdict, json!(case.expected), "{shape:?}: {}", case.comment);
                written
            })
            .collect();
        if std::env::var_os("UPDATE_EXAMPLES").is_some() {
            let settings = register().settings();
            let file = json!({ "settings": settings, "resources": shared, "vectors": made });
            std::fs::write(path(shape), format!("{file:#}\n")).unwrap();
        }
    }
}

#[test]
fn vectors_of_the_specification_come_out_as_it_says() {
    for shape in SHAPES {
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path(shape)).unwrap()).unwrap();
        let settings: Settings = serde_json::from_value(file["settings"].clone()).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), cases(shape).len());
        for vector in vectors {
            let mut resources = with_shared(&file["resources"], &vector["resources"]);
            let input = read(vector["credential"].as_str().unwrap()).unwrap();
            let at = vector["at"].as_str().unwrap().parse().unwrap();
            let comment = &vector["comment"];
            for need in needs(&input, &resources, &settings) {
                resources.insert_unreachable(need.url, "not in the vector");
            }
            let report = verify(&input, &resources, &settings, at);
            let expect = &vector["expect"];
            assert_eq!(json!(report.verdict.colour), expect["colour"], "{comment}");
            assert_eq!(report.verdict.message.code.id(), expect["code"], "{comment}");
            assert_eq!(axes(&report), expect["axes"], "{comment}");
        }
    }
}
