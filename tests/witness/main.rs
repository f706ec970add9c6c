//! `waarmerk witness` against registers that keep their word and registers that do not.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::path::{Path, PathBuf};
use std::process::Stdio;

use http_service::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;

const KEEPER: &str = "the keeper's own secret, long enough";

/// A running register, which ends when this is dropped.
struct Running {
    origin: String,
    _end: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn start(folder: &Path, port: u16, seed: Option<Value>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let (router, register) = register::router(register::Config {
            data_dir: folder.to_owned(),
            public_url: origin.clone(),
            keepers: vec![register::Keeper {
                name: "anna".to_owned(),
                secret: KEEPER.to_owned(),
            }],
            decisions: register::Decisions::OnePerson,
            seed: seed.map(|seed| serde_json::from_value(seed).unwrap()),
            clock: Clock::system(),
        })
        .await
        .unwrap();
        let trust = json!({
            "registerUrl": register.list_url(),
            "anchors": [register.anchor()],
            "loopbackOrigins": [origin],
        });
        std::fs::write(folder.join("trust.json"), trust.to_string()).unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let until = async {
            let _ = ended.await;
        };
        let served = tokio::spawn(async move {
            http_service::serve(listener, router, until).await.unwrap();
        });
        Self {
            origin,
            _end: end,
            served,
        }
    }

    fn port(&self) -> u16 {
        self.origin.rsplit(':').next().unwrap().parse().unwrap()
    }

    async fn stop(self) {
        drop(self._end);
        self.served.await.unwrap();
    }

    async fn suspend(&self) {
        let body = json!({"status": "suspended", "effectiveFrom": chrono::Utc::now() + chrono::TimeDelta::hours(1),
            "reason": {"code": "missing-body", "nl": "Geen orgaan", "en": "No body"}});
        let url = format!("{}/v1/accreditations/root-0001/status-events", self.origin);
        let request = reqwest::Client::new().post(url).bearer_auth(KEEPER).json(&body);
        assert_eq!(request.send().await.unwrap().status(), 201);
    }
}

fn seed(name: &str) -> Option<Value> {
    Some(json!({
        "frameworks": [{"id": "https://framework.example/ho", "version": "2025-05", "sectors": ["hbo"]}],
        "entities": [{
            "entityId": "ent-root", "type": "root", "dids": ["did:web:stelsel.example"],
            "displayName": {"nl": name, "en": name}, "keys": [],
            "accreditations": [{
                "accreditationId": "root-0001", "layer": "L3", "framework": "https://framework.example/ho",
                "scope": {"eqf": [5, 6]}, "validFrom": "2025-05-01T00:00:00Z", "mayDelegate": true, "maxDepth": 3
            }]
        }]
    }))
}

/// The exit code, and what was printed.
async fn witness(trust: &Path, keep: &Path) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
        .args(["witness", "--english", "--trust"])
        .arg(trust.join("trust.json"))
        .arg("--keep")
        .arg(keep)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(printed).unwrap())
}

/// Folders of a register and its witness.
struct Places {
    _folder: TempDir,
    register: PathBuf,
    keep: PathBuf,
}

fn places() -> Places {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("register");
    std::fs::create_dir(&register).unwrap();
    let keep = folder.path().join("keep");
    Places {
        _folder: folder,
        register,
        keep,
    }
}

/// Changes a database behind the register's back, as somebody with its disk could.
async fn tamper(folder: &Path, statement: &'static str) {
    let address = format!("sqlite:{}", folder.join("register.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
    sqlx::raw_sql(statement).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_register_that_only_adds_is_in_order_each_time() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;

    let (code, said) = witness(&places.register, &places.keep).await;
    assert_eq!(code, 0, "{said}");
    register.suspend().await;
    let (code, said) = witness(&places.register, &places.keep).await;

    assert_eq!(code, 0, "{said}");
    assert!(said.contains("7 entries, 2 of them new"), "{said}");
    let heads = std::fs::read_to_string(places.keep.join("heads.jsonl")).unwrap();
    assert_eq!(heads.lines().count(), 2);
}

/// Changes the key of a register that does not run, with the program.
async fn register_key((folder, origin): (&Path, &str), arguments: &[&str]) -> (i32, String) {
    let config = folder.join("register.toml");
    let file = format!(
        "data_dir = {folder:?}\npublic_url = '{origin}'\nkeepers = [{{ name = 'anna', secret = {KEEPER:?} }}]"
    );
    std::fs::write(&config, file).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
        .current_dir(folder)
        .args(["register", "key"])
        .args(arguments)
        .arg("--config")
        .arg(config)
        .output()
        .await
        .unwrap();
    let printed = [done.stdout, done.stderr].concat();
    (done.status.code().unwrap(), String::from_utf8(printed).unwrap())
}

#[tokio::test]
async fn a_register_that_changes_its_key_is_in_order_for_who_pinned_the_first() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    let pinned = std::fs::read(places.register.join("trust.json")).unwrap();
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    let (port, origin) = (register.port(), register.origin.clone());
    register.stop().await;
    let stolen = tempfile::tempdir().unwrap();
    for name in ["register.sqlite", "operator-key.jwk"] {
        std::fs::copy(places.register.join(name), stolen.path().join(name)).unwrap();
    }
    let places_of = (places.register.as_path(), origin.as_str());

    let (code, said) = register_key(places_of, &["announce", "--key", "next.jwk"]).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = register_key(places_of, &["change", "--key", "other.jwk"]).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("was announced as the next one"), "{said}");
    let (code, said) = register_key(places_of, &["change", "--key", "next.jwk", "--compromised"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("change 1 of key is recorded"), "{said}");

    let register = Running::start(&places.register, port, None).await;
    let anew = std::fs::read(places.register.join("trust.json")).unwrap();
    assert_ne!(anew, pinned, "the anchor is that of the new key");
    std::fs::write(places.register.join("trust.json"), &pinned).unwrap();
    let (code, said) = witness(&places.register, &places.keep).await;
    assert_eq!(code, 0, "{said}");
    register.suspend().await;
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    register.stop().await;

    // Whoever has the old key can show an old log: that is not the operator's word.
    let _thief = Running::start(stolen.path(), port, None).await;
    let mut trust: Value = serde_json::from_slice(&pinned).unwrap();
    trust["anchors"][0]["nextKeyThumbprint"] = Value::Null;
    std::fs::write(places.register.join("trust.json"), trust.to_string()).unwrap();
    let (code, said) = witness(&places.register, &places.keep).await;
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("changes of its operator's key that are known"),
        "{said}"
    );
}

