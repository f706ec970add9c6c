//! What somebody hands over to be checked, and telling which of the accepted shapes it is.

use credentials::json::{self, JsonError, Limits};
use serde_json::Value;
use share_link::{LinkError, ShareLink};

use crate::link::{Shared, open};
use crate::messages::{Code, Message, message};

/// The most characters that are looked at.
pub const MAX_INPUT_CHARACTERS: usize = 256 * 1024;

/// Where an enveloped credential begins (VCDM 2.0 §4.14).
const ENVELOPES: [&str; 2] = ["data:application/vc+sd-jwt,", "data:application/dc+sd-jwt,"];

/// Something that can be checked. Made by [`read`]; nothing in it is verified yet.
#[derive(Clone)]
pub enum Input {
    /// A compact SD-JWT, with or without the holder's key binding: a W3C credential or an SD-JWT VC, as its
    /// header says.
    SdJwt(String),
    /// A credential with a Data Integrity proof.
    DataIntegrity(Value),
    /// What came from behind a link (`specs/share-link/`).
    Shared(Box<Shared>),
}

/// Claims stay out of the log.
impl std::fmt::Debug for Input {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::SdJwt(_) => "SdJwt(…)",
            Self::DataIntegrity(_) => "DataIntegrity(…)",
            Self::Shared(_) => "Shared(…)",
        })
    }
}

/// Why something cannot be checked at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// There is nothing there.
    #[error("nothing to check")]
    Empty,
    /// More than [`MAX_INPUT_CHARACTERS`], or nested too deeply.
    #[error("too large to be a credential")]
    TooLarge,
    /// A QR code that was read badly.
    #[error("a damaged QR code")]
    DamagedQr,
    /// A QR code of a later version.
    #[error("a QR code of a later version")]
    NewerQr,
    /// A credential offer; it belongs in a wallet.
    #[error("a credential offer, not a credential")]
    Offer,
    /// The code of a verifier; it belongs in a wallet.
    #[error("the code of a verifier, not a credential")]
    Challenge,
    /// JSON that is not a credential with a proof.
    #[error("not a signed credential")]
    NotACredential,
    /// A link to a share, which has to be opened first ([`crate::open`]).
    #[error("a link that has to be opened first")]
    Link,
    /// A link to a share of which a part is missing.
    #[error("a link that is not complete")]
    LinkIncomplete,
    /// A link with another key than its share's.
    #[error("a link whose key does not fit")]
    LinkWrongKey,
    /// What the store gave is not what was sealed for the link.
    #[error("a share that was changed or is another's")]
    ShareChanged,
    /// A link that its owner withdrew.
    #[error("a link that was withdrawn")]
    LinkWithdrawn,
    /// A link whose end has passed.
    #[error("a link that has ended")]
    LinkEnded,
    /// A link that was opened as often as its owner allowed.
    #[error("a link that was opened as often as it may be")]
    LinkUsedUp,
    /// A link that its store does not know.
    #[error("a link that does not exist")]
    LinkUnknown,
    /// A link whose store does not answer now.
    #[error("a link whose store does not answer")]
    LinkNoAnswer,
    /// Nothing this product knows.
    #[error("not a credential in a known form")]
    Unknown,
}

impl InputError {
    /// What to tell the person who handed it over.
    pub fn message(self) -> Message {
        let code = match self {
            Self::Empty => Code::InputEmpty,
            Self::TooLarge => Code::InputTooLarge,
            Self::DamagedQr => Code::InputQrDamaged,
            Self::NewerQr => Code::InputQrTooNew,
            Self::Offer => Code::InputOffer,
            Self::Challenge => Code::InputChallenge,
            Self::NotACredential => Code::InputNotACredential,
            Self::Link => Code::InputLink,
            Self::LinkIncomplete => Code::InputLinkIncomplete,
            Self::LinkWrongKey => Code::InputLinkWrongKey,
            Self::ShareChanged => Code::InputShareChanged,
            Self::LinkWithdrawn => Code::InputLinkWithdrawn,
            Self::LinkEnded => Code::InputLinkEnded,
            Self::LinkUsedUp => Code::InputLinkUsedUp,
            Self::LinkUnknown => Code::InputLinkUnknown,
            Self::LinkNoAnswer => Code::InputLinkNoAnswer,
            Self::Unknown => Code::InputUnknown,
        };
        message(code, &[])
    }
}

/// Finds out what `text` is: the text of a QR code, a compact SD-JWT, or a JSON credential, also as the JSON
/// string or in the envelope in which programs pass these on; or `{"link": …, "share": …}`, a link with what its
/// store gave for it. White space around and inside does not matter.
pub fn read(text: &str) -> Result<Input, InputError> {
    if text.len() > MAX_INPUT_CHARACTERS {
        return Err(InputError::TooLarge);
    }
    let trimmed = text.trim().trim_start_matches('\u{feff}');
    if trimmed.is_empty() {
        return Err(InputError::Empty);
    }
    if trimmed.starts_with(qr_presentation::PREFIX) {
        return qr(text);
    }
    if qr_presentation::read_challenge(trimmed).is_some() {
        return Err(InputError::Challenge);
    }
    if trimmed.starts_with("openid-credential-offer:") || trimmed.contains("credential_offer=") {
        return Err(InputError::Offer);
    }
    if trimmed.starts_with(['{', '"']) {
        let limits = Limits {
            bytes: MAX_INPUT_CHARACTERS,
            ..Limits::default()
        };
        let value = json::parse(trimmed.as_bytes(), &limits).map_err(|error| match error {
            JsonError::TooLong { .. } | JsonError::TooDeep(_) | JsonError::TooManyValues(_) => {
                InputError::TooLarge
            }
            JsonError::DuplicateMember { .. } | JsonError::Syntax { .. } => InputError::Unknown,
        })?;
        return from_json(value);
    }
    match ShareLink::parse(trimmed) {
        Ok(_) => return Err(InputError::Link),
        Err(LinkError::OtherText) => {}
        Err(error) => return Err(error.into()),
    }
    compact(trimmed)
}

