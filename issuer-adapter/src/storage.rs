//! The institution's SQLite database.
//!
//! Reads go through [`Storage`], writes through [`Write`]: one transaction at a time, which is undone
//! unless committed. A commit survives the loss of power.

mod awards;
mod issuing;
mod leaves;
mod statistics;
mod status;

pub(crate) use awards::{CopyCount, StoredAward};
pub(crate) use issuing::Offer;
pub(crate) use leaves::{NewBatch, NewLeaf, WaitingBatch, WaitingLeaf};
pub(crate) use status::{ListKind, ListRow, NewEntry};

use chrono::{DateTime, Utc};
pub use database::StorageError;
pub(crate) use database::{Result, millis, moment};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::Path;

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Storage(SqlitePool);

/// A write transaction: nothing else writes until it ends, and it is undone unless committed.
pub(crate) struct Write(Transaction<'static, Sqlite>);

impl Storage {
    /// Opens or creates the database at `path`.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let pool = database::open(path, &sqlx::migrate!("./migrations")).await?;
        Ok(Self(pool))
    }

    pub(crate) async fn write(&self) -> Result<Write> {
        Ok(Write(database::begin(&self.0).await?))
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        database::ping(&self.0).await
    }
}

impl Write {
    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }

    /// Adds a line to the history.
    pub(crate) async fn audit(
        &mut self,
        award: Option<&str>,
        actor: &str,
        action: &str,
        detail: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query("INSERT INTO audit (at, award, actor, action, detail) VALUES (?, ?, ?, ?, ?)")
            .bind(millis(at))
            .bind(award)
            .bind(actor)
            .bind(action)
            .bind(detail)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_not_committed_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&folder.path().join("test.sqlite")).await.unwrap();
        let now = DateTime::default();
        let hash = [1; 32];

        let mut write = storage.write().await.unwrap();
        assert!(write.use_nonce(&hash, now, now).await.unwrap());
        drop(write);

        let mut write = storage.write().await.unwrap();
        assert!(
            write.use_nonce(&hash, now, now).await.unwrap(),
            "as if never used"
        );
        assert!(
            !write.use_nonce(&hash, now, now).await.unwrap(),
            "used in this transaction"
        );
    }
}
