//! Changing the operator's key, while the register stands still.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use http_service::{KeyFileError, replace_private, secret_key};
use proofs::{Algorithm, SecretKey, SignError};
use trust::{KeyChange, MOST_KEY_CHANGES, OperatorKeys, key_change_hash};

use super::{Operator, OperatorError, key_file};
use crate::storage::{Storage, StorageError};

/// Why a key was not announced or changed. Nothing was changed then, unless the error says so.
#[derive(Debug, thiserror::Error)]
pub enum KeyChangeError {
    /// There is no register in the folder.
    #[error("there is no register in {0}; start it once before its key is changed")]
    NoRegister(PathBuf),
    /// The register's key is gone.
    #[error(
        "{0} is not there; put the register's key back, or after a change that was interrupted give that command again"
    )]
    NoKey(PathBuf),
    /// The register never signed a list.
    #[error("the register signed no list yet; start it once before its key is changed")]
    NeverSigned,
    /// The clock and the last list are too far apart.
    #[error(
        "it is {at} by this machine's clock, and the register signed its last list at {last}; set the clock right, or start \
         the register once so that it signs a list"
    )]
    Clock {
        /// When the last list was signed.
        last: DateTime<Utc>,
        /// The present moment, by the clock of this machine.
        at: DateTime<Utc>,
    },
    /// The operator's present key cannot be used.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The file of the new key cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The key was in use before.
    #[error(
        "the key in {0} is or was the register's own; give a file that is not there yet, and one is made"
    )]
    UsedBefore(PathBuf),
    /// Another key was announced, and readers who keep to that would refuse this one.
    #[error(
        "the key with thumbprint {0} was announced as the next one, and readers refuse any other; give that key's file"
    )]
    OtherAnnounced(String),
    /// There are as many changes as a list may have.
    #[error(
        "a list has at most {MOST_KEY_CHANGES} changes of key; a register with another address, and so another operator, \
         has to take over"
    )]
    TooMany,
    /// The change could not be signed.
    #[error("the change of key could not be signed")]
    Signing(#[from] SignError),
    /// What was signed would be refused by readers.
    #[error("readers would refuse the change of key")]
    Refused(#[source] trust::KeyChangeError),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The change was recorded, and the new key could not be put in the place of the old one.
    #[error("the change is recorded, but {0} could not be replaced; give the same command again")]
    Replace(PathBuf, #[source] io::Error),
}

/// A change of key to make.
#[derive(Clone, Debug)]
pub struct KeyChangeRequest<'a> {
    /// The register's folder.
    pub data_dir: &'a Path,
    /// Where others reach it.
    pub public_url: &'a str,
    /// The file of the new key; made when it is not there.
    pub key: &'a Path,
    /// The file of the key after the new one, to announce it; made when it is not there.
    pub announce: Option<&'a Path>,
    /// Whether somebody else may have the old key, so that nothing it signed counts any longer.
    pub compromised: bool,
    /// The present moment.
    pub at: DateTime<Utc>,
}

/// Announces the key in `key`, made when it is not there, as the only one that may follow on the present one; its
/// thumbprint (RFC 7638), which `GET /v1/anchor` then tells.
pub async fn announce_key(data_dir: &Path, public_url: &str, key: &Path) -> Result<String, KeyChangeError> {
    let (storage, operator) = open(data_dir, public_url).await?;
    let announced = storage.announced_key(operator.changes.len()).await?;
    let thumbprint = new_key(key, announced.as_deref(), &operator)?
        .public_key()
        .thumbprint();
    if announced.is_none() {
        let mut write = storage.write().await?;
        write
            .announce_key(operator.changes.len() as u64, &thumbprint)
            .await?;
        write.commit().await?;
    }
    Ok(thumbprint)
}

/// Puts another key in the place of the operator's. The register must not run meanwhile; started again, it publishes
/// a list that tells of the change. Repeated with the same key, it finishes what was interrupted, and tells of the change
/// as it was recorded.
pub async fn change_key(request: &KeyChangeRequest<'_>) -> Result<KeyChange, KeyChangeError> {
    let file = key_file(request.data_dir);
    if let Some((change, key)) = recorded(request).await? {
        put(&file, &key)?;
        return Ok(change);
    }
    let (storage, operator) = open(request.data_dir, request.public_url).await?;
    if operator.changes.len() >= MOST_KEY_CHANGES {
        return Err(KeyChangeError::TooMany);
    }
    let announced = storage.announced_key(operator.changes.len()).await?;
    let at = moment(&storage, request.at).await?;
    let new = new_key(request.key, announced.as_deref(), &operator)?;
    let following = request
        .announce
        .map(|file| new_key(file, None, &operator))
        .transpose()?;
    let following = following.map(|key| key.public_key().thumbprint());
    if following.as_ref() == Some(&new.public_key().thumbprint()) {
        return Err(KeyChangeError::UsedBefore(request.key.to_owned()));
    }
    let number = operator.changes.len() as u64 + 1;
    let last = operator.changes.last();
    let earliest = last
        .and_then(|last| KeyChange::peek(last))
        .map(|last| last.effective_from);
    let change = KeyChange {
        iss: operator.did().clone(),
        number,
        previous: last.map(|last| key_change_hash(last)),
        public_key_jwk: new.public_key().to_jwk(),
        effective_from: earliest.map_or(at, |earliest| earliest.max(at)),
        compromised: request.compromised,
        next_key_thumbprint: following,
    };
    let signed = change.sign(operator.key(), operator.kid())?;
    let mut changes = operator.changes.clone();
    changes.push(signed.clone());
    OperatorKeys::follow(operator.did().as_str(), &[operator.anchor(announced)], &changes)
        .map_err(KeyChangeError::Refused)?;
    let mut write = storage.write().await?;
    write
        .add_key_change(number, &signed, change.next_key_thumbprint.as_deref())
        .await?;
    write.commit().await?;
    put(&file, &new)?;
    Ok(change)
}

/// The last change, and its key, if that is the one that is asked for.
async fn recorded(request: &KeyChangeRequest<'_>) -> Result<Option<(KeyChange, SecretKey)>, KeyChangeError> {
    let changes = storage(request.data_dir).await?.key_changes().await?;
    let Some(last) = changes.last().and_then(|last| KeyChange::peek(last)) else {
        return Ok(None);
    };
    if !request.key.exists() {
        return Ok(None);
    }
    let key = secret_key(request.key, Algorithm::EdDsa)?;
    let is_last = key.public_key().to_jwk() == last.public_key_jwk;
    Ok(is_last.then_some((last, key)))
}

/// The moment of a change, in whole seconds. The register signed a list within the week before it, so that a clock that
/// is wrong is found out: what is dated by it would lock readers out.
async fn moment(storage: &Storage, at: DateTime<Utc>) -> Result<DateTime<Utc>, KeyChangeError> {
    let at = at.trunc_subsecs(0);
    let last = storage.last_signing().await?;
    match last {
        Some(last) if last <= at && at <= last + TimeDelta::days(7) => Ok(at),
        Some(last) => Err(KeyChangeError::Clock { last, at }),
        None => Err(KeyChangeError::NeverSigned),
    }
}

async fn storage(data_dir: &Path) -> Result<Storage, KeyChangeError> {
    let database = data_dir.join("register.sqlite");
    if !database.exists() {
        return Err(KeyChangeError::NoRegister(data_dir.to_owned()));
    }
    Ok(Storage::open(&database).await?)
}

async fn open(data_dir: &Path, public_url: &str) -> Result<(Storage, Operator), KeyChangeError> {
    let storage = storage(data_dir).await?;
    let changes = storage.key_changes().await?;
    if !key_file(data_dir).exists() {
        return Err(KeyChangeError::NoKey(key_file(data_dir)));
    }
    let operator = Operator::load(public_url, data_dir, changes)?;
    Ok((storage, operator))
}

/// The key in a file, made when there is none and none was announced; refused when it is another than was announced, and
/// when it is or was the operator's.
fn new_key(file: &Path, announced: Option<&str>, operator: &Operator) -> Result<SecretKey, KeyChangeError> {
    if let Some(announced) = announced
        && !file.exists()
    {
        return Err(KeyChangeError::OtherAnnounced(announced.to_owned()));
    }
    let key = secret_key(file, Algorithm::EdDsa)?;
    let public = key.public_key();
    if let Some(announced) = announced
        && announced != public.thumbprint()
    {
        return Err(KeyChangeError::OtherAnnounced(announced.to_owned()));
    }
    let jwk = public.to_jwk();
    let changes = &operator.changes;
    let mut brought = changes.iter().filter_map(|change| KeyChange::peek(change));
    // The first key is in no change: it signed the first.
    let first = changes.first();
    let is_own = jwk == operator.key().public_key().to_jwk()
        || first.is_some_and(|first| KeyChange::is_signed_with(first, &public));
    if is_own || brought.any(|change| change.public_key_jwk == jwk) {
        return Err(KeyChangeError::UsedBefore(file.to_owned()));
    }
    Ok(key)
}

fn put(file: &Path, key: &SecretKey) -> Result<(), KeyChangeError> {
    let failed = |error| KeyChangeError::Replace(file.to_owned(), error);
    replace_private(file, key.to_jwk().as_bytes()).map_err(failed)
}
