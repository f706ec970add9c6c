//! The shares in SQLite, and how one of them comes to its end.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use database::{Result, millis, moment};
use share_link::{Envelope, ShareId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};

use super::{CapabilityDigest, Opened, Over, State, Status};

/// The database; cheap to clone.
#[derive(Clone)]
pub(super) struct Storage(SqlitePool);

/// A write transaction: nothing else writes until it ends, and it is undone unless committed.
pub(super) struct Write(Transaction<'static, Sqlite>);

/// One share. While it is not over it has its content, and after that never again.
pub(super) struct Row {
    pub(super) id: String,
    capability: Vec<u8>,
    pub(super) request: Vec<u8>,
    sealed: Option<String>,
    pub(super) size: u64,
    until: DateTime<Utc>,
    most_views: Option<u32>,
    views: u32,
    last_opened_on: Option<NaiveDate>,
    over: Option<Over>,
}

impl Row {
    pub(super) fn new(
        envelope: &Envelope,
        sealed: String,
        capability: CapabilityDigest,
        request: [u8; 32],
        most_views: Option<u32>,
    ) -> Self {
        Self {
            id: envelope.id.as_str().to_owned(),
            capability: capability.to_vec(),
            request: request.to_vec(),
            size: sealed.len() as u64,
            sealed: Some(sealed),
            until: envelope.until,
            most_views,
            views: 0,
            last_opened_on: None,
            over: None,
        }
    }

    pub(super) fn status(&self, now: DateTime<Utc>) -> Status {
        let state = match self.over {
            Some(Over::Withdrawn) => State::Withdrawn,
            Some(Over::Ended) => State::Ended,
            Some(Over::UsedUp) => State::UsedUp,
            None if now >= self.until => State::Ended,
            None => State::Open,
        };
        Status {
            state,
            until: self.until,
            max_views: self.most_views,
            views: self.views,
            last_opened_on: self.last_opened_on,
        }
    }

    /// Ends it, unless it is over already.
    pub(super) fn end(&mut self, over: Over) {
        if self.over.is_none() {
            (self.over, self.sealed, self.size) = (Some(over), None, 0);
        }
    }

    pub(super) fn end_when_due(&mut self, now: DateTime<Utc>) {
        if now >= self.until {
            self.end(Over::Ended);
        }
    }

    /// Gives the content once more, and ends the share with the last time.
    pub(super) fn open(&mut self, now: DateTime<Utc>) -> std::result::Result<Opened, Over> {
        self.end_when_due(now);
        let Some(sealed) = self.sealed.clone() else {
            return Err(self.over.unwrap_or(Over::Ended));
        };
        self.views = self.views.saturating_add(1);
        self.last_opened_on = Some(now.date_naive());
        let views_left = self.most_views.map(|most| most.saturating_sub(self.views));
        if views_left == Some(0) {
            self.end(Over::UsedUp);
        }
        Ok(Opened { sealed, views_left })
    }

    /// Gives it other content and another end, unless it is over.
    pub(super) fn replace(
        &mut self,
        envelope: &Envelope,
        sealed: String,
        most_views: Option<u32>,
        now: DateTime<Utc>,
    ) -> std::result::Result<(), Over> {
        self.end_when_due(now);
        if let Some(over) = self.over {
            return Err(over);
        }
        self.size = sealed.len() as u64;
        self.sealed = Some(sealed);
        self.until = envelope.until;
        self.most_views = most_views;
        if most_views.is_some_and(|most| most <= self.views) {
            self.end(Over::UsedUp);
        }
        Ok(())
    }
}

impl Storage {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let pool = database::open(path, &sqlx::migrate!("./migrations")).await?;
        Ok(Self(pool))
    }

    pub(super) async fn write(&self) -> Result<Write> {
        Ok(Write(database::begin(&self.0).await?))
    }

    pub(super) async fn ping(&self) -> Result<()> {
        database::ping(&self.0).await
    }

    pub(super) async fn by_capability(&self, capability: &CapabilityDigest) -> Result<Option<Row>> {
        let row = sqlx::query("SELECT * FROM shares WHERE capability = ?")
            .bind(capability.as_slice())
            .fetch_optional(&self.0)
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Takes deleted content out of the log beside the database as well; what is in use then goes at the next time.
    pub(super) async fn forget_deleted(&self) {
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.0)
            .await;
        if let Err(error) = emptied {
            tracing::warn!(%error, "the database's log could not be emptied");
        }
    }
}

