//! Status lists and the copies' places in them.

use super::{Result, Storage, Write, millis};
use chrono::{DateTime, Utc};
use credentials::open_badges::StatusPurpose;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Row, Sqlite};

/// What the entries of a list say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ListKind {
    /// A bitstring list: revoked or not.
    Revocation,
    /// A bitstring list: suspended or not.
    Suspension,
    /// A token status list: valid, revoked or suspended.
    Token,
}

impl ListKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
            Self::Token => "token",
        }
    }

    /// The purpose of a bitstring list.
    pub(crate) fn purpose(self) -> Option<StatusPurpose> {
        match self {
            Self::Revocation => Some(StatusPurpose::Revocation),
            Self::Suspension => Some(StatusPurpose::Suspension),
            Self::Token => None,
        }
    }
}

/// A status list as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct ListRow {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) kind: ListKind,
    pub(crate) length: u32,
    pub(crate) version: i64,
}

/// A place that a copy takes.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry<'a> {
    pub(crate) list: &'a str,
    pub(crate) position: u32,
    pub(crate) copy: &'a str,
}

fn list(row: SqliteRow) -> Result<ListRow> {
    let kind: String = row.try_get("kind")?;
    Ok(ListRow {
        id: row.try_get("id")?,
        unit: row.try_get("unit")?,
        kind: serde_json::from_value(kind.into())?,
        length: row.try_get("length")?,
        version: row.try_get("version")?,
    })
}

async fn can_suspend<'e, E: Executor<'e, Database = Sqlite>>(db: E, award: &str) -> Result<bool> {
    let row = sqlx::query(
        "SELECT 1 FROM copies WHERE award = ? AND NOT EXISTS (SELECT 1 FROM status_entries \
         JOIN status_lists ON status_lists.id = list WHERE copy = copies.id AND kind <> 'revocation') LIMIT 1",
    )
    .bind(award)
    .fetch_optional(db)
    .await?;
    Ok(row.is_none())
}

impl Storage {
    /// Whether every copy of an award has a place where a suspension can be told.
    pub(crate) async fn can_suspend(&self, award: &str) -> Result<bool> {
        can_suspend(&self.0, award).await
    }

    pub(crate) async fn status_list(&self, id: &str) -> Result<Option<ListRow>> {
        let row = sqlx::query("SELECT * FROM status_lists WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.0)
            .await?;
        row.map(list).transpose()
    }

    /// The positions that are not zero, with their values.
    pub(crate) async fn set_entries(&self, id: &str) -> Result<Vec<(u32, u8)>> {
        let rows = sqlx::query("SELECT position, value FROM status_entries WHERE list = ? AND value <> 0")
            .bind(id)
            .fetch_all(&self.0)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.try_get("position")?, row.try_get("value")?)))
            .collect()
    }

    /// The unit's newest list of a kind, and how many of its places are taken.
    pub(crate) async fn newest_list(&self, unit: &str, kind: ListKind) -> Result<Option<(ListRow, u32)>> {
        let row = sqlx::query(
            "SELECT *, (SELECT COUNT(*) FROM status_entries WHERE list = status_lists.id) AS taken \
             FROM status_lists WHERE unit = ? AND kind = ? ORDER BY created_at DESC, id LIMIT 1",
        )
        .bind(unit)
        .bind(kind.as_str())
        .fetch_optional(&self.0)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let taken = row.try_get("taken")?;
        Ok(Some((list(row)?, taken)))
    }
}

impl Write {
    pub(crate) async fn add_list(&mut self, list: &ListRow, at: DateTime<Utc>) -> Result<()> {
        sqlx::query("INSERT INTO status_lists (id, unit, kind, length, created_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&list.id)
            .bind(&list.unit)
            .bind(list.kind.as_str())
            .bind(list.length)
            .bind(millis(at))
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// Takes a place for a copy; whether it was free.
    pub(crate) async fn take_entry(&mut self, entry: &NewEntry<'_>) -> Result<bool> {
        let added = sqlx::query(
            "INSERT INTO status_entries (list, position, copy) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(entry.list)
        .bind(entry.position)
        .bind(entry.copy)
        .execute(&mut *self.0)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// Gives the entries of every copy of an award a value, in the lists of one kind.
    pub(crate) async fn give_entries(&mut self, award: &str, kind: ListKind, value: u8) -> Result<()> {
        const LISTS: &str = "UPDATE status_lists SET version = version + 1 WHERE kind = ? AND id IN \
             (SELECT list FROM status_entries WHERE copy IN (SELECT id FROM copies WHERE award = ?))";
        const ENTRIES: &str = "UPDATE status_entries SET value = ? \
             WHERE list IN (SELECT id FROM status_lists WHERE kind = ?) \
             AND copy IN (SELECT id FROM copies WHERE award = ?)";
        sqlx::query(LISTS)
            .bind(kind.as_str())
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        sqlx::query(ENTRIES)
            .bind(value)
            .bind(kind.as_str())
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// Whether every copy of an award has a place where a suspension can be told.
    pub(crate) async fn can_suspend(&mut self, award: &str) -> Result<bool> {
        can_suspend(&mut *self.0, award).await
    }
}
