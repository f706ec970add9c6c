//! Token endpoint (section 6).

use super::{MessageError, PRE_AUTHORIZED_CODE, Secret};
use serde::{Deserialize, Serialize};

/// A token request; it travels as `application/x-www-form-urlencoded`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// Always [`PRE_AUTHORIZED_CODE`] for an offer that holds its code.
    pub grant_type: String,
    /// The code of the offer.
    #[serde(
        rename = "pre-authorized_code",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub pre_authorized_code: Option<Secret>,
    /// What the learner typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_code: Option<Secret>,
    /// Which of the offered credentials are wanted (section 6.1.1); nothing asks for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// The wallet's name, where the authorization server asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

impl TokenRequest {
    /// Redeems a pre-authorised code.
    pub fn pre_authorized(code: Secret, tx_code: Option<Secret>) -> Self {
        Self {
            grant_type: PRE_AUTHORIZED_CODE.to_owned(),
            pre_authorized_code: Some(code),
            tx_code,
            authorization_details: None,
            client_id: None,
        }
    }

    /// The request body, form-encoded.
    pub fn to_form(&self) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", &self.grant_type);
        for (name, value) in [
            ("pre-authorized_code", self.pre_authorized_code.as_ref()),
            ("tx_code", self.tx_code.as_ref()),
        ] {
            if let Some(value) = value {
                form.append_pair(name, value.reveal());
            }
        }
        let details = self.authorization_details.as_ref();
        if let Some(details) = details.and_then(|details| serde_json::to_string(details).ok()) {
            form.append_pair("authorization_details", &details);
        }
        if let Some(client) = &self.client_id {
            form.append_pair("client_id", client);
        }
        form.finish()
    }

    /// Reads a form-encoded body. A name given twice is refused (RFC 6749 section 3.2), unknown names
    /// are ignored.
    pub fn from_form(body: &[u8]) -> Result<Self, MessageError> {
        let mut request = Self {
            grant_type: String::new(),
            pre_authorized_code: None,
            tx_code: None,
            authorization_details: None,
            client_id: None,
        };
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if seen.iter().any(|before| *before == name) {
                return Err(MessageError::Meaning("a parameter is given more than once"));
            }
            if seen.len() == 32 {
                return Err(MessageError::Meaning("too many parameters"));
            }
            let value = value.into_owned();
            match name.as_ref() {
                "grant_type" => request.grant_type = value,
                "pre-authorized_code" => request.pre_authorized_code = Some(value.into()),
                "tx_code" => request.tx_code = Some(value.into()),
                "authorization_details" => {
                    request.authorization_details = Some(super::read(value.as_bytes(), 16 * 1024)?);
                }
                "client_id" => request.client_id = Some(value),
                _ => {}
            }
            seen.push(name.into_owned());
        }
        if request.grant_type.is_empty() {
            return Err(MessageError::Meaning("grant_type is missing"));
        }
        Ok(request)
    }
}

/// One credential that is asked for by its configuration, or, in a token response, given identifiers
/// (sections 5.1.1 and 6.2; RFC 9396).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationDetail {
    /// [`OPENID_CREDENTIAL`](Self::OPENID_CREDENTIAL).
    #[serde(rename = "type")]
    pub kind: String,
    /// A key of `credential_configurations_supported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_configuration_id: Option<String>,
    /// Names for the credentials of that configuration, in a response only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credential_identifiers: Vec<String>,
    /// The credential issuers it is meant for, where an authorization server serves several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
}

impl AuthorizationDetail {
    /// The `type` of a request for a credential.
    pub const OPENID_CREDENTIAL: &str = "openid_credential";
}

/// A successful token response (section 6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// Sent as `Authorization: Bearer` to the credential endpoint.
    pub access_token: Secret,
    /// `Bearer` here; compare without regard to case.
    pub token_type: String,
    /// Seconds of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Names credentials of one configuration apart; where present, requests use the identifiers in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<serde_json::Value>,
}

impl TokenResponse {
    /// Reads a response of at most 64 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 64 * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_request_survives_the_form() {
        let mut request = TokenRequest::pre_authorized("a+b/c=&d".into(), Some("123 456".into()));
        request.authorization_details = Some(vec![AuthorizationDetail {
            kind: AuthorizationDetail::OPENID_CREDENTIAL.into(),
            credential_configuration_id: Some("show".into()),
            ..AuthorizationDetail::default()
        }]);

        let again = TokenRequest::from_form(request.to_form().as_bytes()).unwrap();

        assert_eq!(again, request);
    }

    #[test]
    fn parameter_given_twice_is_refused() {
        let refused = TokenRequest::from_form(b"grant_type=x&tx_code=1&tx_code=2");

        assert!(refused.is_err());
    }

    #[test]
    fn printing_a_request_shows_neither_code() {
        let request = TokenRequest::pre_authorized("opensesame".into(), Some("493536".into()));

        let printed = format!("{request:?}");

        assert!(!printed.contains("opensesame") && !printed.contains("493536"));
    }
}
