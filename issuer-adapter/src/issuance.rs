//! Handing out copies over OpenID4VCI 1.0: offer, token, nonce, credential, notification.
//!
//! Codes, tokens and nonces work once; each copy gets an identifier, a holder key and status indexes of
//! its own, so that what is shown to two verifiers cannot be joined.

mod copies;
mod credential;
pub(crate) mod metadata;
mod notification;
mod places;
mod plan;
mod request;
mod seed;
mod token;

use crate::storage::StorageError;
use openid4vc::issuance::messages::{ErrorCode, ProtocolError};

pub(crate) use copies::CopyError;
pub(crate) use plan::commit_to;

/// After this many wrong transaction codes an offer is over.
const MOST_FAILURES: u32 = 5;

/// The most proofs in one request.
pub(crate) const MOST_PROOFS: usize = 10;

/// The most copies in one configuration with one token: two full requests, since an answer may get lost.
const MOST_COPIES: u32 = 20;

/// Who acts when a wallet does.
const WALLET: &str = "wallet";

/// A refusal in the words of the protocol.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Answered with 400 and the error object.
    #[error("{}", .0.error)]
    Protocol(ProtocolError),
    /// A wrong transaction code, of which some more may be tried.
    #[error("wrong transaction code")]
    WrongTxCode { tries_left: u32 },
    /// Answered with 401.
    #[error("no access token that counts")]
    Token { given: bool },
    /// There is no such offer (any more).
    #[error("no such offer")]
    OfferGone,
    /// Our fault.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Our fault.
    #[error("a copy could not be made")]
    Copy(#[source] CopyError),
}

fn refuse(code: ErrorCode, description: &str) -> Refusal {
    Refusal::Protocol(ProtocolError::new(code, description))
}

type Result<T> = std::result::Result<T, Refusal>;
