//! What a register says of its log.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, json};
use proofs::{SignError, Signer, jws};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Hash;
use crate::{OperatorKeys, list::CLOCK_TOLERANCE};

/// The `typ` of a signed head.
pub const HEAD_TYPE: &str = "mc-log-head+jwt";

/// A head is never longer, in characters of its compact serialisation.
const LONGEST: usize = 4 * 1024;

const LIMITS: json::Limits = json::Limits {
    bytes: LONGEST,
    depth: 2,
    nodes: 32,
};

/// The log at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Who operates the register.
    pub iss: Did,
    /// The register's own identifier, a URL.
    pub register_id: String,
    /// How many entries the log has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When this head was signed.
    pub issued_at: DateTime<Utc>,
}

/// Why a head is not relied on.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// Not a compact JWS of [`HEAD_TYPE`] with the members of a head.
    #[error("not a signed head of a log")]
    NotSigned,
    /// The signature is not by the operator's key.
    #[error("the signature of the head is wrong")]
    WrongSignature,
    /// Signed after now.
    #[error("the head was signed in the future")]
    FromTheFuture,
}

impl Head {
    /// What a text says that claims to be a head; nobody vouches for it.
    pub fn peek(signed: &str) -> Option<Self> {
        let jws = jws::parse(signed.trim(), LONGEST).ok()?;
        let content = json::parse(jws.payload(), &LIMITS).ok()?;
        serde_json::from_value(content).ok()
    }
}

/// Signs a head as a compact JWS with `typ` [`HEAD_TYPE`].
pub fn sign_head(head: &Head, signer: &dyn Signer, kid: &DidUrl) -> Result<String, SignError> {
    let header = json!({ "alg": signer.algorithm().jose_name(), "typ": HEAD_TYPE, "kid": kid });
    jws::sign(&header, json!(head).to_string().as_bytes(), signer)
}

/// Reads a head: type, signature by the operator, and that it is not from the future.
pub fn verify_head(signed: &str, operator: &OperatorKeys, at: DateTime<Utc>) -> Result<Head, HeadError> {
    let jws = jws::parse(signed.trim(), LONGEST).map_err(|_| HeadError::NotSigned)?;
    if jws.typ() != Some(HEAD_TYPE) {
        return Err(HeadError::NotSigned);
    }
    let content = json::parse(jws.payload(), &LIMITS).map_err(|_| HeadError::NotSigned)?;
    let head: Head = serde_json::from_value(content).map_err(|_| HeadError::NotSigned)?;
    if !operator.signed(&jws, &head.iss, head.issued_at) {
        return Err(HeadError::WrongSignature);
    }
    if head.issued_at > at + CLOCK_TOLERANCE {
        return Err(HeadError::FromTheFuture);
    }
    Ok(head)
}
