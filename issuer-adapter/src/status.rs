//! Publishing status lists: signed afresh when an entry changed or the list nears its end.

use crate::Adapter;
use crate::storage::{ListKind, ListRow, StorageError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use credentials::open_badges::StatusPurpose;
use proofs::data_integrity::{self, CreateError, ProofOptions};
use proofs::{SignError, jws};
use serde_json::json;
use sha2::{Digest, Sha256};
use status_list::token::{self, Status, TokenListError, TokenStatusList};
use status_list::{ListError, StatusList};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How long a signed list counts.
const LIFE: TimeDelta = TimeDelta::hours(24);

/// A list is signed afresh when less than this is left.
const LEAST_LEFT: TimeDelta = TimeDelta::hours(12);

/// How long a token list may be kept before it is asked for again: as long as a new one is sure to last.
const KEPT: TimeDelta = LEAST_LEFT;

/// Two bits for each credential: valid, revoked or suspended.
const BITS: u8 = 2;

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
    #[error("the token status list could not be made")]
    TokenList(#[from] TokenListError),
    #[error("the status list could not be signed")]
    Sign(#[from] CreateError),
    #[error("the token status list could not be signed")]
    SignToken(#[from] SignError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// How a list is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A Bitstring Status List credential.
    Bitstring,
    /// A Token Status List.
    Token,
}

impl Adapter {
    /// The signed list of that name and form.
    pub(crate) async fn status_list(&self, id: &str, form: Form) -> Result<Published, StatusError> {
        let row = self.storage.status_list(id).await?.ok_or(StatusError::Unknown)?;
        let is_token = row.kind == ListKind::Token;
        if is_token != (form == Form::Token) {
            return Err(StatusError::Unknown);
        }
        let now = self.clock.now();
        // Held while signing, so that a crowd asking at once makes one signature.
        let mut lists = self.lists.0.lock().await;
        if let Some(published) = lists.get(id)
            && published.version == row.version
            && now + LEAST_LEFT < published.valid_until
        {
            return Ok(published.clone());
        }
        let entries = self.storage.set_entries(id).await?;
        let valid_until = now + LIFE;
        let body = match row.kind.purpose() {
            Some(purpose) => self.bitstring_list(&row, purpose, &entries, now, valid_until)?,
            None => self.token_list(&row, &entries, now, valid_until)?,
        };
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

    fn bitstring_list(
        &self,
        row: &ListRow,
        purpose: StatusPurpose,
        entries: &[(u32, u8)],
        now: DateTime<Utc>,
        valid_until: DateTime<Utc>,
    ) -> Result<String, StatusError> {
        let unit = self.identities.unit(&row.unit).ok_or(StatusError::UnknownUnit)?;
        let mut list = StatusList::new(row.length as usize)?;
        for (position, _) in entries {
            list.set(*position as usize, true)?;
        }
        let address = self.list_address(row.kind, &row.id);
        let unsigned = status_list::credential(&list, &address, purpose, unit.did(), now, valid_until);
        let (kid, key) = unit.ed25519();
        let signed = data_integrity::sign(&unsigned, &ProofOptions::assertion(kid.clone(), now), key)?;
        Ok(signed.to_string())
    }

    fn token_list(
        &self,
        row: &ListRow,
        entries: &[(u32, u8)],
        now: DateTime<Utc>,
        valid_until: DateTime<Utc>,
    ) -> Result<String, StatusError> {
        let unit = self.identities.unit(&row.unit).ok_or(StatusError::UnknownUnit)?;
        let mut list = TokenStatusList::new(BITS, row.length as usize)?;
        for (position, value) in entries {
            list.set(u64::from(*position), Status::from(*value))?;
        }
        let address = self.list_address(row.kind, &row.id);
        let claims = token::claims(&list, &address, now, Some(valid_until), Some(KEPT));
        let (kid, key) = unit.p256();
        let header = json!({"typ": token::TYP, "kid": kid});
        Ok(jws::sign(&header, claims.to_string().as_bytes(), key)?)
    }
}
