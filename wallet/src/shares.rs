//! The share store: it keeps what it cannot read, for as long as its owner says.
//!
//! A share is named by an id that its maker chose (`specs/share-link/`) and owned by whoever has its capability, of which
//! only the digest is here. So making a share again with the same request is the same share, whatever got lost on the way.

mod quota;
mod storage;

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use database::StorageError;
use http_service::{ClientAddress, Clock};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use share_link::{Envelope, LONGEST_DAYS, OpenError, ShareId};
use utoipa::ToSchema;

use quota::Quota;
use storage::{Row, Storage};

/// How often the store looks for shares that have ended.
const SWEEP: Duration = Duration::from_secs(10 * 60);

/// How long the store says of a share that it is over, after it would have ended.
const REMEMBERED: TimeDelta = TimeDelta::days(366);

/// How much the store takes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most shares at a time.
    pub most_shares: u64,
    /// The most bytes of them together.
    pub most_bytes: u64,
    /// The most shares one client may make or change in a day.
    pub most_made_a_day: u32,
}

impl Default for Limits {
    /// 100,000 shares, one gigabyte; 100 made a day by one client.
    fn default() -> Self {
        Self {
            most_shares: 100_000,
            most_bytes: 1_000_000_000,
            most_made_a_day: 100,
        }
    }
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShareError {
    #[error("not a sealed share")]
    NotAShare,
    #[error("larger than a share may be")]
    TooLarge,
    #[error("the share has ended already, or lasts too long")]
    End,
    #[error("the number of views is not from 1 to 1000")]
    Views,
    #[error("the capability is not a digest")]
    Capability,
    #[error("another share has that id or capability")]
    Taken,
    #[error("the sealed share is of another link")]
    OtherShare,
    #[error("no such share")]
    Unknown,
    #[error("the share is over")]
    Over(Over),
    #[error("one client gave too much")]
    TooMany { retry_after: u64 },
    #[error("the store is full")]
    Full,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Whether a share can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum State {
    /// It can.
    Open,
    /// Its owner withdrew it.
    Withdrawn,
    /// Its end has passed.
    Ended,
    /// It was opened as often as its owner allowed.
    UsedUp,
}

/// Why a share is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    Withdrawn,
    Ended,
    UsedUp,
}

/// What its owner is told of a share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    pub(crate) state: State,
    /// When it ends.
    pub(crate) until: DateTime<Utc>,
    /// How often it may be opened; absent where there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_views: Option<u32>,
    /// How often it was opened.
    pub(crate) views: u32,
    /// The day it was opened last, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_opened_on: Option<NaiveDate>,
}

/// An opened share.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) sealed: String,
    pub(crate) views_left: Option<u32>,
}

/// The store; cheap to clone.
#[derive(Clone)]
pub(crate) struct Shares(Arc<Inner>);

struct Inner {
    storage: Storage,
    limits: Limits,
    making: Quota,
    clock: Clock,
}

/// A digest of what a share is owned by.
pub(crate) type CapabilityDigest = [u8; 32];

impl Shares {
    /// Opens the store in `folder`, and ends from time to time what has ended for as long as the store is in use.
    pub(crate) async fn open(folder: &Path, limits: Limits, clock: Clock) -> Result<Self, StorageError> {
        let storage = Storage::open(&folder.join("wallet.sqlite")).await?;
        let inner = Arc::new(Inner {
            storage,
            making: Quota::new(limits.most_made_a_day, TimeDelta::days(1)),
            limits,
            clock,
        });
        tokio::spawn(sweep_while_used(Arc::downgrade(&inner)));
        Ok(Self(inner))
    }

    pub(crate) async fn ready(&self) -> Result<(), StorageError> {
        self.0.storage.ping().await
    }

    /// Keeps a share. The same request again gives what became of it; `true` when it is new.
    pub(crate) async fn make(
        &self,
        sealed: String,
        capability: CapabilityDigest,
        max_views: Option<u32>,
        by: ClientAddress,
    ) -> Result<(Status, bool), ShareError> {
        let now = self.0.clock.now();
        let envelope = self.envelope(&sealed, max_views, now)?;
        let request = digest_of_request(&sealed, &capability, max_views);

        let mut write = self.0.storage.write().await?;
        if let Some(row) = write.by_id_or_capability(&envelope.id, &capability).await? {
            let same = row.request == request && row.id == envelope.id.as_str();
            return if same {
                Ok((row.status(now), false))
            } else {
                Err(ShareError::Taken)
            };
        }
        // What is asked again is not counted again.
        self.0.making.admit(by, now)?;
        let (shares, bytes) = write.totals().await?;
        if shares >= self.0.limits.most_shares || bytes + sealed.len() as u64 > self.0.limits.most_bytes {
            return Err(ShareError::Full);
        }
        let row = Row::new(&envelope, sealed, capability, request, max_views);
        write.insert(&row).await?;
        write.commit().await?;
        Ok((row.status(now), true))
    }

