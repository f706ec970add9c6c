//! Why a document was not signed, a proof does not hold, or nothing was derived.

use chrono::{DateTime, Utc};
use credentials::jcs::JcsError;

use super::Cryptosuite;
use crate::did::{LookupError, Purpose};
use crate::json_ld::JsonLdError;
use crate::keys::{Algorithm, SignError};

/// The key belongs to another party than the credential's issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential is signed by another party than its issuer")]
pub struct IssuerMismatch;

/// Why a document was not signed.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The cryptosuite does not sign with such a key.
    #[error("{cryptosuite} does not sign with a key for {key}")]
    Algorithm {
        /// The suite asked for.
        cryptosuite: Cryptosuite,
        /// What the key does.
        key: Algorithm,
    },
    /// The suite is verified here and not made, or is made in another way.
    #[error("{0} is not made in this way")]
    NotMade(Cryptosuite),
    /// The document is not an object.
    #[error("only a JSON object can carry a proof")]
    NotAnObject,
    /// The document has no proof, or more than one, of the name that this one is to cover.
    #[error("the document has not exactly one proof named `{0}`")]
    PreviousProof(String),
    /// A pointer to what every derived proof shows points at nothing.
    #[error("`{0}` is not a JSON pointer to a value of the document")]
    Pointer(String),
    /// There are more statements or pointers than anybody needs.
    #[error("the document has too many statements to sign each of them")]
    TooLarge,
    /// The document cannot be signed without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The document's JSON has no canonical form.
    #[error(transparent)]
    Jcs(#[from] JcsError),
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
    /// A type of proof or a cryptosuite that is not known here.
    #[error("the proof's type or cryptosuite is not supported")]
    Unsupported,
    /// A base proof is the holder's, to derive from; it would show all that the holder may leave out.
    #[error("the credential has a base proof, which its holder keeps; ask for a derived one")]
    BaseProof,
    /// The statements cannot be had without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The document's JSON has no canonical form.
    #[error(transparent)]
    Jcs(#[from] JcsError),
    /// The key cannot be had.
    #[error(transparent)]
    Key(#[from] LookupError),
    /// The proof was made with another kind of key.
    #[error("the proof was not made with such a key: it is one for {0}")]
    Algorithm(Algorithm),
    /// The signature does not hold.
    #[error("the document was changed after it was signed, or signed with another key")]
    Signature,
}

/// Why a proof, though it holds, is not the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexpected {
    /// It was made for another purpose.
    #[error("the proof was made for another purpose: {}", .0.name())]
    Purpose(Purpose),
    /// It has ended.
    #[error("the proof ended at {0}")]
    Expired(DateTime<Utc>),
    /// It is for somebody else.
    #[error("the proof is not for the domain that was asked for")]
    Domain,
    /// It answers something else, or nothing.
    #[error("the proof does not answer the challenge that was given")]
    Challenge,
}

/// Why nothing was derived from a credential.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// The document has no base proof, or more than one.
    #[error("the document needs exactly one base proof with ecdsa-sd-2023")]
    NoBaseProof,
    /// The base proof cannot be read, or does not fit the document.
    #[error("the base proof is malformed or does not belong to this document")]
    BaseProof,
    /// A pointer to what is to be shown points at nothing.
    #[error("`{0}` is not a JSON pointer to a value of the document")]
    Pointer(String),
    /// More pointers than anybody needs.
    #[error("too many pointers")]
    TooManyPointers,
    /// Neither the issuer nor the holder names anything to show.
    #[error("there is nothing to show")]
    Nothing,
    /// What would be shown does not say what was signed; nobody could verify it.
    #[error("this choice cannot be shown on its own: it would not say what the issuer signed")]
    NotSeparable,
    /// The statements cannot be had without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
}
