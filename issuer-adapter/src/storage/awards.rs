//! Awards, confirmations and history.

use super::{Result, Storage, Write, millis, moment};
use crate::awards::State;
use crate::sources::Intake;
use chrono::{DateTime, Utc};
use credentials::award::Award;
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Row, Sqlite};
use std::collections::HashSet;

/// An award as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct StoredAward {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) state: State,
    pub(crate) record: Award,
    pub(crate) intake: Intake,
    pub(crate) justification: Option<String>,
    pub(crate) achievement: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A line of an award's history.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) detail: Option<String>,
}

/// Copies of one configuration, and how they stand.
#[derive(Clone, Debug)]
pub(crate) struct CopyCount {
    pub(crate) configuration: String,
    pub(crate) number: u32,
    pub(crate) accepted: u32,
    pub(crate) revoked: u32,
    pub(crate) suspended: u32,
}

fn award(row: SqliteRow) -> Result<StoredAward> {
    let state: String = row.try_get("state")?;
    Ok(StoredAward {
        id: row.try_get("id")?,
        unit: row.try_get("unit")?,
        state: serde_json::from_value(state.into())?,
        record: serde_json::from_str(row.try_get("record")?)?,
        intake: serde_json::from_str(row.try_get("intake")?)?,
        justification: row.try_get("justification")?,
        achievement: row.try_get("achievement")?,
        created_at: moment(row.try_get("created_at")?),
        updated_at: moment(row.try_get("updated_at")?),
    })
}

async fn find<'e, E: Executor<'e, Database = Sqlite>>(db: E, id: &str) -> Result<Option<StoredAward>> {
    let row = sqlx::query("SELECT * FROM awards WHERE id = ?")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(award).transpose()
}

async fn confirmed<'e, E: Executor<'e, Database = Sqlite>>(db: E, id: &str) -> Result<HashSet<Vec<u8>>> {
    let rows = sqlx::query("SELECT digest FROM confirmations WHERE award = ?")
        .bind(id)
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| row.try_get("digest"))
        .collect::<std::result::Result<_, _>>()?)
}

impl Storage {
    pub(crate) async fn award(&self, id: &str) -> Result<Option<StoredAward>> {
        find(&self.0, id).await
    }

    /// The newest awards, newest first.
    pub(crate) async fn awards(&self, most: u32) -> Result<Vec<StoredAward>> {
        let rows = sqlx::query("SELECT * FROM awards ORDER BY created_at DESC, id LIMIT ?")
            .bind(most)
            .fetch_all(&self.0)
            .await?;
        rows.into_iter().map(award).collect()
    }

    /// The newest approved award of an achievement, by the last part of its address.
    pub(crate) async fn award_of_achievement(&self, achievement: &str) -> Result<Option<StoredAward>> {
        let row = sqlx::query(
            "SELECT * FROM awards WHERE achievement = ? AND state <> 'review' ORDER BY created_at DESC LIMIT 1",
        )
        .bind(achievement)
        .fetch_optional(&self.0)
        .await?;
        row.map(award).transpose()
    }

    /// The digests of the findings that staff confirmed.
    pub(crate) async fn confirmed(&self, id: &str) -> Result<HashSet<Vec<u8>>> {
        confirmed(&self.0, id).await
    }

    /// What happened to an award, oldest first.
    pub(crate) async fn history(&self, id: &str) -> Result<Vec<Entry>> {
        let rows =
            sqlx::query("SELECT at, actor, action, detail FROM audit WHERE award = ? ORDER BY seq LIMIT 500")
                .bind(id)
                .fetch_all(&self.0)
                .await?;
        let entry = |row: SqliteRow| {
            Ok(Entry {
                at: moment(row.try_get("at")?),
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                detail: row.try_get("detail")?,
            })
        };
        rows.into_iter().map(entry).collect()
    }

