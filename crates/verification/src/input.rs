//! What somebody hands over to be checked, and telling which of the accepted shapes it is.

use serde_json::Value;

use crate::messages::{self, Code};

/// The most characters that are looked at.
pub const MAX_INPUT_CHARACTERS: usize = 256 * 1024;

/// Something that can be checked. Read by [`read`]; nothing in it is verified yet.
#[derive(Clone)]
pub enum Input {
    /// A compact SD-JWT, with or without the holder's key binding.
    SdJwt(String),
    /// A credential with a Data Integrity proof.
    DataIntegrity(Value),
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SdJwt(_) => "SdJwt(…)",
            Self::DataIntegrity(_) => "DataIntegrity(…)",
        })
    }
}

/// Why something cannot be checked at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message().en)]
pub enum InputError {
    /// There is nothing there.
    #[error("nothing to check")]
    Empty,
    /// More than [`MAX_INPUT_CHARACTERS`], or nested too deeply.
    #[error("too large to check")]
    TooLarge,
    /// A QR code of ours that is damaged or of a newer version.
    #[error("the QR code cannot be read")]
    Qr,
    /// A credential offer; it belongs in a wallet.
    #[error("a credential offer, not a credential")]
    Offer,
    /// JSON that is not a credential with a proof.
    #[error("not a credential with a proof")]
    NotACredential,
    /// Nothing this product knows.
    #[error("not a credential in a known form")]
    Unknown,
}

impl InputError {
    /// What to tell the person who handed it over.
    pub fn message(&self) -> messages::Message {
        messages::message(self.code(), &[])
    }

    /// The code of that message.
    pub fn code(&self) -> Code {
        Code::InputUnknown
    }
}

/// Finds out what `text` is: the text of a QR code, a compact SD-JWT, or a JSON credential.
pub fn read(text: &str) -> Result<Input, InputError> {
    let _ = text;
    Err(InputError::Unknown)
}
