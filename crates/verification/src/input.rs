//! What somebody hands over to be checked, and telling which of the accepted shapes it is.

mod token;

use credentials::json::{self, JsonError, Limits};
use proofs::vc_jose::{Enclosed, Envelope, SecuredPresentation, Wrapped};
use serde_json::Value;
use share_link::{LinkError, ShareLink};

use crate::link::Shared;
use crate::messages::{Code, Message, message};

/// The most characters that are looked at.
pub const MAX_INPUT_CHARACTERS: usize = 256 * 1024;

/// Something that can be checked. Made by [`read`]; nothing in it is verified yet.
#[derive(Clone)]
pub enum Input {
    /// A compact SD-JWT, with or without the holder's key binding: a W3C credential or an SD-JWT VC, as its
    /// header says.
    SdJwt(String),
    /// A W3C credential as a compact JWT, `vc+jwt` or from before that.
    Jwt(String),
    /// A credential with a Data Integrity proof.
    DataIntegrity(Value),
    /// What came from behind a link (`specs/share-link/`).
    Shared(Box<Shared>),
    /// A credential in a presentation that is a token of its own, `vp+jwt` or `vp+sd-jwt`.
    Presented(Box<Presented>),
}

/// A credential and the presentation it came in.
#[derive(Clone)]
pub struct Presented {
    pub(crate) presentation: SecuredPresentation,
    pub(crate) credential: Input,
}

impl Input {
    /// Whether the credential is a JWT of which nothing can be hidden.
    pub(crate) fn is_plain_jwt(&self) -> bool {
        match self {
            Self::Jwt(_) => true,
            Self::Presented(presented) => presented.credential.is_plain_jwt(),
            Self::SdJwt(_) | Self::DataIntegrity(_) | Self::Shared(_) => false,
        }
    }

    /// The credential's format as OpenID4VC names it, as far as its shape tells.
    pub fn format(&self) -> &'static str {
        match self {
            Self::SdJwt(_) | Self::Shared(_) => "vc+sd-jwt",
            Self::Jwt(_) => "vc+jwt",
            Self::DataIntegrity(_) => "ldp_vc",
            Self::Presented(presented) => presented.credential.format(),
        }
    }
}

/// Claims stay out of the log.
impl std::fmt::Debug for Input {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::SdJwt(_) => "SdJwt(…)",
            Self::DataIntegrity(_) => "DataIntegrity(…)",
            Self::Shared(_) => "Shared(…)",
            Self::Jwt(_) => "Jwt(…)",
            Self::Presented(_) => "Presented(…)",
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
    /// A presentation with more than one credential; each has a report of its own.
    #[error("several credentials at once")]
    Several,
    /// A presentation that does not follow the standard.
    #[error("a presentation that is not built as the standard says")]
    BrokenPresentation,
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
            Self::Several => Code::InputSeveral,
            Self::BrokenPresentation => Code::InputPresentationBroken,
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

/// Finds out what `text` is: the text of a QR code, a compact SD-JWT or JWT, or a JSON credential, also as the JSON
/// string or in the envelope in which programs pass these on, and one credential within a presentation. White space
/// around and inside does not matter. A link is refused as one: its store has to be asked, and [`crate::open`] takes the answer.
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
            let members = match Envelope::read(&Value::Object(members.clone())) {
                Some(Ok(envelope)) => return enveloped(&envelope),
                Some(Err(_)) => return Err(InputError::Unknown),
                None => members,
            };
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
    match token::shape(&text) {
        Some(token::Shape::Credential) if text.contains('~') => Ok(Input::SdJwt(text)),
        Some(token::Shape::Credential) => Ok(Input::Jwt(text)),
        Some(token::Shape::Presentation) => token::presented(&text),
        None => Err(InputError::Unknown),
    }
}

/// What is in an envelope must be what the envelope says.
fn enveloped(envelope: &Envelope) -> Result<Input, InputError> {
    if envelope.kind().is_presentation() {
        return token::presented(envelope.token());
    }
    match (envelope.kind(), compact(envelope.token())?) {
        (Wrapped::SdJwt | Wrapped::SdJwtVc, input @ Input::SdJwt(_))
        | (Wrapped::Jwt, input @ Input::Jwt(_)) => Ok(input),
        _ => Err(InputError::Unknown),
    }
}

/// A credential as a presentation holds it.
fn enclosed(credential: &Enclosed) -> Result<Input, InputError> {
    match credential {
        Enclosed::Enveloped(envelope) if !envelope.kind().is_presentation() => {
            match token::shape(envelope.token()) {
                Some(token::Shape::Credential) => enveloped(envelope),
                // Presentations are not read within presentations.
                Some(token::Shape::Presentation) | None => Err(InputError::BrokenPresentation),
            }
        }
        Enclosed::Enveloped(_) => Err(InputError::BrokenPresentation),
        Enclosed::Embedded(credential) => Ok(Input::DataIntegrity(credential.clone())),
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
            // A token that is something else: {"alg":"ES256"} and {"nonce":"x"}.
            ("eyJhbGciOiJFUzI1NiJ9.eyJub25jZSI6IngifQ.AA", InputError::Unknown),
            ("\"\\\"\\\\\\\"x\\\\\\\"\\\"\"", InputError::Unknown),
        ];
        for (text, expected) in cases {
            let error = read(text).unwrap_err();
            assert_eq!(error, expected, "{}", text.chars().take(40).collect::<String>());
            assert!(!error.message().nl.is_empty());
        }
    }
}
