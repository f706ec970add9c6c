use std::path::PathBuf;

use chrono::{DateTime, Utc};
use register::{KeyChangeError, KeyChangeRequest, StartError, announce_key, change_key};
use trust::log::{Entry, Replay};
use trust::receipts::verify_receipt;
use trust::{Discontinuity, RegisterList, TrustAnchor, VerifiedList, sign_list, verify_list};

use crate::fixture::{TestRegister, at, config, problem};
use crate::log::{entries, head};
use crate::receipts::{batch, body, hand_in, leaves};

const URL: &str = "https://register.example";
const MONTH: &str = "/v1/receipts/did:web:college.example:energie/2026-11";

/// A change of key at eleven o'clock.
fn request<'a>(folder: &'a std::path::Path, key: &'a std::path::Path) -> KeyChangeRequest<'a> {
    KeyChangeRequest {
        data_dir: folder,
        public_url: URL,
        key,
        announce: None,
        compromised: false,
        at: at("2026-11-21T11:00:00Z"),
    }
}

impl TestRegister {
    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("register")
    }

    /// A file beside the register's folder.
    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn restarted(self, now: DateTime<Utc>) -> Self {
        Self::start_in(self.folder, None, now).await
    }

    async fn read_by(&self, anchor: &TrustAnchor) -> VerifiedList {
        let signed = self.get("/v1/list").await.text().await.unwrap();
        verify_list(&signed, std::slice::from_ref(anchor), self.clock.now()).unwrap()
    }

    async fn first_receipt(&self) -> String {
        self.json(MONTH).await["receipts"][0].as_str().unwrap().to_owned()
    }
}

/// A register that gave a receipt under its first key, and what it published then.
async fn with_a_receipt() -> (TestRegister, TrustAnchor, VerifiedList, String) {
    let register = TestRegister::start().await;
    let leaves = leaves(1);
    let handed_in = batch(1, &leaves, None, at("2026-11-21T08:59:00Z"));
    assert_eq!(hand_in(&register, &body(&handed_in, &leaves)).await.status(), 200);
    let anchor = register.register.anchor();
    let list = register.read_by(&anchor).await;
    let given = register.first_receipt().await;
    (register, anchor, list, given)
}

#[tokio::test]
async fn who_pinned_the_first_key_reads_what_later_keys_sign() {
    let (register, pinned, first, given) = with_a_receipt().await;
    let (second_key, third_key) = (register.beside("second.jwk"), register.beside("third.jwk"));

    change_key(&request(&register.data_dir(), &second_key))
        .await
        .unwrap();
    change_key(&request(&register.data_dir(), &third_key))
        .await
        .unwrap();
    let register = register.restarted(at("2026-11-21T11:05:00Z")).await;

    let list = register.read_by(&pinned).await;
    assert_eq!(list.operator().changes(), 2);
    assert_eq!(list.list().sequence, 2, "a change of key is a change");
    assert!(list.follows(&first));
    let anchor = register.register.anchor();
    assert_ne!(anchor.jwk, pinned.jwk);
    assert_eq!(
        register.read_by(&anchor).await.content_hash(),
        list.content_hash()
    );

    // A receipt of before counts as it was given, and as the register gives it now, whichever key was pinned.
    let now = register.clock.now();
    let renewed = register.first_receipt().await;
    assert_ne!(renewed, given);
    let before = verify_receipt(&given, first.operator(), now).unwrap();
    assert_eq!(verify_receipt(&given, list.operator(), now).unwrap(), before);
    assert_eq!(verify_receipt(&renewed, list.operator(), now).unwrap(), before);
    assert_eq!(
        verify_receipt(&renewed, &register.operator(), now).unwrap(),
        before
    );
    assert!(
        verify_receipt(&given, &register.operator(), now).is_err(),
        "the new key did not sign it"
    );
}

