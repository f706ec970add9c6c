//! `waarmerk register import` against a running register.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::path::Path;
use std::process::Output;

use http_service::Clock;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

const KEEPER: &str = "the keeper's own secret, long enough";
const REPORTS: &str = include_str!("../src/demo/deqar.json");

async fn register(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let seed = json!({"entities": [{
        "entityId": "ent-waterland", "type": "institution", "dids": ["did:web:waterland.example"],
        "otherIdentifiers": [{"scheme": "DEQAR", "value": "DEQARINST9901"}],
    }]});
    let (router, _) = register::router(register::Config {
        data_dir: folder.join("register"),
        public_url: origin.clone(),
        keepers: vec![register::Keeper {
            name: "anna".to_owned(),
            secret: KEEPER.to_owned(),
        }],
        decisions: register::Decisions::OnePerson,
        seed: Some(serde_json::from_value(seed).unwrap()),
        clock: Clock::system(),
    })
    .await
    .unwrap();
    tokio::spawn(http_service::serve(listener, router, std::future::pending()));
    origin
}

async fn import(folder: &TempDir, origin: &str, secret: &str, more: &[&str]) -> (Output, String) {
    let file = folder.path().join("deqar.json");
    std::fs::write(&file, REPORTS).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
        .args(["register", "import", "deqar"])
        .arg(file)
        .args(["--register", origin, "--extracted-at", "2026-09-01T02:00:00Z"])
        .args(more)
        .env("WAARMERK_KEEPER_SECRET", secret)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    (output, said)
}

#[tokio::test]
async fn an_extract_is_tried_out_then_taken_over_and_once_only() {
    let folder = tempfile::tempdir().unwrap();
    let origin = register(folder.path()).await;

    let (tried, said) = import(&folder, &origin, KEEPER, &["--dry-run"]).await;
    assert!(tried.status.success(), "{tried:?}");
    assert!(
        said.contains("+ ent-waterland: DEQAR report 900001, positive"),
        "{said}"
    );
    assert!(said.contains("Hogeschool Elders (fictief) (DEQARINST9903) staat niet in het register"));
    assert!(!said.contains("Vastgelegd"));

    let (_, said) = import(&folder, &origin, KEEPER, &[]).await;
    assert!(said.contains("Vastgelegd; lijst 2 laat het zien."), "{said}");

    let (again, said) = import(&folder, &origin, KEEPER, &["--english"]).await;
    assert!(again.status.success());
    assert!(
        said.starts_with("? row 2") && said.contains("0 new or changed, 1 the same"),
        "{said}"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_none_is_sent_in_the_open() {
    let folder = tempfile::tempdir().unwrap();
    let origin = register(folder.path()).await;

    let (refused, _) = import(&folder, &origin, "somebody else's secret, also long", &[]).await;
    let (unsent, _) = import(&folder, "http://register.example", KEEPER, &[]).await;

    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(unsent.status.code(), Some(2));
    let told = String::from_utf8(unsent.stderr).unwrap();
    assert!(told.contains("not reached over https"), "{told}");
}
