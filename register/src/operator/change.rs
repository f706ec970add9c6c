//! Changing the operator's key, while the register stands still.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
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
    #[error("a list has at most {MOST_KEY_CHANGES} changes of key; readers have to pin the present key")]
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
    let thumbprint = new_key(key, &operator)?.public_key().thumbprint();
    let mut write = storage.write().await?;
    match write.announced_key(operator.changes.len()).await? {
        Some(before) if before == thumbprint => {}
        Some(before) => return Err(KeyChangeError::OtherAnnounced(before)),
        None => {
            write
                .announce_key(operator.changes.len() as u64, &thumbprint)
                .await?;
            write.commit().await?;
        }
    }
    Ok(thumbprint)
}

/// Puts another key in the place of the operator's. The register must not run meanwhile; started again, it publishes
/// a list that tells of the change. Repeated with the same key, it finishes what was interrupted.
pub async fn change_key(request: &KeyChangeRequest<'_>) -> Result<KeyChange, KeyChangeError> {
    let file = key_file(request.data_dir);
    let interrupted = interrupted(request).await?;
    if let Some((change, key)) = interrupted {
        put(&file, &key)?;
        return Ok(change);
    }
    let (storage, operator) = open(request.data_dir, request.public_url).await?;
    let new = new_key(request.key, &operator)?;
    let thumbprint = new.public_key().thumbprint();
    let number = operator.changes.len() as u64 + 1;
    if operator.changes.len() >= MOST_KEY_CHANGES {
        return Err(KeyChangeError::TooMany);
    }
    let mut write = storage.write().await?;
    if let Some(announced) = write.announced_key(operator.changes.len()).await?
        && announced != thumbprint
    {
        return Err(KeyChangeError::OtherAnnounced(announced));
    }
    let following = request
        .announce
        .map(|file| new_key(file, &operator))
        .transpose()?;
    let following = following.map(|key| key.public_key().thumbprint());
    if following.as_ref() == Some(&thumbprint) {
        return Err(KeyChangeError::UsedBefore(request.key.to_owned()));
    }
    let last = operator.changes.last();
    let earliest = last
        .and_then(|last| KeyChange::peek(last))
        .map(|last| last.effective_from);
    let change = KeyChange {
        iss: operator.did().clone(),
        number,
        previous: last.map(|last| key_change_hash(last)),
        public_key_jwk: new.public_key().to_jwk(),
        effective_from: earliest.map_or(request.at, |earliest| earliest.max(request.at)),
        compromised: request.compromised,
        next_key_thumbprint: following,
    };
    let signed = change.sign(operator.key(), operator.kid())?;
    let mut changes = operator.changes.clone();
    changes.push(signed.clone());
    OperatorKeys::follow(operator.did().as_str(), &[operator.anchor(None)], &changes)
        .map_err(KeyChangeError::Refused)?;
    write
        .add_key_change(number, &signed, change.next_key_thumbprint.as_deref())
        .await?;
    write.commit().await?;
    put(&file, &new)?;
    Ok(change)
}

/// The last change, and its key, if that is the one that is asked for and has not taken its place yet.
async fn interrupted(
    request: &KeyChangeRequest<'_>,
) -> Result<Option<(KeyChange, SecretKey)>, KeyChangeError> {
    let storage = storage(request.data_dir).await?;
    let changes = storage.key_changes().await?;
    let Some(last) = changes.last().and_then(|last| KeyChange::peek(last)) else {
        return Ok(None);
    };
    if !request.key.exists() {
        return Ok(None);
    }
    let key = secret_key(request.key, Algorithm::EdDsa)?;
    let present = secret_key(&key_file(request.data_dir), Algorithm::EdDsa)?;
    let is_last = key.public_key().to_jwk() == last.public_key_jwk;
    let is_in_place = present.public_key().to_jwk() == last.public_key_jwk;
    Ok((is_last && !is_in_place).then_some((last, key)))
}

async fn storage(data_dir: &Path) -> Result<Storage, KeyChangeError> {
    let database = data_dir.join("register.sqlite");
    if !database.exists() || !key_file(data_dir).exists() {
        return Err(KeyChangeError::NoRegister(data_dir.to_owned()));
    }
    Ok(Storage::open(&database).await?)
}

async fn open(data_dir: &Path, public_url: &str) -> Result<(Storage, Operator), KeyChangeError> {
    let storage = storage(data_dir).await?;
    let changes = storage.key_changes().await?;
    let operator = Operator::load(public_url, data_dir, changes)?;
    Ok((storage, operator))
}

/// The key in a file, made when there is none; refused when it is or was the operator's.
fn new_key(file: &Path, operator: &Operator) -> Result<SecretKey, KeyChangeError> {
    let key = secret_key(file, Algorithm::EdDsa)?;
    let jwk = key.public_key().to_jwk();
    let mut brought = operator
        .changes
        .iter()
        .filter_map(|change| KeyChange::peek(change));
    let is_own = jwk == operator.key().public_key().to_jwk();
    if is_own || brought.any(|change| change.public_key_jwk == jwk) {
        return Err(KeyChangeError::UsedBefore(file.to_owned()));
    }
    Ok(key)
}

fn put(file: &Path, key: &SecretKey) -> Result<(), KeyChangeError> {
    let failed = |error| KeyChangeError::Replace(file.to_owned(), error);
    replace_private(file, key.to_jwk().as_bytes()).map_err(failed)?;
    // The name is durable only when the folder is.
    match file.parent() {
        Some(folder) => fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed),
        None => Ok(()),
    }
}
