//! The institution's SQLite database.
//!
//! Reads go through [`Storage`], writes through [`Write`]: one transaction at a time, which is undone
//! unless committed. A commit survives the loss of power.

mod awards;
mod issuing;
mod status;

pub(crate) use awards::StoredAward;
pub(crate) use issuing::Offer;
pub(crate) use status::{ListKind, ListRow, NewEntry};

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::Path;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused.
    #[error("the institution's database refused")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the institution's tables could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row does not hold what it should.
    #[error("the institution's database holds a row that cannot be read")]
    Corrupt(#[from] serde_json::Error),
}

pub(crate) type Result<T> = std::result::Result<T, StorageError>;

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Storage(SqlitePool);

/// A write transaction: nothing else writes until it ends, and it is undone unless committed.
pub(crate) struct Write(Transaction<'static, Sqlite>);

impl Storage {
    /// Opens or creates the database at `path`.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        // The log beside a database gets the mode of the database.
        http_service::private_file(path).map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        Ok(Self(pool))
    }

    pub(crate) async fn write(&self) -> Result<Write> {
        Ok(Write(self.0.begin_with("BEGIN IMMEDIATE").await?))
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.0).await?;
        Ok(())
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

fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn commits_survive_the_loss_of_power() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(&folder.path().join("test.sqlite")).await.unwrap();
        let mut write = storage.write().await.unwrap();

        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut *write.0)
            .await
            .unwrap();
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&mut *write.0)
            .await
            .unwrap();

        assert_eq!((journal.as_str(), synchronous), ("wal", 2));
    }

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
