//! The messages of OpenID4VCI 1.0, named as the standard names them.
//!
//! Unknown members are ignored, as the standard asks; sizes are bounded by the `parse` functions.
//! Codes and tokens are [`Secret`]s, so that printing a message never prints them.

mod credential;
mod error;
mod metadata;
mod token;

pub use credential::{
    CredentialRequest, CredentialResponse, IssuedCredential, NonceResponse, NotificationEvent,
    NotificationRequest, Proofs,
};
pub use error::{ErrorCode, ProtocolError};
pub use metadata::{
    AuthorizationServerMetadata, BatchIssuance, ClaimDescription, CredentialConfiguration,
    CredentialDefinition, CredentialMetadata, Display, Image, IssuerMetadata, ProofType,
    authorization_server_metadata_url, issuer_metadata_url,
};
pub use token::{AuthorizationDetail, TokenRequest, TokenResponse};

use credentials::json::{self, JsonError, Limits};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The grant type of a code handed over in the offer itself (section 4.1.1).
pub const PRE_AUTHORIZED_CODE: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// Why a message could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Too large, too deep, or no JSON.
    #[error("the message is not acceptable JSON")]
    Json(#[from] JsonError),
    /// JSON, but without the members that the standard asks for.
    #[error("the message lacks what OpenID4VCI asks of it: {0}")]
    Shape(#[from] serde_json::Error),
    /// A member contradicts another, or has a value that the standard excludes.
    #[error("{0}")]
    Meaning(&'static str),
}

/// Text that opens something: a code, a token, a nonce. Printing it shows `…`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for sending or hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// An offer of credentials (section 4.1.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialOffer {
    /// The credential issuer identifier: an https URL without query or fragment.
    pub credential_issuer: String,
    /// Keys of the issuer's `credential_configurations_supported`; never empty, never twice the same.
    pub credential_configuration_ids: Vec<String>,
    /// How the offer may be redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Grants>,
}

impl CredentialOffer {
    /// Reads an offer and checks what the standard asks of its members.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let offer: Self = read(bytes, 16 * 1024)?;
        let ids = &offer.credential_configuration_ids;
        if ids.is_empty() {
            return Err(MessageError::Meaning("the offer names no credential"));
        }
        if ids.len() > 32 {
            return Err(MessageError::Meaning("the offer names more than 32 credentials"));
        }
        if ids
            .iter()
            .enumerate()
            .any(|(at, id)| ids.iter().take(at).any(|before| before == id))
        {
            return Err(MessageError::Meaning("the offer names a credential twice"));
        }
        Ok(offer)
    }

    /// The pre-authorised code grant, if the offer has one.
    pub fn pre_authorized_code(&self) -> Option<&PreAuthorizedCode> {
        self.grants.as_ref()?.pre_authorized_code.as_ref()
    }
}

/// The grants of an offer, by their grant type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// The code is in the offer.
    #[serde(
        rename = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub pre_authorized_code: Option<PreAuthorizedCode>,
    /// The learner logs in at the issuer first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_code: Option<AuthorizationCode>,
}

impl Grants {
    /// A pre-authorised code and nothing else.
    pub fn pre_authorized(code: impl Into<Secret>) -> Self {
        Self {
            pre_authorized_code: Some(PreAuthorizedCode {
                pre_authorized_code: code.into(),
                tx_code: None,
                authorization_server: None,
            }),
            authorization_code: None,
        }
    }
}

/// A code that stands for a decision already taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreAuthorizedCode {
    /// The code.
    #[serde(rename = "pre-authorized_code")]
    pub pre_authorized_code: Secret,
    /// Present when the learner must also type a code that was sent apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_code: Option<TxCode>,
    /// Which of the issuer's authorization servers to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
}

/// What the separately sent code looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxCode {
    /// Digits only unless it says `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_mode: Option<InputMode>,
    /// The number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// How the learner gets it; at most 300 characters by the standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Which characters a separately sent code consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputMode {
    /// Digits.
    Numeric,
    /// Any characters.
    Text,
}

/// The grant by which the learner logs in first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// Ties the later authorization request to this offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_state: Option<Secret>,
    /// Which of the issuer's authorization servers to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
}

/// Reads one message of at most `bytes` bytes, refusing duplicate names and deep nesting.
pub(crate) fn read<T: DeserializeOwned>(message: &[u8], bytes: usize) -> Result<T, MessageError> {
    let limits = Limits {
        bytes,
        ..Limits::default()
    };
    Ok(serde_json::from_value(json::parse(message, &limits)?)?)
}
