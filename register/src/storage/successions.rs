//! Who took over from whom.

use std::collections::HashMap;

use sqlx::{Row, SqliteConnection};
use trust::{Succession, log::Entry};

use super::{Result, Write, document, json};

impl Write {
    /// Adds who took over from an organisation, which must not have been recorded before.
    pub(crate) async fn add_succession(&mut self, entity_id: &str, succession: &Succession) -> Result<()> {
        sqlx::query("INSERT INTO successions (entity_id, document) VALUES (?, ?)")
            .bind(entity_id)
            .bind(json(succession)?)
            .execute(&mut *self.0)
            .await?;
        let entry = Entry::Succession {
            entity_id: entity_id.to_owned(),
            succession: succession.clone(),
        };
        self.log(&entry).await
    }
}

/// Who took over, by the organisation from which.
pub(super) async fn all(connection: &mut SqliteConnection) -> Result<HashMap<String, Succession>> {
    let rows = sqlx::query("SELECT entity_id, document FROM successions");
    let mut successions = HashMap::new();
    for row in rows.fetch_all(connection).await? {
        successions.insert(row.try_get("entity_id")?, document(row)?);
    }
    Ok(successions)
}
