//! The log: heads, entries and proofs.

use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use proofs::SignError;
use trust::log::{Hash, Head, consistency_path, inclusion_path, sign_head};

use super::{Register, whole_seconds};
use crate::storage::StorageError;

/// A head that says the same for longer is signed again, so that readers see that it is of today.
const RENEWAL: TimeDelta = TimeDelta::hours(1);

/// The most entries in one answer.
pub(crate) const MOST_ENTRIES: u64 = 500;

/// A head as it was signed.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    size: u64,
    issued_at: DateTime<Utc>,
    text: String,
}

/// Why nothing of the log was given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    #[error("the log has {size} entries; entries count from 0, and at most {MOST_ENTRIES} are given at once")]
    NoSuchEntries { size: u64 },
    #[error("the log has {size} entries, and no tree of a size that was asked for")]
    NoSuchTree { size: u64 },
    #[error("the register's key was changed while it ran; start it again")]
    KeyChanged,
    #[error("the head of the log could not be signed")]
    Signing(#[from] SignError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Register {
    /// The signed head of the log.
    pub(crate) async fn log_head(&self) -> Result<String, LogError> {
        let now = whole_seconds(self.now());
        let (size, root) = self.0.storage.log_head().await?;
        if self.0.storage.key_changes().await?.len() != self.0.operator.changes().len() {
            return Err(LogError::KeyChanged);
        }
        let kept = self
            .0
            .log_head
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(kept) = kept
            && kept.size == size
            && now < kept.issued_at + RENEWAL
        {
            return Ok(kept.text);
        }
        let head = Head {
            iss: self.0.operator.did().clone(),
            register_id: self.0.register_id.clone(),
            size,
            root,
            issued_at: now,
        };
        let text = sign_head(&head, self.0.operator.key(), self.0.operator.kid())?;
        *self.0.log_head.write().unwrap_or_else(PoisonError::into_inner) = Some(Signed {
            size,
            issued_at: now,
            text: text.clone(),
        });
        Ok(text)
    }

    /// The entries `first` up to and including `last`, in canonical JSON.
    pub(crate) async fn log_entries(&self, first: u64, last: u64) -> Result<Vec<String>, LogError> {
        let size = self.0.storage.log_size().await?;
        if last >= size || first > last || last - first >= MOST_ENTRIES {
            return Err(LogError::NoSuchEntries { size });
        }
        Ok(self.0.storage.log_entries(first, last).await?)
    }

    /// The path that proves entry `index` in the tree of `size` entries.
    pub(crate) async fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        let present = self.0.storage.log_size().await?;
        if size > present || index >= size {
            return Err(LogError::NoSuchTree { size: present });
        }
        Ok(self.0.storage.log_hashes(inclusion_path(index, size)).await?)
    }

    /// The path that proves that the tree of `first` entries is the beginning of that of `second`.
    pub(crate) async fn consistency(&self, first: u64, second: u64) -> Result<Vec<Hash>, LogError> {
        let present = self.0.storage.log_size().await?;
        if second > present || first > second {
            return Err(LogError::NoSuchTree { size: present });
        }
        Ok(self.0.storage.log_hashes(consistency_path(first, second)).await?)
    }
}