    /// Gives a share to somebody who asks to see it, and counts that.
    pub(crate) async fn view(&self, id: &ShareId) -> Result<Opened, ShareError> {
        let now = self.0.clock.now();
        let mut write = self.0.storage.write().await?;
        let mut row = write.by_id(id).await?.ok_or(ShareError::Unknown)?;
        let opened = row.open(now);
        write.update(&row).await?;
        write.commit().await?;
        if matches!(&opened, Ok(opened) if opened.views_left == Some(0)) {
            self.0.storage.forget_deleted().await;
        }
        opened.map_err(ShareError::Over)
    }

    /// What became of the share that `capability` owns.
    pub(crate) async fn status(&self, capability: &CapabilityDigest) -> Result<Status, ShareError> {
        let row = self.0.storage.by_capability(capability).await?;
        Ok(row.ok_or(ShareError::Unknown)?.status(self.0.clock.now()))
    }

    /// Puts a newly sealed share, with another end, in the place of the old one.
    pub(crate) async fn replace(
        &self,
        capability: &CapabilityDigest,
        sealed: String,
        max_views: Option<u32>,
        by: ClientAddress,
    ) -> Result<Status, ShareError> {
        let now = self.0.clock.now();
        self.0.making.admit(by, now)?;
        let mut write = self.0.storage.write().await?;
        let mut row = write
            .by_capability(capability)
            .await?
            .ok_or(ShareError::Unknown)?;
        let envelope = self.envelope(&sealed, max_views, now)?;
        if envelope.id.as_str() != row.id {
            return Err(ShareError::OtherShare);
        }
        let (_, bytes) = write.totals().await?;
        let others = bytes.saturating_sub(row.size);
        row.replace(&envelope, sealed, max_views, now)
            .map_err(ShareError::Over)?;
        if others + row.size > self.0.limits.most_bytes {
            return Err(ShareError::Full);
        }
        write.update(&row).await?;
        write.commit().await?;
        self.0.storage.forget_deleted().await;
        Ok(row.status(now))
    }

    /// Takes a share back: its content is gone at once. Again, or once it is over, nothing changes.
    pub(crate) async fn withdraw(&self, capability: &CapabilityDigest) -> Result<Status, ShareError> {
        let now = self.0.clock.now();
        let mut write = self.0.storage.write().await?;
        let mut row = write
            .by_capability(capability)
            .await?
            .ok_or(ShareError::Unknown)?;
        row.end_when_due(now);
        row.end(Over::Withdrawn);
        write.update(&row).await?;
        write.commit().await?;
        self.0.storage.forget_deleted().await;
        Ok(row.status(now))
    }

    /// Removes the content of what has ended, and forgets what ended long ago.
    pub(crate) async fn sweep(&self) -> Result<(), StorageError> {
        let now = self.0.clock.now();
        let mut write = self.0.storage.write().await?;
        let ended = write.end_all(now).await?;
        write.forget(now - REMEMBERED).await?;
        write.commit().await?;
        if ended > 0 {
            tracing::info!(ended, "shares have ended");
            self.0.storage.forget_deleted().await;
        }
        Ok(())
    }

    fn envelope(
        &self,
        sealed: &str,
        max_views: Option<u32>,
        now: DateTime<Utc>,
    ) -> Result<Envelope, ShareError> {
        if max_views.is_some_and(|most| !(1..=1000).contains(&most)) {
            return Err(ShareError::Views);
        }
        let envelope = share_link::envelope(sealed).map_err(|error| match error {
            OpenError::TooLarge => ShareError::TooLarge,
            OpenError::NotAShare | OpenError::OtherShare | OpenError::Changed | OpenError::Content => {
                ShareError::NotAShare
            }
        })?;
        // A day to spare for a wallet whose clock is ahead.
        let longest = TimeDelta::days(LONGEST_DAYS + 1);
        if envelope.until <= now || envelope.until - now > longest {
            return Err(ShareError::End);
        }
        Ok(envelope)
    }
}

async fn sweep_while_used(store: Weak<Inner>) {
    while let Some(inner) = store.upgrade() {
        if let Err(error) = Shares(inner).sweep().await {
            tracing::warn!(%error, "shares that have ended could not be removed");
        }
        tokio::time::sleep(SWEEP).await;
    }
}

fn digest_of_request(sealed: &str, capability: &CapabilityDigest, max_views: Option<u32>) -> [u8; 32] {
    let digest = Sha256::new()
        .chain_update(capability)
        .chain_update(max_views.unwrap_or(0).to_be_bytes())
        .chain_update(sealed);
    digest.finalize().into()
}

/// What a capability is known by.
pub(crate) fn digest(capability: &str) -> CapabilityDigest {
    Sha256::digest(capability).into()
}

#[cfg(test)]
mod tests;
