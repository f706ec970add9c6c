//! Offers, tokens, nonces and copies. All secrets come in as digests.

use super::{Result, Storage, Write, millis, moment};
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// An offer as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) id_hash: Vec<u8>,
    pub(crate) award: String,
    pub(crate) tx_code_hash: Vec<u8>,
    pub(crate) failures: u32,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) ended: bool,
}

/// An access token as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) award: String,
    /// The configurations that identifiers were given out for, if any were.
    pub(crate) identified: Option<Vec<String>>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) ended: bool,
}

fn offer(row: SqliteRow) -> Result<Offer> {
    let ended: Option<i64> = row.try_get("ended_at")?;
    Ok(Offer {
        id_hash: row.try_get("id_hash")?,
        award: row.try_get("award")?,
        tx_code_hash: row.try_get("tx_code_hash")?,
        failures: row.try_get("failures")?,
        expires_at: moment(row.try_get("expires_at")?),
        ended: ended.is_some(),
    })
}

fn token(row: SqliteRow) -> Result<Token> {
    let ended: Option<i64> = row.try_get("ended_at")?;
    let identified: Option<&str> = row.try_get("identified")?;
    Ok(Token {
        award: row.try_get("award")?,
        identified: identified.map(serde_json::from_str).transpose()?,
        expires_at: moment(row.try_get("expires_at")?),
        ended: ended.is_some(),
    })
}

impl Storage {
    pub(crate) async fn offer(&self, id_hash: &[u8]) -> Result<Option<Offer>> {
        let row = sqlx::query("SELECT * FROM offers WHERE id_hash = ?")
            .bind(id_hash)
            .fetch_optional(&self.0)
            .await?;
        row.map(offer).transpose()
    }

    pub(crate) async fn knows_code(&self, code_hash: &[u8]) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM offers WHERE code_hash = ?")
            .bind(code_hash)
            .fetch_optional(&self.0)
            .await?;
        Ok(row.is_some())
    }

    /// Until when the award's open offer holds, if it has one.
    pub(crate) async fn open_offer(&self, award: &str, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let row = sqlx::query(
            "SELECT MAX(expires_at) AS expires_at FROM offers WHERE award = ? AND ended_at IS NULL AND expires_at > ?",
        )
        .bind(award)
        .bind(millis(at))
        .fetch_one(&self.0)
        .await?;
        let expires: Option<i64> = row.try_get("expires_at")?;
        Ok(expires.map(moment))
    }

    pub(crate) async fn token(&self, token_hash: &[u8]) -> Result<Option<Token>> {
        let row = sqlx::query("SELECT * FROM access_tokens WHERE token_hash = ?")
            .bind(token_hash)
            .fetch_optional(&self.0)
            .await?;
        row.map(token).transpose()
    }
}

impl Write {
    /// Adds an offer and ends the award's earlier ones.
    pub(crate) async fn add_offer(
        &mut self,
        offer: &Offer,
        code_hash: &[u8],
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.end_offers(&offer.award, at).await?;
        sqlx::query(
            "INSERT INTO offers (id_hash, award, code_hash, tx_code_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&offer.id_hash)
        .bind(&offer.award)
        .bind(code_hash)
        .bind(&offer.tx_code_hash)
        .bind(millis(at))
        .bind(millis(offer.expires_at))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Ends every open offer of an award.
    pub(crate) async fn end_offers(&mut self, award: &str, at: DateTime<Utc>) -> Result<()> {
        sqlx::query("UPDATE offers SET ended_at = ? WHERE award = ? AND ended_at IS NULL")
            .bind(millis(at))
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn offer_of_code(&mut self, code_hash: &[u8]) -> Result<Option<Offer>> {
        let row = sqlx::query("SELECT * FROM offers WHERE code_hash = ?")
            .bind(code_hash)
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(offer).transpose()
    }

    /// Counts a wrong transaction code.
    pub(crate) async fn count_failure(&mut self, id_hash: &[u8]) -> Result<()> {
        sqlx::query("UPDATE offers SET failures = failures + 1 WHERE id_hash = ?")
            .bind(id_hash)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn end_offer(&mut self, id_hash: &[u8], at: DateTime<Utc>) -> Result<()> {
        sqlx::query("UPDATE offers SET ended_at = ? WHERE id_hash = ?")
            .bind(millis(at))
            .bind(id_hash)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn add_token(
        &mut self,
        token_hash: &[u8],
        award: &str,
        identified: Option<&[String]>,
        expires_at: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO access_tokens (token_hash, award, identified, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(token_hash)
        .bind(award)
        .bind(identified.map(serde_json::to_string).transpose()?)
        .bind(millis(at))
        .bind(millis(expires_at))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    pub(crate) async fn token(&mut self, token_hash: &[u8]) -> Result<Option<Token>> {
        let row = sqlx::query("SELECT * FROM access_tokens WHERE token_hash = ?")
            .bind(token_hash)
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(token).transpose()
    }

    /// Ends every token of an award.
    pub(crate) async fn end_tokens(&mut self, award: &str, at: DateTime<Utc>) -> Result<()> {
        sqlx::query("UPDATE access_tokens SET ended_at = ? WHERE award = ? AND ended_at IS NULL")
            .bind(millis(at))
            .bind(award)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// Marks a nonce as used; whether it was not used before. Forgets nonces past their time.
    pub(crate) async fn use_nonce(
        &mut self,
        hash: &[u8],
        expires_at: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        sqlx::query("DELETE FROM nonces WHERE expires_at < ?")
            .bind(millis(at))
            .execute(&mut *self.0)
            .await?;
        let added = sqlx::query("INSERT INTO nonces (hash, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(hash)
            .bind(millis(expires_at))
            .execute(&mut *self.0)
            .await?;
        Ok(added.rows_affected() == 1)
    }

    /// How many copies were issued with a token in one configuration.
    pub(crate) async fn copies_with(&mut self, token_hash: &[u8], configuration: &str) -> Result<u32> {
        let row =
            sqlx::query("SELECT COUNT(*) AS number FROM copies WHERE token_hash = ? AND configuration = ?")
                .bind(token_hash)
                .bind(configuration)
                .fetch_one(&mut *self.0)
                .await?;
        Ok(row.try_get("number")?)
    }

    pub(crate) async fn add_copy(
        &mut self,
        id: &str,
        award: &str,
        token_hash: &[u8],
        configuration: &str,
        notification_hash: &[u8],
        at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO copies (id, award, token_hash, configuration, notification_hash, issued_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(award)
        .bind(token_hash)
        .bind(configuration)
        .bind(notification_hash)
        .bind(millis(at))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// What a wallet told of its copies so far; nothing when there are none by that notification and token.
    pub(crate) async fn outcome(
        &mut self,
        notification_hash: &[u8],
        token_hash: &[u8],
    ) -> Result<Option<Option<String>>> {
        let row =
            sqlx::query("SELECT outcome FROM copies WHERE notification_hash = ? AND token_hash = ? LIMIT 1")
                .bind(notification_hash)
                .bind(token_hash)
                .fetch_optional(&mut *self.0)
                .await?;
        Ok(row.map(|row| row.try_get("outcome")).transpose()?)
    }

    pub(crate) async fn set_outcome(&mut self, notification_hash: &[u8], outcome: &str) -> Result<()> {
        sqlx::query("UPDATE copies SET outcome = ? WHERE notification_hash = ?")
            .bind(outcome)
            .bind(notification_hash)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}
