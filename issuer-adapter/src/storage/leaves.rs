//! Commitments to copies, and the batches in which the register receives them.

use super::{Result, Storage, Write, millis, moment};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use trust::receipts::Leaf;

/// A commitment to keep.
pub(crate) struct NewLeaf<'a> {
    pub(crate) leaf: &'a Leaf,
    pub(crate) award: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) configuration: &'a str,
    pub(crate) seed: &'a [u8; 32],
    pub(crate) dated_at: DateTime<Utc>,
    /// The copy, when it is made in the same transaction.
    pub(crate) copy: Option<&'a str>,
}

/// A commitment that is in no batch yet.
pub(crate) struct WaitingLeaf {
    pub(crate) leaf: Leaf,
    pub(crate) dated_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
}

/// A batch to keep until the register has it.
pub(crate) struct NewBatch<'a> {
    pub(crate) unit: &'a str,
    pub(crate) root: &'a str,
    pub(crate) leaves: &'a str,
    pub(crate) days: &'a [NaiveDate],
}

/// A batch that the register does not have yet.
pub(crate) struct WaitingBatch {
    pub(crate) id: i64,
    pub(crate) unit: String,
    pub(crate) root: String,
    pub(crate) leaves: String,
    pub(crate) days: Vec<NaiveDate>,
    pub(crate) closed_at: DateTime<Utc>,
    pub(crate) attempts: u32,
}

fn bytes(row: &SqliteRow, column: &str) -> Result<[u8; 32]> {
    let bytes: Vec<u8> = row.try_get(column)?;
    let wrong = |_| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: "not 32 bytes".into(),
    };
    Ok(bytes.try_into().map_err(wrong)?)
}

fn batch(row: SqliteRow) -> Result<WaitingBatch> {
    Ok(WaitingBatch {
        id: row.try_get("id")?,
        unit: row.try_get("unit")?,
        root: row.try_get("root")?,
        leaves: row.try_get("leaves")?,
        days: serde_json::from_str(row.try_get("days")?)?,
        closed_at: moment(row.try_get("closed_at")?),
        attempts: row.try_get("attempts")?,
    })
}

impl Storage {
    /// What unused commitments to copies of an award were made with.
    pub(crate) async fn unused_seeds(
        &self,
        award: &str,
        configuration: &str,
        most: usize,
    ) -> Result<Vec<[u8; 32]>> {
        let rows = sqlx::query(
            "SELECT seed FROM leaves WHERE award = ? AND configuration = ? AND copy IS NULL AND is_void = 0
             ORDER BY random() LIMIT ?",
        )
        .bind(award)
        .bind(configuration)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.0)
        .await?;
        rows.iter().map(|row| bytes(row, "seed")).collect()
    }

    /// The batches whose next attempt is due, the oldest of each unit first.
    pub(crate) async fn due_batches(&self, at: DateTime<Utc>) -> Result<Vec<WaitingBatch>> {
        let rows = sqlx::query(
            "SELECT * FROM leaf_batches WHERE receipt IS NULL AND next_attempt_at <= ? ORDER BY id LIMIT 64",
        )
        .bind(millis(at))
        .fetch_all(&self.0)
        .await?;
        rows.into_iter().map(batch).collect()
    }
}