/// Reads a credential that arrived as a JSON value: a string or an object.
pub fn from_json(value: Value) -> Result<Input, InputError> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '"']) => Err(InputError::Unknown),
        Value::String(text) => read(&text),
        Value::Object(members) => {
            let is = |kind: &str| match members.get("type") {
                Some(Value::String(only)) => only == kind,
                Some(Value::Array(types)) => types.iter().any(|one| one == kind),
                _ => false,
            };
            if let (Some(Value::String(link)), Some(Value::String(sealed))) =
                (members.get("link"), members.get("share"))
            {
                return open(&ShareLink::parse(link)?, sealed);
            }
            if is("EnvelopedVerifiableCredential") {
                let id = members.get("id").and_then(Value::as_str).unwrap_or_default();
                let token = ENVELOPES.iter().find_map(|envelope| id.strip_prefix(envelope));
                return token.ok_or(InputError::Unknown).and_then(compact);
            }
            if members.contains_key("credential_issuer") {
                return Err(InputError::Offer);
            }
            if members.contains_key("proof") && members.contains_key("credentialSubject") {
                return Ok(Input::DataIntegrity(Value::Object(members)));
            }
            Err(InputError::NotACredential)
        }
        _ => Err(InputError::Unknown),
    }
}

fn qr(text: &str) -> Result<Input, InputError> {
    // A space is a character of the code itself, so the last one may belong to it.
    let exact = text.trim_start().trim_matches(['\r', '\n', '\t']);
    let decoded = qr_presentation::decode(exact).or_else(|_| qr_presentation::decode(exact.trim_end()));
    decoded.map(Input::SdJwt).map_err(|error| match error {
        qr_presentation::QrError::UnknownVersion(_) => InputError::NewerQr,
        qr_presentation::QrError::TooLarge => InputError::TooLarge,
        _ => InputError::DamagedQr,
    })
}

fn compact(text: &str) -> Result<Input, InputError> {
    let text: String = text.split_whitespace().collect();
    let is_token = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let is_sd_jwt = text.contains('~') && text.split('~').all(is_token) && text.split('.').nth(2).is_some();
    if is_sd_jwt {
        Ok(Input::SdJwt(text))
    } else {
        Err(InputError::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_compact_sd_jwt_is_read_with_line_breaks_and_as_a_json_string() {
        for text in [
            "e30.e30.AA~",
            " e30.e30\n.AA~ \r\n",
            "\"e30.e30.AA~\"",
            "\u{feff}e30.e30.AA~",
        ] {
            assert!(
                matches!(read(text), Ok(Input::SdJwt(token)) if token == "e30.e30.AA~"),
                "{text:?}"
            );
        }
        let enveloped =
            json!({"type": "EnvelopedVerifiableCredential", "id": "data:application/vc+sd-jwt,e30.e30.AA~"});
        assert!(matches!(read(&enveloped.to_string()), Ok(Input::SdJwt(token)) if token == "e30.e30.AA~"));
    }

    #[test]
    fn a_json_credential_needs_a_proof_and_a_subject() {
        let credential = json!({"credentialSubject": {}, "proof": {}});
        assert!(matches!(
            read(&credential.to_string()),
            Ok(Input::DataIntegrity(_))
        ));
        assert_eq!(
            read(r#"{"credentialSubject": {}}"#).unwrap_err(),
            InputError::NotACredential
        );
        assert_eq!(
            read(r#"{"credentialSubject": {}, "proof": {}, "proof": {}}"#).unwrap_err(),
            InputError::Unknown
        );
    }

    #[test]
    fn what_is_no_credential_is_refused_with_advice() {
        let large = "x".repeat(MAX_INPUT_CHARACTERS + 1);
        let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        let cases = [
            ("", InputError::Empty),
            (" \n", InputError::Empty),
            (large.as_str(), InputError::TooLarge),
            (deep.as_str(), InputError::TooLarge),
            (
                "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example",
                InputError::Offer,
            ),
            (r#"{"credential_issuer": "https://a.example"}"#, InputError::Offer),
            ("WM1:%%%", InputError::DamagedQr),
            ("https://college.example", InputError::Unknown),
            ("e30.e30.AA", InputError::Unknown),
            ("\"\\\"\\\\\\\"x\\\\\\\"\\\"\"", InputError::Unknown),
        ];
        for (text, expected) in cases {
            let error = read(text).unwrap_err();
            assert_eq!(error, expected, "{}", text.chars().take(40).collect::<String>());
            assert!(!error.message().nl.is_empty());
        }
    }
}
