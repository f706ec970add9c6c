//! Batches of leaves and the receipts given for them.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use trust::receipts::{MOST_LEAVES_IN_A_SPAN, Span};

use super::{Result, Storage, Write, as_integer, as_number, log};

/// The most that one answer holds: a leaf takes 44 characters.
const MOST_CHARACTERS: u64 = 44 * MOST_LEAVES_IN_A_SPAN as u64;

/// A receipt as it was given.
#[derive(Clone, Debug)]
pub(crate) struct StoredReceipt {
    pub(crate) sequence: u64,
    pub(crate) batch: u64,
    pub(crate) root: String,
    pub(crate) signed: String,
}

/// A receipt to keep, with what it was given for.
pub(crate) struct NewReceipt<'a> {
    pub(crate) receipt: &'a StoredReceipt,
    pub(crate) issuer: &'a str,
    /// Seconds since 1970.
    pub(crate) received_at: i64,
    /// The batch as its issuer signed it.
    pub(crate) statement: &'a str,
    pub(crate) leaves: &'a str,
    /// In which months, such as `2026-04`, its awards are dated.
    pub(crate) months: &'a [String],
}

fn receipt(row: SqliteRow) -> Result<StoredReceipt> {
    Ok(StoredReceipt {
        sequence: as_number(row.try_get("sequence")?),
        batch: as_number(row.try_get("batch")?),
        root: row.try_get("root")?,
        signed: row.try_get("signed")?,
    })
}

impl Storage {
    /// The newest receipt of an issuer.
    pub(crate) async fn newest_receipt(&self, issuer: &str) -> Result<Option<StoredReceipt>> {
        let row = sqlx::query(
            "SELECT sequence, batch, root, signed FROM receipts WHERE issuer = ? ORDER BY batch DESC LIMIT 1",
        )
        .bind(issuer);
        row.fetch_optional(&self.0).await?.map(receipt).transpose()
    }

    /// The receipts for batches with awards of a month, in the order in which they were given.
    pub(crate) async fn receipts_of(&self, issuer: &str, month: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT signed FROM receipt_months JOIN receipts USING (sequence)
             WHERE receipt_months.issuer = ? AND month = ? ORDER BY sequence",
        )
        .bind(issuer)
        .bind(month)
        .fetch_all(&self.0)
        .await?;
        rows.into_iter().map(|row| Ok(row.try_get("signed")?)).collect()
    }

    /// The leaves of the batches of a span, as the file that readers fetch; nothing if one is missing, or if they
    /// are more than may be read at once.
    pub(crate) async fn leaves(&self, issuer: &str, span: Span) -> Result<Option<String>> {
        let (first, last) = (as_integer(span.first()), as_integer(span.last()));
        let size = sqlx::query(
            "SELECT COUNT(*) AS batches, COALESCE(SUM(LENGTH(leaves)), 0) AS characters FROM receipts
             WHERE issuer = ? AND batch BETWEEN ? AND ?",
        )
        .bind(issuer)
        .bind(first)
        .bind(last)
        .fetch_one(&self.0)
        .await?;
        let is_whole = as_number(size.try_get("batches")?) == (span.last() - span.first()).saturating_add(1);
        if !is_whole || as_number(size.try_get("characters")?) > MOST_CHARACTERS {
            return Ok(None);
        }
        let rows = sqlx::query(
            "SELECT leaves FROM receipts WHERE issuer = ? AND batch BETWEEN ? AND ? ORDER BY batch",
        )
        .bind(issuer)
        .bind(first)
        .bind(last)
        .fetch_all(&self.0)
        .await?;
        let files = rows.iter().map(|row| row.try_get::<&str, _>("leaves"));
        Ok(Some(files.collect::<std::result::Result<_, _>>()?))
    }
}

impl Write {
    /// The receipt that was given for a root.
    pub(crate) async fn receipt_for(&mut self, issuer: &str, root: &str) -> Result<Option<StoredReceipt>> {
        let row =
            sqlx::query("SELECT sequence, batch, root, signed FROM receipts WHERE issuer = ? AND root = ?")
                .bind(issuer)
                .bind(root);
        row.fetch_optional(&mut *self.0).await?.map(receipt).transpose()
    }

    /// The newest receipt of an issuer.
    pub(crate) async fn newest_receipt_of(&mut self, issuer: &str) -> Result<Option<StoredReceipt>> {
        let row = sqlx::query(
            "SELECT sequence, batch, root, signed FROM receipts WHERE issuer = ? ORDER BY batch DESC LIMIT 1",
        )
        .bind(issuer);
        row.fetch_optional(&mut *self.0).await?.map(receipt).transpose()
    }

    /// The newest receipt of all.
    pub(crate) async fn last_receipt(&mut self) -> Result<Option<StoredReceipt>> {
        let row =
            sqlx::query("SELECT sequence, batch, root, signed FROM receipts ORDER BY sequence DESC LIMIT 1");
        row.fetch_optional(&mut *self.0).await?.map(receipt).transpose()
    }

    /// How many receipts an issuer was given since a moment.
    pub(crate) async fn receipts_since(&mut self, issuer: &str, seconds: i64) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM receipts WHERE issuer = ? AND received_at > ?")
            .bind(issuer)
            .bind(seconds)
            .fetch_one(&mut *self.0)
            .await?;
        Ok(as_number(row.try_get("number")?))
    }

    /// Keeps a receipt.
    pub(crate) async fn add_receipt(&mut self, new: &NewReceipt<'_>) -> Result<()> {
        sqlx::query("INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(as_integer(new.receipt.sequence))
            .bind(new.issuer)
            .bind(as_integer(new.receipt.batch))
            .bind(&new.receipt.root)
            .bind(new.received_at)
            .bind(new.statement)
            .bind(&new.receipt.signed)
            .bind(new.leaves)
            .execute(&mut *self.0)
            .await?;
        for month in new.months {
            sqlx::query("INSERT INTO receipt_months VALUES (?, ?, ?)")
                .bind(new.issuer)
                .bind(month)
                .bind(as_integer(new.receipt.sequence))
                .execute(&mut *self.0)
                .await?;
        }
        self.log(&log::receipt(new.receipt.sequence, &new.receipt.signed))
            .await
    }
}
