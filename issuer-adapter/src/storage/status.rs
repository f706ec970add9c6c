//! Status lists and the copies' places in them.

use super::{Result, Storage, Write, millis};
use chrono::{DateTime, Utc};
use credentials::open_badges::StatusPurpose;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// A status list as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct ListRow {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) purpose: StatusPurpose,
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
    let purpose: String = row.try_get("purpose")?;
    Ok(ListRow {
        id: row.try_get("id")?,
        unit: row.try_get("unit")?,
        purpose: serde_json::from_value(purpose.into())?,
        length: row.try_get("length")?,
        version: row.try_get("version")?,
    })
}

impl Storage {
    pub(crate) async fn status_list(&self, id: &str) -> Result<Option<ListRow>> {
        let row = sqlx::query("SELECT * FROM status_lists WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.0)
            .await?;
        row.map(list).transpose()
    }

    /// The positions that are set.
    pub(crate) async fn set_positions(&self, id: &str) -> Result<Vec<u32>> {
        let rows = sqlx::query("SELECT position FROM status_entries WHERE list = ? AND is_set = 1")
            .bind(id)
            .fetch_all(&self.0)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| row.try_get("position"))
            .collect::<std::result::Result<_, _>>()?)
    }

    /// The unit's newest list for a purpose, and how many of its places are taken.
    pub(crate) async fn newest_list(
        &self,
        unit: &str,
        purpose: StatusPurpose,
    ) -> Result<Option<(ListRow, u32)>> {
        let row = sqlx::query(
            "SELECT *, (SELECT COUNT(*) FROM status_entries WHERE list = status_lists.id) AS taken \
             FROM status_lists WHERE unit = ? AND purpose = ? ORDER BY created_at DESC, id LIMIT 1",
        )
        .bind(unit)
        .bind(purpose.as_str())
        .fetch_optional(&self.0)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let taken = row.try_get("taken")?;
        Ok(Some((list(row)?, taken)))
    }
}

impl Write {
    pub(crate) async fn add_list(&mut self, list: &ListRow, at: DateTime<Utc>) -> Result<()> {
        sqlx::query(
            "INSERT INTO status_lists (id, unit, purpose, length, created_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&list.id)
        .bind(&list.unit)
        .bind(list.purpose.as_str())
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

    /// Sets or clears the entries of every copy of an award, for one purpose.
    pub(crate) async fn set_entries(&mut self, award: &str, purpose: StatusPurpose, set: bool) -> Result<()> {
        const LISTS: &str = "UPDATE status_lists SET version = version + 1 WHERE purpose = ? AND id IN \
             (SELECT list FROM status_entries WHERE copy IN (SELECT id FROM copies WHERE award = ?))";
        const ENTRIES: &str = "UPDATE status_entries SET is_set = ? \
             WHERE list IN (SELECT id FROM status_lists WHERE purpose = ?) \
             AND copy IN (SELECT id FROM copies WHERE award = ?)";
        sqlx::query(LISTS)
            .bind(purpose.as_str())
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        sqlx::query(ENTRIES)
            .bind(set)
            .bind(purpose.as_str())
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}
