//! What is known of organisations from elsewhere.

use std::collections::HashMap;

use sqlx::{Row, SqliteConnection};
use trust::{Evidence, log::Entry};

use super::{Result, Write, document, json};

impl Write {
    /// Adds evidence about an organisation.
    pub(crate) async fn add_evidence(&mut self, entity_id: &str, evidence: &Evidence) -> Result<()> {
        sqlx::query("INSERT INTO evidence (entity_id, document) VALUES (?, ?)")
            .bind(entity_id)
            .bind(json(evidence)?)
            .execute(&mut *self.0)
            .await?;
        let entry = Entry::Evidence {
            entity_id: entity_id.to_owned(),
            evidence: evidence.clone(),
        };
        self.log(&entry).await
    }
}

/// All that was added about every organisation, the oldest first.
pub(super) async fn all(connection: &mut SqliteConnection) -> Result<HashMap<String, Vec<Evidence>>> {
    let mut evidence: HashMap<String, Vec<Evidence>> = HashMap::new();
    let rows = sqlx::query("SELECT entity_id, document FROM evidence ORDER BY position");
    for row in rows.fetch_all(connection).await? {
        evidence
            .entry(row.try_get("entity_id")?)
            .or_default()
            .push(document(row)?);
    }
    Ok(evidence)
}
