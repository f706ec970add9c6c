#![doc = include_str!("../README.md")]

use std::path::Path;

use chrono::{DateTime, Utc};
use http_service::Problem;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

/// Why a database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused.
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row does not hold what it should.
    #[error("the database holds a row that cannot be read")]
    Corrupt(#[from] serde_json::Error),
}

/// A fault of the service's: its cause goes to the log.
impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        Self::internal(error)
    }
}

/// What a database gives, or why not.
pub type Result<T> = std::result::Result<T, StorageError>;

/// Opens or creates the database at `path` and brings its tables up to date. A commit survives the loss of power.
pub async fn open(path: &Path, tables: &Migrator) -> Result<SqlitePool> {
    // The log beside a database gets the mode of the database.
    http_service::private_file(path).map_err(sqlx::Error::Io)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What was deleted is overwritten, also in the file.
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await?;
    tables.run(&pool).await?;
    Ok(pool)
}

/// Begins a write transaction: nothing else writes until it ends, and it is undone unless committed.
pub async fn begin(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>> {
    Ok(pool.begin_with("BEGIN IMMEDIATE").await?)
}

/// Whether the database answers.
pub async fn ping(pool: &SqlitePool) -> Result<()> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok(())
}

/// A moment as the tables hold it: milliseconds since 1970.
pub fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// The moment that a table holds.
pub fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn opened(folder: &Path) -> SqlitePool {
        open(&folder.join("test.sqlite"), &Migrator::DEFAULT)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn commits_survive_the_loss_of_power() {
        let folder = tempfile::tempdir().unwrap();
        let mut write = begin(&opened(folder.path()).await).await.unwrap();

        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut *write)
            .await
            .unwrap();
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&mut *write)
            .await
            .unwrap();

        assert_eq!((journal.as_str(), synchronous), ("wal", 2));
    }

    #[tokio::test]
    async fn what_is_not_committed_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let pool = opened(folder.path()).await;

        let mut write = begin(&pool).await.unwrap();
        sqlx::query("CREATE TABLE kept (it)")
            .execute(&mut *write)
            .await
            .unwrap();
        drop(write);

        assert!(sqlx::query("SELECT it FROM kept").execute(&pool).await.is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn other_users_cannot_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let _pool = opened(folder.path()).await;
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
