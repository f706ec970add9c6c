//! Credentials as plain JWT, and why tokens are not read.

use proofs::{
    jws,
    vc_jose::{self, ReadError, SecuredCredential},
};

use super::{Unreadable, unreadable_token};

/// A credential as `vc+jwt`, or as a JWT from before that had a type of its own.
pub(super) fn read(text: &str) -> Result<SecuredCredential, Unreadable> {
    match vc_jose::read(text) {
        Err(ReadError::Type) => vc_jose::read_earlier(text),
        read => read,
    }
    .map_err(unreadable)
}

pub(super) fn unreadable(error: ReadError) -> Unreadable {
    let text = error.to_string();
    match error {
        ReadError::Jws(jws::ParseError::Algorithm | jws::ParseError::Extension(_)) => {
            Unreadable::Unsupported(text)
        }
        ReadError::SdJwt(error) => unreadable_token(error),
        _ => Unreadable::Broken(text),
    }
}
