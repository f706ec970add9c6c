//! The program, as `waarmerk check --second-opinion` runs it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod support;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use proofs::Algorithm;
use proofs::data_integrity::Cryptosuite;
use serde_json::{Value, json};

use support::*;

fn run(arguments: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_waarmerk-second-opinion"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that was asked wrongly ends without reading.
    let _ = program.stdin.take().unwrap().write_all(input.as_bytes());
    program.wait_with_output().unwrap()
}

#[test]
fn a_credential_is_judged_from_a_file_and_from_standard_input() {
    let key = key(Algorithm::EdDsa);
    let signed = signed(&plain_of(&key), Cryptosuite::EddsaRdfc2022, &key);
    let changed = with(&signed, "/validFrom", json!("2025-01-01T00:00:00Z"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credential.json");
    fs::write(&file, signed.to_string()).unwrap();

    let from_file = run(&[file.to_str().unwrap()], "");
    let from_input = run(&["-"], &changed.to_string());

    for (output, verdict) in [(from_file, "accepted"), (from_input, "refused")] {
        assert!(output.status.success(), "{output:?}");
        let opinion: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(opinion["library"], "ssi 0.16.0");
        assert_eq!(opinion["parts"][0]["what"], "credential");
        assert_eq!(opinion["parts"][0]["verdict"], verdict);
    }
}

#[test]
fn documents_and_contexts_are_given_since_nothing_is_fetched() {
    let institution = test_support::an_institution();
    let (key, kid) = institution.ed25519();
    let mut credential = plain_of(key);
    credential["issuer"] = json!(institution.issuer());
    credential["@context"][1] = json!("https://college.example/context.json");
    let context = json!({"@context": {"@vocab": "https://college.example/#"}});
    let contexts =
        proofs::json_ld::Contexts::bundled_copy().with("https://college.example/context.json", &context);
    let options = proofs::data_integrity::ProofOptions::assertion(kid, now());
    let signed = proofs::data_integrity::sign_with(&credential, &options, key, &contexts).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, text: Value| {
        let file = folder.path().join(name);
        fs::write(&file, text.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let document = written("did.json", institution.did_document(&["assertionMethod"]));
    let context = format!(
        "https://college.example/context.json={}",
        written("context.json", context)
    );

    let given = run(
        &["--did-document", &document, "--context", &context, "-"],
        &signed.to_string(),
    );
    let without = run(&["--did-document", &document, "-"], &signed.to_string());

    let verdict = |output: Output| {
        let opinion: Value = serde_json::from_slice(&output.stdout).unwrap();
        opinion["parts"][0]["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(given), "accepted");
    assert_ne!(verdict(without), "accepted");
}

#[test]
fn what_cannot_be_read_and_what_is_asked_wrongly_end_differently() {
    for (arguments, input, code) in [
        (&["-"][..], "no credential", 3),
        (&["/there/is/no/such/file"], "", 3),
        (&[], "", 64),
        (&["--other", "-"], "", 64),
        (&["one", "two"], "", 64),
    ] {
        let output = run(arguments, input);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(!output.stderr.is_empty());
        assert!(output.stdout.is_empty());
    }
}