#[tokio::test]
async fn the_log_tells_of_a_change_of_key_and_makes_the_list() {
    let (register, pinned, _, _) = with_a_receipt().await;
    change_key(&request(&register.data_dir(), &register.beside("second.jwk")))
        .await
        .unwrap();
    let register = register.restarted(at("2026-11-21T11:05:00Z")).await;

    let head = head(&register).await;
    let entries = entries(&register, head.size).await;

    let changes = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::KeyChange { .. }));
    assert_eq!(changes.count(), 1);
    let mut replay = Replay::default();
    for entry in entries.clone() {
        replay.apply(entry).unwrap();
    }
    let list = register.read_by(&pinned).await;
    assert!(replay.published(list.list().sequence, list.content_hash()));

    let mut twice = Replay::default();
    let change = entries
        .into_iter()
        .find(|entry| matches!(entry, Entry::KeyChange { .. }))
        .unwrap();
    twice.apply(change.clone()).unwrap();
    assert!(twice.apply(change).is_err());
}

#[tokio::test]
async fn nothing_that_a_stolen_key_signed_counts_after_the_change() {
    let (register, pinned, _, given) = with_a_receipt().await;
    let stolen = std::fs::read_to_string(register.data_dir().join("operator-key.jwk")).unwrap();
    let (folder, key) = (register.data_dir(), register.beside("second.jwk"));
    let compromised = KeyChangeRequest {
        compromised: true,
        ..request(&folder, &key)
    };

    change_key(&compromised).await.unwrap();
    let register = register.restarted(at("2026-11-21T11:05:00Z")).await;

    let now = register.clock.now();
    let list = register.read_by(&pinned).await;
    assert!(verify_receipt(&given, list.operator(), now).is_err());
    let renewed = register.first_receipt().await;
    assert!(verify_receipt(&renewed, list.operator(), now).is_ok());

    // A list by the thief: who knows of the change does not take it for a later one.
    let stolen = proofs::SecretKey::from_jwk(&serde_json::from_str(&stolen).unwrap()).unwrap();
    let forged = RegisterList {
        sequence: 9,
        previous_hash: None,
        key_changes: Vec::new(),
        entities: Vec::new(),
        ..list.to_list()
    };
    let kid = "did:web:register.example#list-1".parse().unwrap();
    let forged = sign_list(&forged, &stolen, &kid).unwrap();
    let forged = verify_list(&forged, &[pinned], now).unwrap();
    assert_eq!(forged.check_follows(&list), Err(Discontinuity::RolledBack));
}

#[tokio::test]
async fn only_the_key_that_was_announced_can_follow() {
    let (register, _, _, _) = with_a_receipt().await;
    let (folder, next) = (register.data_dir(), register.beside("next.jwk"));

    let thumbprint = announce_key(&folder, URL, &next).await.unwrap();
    assert_eq!(
        announce_key(&folder, URL, &next).await.unwrap(),
        thumbprint,
        "asked again"
    );
    let register = register.restarted(at("2026-11-21T10:00:00Z")).await;
    let pinned = register.register.anchor();
    assert_eq!(pinned.next_key_thumbprint.as_deref(), Some(thumbprint.as_str()));
    assert_eq!(
        register.json("/v1/anchor").await["nextKeyThumbprint"],
        thumbprint.as_str()
    );

    let another = change_key(&request(&folder, &register.beside("another.jwk"))).await;
    assert!(matches!(another, Err(KeyChangeError::OtherAnnounced(announced)) if announced == thumbprint));
    assert!(!register.beside("another.jwk").exists());

    let after = register.beside("after.jwk");
    let announcing = KeyChangeRequest {
        announce: Some(&after),
        ..request(&folder, &next)
    };
    let change = change_key(&announcing).await.unwrap();
    let register = register.restarted(at("2026-11-21T11:05:00Z")).await;
    assert_eq!(register.read_by(&pinned).await.operator().changes(), 1);
    assert_eq!(
        register.register.anchor().next_key_thumbprint,
        change.next_key_thumbprint
    );
    let another = register.beside("another.jwk");
    let later = KeyChangeRequest {
        at: at("2026-11-21T12:00:00Z"),
        ..request(&folder, &another)
    };
    let another = change_key(&later).await;
    assert!(matches!(another, Err(KeyChangeError::OtherAnnounced(_))));
}

