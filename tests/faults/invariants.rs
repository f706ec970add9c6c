//! What must hold of the databases however the program ended.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::databases;

/// Checks everything below the folder.
pub(crate) async fn check(data: &Path) {
    for file in databases::files(data) {
        let mut database = databases::open(&file).await;
        assert_eq!(
            text(&mut database, "PRAGMA integrity_check").await,
            ["ok"],
            "{}",
            file.display()
        );
        let broken = text(&mut database, "SELECT \"table\" FROM pragma_foreign_key_check").await;
        assert_eq!(broken, Vec::<String>::new(), "{}", file.display());
        match file.file_name().and_then(|name| name.to_str()) {
            Some("issuer-adapter.sqlite") => issuer(&mut database).await,
            Some("register.sqlite") => register(&mut database).await,
            _ => {}
        }
    }
}

async fn issuer(database: &mut SqliteConnection) {
    for (rule, counterexamples) in [
        (
            "an offer is redeemed once, and every redemption gave one token",
            "SELECT CAST(a.award AS TEXT) FROM (SELECT award, COUNT(*) AS n FROM audit WHERE action = 'redeemed' GROUP BY award) a
             LEFT JOIN (SELECT award, COUNT(*) AS n FROM access_tokens GROUP BY award) t ON t.award = a.award
             WHERE t.n IS NOT a.n
             UNION ALL SELECT award FROM access_tokens WHERE award NOT IN (SELECT award FROM audit WHERE action = 'redeemed')
             UNION ALL SELECT r.award FROM (SELECT award, COUNT(*) AS n FROM audit WHERE action = 'redeemed' GROUP BY award) r
             JOIN (SELECT award, COUNT(*) AS n FROM offers WHERE ended_at IS NOT NULL GROUP BY award) o ON o.award = r.award
             WHERE o.n < r.n",
        ),
        (
            "every copy was issued by a request that is in the history, and none besides",
            "SELECT c.award FROM (SELECT award, COUNT(*) AS n FROM copies GROUP BY award) c
             LEFT JOIN (SELECT award, SUM(CAST(detail AS INTEGER)) AS n FROM audit WHERE action = 'issued' GROUP BY award) i
             ON i.award = c.award WHERE i.n IS NOT c.n",
        ),
        (
            "every copy has its places in the lists, one in each kind at most",
            "SELECT id FROM copies WHERE id NOT IN (SELECT copy FROM status_entries)
             UNION ALL SELECT e.copy FROM status_entries e JOIN status_lists l ON l.id = e.list GROUP BY e.copy, l.kind HAVING COUNT(*) > 1",
        ),
        (
            "places of a revoked award say so, all of them",
            "SELECT e.copy FROM status_entries e JOIN copies c ON c.id = e.copy JOIN awards a ON a.id = c.award
             JOIN status_lists l ON l.id = e.list
             WHERE a.state = 'revoked' AND l.kind IN ('revocation', 'token') AND e.value <> 1",
        ),
        (
            "places of an award that is neither revoked nor suspended say that nothing is the matter",
            "SELECT e.copy FROM status_entries e JOIN copies c ON c.id = e.copy JOIN awards a ON a.id = c.award
             WHERE a.state = 'issued' AND e.value <> 0",
        ),
        (
            "a result is awarded once at a time",
            "SELECT source FROM awards WHERE state <> 'revoked' GROUP BY source HAVING COUNT(*) > 1",
        ),
    ] {
        assert_eq!(text(database, counterexamples).await, Vec::<String>::new(), "{rule}");
    }
}

async fn register(database: &mut SqliteConnection) {
    let gaps = "SELECT accreditation FROM status_events GROUP BY accreditation HAVING COUNT(*) <> MAX(seq) OR MIN(seq) <> 1";
    assert_eq!(
        text(database, gaps).await,
        Vec::<String>::new(),
        "decisions are numbered without a gap"
    );

    let rows = sqlx::query("SELECT sequence, content_hash, signed FROM lists ORDER BY signing")
        .fetch_all(database)
        .await
        .unwrap();
    let mut hashes: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let mut newest = 0;
    for row in rows {
        let (sequence, hash): (i64, String) = (row.get("sequence"), row.get("content_hash"));
        let list = payload(row.get("signed"));
        assert_eq!(list["sequence"], sequence);
        assert!(
            sequence == newest || sequence == newest + 1,
            "list {sequence} follows {newest}"
        );
        match list["previousHash"].as_str() {
            Some(previous) => {
                let before = &hashes[&(sequence - 1)];
                assert!(
                    before.iter().any(|hash| hash == previous),
                    "list {sequence} follows no list that was signed"
                );
            }
            None => assert_eq!(sequence, 1, "only the first list follows none"),
        }
        hashes.entry(sequence).or_default().push(hash);
        newest = sequence;
    }
}

/// What a compact JWS says.
fn payload(signed: String) -> Value {
    let payload = signed.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn text(database: &mut SqliteConnection, query: &'static str) -> Vec<String> {
    let rows = sqlx::query(query).fetch_all(database).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
