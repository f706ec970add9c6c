use serde_json::json;
use trust::VerifiedList;
use trust::log::{
    Entry, Hash, Head, Replay, leaf_hash, root, verify_consistency, verify_head, verify_inclusion,
};

use crate::delegations::{DELEGATIONS, SUCCESSION, care, merger, two_institutions};
use crate::fixture::{TestRegister, UNIT, at, problem, suspension};

pub(crate) async fn head(register: &TestRegister) -> Head {
    let signed = register.get("/v1/log/head").await.text().await.unwrap();
    verify_head(&signed, &register.operator(), register.clock.now()).unwrap()
}

async fn path(register: &TestRegister, address: &str) -> Vec<Hash> {
    serde_json::from_value(register.json(address).await["path"].clone()).unwrap()
}

pub(crate) async fn entries(register: &TestRegister, size: u64) -> Vec<Entry> {
    let answer = register.json(&format!("/v1/log/entries/0/{}", size - 1)).await;
    serde_json::from_value(answer["entries"].clone()).unwrap()
}

/// The root as somebody computes it who has the entries alone.
fn root_over(entries: &[Entry]) -> Hash {
    let leaves: Vec<_> = entries.iter().map(|entry| entry.hash().unwrap()).collect();
    root(&leaves)
}

/// That every list ever published says what the log says, and that the present one is the last of them.
fn assert_says_the_same(entries: &[Entry], list: &VerifiedList) {
    let mut replay = Replay::default();
    for entry in entries {
        replay.apply(entry.clone()).unwrap();
    }
    assert!(replay.published(list.list().sequence, list.content_hash()));
}

#[tokio::test]
async fn whatever_the_list_says_is_in_the_log_and_nothing_else() {
    let register = TestRegister::start().await;
    let begin = head(&register).await;
    assert_says_the_same(&entries(&register, begin.size).await, &register.list().await);

    register.decide("acc-ho-0007", &suspension()).await;
    let ended = json!({"kind": "ended", "at": "2026-12-01T00:00:00Z",
        "reason": {"code": "replaced", "nl": "Vervangen", "en": "Replaced"}});
    let address = format!("/v1/entities/{UNIT}/keys/p256-1/events");
    assert_eq!(register.keep(&address, &ended).await.status(), 201);

    let now = head(&register).await;
    let all = entries(&register, now.size).await;
    assert!(now.size > begin.size);
    assert_eq!(root_over(&all), now.root);
    assert_says_the_same(&all, &register.list().await);
}

#[tokio::test]
async fn delegations_and_mergers_are_in_the_log_too() {
    let register = two_institutions().await;
    assert_eq!(register.keep(DELEGATIONS, &care()).await.status(), 201);
    assert_eq!(register.keep(SUCCESSION, &merger()).await.status(), 201);

    let now = head(&register).await;
    let all = entries(&register, now.size).await;

    assert!(all.iter().any(|entry| matches!(entry, Entry::Succession { .. })));
    assert_says_the_same(&all, &register.list().await);
}

#[tokio::test]
async fn an_older_log_is_proven_to_be_the_beginning_of_a_later_one() {
    let register = TestRegister::start().await;
    let before = head(&register).await;
    register.decide("acc-ho-0007", &suspension()).await;
    let after = head(&register).await;

    let proof = path(
        &register,
        &format!("/v1/log/consistency/{}/{}", before.size, after.size),
    )
    .await;

    assert!(verify_consistency(
        before.size,
        before.root,
        after.size,
        after.root,
        &proof
    ));
    let other = leaf_hash(b"other");
    assert!(!verify_consistency(
        before.size,
        other,
        after.size,
        after.root,
        &proof
    ));
}

#[tokio::test]
async fn every_entry_is_proven_to_be_in_the_log() {
    let register = TestRegister::start().await;
    let head = head(&register).await;
    let entries = entries(&register, head.size).await;

    for (index, entry) in (0_u64..).zip(&entries) {
        let proof = path(&register, &format!("/v1/log/inclusion/{index}/{}", head.size)).await;
        assert!(verify_inclusion(
            entry.hash().unwrap(),
            index,
            head.size,
            &proof,
            head.root
        ));
    }
}

#[tokio::test]
async fn a_list_that_is_signed_afresh_adds_nothing_to_the_log() {
    let register = TestRegister::start().await;
    let before = head(&register).await;

    register.clock.set(at("2026-11-22T08:00:00Z"));
    register.list().await;
    let after = head(&register).await;

    assert_eq!((after.size, after.root), (before.size, before.root));
    assert!(
        after.issued_at > before.issued_at,
        "readers see that it is of today"
    );
}

#[tokio::test]
async fn a_head_that_did_not_change_is_not_sent_again() {
    let register = TestRegister::start().await;
    let tag = register.get("/v1/log/head").await.headers()["etag"].clone();
    let ask = || {
        let address = format!("{}/v1/log/head", register.origin);
        register
            .client
            .get(address)
            .header("if-none-match", tag.clone())
            .send()
    };
    assert_eq!(ask().await.unwrap().status(), 304);

    register.decide("acc-ho-0007", &suspension()).await;

    assert_eq!(ask().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_the_log_does_not_have_is_not_found() {
    let register = TestRegister::start().await;
    let size = head(&register).await.size;
    for address in [
        format!("/v1/log/entries/0/{size}"),
        "/v1/log/entries/1/0".to_owned(),
        format!("/v1/log/entries/0/{}", u64::MAX),
    ] {
        problem(register.get(&address).await, 404, "unknown-entries").await;
    }
    for address in [
        format!("/v1/log/inclusion/{size}/{size}"),
        format!("/v1/log/inclusion/0/{}", size + 1),
        "/v1/log/inclusion/0/0".to_owned(),
        format!("/v1/log/consistency/1/{}", size + 1),
        format!("/v1/log/consistency/{size}/1"),
    ] {
        problem(register.get(&address).await, 404, "unknown-tree").await;
    }
}

#[tokio::test]
async fn a_register_from_before_the_log_logs_what_it_has() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;
    let (folder, clock) = (register.folder, register.clock);
    let database = folder.path().join("register/register.sqlite");
    let sql = "DROP TRIGGER log_entries_stay; DROP TRIGGER log_nodes_stay; DELETE FROM log_entries; DELETE FROM log_nodes;";
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", database.display()))
        .await
        .unwrap();
    sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    pool.close().await;

    let register = TestRegister::start_in(folder, None, clock.now()).await;

    let head = head(&register).await;
    let entries = entries(&register, head.size).await;
    assert_eq!(root_over(&entries), head.root);
    assert_says_the_same(&entries, &register.list().await);
}
