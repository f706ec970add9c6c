//! Finding a credential's place, and what a list token says about it.

use super::{Status, TokenListError, TokenStatusList};
use crate::CLOCK_TOLERANCE;

/// How long a list that names no end is kept.
const KEPT_WITHOUT_END: TimeDelta = TimeDelta::hours(24);
use chrono::{DateTime, TimeDelta, Utc};
use credentials::numeric_date;
use serde_json::{Map, Value};

/// Where a credential's status is found: `status.status_list` ("Referenced Token").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The address of the list token.
    pub uri: String,
    /// The place in the list.
    pub index: u64,
}

impl Reference {
    /// Reads the reference in a credential's claims; `None` where there is no `status` at all.
    pub fn of(claims: &Value) -> Result<Option<Self>, TokenCheckError> {
        let Some(status) = claims.get("status") else {
            return Ok(None);
        };
        let list = status
            .get("status_list")
            .ok_or(TokenCheckError::Reference("status_list"))?;
        Ok(Some(Self {
            uri: list
                .get("uri")
                .and_then(Value::as_str)
                .filter(|uri| !uri.is_empty())
                .ok_or(TokenCheckError::Reference("uri"))?
                .to_owned(),
            index: list
                .get("idx")
                .and_then(Value::as_u64)
                .ok_or(TokenCheckError::Reference("idx"))?,
        }))
    }
}

/// Why the status could not be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenCheckError {
    /// The credential's `status` is not one that can be looked up.
    #[error("the credential's status has no usable {0}")]
    Reference(&'static str),
    /// The token's payload is not that of a status list.
    #[error("the status list has no usable {0}")]
    Claim(&'static str),
    /// The list cannot be read, or has no such place.
    #[error(transparent)]
    List(#[from] TokenListError),
    /// `sub` is not the address the credential names.
    #[error("the status list calls itself by another address than the credential does")]
    OtherList,
    /// `iat` lies ahead.
    #[error("the status list was made on {0}, which lies ahead")]
    FromFuture(DateTime<Utc>),
    /// The list is too old to tell how things are now.
    #[error("the status list was fresh until {until}")]
    Stale {
        /// When it stopped being fresh.
        until: DateTime<Utc>,
        /// What it said then.
        last_known: Status,
    },
}

/// The claims of a list token ("Status List Token in JWT Format"): `sub` is the address it is
/// published at, `ttl` how long it may be kept, in whole seconds. Sign it with `typ` [`TYP`](super::TYP).
pub fn claims(
    list: &TokenStatusList,
    uri: &str,
    issued_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    ttl: Option<TimeDelta>,
) -> Value {
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), uri.into());
    claims.insert("iat".to_owned(), issued_at.timestamp().into());
    if let Some(expires_at) = expires_at {
        claims.insert("exp".to_owned(), expires_at.timestamp().into());
    }
    // The standard asks for a positive number.
    if let Some(ttl) = ttl {
        claims.insert("ttl".to_owned(), ttl.num_seconds().max(1).into());
    }
    claims.insert("status_list".to_owned(), list.encode());
    Value::Object(claims)
}

/// What `token`, the payload of a list token fetched just now, says of `reference` at the moment
/// `at` ("Validation Rules").
///
/// The token's type, its signature, and whether its signer may speak for the credential's issuer
/// are checked before.
pub fn check(reference: &Reference, token: &Value, at: DateTime<Utc>) -> Result<Status, TokenCheckError> {
    check_fetched(reference, token, at, at)
}

/// As [`check`], for a token kept since `fetched_at`: its `ttl` counts from there.
pub fn check_fetched(
    reference: &Reference,
    token: &Value,
    at: DateTime<Utc>,
    fetched_at: DateTime<Utc>,
) -> Result<Status, TokenCheckError> {
    if token.get("sub").and_then(Value::as_str) != Some(&reference.uri) {
        return Err(TokenCheckError::OtherList);
    }
    let issued_at = issued_at(token).ok_or(TokenCheckError::Claim("iat"))?;
    let counts_from = match token.get("nbf") {
        None => issued_at,
        Some(nbf) => issued_at.max(numeric_date(nbf).ok_or(TokenCheckError::Claim("nbf"))?),
    };
    if counts_from > at + CLOCK_TOLERANCE {
        return Err(TokenCheckError::FromFuture(counts_from));
    }
    let list = token
        .get("status_list")
        .ok_or(TokenCheckError::Claim("status_list"))?;
    let status = TokenStatusList::decode(list)?.get(reference.index)?;
    match fresh_until(token, fetched_at)? {
        Some(until) if until < at => Err(TokenCheckError::Stale {
            until,
            last_known: status,
        }),
        _ => Ok(status),
    }
}

/// When a list token says to have been made.
pub fn issued_at(token: &Value) -> Option<DateTime<Utc>> {
    token.get("iat").and_then(numeric_date)
}

/// Until when a token fetched at `fetched_at` tells how things are: its `exp`, or the end of its
/// `ttl` (seconds) if that is sooner; a day where it has neither, which the standard leaves to its readers.
fn fresh_until(token: &Value, fetched_at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, TokenCheckError> {
    let expires = match token.get("exp") {
        None => None,
        Some(exp) => Some(numeric_date(exp).ok_or(TokenCheckError::Claim("exp"))?),
    };
    let ttl = match token.get("ttl") {
        None => None,
        Some(ttl) => {
            let seconds = ttl
                .as_i64()
                .filter(|seconds| *seconds > 0)
                .ok_or(TokenCheckError::Claim("ttl"))?;
            TimeDelta::try_seconds(seconds).and_then(|ttl| fetched_at.checked_add_signed(ttl))
        }
    };
    Ok(match (expires, ttl) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (None, None) => fetched_at.checked_add_signed(KEPT_WITHOUT_END),
        (one, other) => one.or(other),
    })
}
