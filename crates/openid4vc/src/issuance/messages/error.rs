//! Protocol errors (OpenID4VCI sections 6.3, 8.3.1.2 and 11.3; RFC 6749 section 5.2; RFC 6750 section 3.1).

use super::MessageError;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The error object that protocol endpoints answer with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolError {
    /// The code of the standard.
    pub error: ErrorCode,
    /// For developers; in ASCII, since RFC 6749 allows no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl ProtocolError {
    /// An error with an explanation. Characters that RFC 6749 does not allow are replaced.
    pub fn new(error: ErrorCode, description: &str) -> Self {
        let description = description
            .chars()
            .map(|c| match c {
                '"' | '\\' => '\'',
                ' '..='~' => c,
                _ => '?',
            })
            .collect();
        Self {
            error,
            error_description: Some(description),
        }
    }

    /// Reads an error answer of at most 16 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 16 * 1024)
    }
}

/// Error codes; one that is not known here is kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ErrorCode {
    /// Token endpoint: the request is malformed, or a transaction code is missing or unexpected.
    InvalidRequest,
    /// Token endpoint: the code or the transaction code is wrong, used or expired.
    InvalidGrant,
    /// Token endpoint: the client is not known.
    InvalidClient,
    /// Token endpoint: the client may not use this grant.
    UnauthorizedClient,
    /// Token endpoint: the grant type is not supported.
    UnsupportedGrantType,
    /// Token endpoint: what is asked for in `authorization_details` is unknown or not offered (RFC 9396 section 5).
    InvalidAuthorizationDetails,
    /// Credential endpoint: the access token is missing, wrong or expired.
    InvalidToken,
    /// Credential endpoint: the request is malformed.
    InvalidCredentialRequest,
    /// Credential endpoint: the configuration is not known here.
    UnknownCredentialConfiguration,
    /// Credential endpoint: the credential identifier is not known here.
    UnknownCredentialIdentifier,
    /// Credential endpoint: a key proof is missing or does not hold.
    InvalidProof,
    /// Credential endpoint: a key proof uses a nonce that is unknown, used or expired.
    InvalidNonce,
    /// Credential endpoint: the encryption parameters are missing or wrong.
    InvalidEncryptionParameters,
    /// Credential endpoint: this credential will not be issued, retrying does not help.
    CredentialRequestDenied,
    /// Notification endpoint: the notification identifier is not known.
    InvalidNotificationId,
    /// Notification endpoint: the request is malformed.
    InvalidNotificationRequest,
    /// A code of another standard or of the future.
    Other(String),
}

const NAMES: [(ErrorCode, &str); 16] = [
    (ErrorCode::InvalidRequest, "invalid_request"),
    (ErrorCode::InvalidGrant, "invalid_grant"),
    (ErrorCode::InvalidClient, "invalid_client"),
    (ErrorCode::UnauthorizedClient, "unauthorized_client"),
    (ErrorCode::UnsupportedGrantType, "unsupported_grant_type"),
    (
        ErrorCode::InvalidAuthorizationDetails,
        "invalid_authorization_details",
    ),
    (ErrorCode::InvalidToken, "invalid_token"),
    (ErrorCode::InvalidCredentialRequest, "invalid_credential_request"),
    (
        ErrorCode::UnknownCredentialConfiguration,
        "unknown_credential_configuration",
    ),
    (
        ErrorCode::UnknownCredentialIdentifier,
        "unknown_credential_identifier",
    ),
    (ErrorCode::InvalidProof, "invalid_proof"),
    (ErrorCode::InvalidNonce, "invalid_nonce"),
    (
        ErrorCode::InvalidEncryptionParameters,
        "invalid_encryption_parameters",
    ),
    (ErrorCode::CredentialRequestDenied, "credential_request_denied"),
    (ErrorCode::InvalidNotificationId, "invalid_notification_id"),
    (
        ErrorCode::InvalidNotificationRequest,
        "invalid_notification_request",
    ),
];

impl ErrorCode {
    /// The code as it travels.
    pub fn as_str(&self) -> &str {
        if let Self::Other(code) = self {
            return code;
        }
        NAMES
            .iter()
            .find(|(code, _)| code == self)
            .map_or("invalid_request", |(_, name)| name)
    }
}

impl From<String> for ErrorCode {
    fn from(text: String) -> Self {
        NAMES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(code, _)| code.clone())
            .unwrap_or(Self::Other(text))
    }
}

impl From<ErrorCode> for String {
    fn from(code: ErrorCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire() {
        for (code, name) in NAMES {
            assert_eq!(code.as_str(), name);
            assert_eq!(ErrorCode::from(name.to_owned()), code);
        }
    }

    #[test]
    fn code_of_the_future_is_kept() {
        let code = ErrorCode::from("slow_down".to_owned());

        assert_eq!(code.as_str(), "slow_down");
    }

    #[test]
    fn explanation_keeps_to_the_characters_that_oauth_allows() {
        let error = ProtocolError::new(ErrorCode::InvalidProof, "é \"x\"");

        assert_eq!(error.error_description.as_deref(), Some("? 'x'"));
    }
}
