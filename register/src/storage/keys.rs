//! What ended keys before their time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use credentials::DidUrl;
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};
use trust::{Key, Reason};

use super::{Result, Write, document, json};

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyEnd {
    /// It is not used after that moment.
    Ended,
    /// From that moment on somebody else may have it.
    Compromised,
}

/// A decision about a key; never changed afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyEvent {
    pub(crate) kind: KeyEnd,
    pub(crate) at: DateTime<Utc>,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) reason: Reason,
}

impl KeyEvent {
    /// The key as it is after this: an end only ever comes earlier.
    pub(crate) fn apply(&self, key: &mut Key) {
        let end = match self.kind {
            KeyEnd::Ended => &mut key.not_after,
            KeyEnd::Compromised => &mut key.compromised_at,
        };
        if end.is_none_or(|end| self.at < end) {
            *end = Some(self.at);
        }
    }
}

impl Write {
    /// Adds what became of a key.
    pub(crate) async fn add_key_event(&mut self, kid: &DidUrl, event: &KeyEvent) -> Result<()> {
        sqlx::query("INSERT INTO key_events (kid, document) VALUES (?, ?)")
            .bind(kid.as_str())
            .bind(json(event)?)
            .execute(&mut *self.0)
            .await?;
        Ok(())
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
