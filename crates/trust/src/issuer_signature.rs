//! Whether an issuer itself signed what it hands in to a register.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use proofs::{PublicKey, jws::Jws};

use crate::{KeyWindow, VerifiedList};

/// Why something does not count as signed by its issuer.
#[derive(Debug, thiserror::Error)]
pub enum IssuerSignatureError {
    /// The register does not list the key with the issuer.
    #[error("it is not signed with a key that the register lists for its issuer")]
    UnknownKey,
    /// The key does not count now.
    #[error("the key that signed it does not count at this moment")]
    KeyNotValid,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    Wrong,
}

/// Whether a key that the register lists for `issuer`, and that counts at the moment `at`, signed it.
pub(crate) fn check_issuer(
    jws: &Jws,
    issuer: &Did,
    list: &VerifiedList,
    at: DateTime<Utc>,
) -> Result<(), IssuerSignatureError> {
    let kid = jws.kid().and_then(|kid| DidUrl::parse(kid).ok());
    let key = kid
        .filter(|kid| kid.did() == issuer)
        .and_then(|kid| list.key(&kid))
        .ok_or(IssuerSignatureError::UnknownKey)?
        .key;
    let is_compromised = key.compromised_at.is_some_and(|since| since <= at);
    if is_compromised || key.window(at) != KeyWindow::Valid {
        return Err(IssuerSignatureError::KeyNotValid);
    }
    let public = PublicKey::from_jwk(&key.public_key_jwk).map_err(|_| IssuerSignatureError::UnknownKey)?;
    jws.verify(&public).map_err(|_| IssuerSignatureError::Wrong)
}
