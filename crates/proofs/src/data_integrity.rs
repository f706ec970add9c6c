//! Data Integrity proofs with the cryptosuite `eddsa-rdfc-2022`
//! ([Data Integrity 1.0](https://www.w3.org/TR/vc-data-integrity/),
//! [EdDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-eddsa/) §3.2).

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use serde_json::Value;

use crate::did::{LookupError, Purpose};
use crate::json_ld::{Contexts, JsonLdError};
use crate::keys::{Algorithm, PublicKey, SignError, Signer};

/// The key belongs to another party than the credential's issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential is signed by another party than its issuer")]
pub struct IssuerMismatch;

/// What goes into a proof besides the signature.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    /// The key that signs.
    pub verification_method: DidUrl,
    /// What the proof is for.
    pub purpose: Purpose,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires: Option<DateTime<Utc>>,
    /// For whom it is.
    pub domain: Option<String>,
    /// What it answers.
    pub challenge: Option<String>,
}

impl ProofOptions {
    /// A proof by an issuer.
    pub fn assertion(verification_method: DidUrl, created: DateTime<Utc>) -> Self {
        Self {
            verification_method,
            purpose: Purpose::AssertionMethod,
            created: Some(created),
            expires: None,
            domain: None,
            challenge: None,
        }
    }
}

/// Why a document was not signed.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The cryptosuite signs with Ed25519 only.
    #[error("eddsa-rdfc-2022 signs with an Ed25519 key, not {0}")]
    Algorithm(Algorithm),
    /// The document is not an object.
    #[error("only a JSON object can carry a proof")]
    NotAnObject,
    /// The document cannot be signed without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why a document's proofs do not hold.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// There is no proof.
    #[error("the document has no proof")]
    Absent,
    /// More proofs than anybody needs.
    #[error("the document has too many proofs")]
    TooMany,
    /// A member of a proof is missing or malformed.
    #[error("`{0}` of the proof is missing or malformed")]
    Malformed(&'static str),
    /// Another cryptosuite than `eddsa-rdfc-2022`, or another type of proof.
    #[error("the proof's type or cryptosuite is not supported")]
    Unsupported,
    /// The statements cannot be had without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The key cannot be had.
    #[error(transparent)]
    Key(#[from] LookupError),
    /// The key is not an Ed25519 key.
    #[error("the proof needs an Ed25519 key, not {0}")]
    Algorithm(Algorithm),
    /// The signature does not hold.
    #[error("the document was changed after it was signed, or signed with another key")]
    Signature,
}

/// A proof whose signature holds.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    /// The key that signed.
    pub verification_method: DidUrl,
    /// Whose key it is.
    pub controller: Did,
    /// What the proof is for.
    pub purpose: Purpose,
    /// When the signer says it was made.
    pub created: Option<DateTime<Utc>>,
    /// When the signer says it ends. Not compared with any clock.
    pub expires: Option<DateTime<Utc>>,
    /// For whom it is.
    pub domain: Vec<String>,
    /// What it answers.
    pub challenge: Option<String>,
}

/// Adds a proof.
pub fn sign(_document: &Value, _options: &ProofOptions, signer: &dyn Signer) -> Result<Value, CreateError> {
    Err(CreateError::Algorithm(signer.algorithm()))
}

/// Checks every proof.
pub fn verify(
    _document: &Value,
    _resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
) -> Result<Vec<VerifiedProof>, ProofError> {
    let _ = Contexts::bundled();
    Err(ProofError::Absent)
}

/// The proof by the issuer itself, made for assertions. Proofs by others say nothing about who issued.
pub fn require_issuer<'a>(
    proofs: &'a [VerifiedProof],
    issuer: &Did,
) -> Result<&'a VerifiedProof, IssuerMismatch> {
    proofs
        .iter()
        .find(|proof| proof.controller == *issuer && proof.purpose == Purpose::AssertionMethod)
        .ok_or(IssuerMismatch)
}
