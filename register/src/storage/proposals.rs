//! What keepers proposed, and what became of it.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Result, Storage, Write, as_integer, as_number, json};
use crate::register::{Answer, Change, Closing, Outcome, Proposal};

const SELECT: &str = "SELECT p.*, c.keeper AS closed_by, c.closed_at, c.outcome, c.reason, c.answer
    FROM proposals p LEFT JOIN proposal_closings c ON c.number = p.number";

/// A proposal to keep.
pub(crate) struct NewProposal<'a> {
    pub(crate) keeper: &'a str,
    pub(crate) proposed_at: DateTime<Utc>,
    pub(crate) change: &'a Change,
    pub(crate) digest: &'a str,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) effect: Option<&'a Answer>,
}

impl Storage {
    /// What waits for a second person, the oldest first.
    pub(crate) async fn waiting(&self) -> Result<Vec<Proposal>> {
        let query = format!("{SELECT} WHERE c.number IS NULL ORDER BY p.number");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(&self.0);
        rows.await?.into_iter().map(proposal).collect()
    }

    /// What was closed last, the newest first.
    pub(crate) async fn closed(&self, most: u32) -> Result<Vec<Proposal>> {
        let query =
            format!("{SELECT} WHERE c.number IS NOT NULL ORDER BY c.closed_at DESC, p.number DESC LIMIT ?");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(most)
            .fetch_all(&self.0);
        rows.await?.into_iter().map(proposal).collect()
    }

    /// The proposal with a number.
    pub(crate) async fn proposal(&self, number: u64) -> Result<Option<Proposal>> {
        let query = format!("{SELECT} WHERE p.number = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(as_integer(number));
        row.fetch_optional(&self.0).await?.map(proposal).transpose()
    }

    /// What was checked before an admission, without names.
    pub(crate) async fn checklist(&self, accreditation: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT document FROM checklists WHERE accreditation = ?").bind(accreditation);
        let row = row.fetch_optional(&self.0).await?;
        Ok(row.map(|row| row.try_get("document")).transpose()?)
    }
}

impl Write {
    /// Begins what [`take_back`](Self::take_back) undoes.
    pub(crate) async fn try_out(&mut self) -> Result<()> {
        sqlx::query("SAVEPOINT trial").execute(&mut *self.0).await?;
        Ok(())
    }

    /// Undoes everything since [`try_out`](Self::try_out).
    pub(crate) async fn take_back(&mut self) -> Result<()> {
        sqlx::query("ROLLBACK TO trial").execute(&mut *self.0).await?;
        sqlx::query("RELEASE trial").execute(&mut *self.0).await?;
        Ok(())
    }

