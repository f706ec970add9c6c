//! The register's SQLite database: everything is added, nothing is changed.

mod evidence;
mod key_changes;
mod keys;
mod log;
mod proposals;
mod receipts;
mod statistics;
mod successions;

use std::collections::HashMap;
use std::path::Path;

use database::Result;
pub use database::StorageError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Row, Sqlite, SqliteConnection, SqlitePool, Transaction};
use trust::log::Entry;
use trust::{Accreditation, Entity, Framework, Key, StatusEvent};

pub(crate) use proposals::NewProposal;
pub(crate) use receipts::{NewReceipt, StoredReceipt};

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Storage(SqlitePool);

/// A write transaction: nothing else writes until it ends, and it is undone unless committed.
pub(crate) struct Write(Transaction<'static, Sqlite>);

/// A list as it was signed.
#[derive(Clone, Debug)]
pub(crate) struct StoredList {
    pub(crate) sequence: u64,
    pub(crate) content_hash: String,
    pub(crate) signed: String,
}

impl Storage {
    /// Opens or creates the database at `path`. A commit survives the loss of power.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let pool = database::open(path, &sqlx::migrate!("./migrations")).await?;
        Ok(Self(pool))
    }

    pub(crate) async fn write(&self) -> Result<Write> {
        Ok(Write(database::begin(&self.0).await?))
    }

    /// The newest signing of the list with number `sequence`.
    pub(crate) async fn list(&self, sequence: u64) -> Result<Option<StoredList>> {
        let row = sqlx::query("SELECT * FROM lists WHERE sequence = ? ORDER BY signing DESC LIMIT 1")
            .bind(as_integer(sequence))
            .fetch_optional(&self.0)
            .await?;
        row.map(stored_list).transpose()
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        database::ping(&self.0).await
    }
}

impl Write {
    /// Adds a framework unless it is there.
    pub(crate) async fn add_framework(&mut self, framework: &Framework) -> Result<()> {
        let added = sqlx::query(
            "INSERT INTO frameworks (id, version, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&framework.id)
        .bind(&framework.version)
        .bind(json(framework)?)
        .execute(&mut *self.0)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(());
        }
        let framework = framework.clone();
        self.log(&Entry::Framework { framework }).await
    }

