//! What ended keys before their time.

use std::collections::HashMap;

use credentials::DidUrl;
use sqlx::{Row, SqliteConnection};
use trust::Key;
use trust::log::{Entry, KeyEvent};

use super::{Result, Write, document, json};

impl Write {
    /// Adds what became of a key.
    pub(crate) async fn add_key_event(&mut self, kid: &DidUrl, event: &KeyEvent) -> Result<()> {
        sqlx::query("INSERT INTO key_events (kid, document) VALUES (?, ?)")
            .bind(kid.as_str())
            .bind(json(event)?)
            .execute(&mut *self.0)
            .await?;
        let (kid, event) = (kid.clone(), event.clone());
        self.log(&Entry::KeyEvent { kid, event }).await
    }

    /// A key as it was added.
    pub(super) async fn key(&mut self, kid: &DidUrl) -> Result<Option<Key>> {
        let row = sqlx::query("SELECT document FROM keys WHERE kid = ?").bind(kid.as_str());
        row.fetch_optional(&mut *self.0).await?.map(document).transpose()
    }

    /// What became of a key, the oldest first.
    pub(crate) async fn key_events(&mut self, kid: &DidUrl) -> Result<Vec<KeyEvent>> {
        let rows = sqlx::query("SELECT document FROM key_events WHERE kid = ? ORDER BY position")
            .bind(kid.as_str())
            .fetch_all(&mut *self.0)
            .await?;
        rows.into_iter().map(document).collect()
    }
}

/// What became of every key, by its name.
pub(super) async fn all(connection: &mut SqliteConnection) -> Result<HashMap<String, Vec<KeyEvent>>> {
    let mut events: HashMap<String, Vec<KeyEvent>> = HashMap::new();
    let rows = sqlx::query("SELECT kid, document FROM key_events ORDER BY position");
    for row in rows.fetch_all(connection).await? {
        events
            .entry(row.try_get("kid")?)
            .or_default()
            .push(document(row)?);
    }
    Ok(events)
}