    /// Keeps a proposal; its number.
    pub(crate) async fn add_proposal(&mut self, new: &NewProposal<'_>) -> Result<u64> {
        let added = sqlx::query(
            "INSERT INTO proposals (keeper, proposed_at, change, change_digest, idempotency_key, effect)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(new.keeper)
        .bind(new.proposed_at.to_rfc3339())
        .bind(json(new.change)?)
        .bind(new.digest)
        .bind(new.idempotency_key)
        .bind(new.effect.map(json).transpose()?)
        .execute(&mut *self.0)
        .await?;
        Ok(as_number(added.last_insert_rowid()))
    }

    /// Keeps what became of a proposal; once only.
    pub(crate) async fn close_proposal(&mut self, number: u64, closing: &Closing) -> Result<()> {
        sqlx::query("INSERT INTO proposal_closings VALUES (?, ?, ?, ?, ?, ?)")
            .bind(as_integer(number))
            .bind(&closing.keeper)
            .bind(closing.at.to_rfc3339())
            .bind(closing.outcome.as_str())
            .bind(&closing.reason)
            .bind(closing.answer.as_ref().map(json).transpose()?)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// The proposal with a number.
    pub(crate) async fn proposal(&mut self, number: u64) -> Result<Option<Proposal>> {
        let query = format!("{SELECT} WHERE p.number = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(as_integer(number));
        row.fetch_optional(&mut *self.0).await?.map(proposal).transpose()
    }

    /// What a keeper proposed under an idempotency key, and its digest.
    pub(crate) async fn proposal_under(
        &mut self,
        keeper: &str,
        key: &str,
    ) -> Result<Option<(Proposal, String)>> {
        let query = format!("{SELECT} WHERE p.keeper = ? AND p.idempotency_key = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(keeper).bind(key);
        let Some(row) = row.fetch_optional(&mut *self.0).await? else {
            return Ok(None);
        };
        let digest = row.try_get("change_digest")?;
        Ok(Some((proposal(row)?, digest)))
    }

    /// What waits already and has the same digest, the newest of these.
    pub(crate) async fn waiting_alike(&mut self, digest: &str) -> Result<Option<Proposal>> {
        let query =
            format!("{SELECT} WHERE p.change_digest = ? AND c.number IS NULL ORDER BY p.number DESC LIMIT 1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(digest);
        row.fetch_optional(&mut *self.0).await?.map(proposal).transpose()
    }

    /// What waits of a keeper, the newest first.
    pub(crate) async fn waiting_of(&mut self, keeper: &str) -> Result<Vec<Proposal>> {
        let query = format!(
            "{SELECT} WHERE p.keeper = ? AND c.number IS NULL AND p.effect IS NULL ORDER BY p.number DESC"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(keeper);
        let rows = rows.fetch_all(&mut *self.0).await?;
        rows.into_iter().map(proposal).collect()
    }

    /// How many proposals wait that were not recorded at once: all, and those of one keeper.
    pub(crate) async fn number_waiting(&mut self, keeper: &str) -> Result<(u64, u64)> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS waiting, COUNT(*) FILTER (WHERE keeper = ?) AS own FROM proposals
             WHERE effect IS NULL AND number NOT IN (SELECT number FROM proposal_closings)",
        )
        .bind(keeper)
        .fetch_one(&mut *self.0)
        .await?;
        Ok((as_number(row.try_get("waiting")?), as_number(row.try_get("own")?)))
    }

    /// How many proposals of a keeper were recorded at once after a moment, whatever became of them.
    pub(crate) async fn number_urgent(&mut self, keeper: &str, since: DateTime<Utc>) -> Result<u64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS urgent FROM proposals WHERE effect IS NOT NULL AND keeper = ? AND proposed_at > ?",
        )
        .bind(keeper)
        .bind(since.to_rfc3339())
        .fetch_one(&mut *self.0)
        .await?;
        Ok(as_number(row.try_get("urgent")?))
    }

    /// Whether the event with a number was recorded because an urgent suspension was rejected or withdrawn.
    pub(crate) async fn was_reinstated_by(&mut self, accreditation: &str, seq: u64) -> Result<bool> {
        let row = sqlx::query(
            "SELECT 1 FROM proposal_closings WHERE outcome <> 'confirmed'
             AND json_extract(answer, '$.recorded.accreditation') = ? AND json_extract(answer, '$.recorded.event.seq') = ?",
        )
        .bind(accreditation)
        .bind(as_integer(seq))
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.is_some())
    }

    /// Keeps what was checked before an admission, without names.
    pub(crate) async fn add_checklist(&mut self, accreditation: &str, document: &str) -> Result<()> {
        sqlx::query("INSERT INTO checklists VALUES (?, ?)")
            .bind(accreditation)
            .bind(document)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}

fn proposal(row: SqliteRow) -> Result<Proposal> {
    let outcome: Option<String> = row.try_get("outcome")?;
    let closing = match outcome.as_deref().and_then(Outcome::parse) {
        None => None,
        Some(outcome) => Some(Closing {
            keeper: row.try_get("closed_by")?,
            at: moment(row.try_get("closed_at")?)?,
            outcome,
            reason: row.try_get("reason")?,
            answer: optional(row.try_get("answer")?)?,
        }),
    };
    let change: String = row.try_get("change")?;
    Ok(Proposal {
        number: as_number(row.try_get("number")?),
        keeper: row.try_get("keeper")?,
        proposed_at: moment(row.try_get("proposed_at")?)?,
        change: serde_json::from_str(&change)?,
        effect: optional(row.try_get("effect")?)?,
        closing,
    })
}

fn optional<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn moment(text: &str) -> Result<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(<serde_json::Error as serde::de::Error>::custom)?;
    Ok(moment.to_utc())
}
