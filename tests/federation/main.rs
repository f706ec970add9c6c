//! The federation documents of the demo's register and institutions, walked by `waarmerk federation resolve` and by an
//! independent reader.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop at what it did not expect, and says what it skips"
)]

use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use waarmerk::demo::{Demo, Options};

/// A demo, and the file that pins its register.
struct Federation {
    demo: Demo,
    data: TempDir,
    anchor: Value,
}

impl Federation {
    async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let options = Options {
            port: 0,
            data: data.path().to_owned(),
            open: false,
            developer: false,
            developer_url: None,
        };
        let demo = Demo::start(&options).await.unwrap();
        let anchor = reqwest::get(format!("{}/v1/anchor", demo.addresses.register))
            .await
            .unwrap();
        let anchor: Value = anchor.json().await.unwrap();
        std::fs::write(data.path().join("anchor.json"), anchor.to_string()).unwrap();
        Self { demo, data, anchor }
    }

    fn unit(&self) -> String {
        format!("{}/energie", self.demo.addresses.institutions[0])
    }

    async fn resolve(&self, entity: &str, more: &[&str]) -> (i32, String) {
        let addresses = &self.demo.addresses;
        let output = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
            .args(["federation", "resolve", entity, "--anchor"])
            .arg(self.data.path().join("anchor.json"))
            .args([
                "--allow",
                &addresses.register,
                "--allow",
                &addresses.institutions[0],
            ])
            .args(more)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(printed).unwrap())
    }

    /// What the independent reader says; nothing, and a word about it, on a machine without Node.
    async fn walk(&self, entity: &str) -> Option<Output> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/federation/walk.mjs");
        let walked = Command::new("node")
            .arg(script)
            .args([
                entity,
                &self.demo.addresses.register,
                &self.anchor["jwk"].to_string(),
            ])
            .stdin(Stdio::null())
            .output()
            .await;
        match walked {
            Ok(output) => Some(output),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                println!("skipped: node is not installed");
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// One keeper proposes it, the other confirms.
    async fn suspend(&self) {
        let register = &self.demo.addresses.register;
        let [first, second] = &self.demo.keeper_keys;
        let http = reqwest::Client::new();
        let body = json!({"status": "suspended", "effectiveFrom": chrono::Utc::now(),
            "reason": {"code": "missing-body", "nl": "Geen orgaan", "en": "No body"}});
        let events = format!("{register}/v1/accreditations/acc-waterland/status-events");
        let proposed = http.post(events).bearer_auth(first).json(&body).send().await;
        let proposed = proposed.unwrap();
        assert_eq!(proposed.status(), 202);
        let proposal: Value = proposed.json().await.unwrap();
        let confirmation = format!("{register}/v1/proposals/{}/confirmation", proposal["number"]);
        let confirmed = http.post(confirmation).bearer_auth(second).send().await;
        assert_eq!(confirmed.unwrap().status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_of_the_register_is_found_by_us_and_by_an_independent_reader() {
    let federation = Federation::start().await;
    let institution = federation.demo.addresses.institutions[0].clone();
    let register = &federation.demo.addresses.register;

    for entity in [federation.unit(), institution] {
        let (code, printed) = federation.resolve(&entity, &["--json"]).await;
        assert_eq!(code, 0, "{printed}");
        let ours: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(
            (&ours["subject"], &ours["anchor"]),
            (&json!(entity), &json!(register))
        );
        assert_eq!(ours["trustMarks"].as_array().unwrap().len(), 1, "{printed}");
        assert_eq!(ours["trustMarks"][0]["holds"], true, "{printed}");

        let Some(walked) = federation.walk(&entity).await else {
            continue;
        };
        let said = String::from_utf8_lossy(&walked.stderr);
        assert!(walked.status.success(), "{said}");
        let theirs: Value = serde_json::from_slice(&walked.stdout).unwrap();
        assert_eq!(theirs["subject"], ours["subject"]);
        assert_eq!(theirs["metadata"], ours["metadata"]);
        assert_eq!(theirs["marks"][0]["status"], "active");
        assert_eq!(theirs["marks"][0]["ref"], ours["trustMarks"][0]["mark"]["ref"]);
    }
    let (_, words) = federation.resolve(&federation.unit(), &["--english"]).await;
    assert!(words.contains("School of Energy and Technology"), "{words}");
    assert!(words.contains("for the register to say"), "{words}");
    federation.demo.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_suspended_or_unknown_is_not_listed_and_who_does_not_answer_was_not_checked() {
    let federation = Federation::start().await;
    assert_eq!(federation.resolve(&federation.unit(), &[]).await.0, 0);

    federation.suspend().await;
    let (code, printed) = federation.resolve(&federation.unit(), &[]).await;
    assert_eq!(code, 1, "{printed}");
    if let Some(walked) = federation.walk(&federation.unit()).await {
        let said = String::from_utf8_lossy(&walked.stderr);
        assert!(!walked.status.success() && said.contains("404"), "{said}");
    }

    let verifier = &federation.demo.addresses.verifier;
    let nobody = format!("{}/nobody", federation.demo.addresses.institutions[0]);
    assert_eq!(federation.resolve(&nobody, &[]).await.0, 1);
    let (code, printed) = federation.resolve(verifier, &[]).await;
    assert_eq!(
        code, 2,
        "its origin is not allowed, so it was not asked: {printed}"
    );
    for wrong in ["", "college.example", "https://college.example?a"] {
        assert_eq!(federation.resolve(wrong, &[]).await.0, 64, "{wrong}");
    }
    federation.demo.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_pins_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for content in [
        "",
        "{}",
        r#"{"entity": "https://a.example", "jwks": {"keys": []}}"#,
        r#"{"iss": "did:key:z6Mk"}"#,
    ] {
        let file = folder.path().join("anchor.json");
        std::fs::write(&file, content).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
            .args(["federation", "resolve", "https://college.example", "--anchor"])
            .arg(&file)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{content}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_known_issuers_are_shown_by_name_and_one_that_was_not_read_is_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let known = async |content: Value, did: &str| {
        let file = folder.path().join("list.json");
        std::fs::write(&file, content.to_string()).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
            .args(["federation", "known", did, "--english", "--list"])
            .arg(&file)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(printed).unwrap())
    };
    let list = json!({"meta": {"updated": "2025-05-09T18:17:57Z"},
        "registry": {"did:web:college.example": {"name": "The College"}}});

    let (code, printed) = known(list.clone(), "did:web:college.example").await;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("(of 9 May 2025): The College"), "{printed}");
    assert!(printed.contains("for the register to say"), "{printed}");
    assert_eq!(known(list.clone(), "did:web:other.example").await.0, 1);
    assert_eq!(known(list, "college").await.0, 64);
    assert_eq!(
        known(json!({"registry": 1}), "did:web:college.example").await.0,
        2
    );
    let elsewhere = json!([
        {"name": "Members", "type": "oidf", "url": "https://a.example"},
        {"name": "Inside", "type": "dcc-legacy", "url": "http://127.0.0.1:9/registry.json"},
    ]);
    let (code, printed) = known(elsewhere, "did:web:college.example").await;
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("Members, Inside"), "{printed}");
}
