//! Publishing status lists: signed afresh when an entry changed or the list nears its end.

use crate::Adapter;
use crate::storage::StorageError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use proofs::data_integrity::{self, CreateError, ProofOptions};
use sha2::{Digest, Sha256};
use status_list::{ListError, StatusList};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How long a signed list counts.
const LIFE: TimeDelta = TimeDelta::hours(24);

/// A list is signed afresh when less than this is left.
const LEAST_LEFT: TimeDelta = TimeDelta::hours(12);

/// A list as it is served.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) body: Arc<str>,
    pub(crate) etag: String,
    version: i64,
    valid_until: DateTime<Utc>,
}

/// The lists signed last, by identifier.
#[derive(Default)]
pub(crate) struct Lists(Mutex<HashMap<String, Published>>);

/// Why a list was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StatusError {
    #[error("no status list by that name")]
    Unknown,
    #[error("the unit of the status list is not configured here")]
    UnknownUnit,
    #[error("the status list could not be made")]
    List(#[from] ListError),
    #[error("the status list could not be signed")]
    Sign(#[from] CreateError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Adapter {
    /// The signed list of that name.
    pub(crate) async fn status_list(&self, id: &str) -> Result<Published, StatusError> {
        let row = self.storage.status_list(id).await?.ok_or(StatusError::Unknown)?;
        let purpose = row.kind.purpose().ok_or(StatusError::Unknown)?;
        let now = self.clock.now();
        // Held while signing, so that a crowd asking at once makes one signature.
        let mut lists = self.lists.0.lock().await;
        if let Some(published) = lists.get(id)
            && published.version == row.version
            && now + LEAST_LEFT < published.valid_until
        {
            return Ok(published.clone());
        }
        let unit = self.identities.unit(&row.unit).ok_or(StatusError::UnknownUnit)?;
        let mut list = StatusList::new(row.length as usize)?;
        for (position, _) in self.storage.set_entries(id).await? {
            list.set(position as usize, true)?;
        }
        let valid_until = now + LIFE;
        let address = self.list_address(row.kind, id);
        let unsigned = status_list::credential(&list, &address, purpose, unit.did(), now, valid_until);
        let (kid, key) = unit.ed25519();
        let signed = data_integrity::sign(&unsigned, &ProofOptions::assertion(kid.clone(), now), key)?;
        let body = signed.to_string();
        let digest = Sha256::digest(&body);
        let etag = format!(
            "\"{}\"",
            URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default())
        );
        let published = Published {
            body: body.into(),
            etag,
            version: row.version,
            valid_until,
        };
        lists.insert(id.to_owned(), published.clone());
        Ok(published)
    }
}