#[tokio::test]
async fn a_change_that_was_interrupted_is_finished_by_asking_again() {
    let (register, pinned, _, _) = with_a_receipt().await;
    let (folder, file) = (register.data_dir(), register.data_dir().join("operator-key.jwk"));
    let (first, key) = (std::fs::read(&file).unwrap(), register.beside("second.jwk"));
    let change = change_key(&request(&folder, &key)).await.unwrap();
    // As if the power failed before the new key took its place.
    std::fs::write(&file, first).unwrap();

    let started = register::router(config(&register.folder, None, register.clock.clone())).await;
    assert!(matches!(started.err(), Some(StartError::Operator(_))));
    assert_eq!(change_key(&request(&folder, &key)).await.unwrap(), change);
    assert_eq!(
        change_key(&request(&folder, &key)).await.unwrap(),
        change,
        "done already"
    );
    std::fs::remove_file(&file).unwrap();
    assert_eq!(
        change_key(&request(&folder, &key)).await.unwrap(),
        change,
        "the file was gone"
    );

    let register = register.restarted(at("2026-11-21T11:05:00Z")).await;
    assert_eq!(register.read_by(&pinned).await.operator().changes(), 1);
}

#[tokio::test]
async fn a_register_that_runs_meanwhile_signs_nothing_more() {
    let (register, _, _, _) = with_a_receipt().await;
    change_key(&request(&register.data_dir(), &register.beside("second.jwk")))
        .await
        .unwrap();

    register.clock.set(at("2026-11-21T21:30:00Z"));

    for path in ["/v1/list", "/v1/log/head"] {
        problem(register.get(path).await, 500, "internal").await;
    }
}

#[tokio::test]
async fn the_present_key_an_earlier_one_and_an_empty_folder_are_refused() {
    let (register, _, _, _) = with_a_receipt().await;
    let (folder, second) = (register.data_dir(), register.beside("second.jwk"));
    let own = folder.join("operator-key.jwk");

    let refused = change_key(&request(&folder, &own)).await;
    assert!(
        matches!(refused, Err(KeyChangeError::UsedBefore(_))),
        "{refused:?}"
    );
    change_key(&request(&folder, &second)).await.unwrap();
    change_key(&request(&folder, &register.beside("third.jwk")))
        .await
        .unwrap();
    let refused = change_key(&request(&folder, &second)).await;
    assert!(
        matches!(refused, Err(KeyChangeError::UsedBefore(_))),
        "{refused:?}"
    );
    let empty = tempfile::tempdir().unwrap();
    let refused = change_key(&request(empty.path(), &second)).await;
    assert!(
        matches!(refused, Err(KeyChangeError::NoRegister(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_clock_that_is_far_from_the_last_list_changes_no_key() {
    let (register, _, _, _) = with_a_receipt().await;
    let (folder, key) = (register.data_dir(), register.beside("second.jwk"));

    for moment in ["2026-11-21T08:00:00Z", "2027-11-21T11:00:00Z"] {
        let wrong = KeyChangeRequest {
            at: at(moment),
            ..request(&folder, &key)
        };
        let refused = change_key(&wrong).await;
        assert!(
            matches!(refused, Err(KeyChangeError::Clock { .. })),
            "{refused:?}"
        );
    }
    assert!(!key.exists(), "no key was made for nothing");
}

#[tokio::test]
async fn a_database_from_before_the_change_does_not_start_with_the_new_key() {
    let (register, _, _, _) = with_a_receipt().await;
    let other = TestRegister::start().await;
    let key = other.data_dir().join("operator-key.jwk");
    std::fs::copy(key, register.data_dir().join("operator-key.jwk")).unwrap();

    let started = register::router(config(&register.folder, None, register.clock.clone())).await;

    let Some(StartError::Publish(refused)) = started.err() else {
        panic!("it started")
    };
    assert!(
        refused.to_string().contains("was signed with another key"),
        "{refused}"
    );
}