    /// Adds an organisation without its keys and accreditations, unless it is there.
    pub(crate) async fn add_entity(&mut self, entity: &Entity) -> Result<()> {
        let bare = Entity {
            keys: Vec::new(),
            accreditations: Vec::new(),
            ..entity.clone()
        };
        let added =
            sqlx::query("INSERT INTO entities (entity_id, document) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(&bare.entity_id)
                .bind(json(&bare)?)
                .execute(&mut *self.0)
                .await?;
        if added.rows_affected() == 0 {
            return Ok(());
        }
        self.log(&Entry::Entity { entity: bare }).await
    }

    /// Adds a key, or returns the one that is there under the same `kid`.
    pub(crate) async fn add_key(&mut self, entity_id: &str, key: &Key) -> Result<Option<Key>> {
        let added = sqlx::query(
            "INSERT INTO keys (kid, entity_id, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(key.kid.as_str())
        .bind(entity_id)
        .bind(json(key)?)
        .execute(&mut *self.0)
        .await?;
        if added.rows_affected() == 0 {
            return self.key(&key.kid).await;
        }
        let entry = Entry::Key {
            entity_id: entity_id.to_owned(),
            key: key.clone(),
        };
        self.log(&entry).await?;
        Ok(None)
    }

    /// Adds an accreditation without its history, or returns the one that is there under the same id.
    pub(crate) async fn add_accreditation(
        &mut self,
        entity_id: &str,
        accreditation: &Accreditation,
    ) -> Result<Option<Accreditation>> {
        let bare = Accreditation {
            status_history: Vec::new(),
            ..accreditation.clone()
        };
        let id = &bare.accreditation_id;
        let name = id.rsplit('/').next().unwrap_or(id);
        let found = sqlx::query("SELECT document FROM accreditations WHERE id = ?").bind(id);
        if let Some(row) = found.fetch_optional(&mut *self.0).await? {
            return document(row).map(Some);
        }
        sqlx::query("INSERT INTO accreditations (id, name, entity_id, document) VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(name)
            .bind(entity_id)
            .bind(json(&bare)?)
            .execute(&mut *self.0)
            .await?;
        let entry = Entry::Accreditation {
            entity_id: entity_id.to_owned(),
            accreditation: bare,
        };
        self.log(&entry).await?;
        Ok(None)
    }

    /// Adds a status event; its number must be free.
    pub(crate) async fn add_event(&mut self, accreditation: &str, event: &StatusEvent) -> Result<()> {
        sqlx::query("INSERT INTO status_events (accreditation, seq, document) VALUES (?, ?, ?)")
            .bind(accreditation)
            .bind(as_integer(event.seq))
            .bind(json(event)?)
            .execute(&mut *self.0)
            .await?;
        let entry = Entry::StatusEvent {
            accreditation_id: accreditation.to_owned(),
            event: event.clone(),
        };
        self.log(&entry).await
    }

    /// Everything the register knows, in the order in which it was added.
    pub(crate) async fn contents(&mut self) -> Result<(Vec<Framework>, Vec<Entity>)> {
        let connection = &mut *self.0;
        let frameworks = documents(connection, "SELECT document FROM frameworks ORDER BY rowid").await?;
        let mut entities: Vec<Entity> =
            documents(connection, "SELECT document FROM entities ORDER BY position").await?;

        let mut events: HashMap<String, Vec<StatusEvent>> = HashMap::new();
        let rows =
            sqlx::query("SELECT accreditation, document FROM status_events ORDER BY accreditation, seq");
        for row in rows.fetch_all(&mut *connection).await? {
            events
                .entry(row.try_get("accreditation")?)
                .or_default()
                .push(document(row)?);
        }
        let ends = keys::all(&mut *connection).await?;
        let mut keys: HashMap<String, Vec<Key>> = HashMap::new();
        let rows = sqlx::query("SELECT entity_id, document FROM keys ORDER BY position");
        for row in rows.fetch_all(&mut *connection).await? {
            let holder = row.try_get("entity_id")?;
            let mut key: Key = document(row)?;
            for event in ends.get(key.kid.as_str()).into_iter().flatten() {
                event.apply(&mut key);
            }
            keys.entry(holder).or_default().push(key);
        }
        let mut accreditations: HashMap<String, Vec<Accreditation>> = HashMap::new();
        let rows = sqlx::query("SELECT entity_id, document FROM accreditations ORDER BY position");
        for row in rows.fetch_all(connection).await? {
            let holder = row.try_get("entity_id")?;
            let mut accreditation: Accreditation = document(row)?;
            accreditation.status_history = events.remove(&accreditation.accreditation_id).unwrap_or_default();
            accreditations.entry(holder).or_default().push(accreditation);
        }
        let mut evidence = evidence::all(&mut self.0).await?;
        let mut successions = successions::all(&mut self.0).await?;
        for entity in &mut entities {
            if let Some(succession) = successions.remove(&entity.entity_id) {
                entity.succeeded_by = Some(succession);
            }
            for one in evidence.remove(&entity.entity_id).into_iter().flatten() {
                entity.take_up(one);
            }
            entity.keys = keys.remove(&entity.entity_id).unwrap_or_default();
            entity.accreditations = accreditations.remove(&entity.entity_id).unwrap_or_default();
        }
        Ok((frameworks, entities))
    }

    /// The list that was signed last.
    pub(crate) async fn last_list(&mut self) -> Result<Option<StoredList>> {
        let row = sqlx::query("SELECT * FROM lists ORDER BY signing DESC LIMIT 1");
        row.fetch_optional(&mut *self.0)
            .await?
            .map(stored_list)
            .transpose()
    }

    /// Keeps a signed list.
    pub(crate) async fn add_list(&mut self, list: &StoredList, issued_at: &str) -> Result<()> {
        sqlx::query("INSERT INTO lists (sequence, content_hash, issued_at, signed) VALUES (?, ?, ?, ?)")
            .bind(as_integer(list.sequence))
            .bind(&list.content_hash)
            .bind(issued_at)
            .bind(&list.signed)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

async fn documents<T: DeserializeOwned>(
    connection: &mut SqliteConnection,
    query: &'static str,
) -> Result<Vec<T>> {
    sqlx::query(query)
        .fetch_all(connection)
        .await?
        .into_iter()
        .map(document)
        .collect()
}

fn document<T: DeserializeOwned>(row: sqlx::sqlite::SqliteRow) -> Result<T> {
    Ok(serde_json::from_str(row.try_get("document")?)?)
}

fn stored_list(row: sqlx::sqlite::SqliteRow) -> Result<StoredList> {
    Ok(StoredList {
        sequence: as_number(row.try_get("sequence")?),
        content_hash: row.try_get("content_hash")?,
        signed: row.try_get("signed")?,
    })
}

fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

/// SQLite counts in signed numbers; no sequence comes near the end of them.
fn as_integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn as_number(integer: i64) -> u64 {
    u64::try_from(integer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_recorded_can_be_neither_changed_nor_removed() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&folder.path().join("register.sqlite"))
            .await
            .unwrap();
        sqlx::raw_sql(
            "INSERT INTO entities VALUES (1, 'e', '{}'); INSERT INTO keys VALUES (1, 'k', 'e', '{}');
             INSERT INTO accreditations VALUES (1, 'a', 'a', 'e', '{}'); INSERT INTO status_events VALUES ('a', 1, '{}');
             INSERT INTO frameworks VALUES ('f', '1', '{}'); INSERT INTO lists VALUES (1, 1, 'h', 't', 's');
             INSERT INTO key_events VALUES (1, 'k', '{}'); INSERT INTO receipts VALUES (1, 'i', 1, 'r', 0, 's', 's', 'l');
             INSERT INTO receipt_months VALUES ('i', '2026-04', 1); INSERT INTO log_entries VALUES (0, '{}');
             INSERT INTO log_nodes VALUES (0, 0, zeroblob(32)); INSERT INTO successions VALUES ('e', '{}');
             INSERT INTO proposals VALUES (1, 'anna', 't', '{}', 'd', NULL, NULL);
             INSERT INTO proposal_closings VALUES (1, 'bert', 't', 'confirmed', NULL, NULL); INSERT INTO checklists VALUES ('a', '{}');
             INSERT INTO evidence VALUES (1, 'e', '{}');",
        )
        .execute(&storage.0)
        .await
        .unwrap();

        for refused in [
            "UPDATE status_events SET document = '[]'",
            "DELETE FROM status_events",
            "UPDATE accreditations SET document = '[]'",
            "DELETE FROM accreditations",
            "UPDATE lists SET signed = 'other'",
            "DELETE FROM lists",
            "UPDATE keys SET document = '[]'",
            "DELETE FROM keys",
            "UPDATE entities SET document = '[]'",
            "DELETE FROM entities",
            "UPDATE frameworks SET document = '[]'",
            "DELETE FROM frameworks",
            "UPDATE key_events SET document = '[]'",
            "DELETE FROM key_events",
            "UPDATE receipts SET received_at = 1",
            "DELETE FROM receipts",
            "UPDATE receipt_months SET month = '2026-05'",
            "DELETE FROM receipt_months",
            "UPDATE log_entries SET entry = '[]'",
            "DELETE FROM log_entries",
            "UPDATE log_nodes SET hash = randomblob(32)",
            "DELETE FROM log_nodes",
            "UPDATE successions SET document = '[]'",
            "DELETE FROM successions",
            "UPDATE proposals SET keeper = 'bert'",
            "DELETE FROM proposals",
            "UPDATE proposal_closings SET outcome = 'rejected'",
            "DELETE FROM proposal_closings",
            "UPDATE checklists SET document = '[]'",
            "DELETE FROM checklists",
            "UPDATE evidence SET document = '[]'",
            "DELETE FROM evidence",
        ] {
            let error = sqlx::query(refused)
                .execute(&storage.0)
                .await
                .unwrap_err()
                .to_string();
            assert!(error.contains("only added"), "{refused}: {error}");
        }
    }
}