    /// How many copies an award has, and how they stand, by configuration.
    pub(crate) async fn copies(&self, id: &str) -> Result<Vec<CopyCount>> {
        let rows = sqlx::query(
            "WITH standing AS (SELECT configuration, outcome = 'accepted' AS accepted, \
             EXISTS (SELECT 1 FROM status_entries JOIN status_lists ON status_lists.id = list WHERE copy = copies.id \
             AND (kind = 'revocation' OR kind = 'token') AND value = 1) AS revoked, \
             EXISTS (SELECT 1 FROM status_entries JOIN status_lists ON status_lists.id = list WHERE copy = copies.id \
             AND (kind = 'suspension' AND value = 1 OR kind = 'token' AND value = 2)) AS suspended \
             FROM copies WHERE award = ?) \
             SELECT configuration, COUNT(*) AS number, COUNT(*) FILTER (WHERE accepted) AS accepted, \
             COUNT(*) FILTER (WHERE revoked) AS revoked, \
             COUNT(*) FILTER (WHERE suspended AND NOT revoked) AS suspended \
             FROM standing GROUP BY configuration ORDER BY configuration",
        )
        .bind(id)
        .fetch_all(&self.0)
        .await?;
        let count = |row: SqliteRow| {
            Ok(CopyCount {
                configuration: row.try_get("configuration")?,
                number: row.try_get("number")?,
                accepted: row.try_get("accepted")?,
                revoked: row.try_get("revoked")?,
                suspended: row.try_get("suspended")?,
            })
        };
        rows.into_iter().map(count).collect()
    }
}

impl Write {
    pub(crate) async fn award(&mut self, id: &str) -> Result<Option<StoredAward>> {
        find(&mut *self.0, id).await
    }

    /// The award that was made of this source before and still counts.
    pub(crate) async fn award_of_source(&mut self, source: &str) -> Result<Option<StoredAward>> {
        let row = sqlx::query("SELECT * FROM awards WHERE source = ? AND state <> 'revoked'")
            .bind(source)
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(award).transpose()
    }

    pub(crate) async fn add_award(&mut self, award: &StoredAward) -> Result<()> {
        sqlx::query(
            "INSERT INTO awards (id, source, unit, state, record, intake, justification, achievement, created_at, updated_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&award.id)
        .bind(&award.record.source_assertion)
        .bind(&award.unit)
        .bind(award.state.as_str())
        .bind(serde_json::to_string(&award.record)?)
        .bind(serde_json::to_string(&award.intake)?)
        .bind(&award.justification)
        .bind(&award.achievement)
        .bind(millis(award.created_at))
        .bind(millis(award.updated_at))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Replaces what may change of an award.
    pub(crate) async fn update_award(&mut self, award: &StoredAward) -> Result<()> {
        sqlx::query(
            "UPDATE awards SET state = ?, record = ?, intake = ?, justification = ?, updated_at = ? WHERE id = ?",
        )
        .bind(award.state.as_str())
        .bind(serde_json::to_string(&award.record)?)
        .bind(serde_json::to_string(&award.intake)?)
        .bind(&award.justification)
        .bind(millis(award.updated_at))
        .bind(&award.id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    pub(crate) async fn set_state(&mut self, id: &str, state: State, at: DateTime<Utc>) -> Result<()> {
        sqlx::query("UPDATE awards SET state = ?, updated_at = ? WHERE id = ?")
            .bind(state.as_str())
            .bind(millis(at))
            .bind(id)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn confirmed(&mut self, id: &str) -> Result<HashSet<Vec<u8>>> {
        confirmed(&mut *self.0, id).await
    }

    /// Adds a confirmation; whether it was new.
    pub(crate) async fn confirm(
        &mut self,
        id: &str,
        code: &str,
        digest: &[u8],
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        let added = sqlx::query(
            "INSERT INTO confirmations (award, code, digest, confirmed_by, confirmed_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(code)
        .bind(digest)
        .bind(by)
        .bind(millis(at))
        .execute(&mut *self.0)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// Takes a confirmation back; whether it was there.
    pub(crate) async fn unconfirm(&mut self, id: &str, digest: &[u8]) -> Result<bool> {
        let removed = sqlx::query("DELETE FROM confirmations WHERE award = ? AND digest = ?")
            .bind(id)
            .bind(digest)
            .execute(&mut *self.0)
            .await?;
        Ok(removed.rows_affected() == 1)
    }
}