impl Write {
    pub(super) async fn by_id(&mut self, id: &ShareId) -> Result<Option<Row>> {
        let row = sqlx::query("SELECT * FROM shares WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    pub(super) async fn by_capability(&mut self, capability: &CapabilityDigest) -> Result<Option<Row>> {
        let row = sqlx::query("SELECT * FROM shares WHERE capability = ?")
            .bind(capability.as_slice())
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    pub(super) async fn by_id_or_capability(
        &mut self,
        id: &ShareId,
        capability: &CapabilityDigest,
    ) -> Result<Option<Row>> {
        let row =
            sqlx::query("SELECT * FROM shares WHERE id = ? OR capability = ? ORDER BY id = ? DESC LIMIT 1")
                .bind(id.as_str())
                .bind(capability.as_slice())
                .bind(id.as_str())
                .fetch_optional(&mut *self.0)
                .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// How many shares have content, and how many bytes that is.
    pub(super) async fn totals(&mut self) -> Result<(u64, u64)> {
        let row = sqlx::query("SELECT count(*), coalesce(sum(size), 0) FROM shares WHERE size > 0")
            .fetch_one(&mut *self.0)
            .await?;
        Ok((number(row.try_get(0)?), number(row.try_get(1)?)))
    }

    pub(super) async fn insert(&mut self, row: &Row) -> Result<()> {
        sqlx::query(
            "INSERT INTO shares (id, capability, request, sealed, size, until, most_views) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&row.id)
        .bind(&row.capability)
        .bind(&row.request)
        .bind(&row.sealed)
        .bind(integer(row.size))
        .bind(millis(row.until))
        .bind(row.most_views)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    pub(super) async fn update(&mut self, row: &Row) -> Result<()> {
        sqlx::query(
            "UPDATE shares SET sealed = ?, size = ?, until = ?, most_views = ?, views = ?, last_opened_on = ?, over = ?
             WHERE id = ?",
        )
        .bind(&row.sealed)
        .bind(integer(row.size))
        .bind(millis(row.until))
        .bind(row.most_views)
        .bind(row.views)
        .bind(row.last_opened_on.map(|day| day.to_string()))
        .bind(row.over.map(name))
        .bind(&row.id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Ends every share whose end has passed; gives how many.
    pub(super) async fn end_all(&mut self, now: DateTime<Utc>) -> Result<u64> {
        let ended = sqlx::query(
            "UPDATE shares SET over = 'ended', sealed = NULL, size = 0 WHERE over IS NULL AND until <= ?",
        )
        .bind(millis(now))
        .execute(&mut *self.0)
        .await?;
        Ok(ended.rows_affected())
    }

    /// Forgets the shares that would have ended before `moment`.
    pub(super) async fn forget(&mut self, moment: DateTime<Utc>) -> Result<()> {
        sqlx::query("DELETE FROM shares WHERE over IS NOT NULL AND until < ?")
            .bind(millis(moment))
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(super) async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

fn read(row: &SqliteRow) -> Result<Row> {
    let day: Option<String> = row.try_get("last_opened_on")?;
    let over: Option<String> = row.try_get("over")?;
    Ok(Row {
        id: row.try_get("id")?,
        capability: row.try_get("capability")?,
        request: row.try_get("request")?,
        sealed: row.try_get("sealed")?,
        size: number(row.try_get("size")?),
        until: moment(row.try_get("until")?),
        most_views: row.try_get("most_views")?,
        views: row.try_get("views")?,
        last_opened_on: day.and_then(|day| day.parse().ok()),
        over: over.as_deref().map(|name| match name {
            "withdrawn" => Over::Withdrawn,
            "used-up" => Over::UsedUp,
            _ => Over::Ended,
        }),
    })
}

fn name(over: Over) -> &'static str {
    match over {
        Over::Withdrawn => "withdrawn",
        Over::Ended => "ended",
        Over::UsedUp => "used-up",
    }
}

fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
