//! Nonce, credential and notification endpoints (sections 7, 8 and 11).

use super::{MessageError, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A fresh nonce for key proofs (section 7.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceResponse {
    /// Used once, in the proofs of one credential request.
    pub c_nonce: Secret,
}

impl NonceResponse {
    /// Reads a response of at most 16 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 16 * 1024)
    }
}

/// Asks for credentials of one configuration, one copy for each proof (section 8.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRequest {
    /// Which configuration; not together with `credential_identifier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_configuration_id: Option<String>,
    /// One of the identifiers that came with the token; not together with `credential_configuration_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_identifier: Option<String>,
    /// Proofs of the keys to bind to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proofs: Option<Proofs>,
    /// Present when the answer is to be encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_response_encryption: Option<Value>,
}

impl CredentialRequest {
    /// Asks for a configuration with JWT key proofs.
    pub fn new(configuration_id: &str, proofs: Vec<String>) -> Self {
        Self {
            credential_configuration_id: Some(configuration_id.to_owned()),
            proofs: Some(Proofs { jwt: proofs }),
            ..Self::default()
        }
    }

    /// Reads a request of at most 128 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 128 * 1024)
    }
}

/// Key proofs, of the one type supported here (section 8.2): a request with another type, or with two,
/// is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// JWTs as of appendix F.1, see [`proof`](crate::issuance::proof).
    pub jwt: Vec<String>,
}

/// What the credential endpoint answers (section 8.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialResponse {
    /// The copies, in the order of the proofs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<IssuedCredential>,
    /// Present instead of `credentials` when the copies come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<Secret>,
    /// Seconds to wait before asking for a deferred credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u64>,
    /// By which the wallet may tell what became of the copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_id: Option<String>,
}

impl CredentialResponse {
    /// Reads a response of at most 2 MiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 2 * 1024 * 1024)
    }
}

/// One copy, wrapped as the standard wraps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCredential {
    /// A string for JWT formats, an object for `ldp_vc`.
    pub credential: Value,
}

impl std::fmt::Debug for IssuedCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IssuedCredential(…)")
    }
}

/// Tells the issuer what became of the copies (section 11.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRequest {
    /// As it came with the copies.
    pub notification_id: String,
    /// What happened.
    pub event: NotificationEvent,
    /// For developers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_description: Option<String>,
}

impl NotificationRequest {
    /// Reads a request of at most 16 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 16 * 1024)
    }
}

/// What became of the copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationEvent {
    /// They are in the wallet.
    CredentialAccepted,
    /// The wallet could not keep them.
    CredentialFailure,
    /// The learner removed or refused them.
    CredentialDeleted,
}