impl Write {
    /// Keeps a commitment.
    pub(crate) async fn add_leaf(&mut self, new: &NewLeaf<'_>, at: DateTime<Utc>) -> Result<()> {
        sqlx::query(
            "INSERT INTO leaves (leaf, award, unit, configuration, seed, dated_at, copy, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.leaf.as_bytes()[..])
        .bind(new.award)
        .bind(new.unit)
        .bind(new.configuration)
        .bind(&new.seed[..])
        .bind(millis(new.dated_at))
        .bind(new.copy)
        .bind(millis(at))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Whether no copy has the commitment yet.
    pub(crate) async fn is_free(&mut self, leaf: &Leaf) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM leaves WHERE leaf = ? AND copy IS NOT NULL")
            .bind(&leaf.as_bytes()[..]);
        Ok(row.fetch_optional(&mut *self.0).await?.is_none())
    }

    /// Marks the commitment as used by a copy. Whether there is one: `None` when there is none, `Some(false)`
    /// when another copy has it.
    pub(crate) async fn use_leaf(&mut self, leaf: &Leaf, copy: &str) -> Result<Option<bool>> {
        let row = sqlx::query("SELECT copy FROM leaves WHERE leaf = ?").bind(&leaf.as_bytes()[..]);
        let Some(row) = row.fetch_optional(&mut *self.0).await? else {
            return Ok(None);
        };
        let taken: Option<String> = row.try_get("copy")?;
        if taken.is_some() {
            return Ok(Some(false));
        }
        sqlx::query("UPDATE leaves SET copy = ? WHERE leaf = ?")
            .bind(copy)
            .bind(&leaf.as_bytes()[..])
            .execute(&mut *self.0)
            .await?;
        Ok(Some(true))
    }

    /// Gives up commitments to copies of an award that were not made: those nobody saw are forgotten.
    pub(crate) async fn void_leaves(&mut self, award: &str) -> Result<()> {
        sqlx::query("DELETE FROM leaves WHERE award = ? AND copy IS NULL AND batch IS NULL")
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        sqlx::query("UPDATE leaves SET is_void = 1 WHERE award = ? AND copy IS NULL")
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// The units with commitments in no batch.
    pub(crate) async fn units_with_waiting_leaves(&mut self) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT DISTINCT unit FROM leaves WHERE batch IS NULL ORDER BY unit")
            .fetch_all(&mut *self.0)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("unit")?)).collect()
    }

    /// A unit's commitments in no batch, the oldest first.
    pub(crate) async fn waiting_leaves(&mut self, unit: &str, most: usize) -> Result<Vec<WaitingLeaf>> {
        let rows = sqlx::query(
            "SELECT leaf, dated_at, created_at FROM leaves WHERE unit = ? AND batch IS NULL
             ORDER BY created_at, dated_at LIMIT ?",
        )
        .bind(unit)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.0)
        .await?;
        let leaf = |row: &SqliteRow| {
            Ok(WaitingLeaf {
                leaf: Leaf::from_bytes(bytes(row, "leaf")?),
                dated_at: moment(row.try_get("dated_at")?),
                created_at: moment(row.try_get("created_at")?),
            })
        };
        rows.iter().map(leaf).collect()
    }

    /// Puts commitments into a new batch.
    pub(crate) async fn add_batch(
        &mut self,
        new: &NewBatch<'_>,
        of: &[WaitingLeaf],
        at: DateTime<Utc>,
    ) -> Result<()> {
        let added = sqlx::query(
            "INSERT INTO leaf_batches (unit, root, leaves, days, closed_at, next_attempt_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(new.unit)
        .bind(new.root)
        .bind(new.leaves)
        .bind(serde_json::to_string(new.days)?)
        .bind(millis(at))
        .bind(millis(at))
        .execute(&mut *self.0)
        .await?;
        for waiting in of {
            sqlx::query("UPDATE leaves SET batch = ? WHERE leaf = ?")
                .bind(added.last_insert_rowid())
                .bind(&waiting.leaf.as_bytes()[..])
                .execute(&mut *self.0)
                .await?;
        }
        Ok(())
    }

    /// Keeps the register's receipt for a batch.
    pub(crate) async fn keep_receipt(
        &mut self,
        batch: i64,
        receipt: &str,
        received_at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query("UPDATE leaf_batches SET receipt = ?, received_at = ? WHERE id = ?")
            .bind(receipt)
            .bind(millis(received_at))
            .bind(batch)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// Counts an attempt that failed, and says when to try again.
    pub(crate) async fn postpone_batch(&mut self, batch: i64, next: DateTime<Utc>) -> Result<()> {
        sqlx::query("UPDATE leaf_batches SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?")
            .bind(millis(next))
            .bind(batch)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}
