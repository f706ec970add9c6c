//! How the operator's keys followed on each other.

use chrono::{DateTime, Utc};
use sqlx::{Row, SqliteConnection};
use trust::log::Entry;

use super::{Result, Storage, Write, as_integer, as_number};

impl Storage {
    /// The changes of key as they were signed, in order.
    pub(crate) async fn key_changes(&self) -> Result<Vec<String>> {
        all(&mut *self.0.acquire().await?).await
    }

    /// The thumbprint of the key that was announced after so many changes.
    pub(crate) async fn announced_key(&self, changes: usize) -> Result<Option<String>> {
        let row = sqlx::query("SELECT thumbprint FROM announced_keys WHERE changes = ?")
            .bind(as_integer(changes as u64))
            .fetch_optional(&self.0)
            .await?;
        Ok(row.map(|row| row.try_get("thumbprint")).transpose()?)
    }

    /// When the newest list was signed.
    pub(crate) async fn last_signing(&self) -> Result<Option<DateTime<Utc>>> {
        let row = sqlx::query("SELECT issued_at FROM lists ORDER BY signing DESC LIMIT 1");
        let row = row.fetch_optional(&self.0).await?;
        let at: Option<String> = row.map(|row| row.try_get("issued_at")).transpose()?;
        Ok(at.and_then(|at| at.parse().ok()))
    }
}

impl Write {
    /// How many changes of key there were.
    pub(crate) async fn count_key_changes(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS changes FROM key_changes");
        Ok(as_number(row.fetch_one(&mut *self.0).await?.try_get("changes")?))
    }

    /// Adds the next change of key, and what it announces.
    pub(crate) async fn add_key_change(
        &mut self,
        number: u64,
        signed: &str,
        announced: Option<&str>,
    ) -> Result<()> {
        sqlx::query("INSERT INTO key_changes (number, signed) VALUES (?, ?)")
            .bind(as_integer(number))
            .bind(signed)
            .execute(&mut *self.0)
            .await?;
        if let Some(thumbprint) = announced {
            self.announce_key(number, thumbprint).await?;
        }
        let change = signed.to_owned();
        self.log(&Entry::KeyChange { change }).await
    }

    /// Announces the key that will follow; there is none yet.
    pub(crate) async fn announce_key(&mut self, changes: u64, thumbprint: &str) -> Result<()> {
        sqlx::query("INSERT INTO announced_keys (changes, thumbprint) VALUES (?, ?)")
            .bind(as_integer(changes))
            .bind(thumbprint)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}

async fn all(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT signed FROM key_changes ORDER BY number");
    let rows = rows.fetch_all(connection).await?;
    rows.into_iter().map(|row| Ok(row.try_get("signed")?)).collect()
}
