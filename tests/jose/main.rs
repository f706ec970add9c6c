//! `waarmerk jose`: jobs by file and in words, as a test suite starts them.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://contexts.example/not-bundled",
];

/// A fresh key as a verification method of this controller.
fn method(algorithm: Algorithm) -> Value {
    let key = SecretKey::generate(algorithm, &mut http_service::system_random());
    let secret: Value = serde_json::from_str(&key.to_jwk()).unwrap();
    json!({
        "id": "https://issuer.example/1#key-1", "type": "JsonWebKey", "controller": "https://issuer.example/1",
        "publicKeyJwk": key.public_key().to_jwk(), "secretKeyJwk": secret,
    })
}

fn credential() -> Value {
    json!({
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", "ExampleCredential"],
        "issuer": "https://issuer.example/1",
        "validFrom": "2024-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:a", "names": [{"first": "Sanne"}, "S."], "city": "Leeuwarden"},
    })
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_waarmerk"))
        .arg("jose")
        .args(arguments)
        .output()
        .unwrap()
}

/// What came of a job in a file, by the terminal.
fn job(folder: &Path, job: &Value) -> Value {
    let file = folder.join("job.json");
    fs::write(&file, job.to_string()).unwrap();
    let done = run(&["--job", file.to_str().unwrap()]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn issue(folder: &Path, feature: &str, document: &Value, key: &Value, paths: &[&str]) -> Value {
    job(
        folder,
        &json!({
            "fn": "issue", "feature": feature, "input": document, "key": key, "disclosure_paths": paths,
        }),
    )
}

fn verify(folder: &Path, feature: &str, token: &Value, key: &Value) -> Value {
    job(
        folder,
        &json!({"fn": "verify", "feature": feature, "input": token, "key": key}),
    )
}

#[test]
fn what_is_issued_with_a_given_key_verifies_with_it_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [
        "credentialSubject.names[0].first",
        "credentialSubject.city",
        "/credentialSubject/names/1",
    ];
    for algorithm in [
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::EdDsa,
    ] {
        let (key, other) = (method(algorithm), method(algorithm));
        for (feature, paths) in [("credential_jose", &paths[..0]), ("credential_sdjwt", &paths[..])] {
            let issued = issue(folder.path(), feature, &credential(), &key, paths);
            assert_eq!(issued["result"], "success", "{issued}");
            let verified = verify(folder.path(), feature, &issued["data"], &key);
            assert_eq!(verified["result"], "success", "{verified}");
            let read: Value = serde_json::from_str(verified["data"].as_str().unwrap()).unwrap();
            assert_eq!(read, credential());
            assert_eq!(
                issued["data"].as_str().unwrap().matches('~').count(),
                if paths.is_empty() { 0 } else { 4 }
            );
            assert_eq!(
                verify(folder.path(), feature, &issued["data"], &other)["result"],
                "failure"
            );
        }
    }
}

#[test]
fn a_presentation_is_signed_and_what_it_holds_must_be_readable() {
    let folder = tempfile::tempdir().unwrap();
    let key = method(Algorithm::Es256);
    let token = issue(folder.path(), "credential_jose", &credential(), &key, &[]);
    let presentation = |id: String| {
        json!({
            "@context": CONTEXTS[..1],
            "type": ["VerifiablePresentation"],
            "holder": "https://issuer.example/1",
            "verifiableCredential": [{
                "@context": CONTEXTS[0], "type": "EnvelopedVerifiableCredential", "id": id,
            }],
        })
    };
    let sound = presentation(format!(
        "data:application/vc+jwt,{}",
        token["data"].as_str().unwrap()
    ));
    let broken = presentation("data:application/vc+jwt,e30.e30.AA".to_owned());
    for (feature, paths) in [
        ("presentation_jose", &[][..]),
        ("presentation_sdjwt", &["holder", "verifiableCredential[0]"]),
    ] {
        let issued = issue(folder.path(), feature, &sound, &key, paths);
        assert_eq!(
            verify(folder.path(), feature, &issued["data"], &key)["result"],
            "success"
        );
        let issued = issue(folder.path(), feature, &broken, &key, paths);
        assert_eq!(
            verify(folder.path(), feature, &issued["data"], &key)["result"],
            "failure"
        );
    }
}

#[test]
fn what_the_data_model_does_not_know_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let key = method(Algorithm::Es256);
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut document = credential();
        change(&mut document);
        issue(folder.path(), "credential_jose", &document, &key, &[])["result"] == "failure"
    };
    assert!(!refused(&|_| {}));
    assert!(refused(
        &|document| document["extension"] = json!({"of": "nobody"})
    ));
    assert!(refused(&|document| document["issuer"] = json!("nobody")));
    assert!(refused(&|document| document["type"] = json!("Other")));
    assert!(refused(&|document| document["validFrom"] = json!("yesterday")));
    assert!(refused(&|document| document["credentialSubject"] = json!({})));
    assert!(refused(
        &|document| document["@context"] = json!(["https://www.w3.org/2018/credentials/v1"])
    ));
    // With bundled contexts alone every term is looked up.
    assert!(refused(&|document| document["@context"] = json!(CONTEXTS[..1])));
}

#[test]
fn a_key_of_another_controller_and_cose_are_told_apart_from_success() {
    let folder = tempfile::tempdir().unwrap();
    let mut key = method(Algorithm::EdDsa);
    let issued = issue(folder.path(), "credential_jose", &credential(), &key, &[]);
    key["controller"] = json!("https://other.example");
    assert_eq!(
        verify(folder.path(), "credential_jose", &issued["data"], &key)["result"],
        "failure"
    );
    let cose = verify(folder.path(), "credential_cose", &issued["data"], &key);
    assert_eq!(cose["result"], "indeterminate");
}

#[test]
fn a_job_in_words_reads_and_writes_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("credential.json"), credential().to_string()).unwrap();
    fs::write(path("key.json"), method(Algorithm::Es256).to_string()).unwrap();
    let [input, key, token, output] = ["credential.json", "key.json", "token.txt", "done.json"].map(path);
    let result = || -> Value { serde_json::from_str(&fs::read_to_string(&output).unwrap()).unwrap() };
    let common = [
        "--key",
        &key,
        "--feature",
        "credential_sdjwt",
        "--output",
        &output,
    ];
    let sd = ["--sd", r#"["credentialSubject.city"]"#, "--input", &input];
    assert!(run(&[&["issue"], &common[..], &sd].concat()).status.success());
    fs::write(&token, result()["data"].as_str().unwrap()).unwrap();
    assert!(
        run(&[&["verify"], &common[..], &["--input", &token]].concat())
            .status
            .success()
    );
    assert_eq!(result()["result"], "success");
    let absent = run(&[
        "verify",
        "--key",
        &key,
        "--feature",
        "credential_jose",
        "--input",
        &path("absent"),
    ]);
    assert_eq!(absent.status.code(), Some(3));
    assert_eq!(run(&["verify"]).status.code(), Some(64));
}