#[tokio::test]
async fn a_register_that_begins_anew_with_another_past_is_found_out() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    let port = register.port();
    register.stop().await;
    for table in ["register.sqlite", "register.sqlite-wal", "register.sqlite-shm"] {
        let _ = std::fs::remove_file(places.register.join(table));
    }

    let register = Running::start(&places.register, port, seed("Ander stelsel")).await;
    let (code, said) = witness(&places.register, &places.keep).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("changed its past"), "{said}");

    register.suspend().await;
    let (code, said) = witness(&places.register, &places.keep).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("changed its past"), "{said}");
    let kept = std::fs::read_to_string(places.keep.join("contradictions.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 2, "what proves it is kept");
}

#[tokio::test]
async fn a_register_that_lost_entries_is_found_out() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    let port = register.port();
    register.stop().await;
    let before = tempfile::tempdir().unwrap();
    for name in ["register.sqlite", "operator-key.jwk"] {
        std::fs::copy(places.register.join(name), before.path().join(name)).unwrap();
    }
    let register = Running::start(&places.register, port, seed("Stelsel")).await;
    register.suspend().await;
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    register.stop().await;

    let _register = Running::start(before.path(), port, seed("Stelsel")).await;
    let (code, said) = witness(before.path(), &places.keep).await;

    assert_eq!(code, 1, "{said}");
    assert!(said.contains("had 7 entries and now has 5"), "{said}");
}

#[tokio::test]
async fn a_list_that_says_what_was_never_logged_is_found_out() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    let port = register.port();
    register.stop().await;
    tamper(
        &places.register,
        "DROP TRIGGER accreditations_keep;
         UPDATE accreditations SET document = replace(document, '\"eqf\":[5,6]', '\"eqf\":[5,6,7]')",
    )
    .await;

    let _register = Running::start(&places.register, port, None).await;
    let (code, said) = witness(&places.register, &places.keep).await;

    assert_eq!(code, 1, "{said}");
    assert!(said.contains("says something else than the log"), "{said}");
}

#[tokio::test]
async fn entries_that_are_not_those_of_the_signed_head_are_found_out() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    tamper(
        &places.register,
        "DROP TRIGGER log_entries_keep;
         UPDATE log_entries SET entry = replace(entry, '\"Stelsel\"', '\"Ander\"')",
    )
    .await;

    let (code, said) = witness(&places.register, &places.keep).await;

    assert_eq!(code, 2, "entries are not signed, so they accuse nobody: {said}");
    assert!(said.contains("not those of the head"), "{said}");
    register.stop().await;
}

#[tokio::test]
async fn a_register_that_cannot_be_reached_is_not_accused() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    register.stop().await;

    let (code, said) = witness(&places.register, &places.keep).await;

    assert_eq!(code, 2, "{said}");
}

#[tokio::test]
async fn what_nobody_signed_accuses_nobody() {
    let places = places();
    let register = Running::start(&places.register, 0, seed("Stelsel")).await;
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    let port = register.port();
    register.stop().await;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let page = axum::Router::new().fallback(async || "<html>Even geduld</html>");
    let _maintenance = tokio::spawn(http_service::serve(listener, page, std::future::pending()));

    let (code, said) = witness(&places.register, &places.keep).await;

    assert_eq!(code, 2, "{said}");
    assert!(!places.keep.join("contradictions.jsonl").exists());
}

#[tokio::test]
async fn a_folder_that_was_changed_is_not_relied_on() {
    let places = places();
    let _register = Running::start(&places.register, 0, seed("Stelsel")).await;
    assert_eq!(witness(&places.register, &places.keep).await.0, 0);
    let entries = places.keep.join("entries.jsonl");
    let text = std::fs::read_to_string(&entries).unwrap();
    std::fs::write(&entries, text.replace("Stelsel", "Ander")).unwrap();

    let (code, said) = witness(&places.register, &places.keep).await;

    assert_eq!(code, 2, "{said}");
    assert!(said.contains("damaged"), "{said}");
}
