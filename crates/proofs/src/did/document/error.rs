//! Why a DID document, or a key in one, is not to be had.

use credentials::{Did, DidUrl, json};

use super::{MOST_METHODS, Purpose};
use crate::keys::KeyError;

/// Why a DID document was refused.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not well-formed, bounded JSON.
    #[error("the DID document is not acceptable JSON")]
    Json(#[from] json::JsonError),
    /// The document speaks for another identifier than the one asked for.
    #[error("the DID document is that of another identifier than {asked}")]
    OtherSubject {
        /// What was asked for.
        asked: Did,
    },
    /// A member has the wrong shape.
    #[error("`{0}` in the DID document is malformed")]
    Malformed(&'static str),
    /// Two verification methods have the same id.
    #[error("the DID document has two methods named {0}")]
    DuplicateMethod(DidUrl),
    /// More verification methods than anybody needs.
    #[error("the DID document has more than {MOST_METHODS} methods")]
    TooManyMethods,
    /// A `did:key` or `did:jwk` whose text is not a key.
    #[error("the identifier does not encode a key")]
    Identifier,
    /// The key inside a `did:key` or `did:jwk` cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why a document gives no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The key belongs to another identifier than the document.
    #[error("{0} does not belong to this DID document")]
    OtherDocument(DidUrl),
    /// No such method.
    #[error("the DID document has no method {0}")]
    UnknownMethod(DidUrl),
    /// The method is there, but its owner did not list it for this use.
    #[error("the DID document does not list {method} for {}", purpose.name())]
    NotForPurpose {
        /// The method.
        method: DidUrl,
        /// The use it is not listed for.
        purpose: Purpose,
    },
    /// The document says another party controls the method.
    #[error("{0} is controlled by another party")]
    OtherController(DidUrl),
    /// The document says that the key was withdrawn.
    #[error("{0} is marked as revoked")]
    Revoked(DidUrl),
    /// The key is of a kind or in a form that this crate does not read.
    #[error("the key of {method} cannot be used")]
    Key {
        /// The method.
        method: DidUrl,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The document itself could not be had. For resolvers handed to this crate.
    #[error("{did} could not be resolved: {reason}")]
    Unresolved {
        /// Whose document.
        did: Did,
        /// Why, in words for whoever operates the service.
        reason: String,
    },
}
