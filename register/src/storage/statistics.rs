//! How much issuers say they awarded.

use sqlx::Row;
use trust::statistics::Statistics;

use super::{Result, Storage, Write, as_number, json};

/// The newest of an issuer for a year.
const NEWEST: &str =
    "SELECT signed, document FROM statistics WHERE year = ? AND issuer = ? ORDER BY position DESC LIMIT 1";

impl Storage {
    /// The newest of every issuer for a year.
    pub(crate) async fn statistics(&self, year: i32) -> Result<Vec<Statistics>> {
        let rows = sqlx::query(
            "SELECT document FROM statistics WHERE position IN
             (SELECT MAX(position) FROM statistics WHERE year = ? GROUP BY issuer) ORDER BY issuer",
        )
        .bind(year)
        .fetch_all(&self.0)
        .await?;
        rows.iter()
            .map(|row| Ok(serde_json::from_str(row.try_get("document")?)?))
            .collect()
    }

    /// The years for which there are any, the last first.
    pub(crate) async fn statistics_years(&self) -> Result<Vec<i32>> {
        let rows = sqlx::query("SELECT DISTINCT year FROM statistics ORDER BY year DESC")
            .fetch_all(&self.0)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("year")?)).collect()
    }
}

impl Write {
    /// The newest of an issuer for a year, and as it was signed.
    pub(crate) async fn newest_statistics(
        &mut self,
        issuer: &str,
        year: i32,
    ) -> Result<Option<(String, Statistics)>> {
        let row = sqlx::query(NEWEST)
            .bind(year)
            .bind(issuer)
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(|row| {
            Ok((
                row.try_get("signed")?,
                serde_json::from_str(row.try_get("document")?)?,
            ))
        })
        .transpose()
    }

    /// How many an issuer handed in since a moment.
    pub(crate) async fn statistics_since(&mut self, issuer: &str, seconds: i64) -> Result<u64> {
        let row =
            sqlx::query("SELECT COUNT(*) AS number FROM statistics WHERE issuer = ? AND received_at > ?")
                .bind(issuer)
                .bind(seconds)
                .fetch_one(&mut *self.0)
                .await?;
        Ok(as_number(row.try_get("number")?))
    }

    /// Keeps what an issuer handed in.
    pub(crate) async fn add_statistics(
        &mut self,
        statistics: &Statistics,
        signed: &str,
        received_at: i64,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO statistics (issuer, year, received_at, signed, document) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(statistics.issuer.as_str())
        .bind(statistics.year)
        .bind(received_at)
        .bind(signed)
        .bind(json(statistics)?)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
