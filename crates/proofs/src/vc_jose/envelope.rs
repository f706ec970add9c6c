//! Envelopes: a secured credential or presentation in a `data:` URL (VCDM 2.0 §4.14 and §4.15).

use std::fmt;

use serde_json::Value;

use super::{JWT_TYPE, PRESENTATION_JWT_TYPE, PRESENTATION_SD_JWT_TYPE, SD_JWT_TYPE, has_type};
use crate::sd_jwt_vc;

/// Why something in a presentation is not a secured credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// `id` is not a `data:` URL with a token.
    #[error("its envelope has no `data:` URL with a token")]
    Url,
    /// The media type of the `data:` URL is not read here.
    #[error("its envelope holds another media type than a credential as JWT or SD-JWT")]
    MediaType,
    /// It is in no envelope and has no proof either.
    #[error("it is not secured")]
    Unsecured,
}

/// What an envelope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapped {
    /// A credential as `vc+jwt`.
    Jwt,
    /// A credential as `vc+sd-jwt`.
    SdJwt,
    /// An SD-JWT VC; not one of the forms of this module, and seen in envelopes all the same.
    SdJwtVc,
    /// A credential as `vc+cose`, in base64. Known by name and not read.
    Cose,
    /// A presentation as `vp+jwt`.
    PresentationJwt,
    /// A presentation as `vp+sd-jwt`.
    PresentationSdJwt,
}

impl Wrapped {
    const ALL: [Self; 6] = [
        Self::Jwt,
        Self::SdJwt,
        Self::SdJwtVc,
        Self::Cose,
        Self::PresentationJwt,
        Self::PresentationSdJwt,
    ];

    /// Its media type, without `application/`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jwt => JWT_TYPE,
            Self::SdJwt => SD_JWT_TYPE,
            Self::SdJwtVc => sd_jwt_vc::TYPE,
            Self::Cose => "vc+cose;base64",
            Self::PresentationJwt => PRESENTATION_JWT_TYPE,
            Self::PresentationSdJwt => PRESENTATION_SD_JWT_TYPE,
        }
    }

    /// Whether it is a presentation.
    pub fn is_presentation(self) -> bool {
        matches!(self, Self::PresentationJwt | Self::PresentationSdJwt)
    }
}

/// A token and what its envelope says it is. The token itself has not been read.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    kind: Wrapped,
    token: String,
}

impl Envelope {
    /// Reads an `EnvelopedVerifiableCredential` or `EnvelopedVerifiablePresentation`; `None` for an object
    /// that is neither.
    pub fn read(object: &Value) -> Option<Result<Self, EnvelopeError>> {
        let of_presentation = has_type(object, "EnvelopedVerifiablePresentation");
        if !of_presentation && !has_type(object, "EnvelopedVerifiableCredential") {
            return None;
        }
        let url = object.get("id").and_then(Value::as_str).unwrap_or_default();
        Some(Self::from_url(url).and_then(|envelope| {
            if envelope.kind.is_presentation() == of_presentation {
                Ok(envelope)
            } else {
                Err(EnvelopeError::MediaType)
            }
        }))
    }

    fn from_url(url: &str) -> Result<Self, EnvelopeError> {
        // As URLs are read: white space around them does not count.
        let (media_type, token) = url
            .trim()
            .strip_prefix("data:")
            .and_then(|rest| rest.split_once(','))
            .ok_or(EnvelopeError::Url)?;
        let kind = Wrapped::ALL
            .into_iter()
            .find(|kind| media_type.strip_prefix("application/") == Some(kind.media_type()))
            .ok_or(EnvelopeError::MediaType)?;
        let others: &[u8] = if kind == Wrapped::Cose { b"+/=" } else { b"-_.~" };
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
        if token.is_empty() || !token.bytes().all(is_token) {
            return Err(EnvelopeError::Url);
        }
        Ok(Self {
            kind,
            token: token.to_owned(),
        })
    }

    /// Puts a token in an envelope. Whether it is of that kind is not checked.
    pub fn new(kind: Wrapped, token: &str) -> Self {
        Self {
            kind,
            token: token.to_owned(),
        }
    }

    /// The object that stands for the token in a presentation, or on its own.
    pub fn to_json(&self) -> Value {
        let name = if self.kind.is_presentation() {
            "EnvelopedVerifiablePresentation"
        } else {
            "EnvelopedVerifiableCredential"
        };
        serde_json::json!({
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": format!("data:application/{},{}", self.kind.media_type(), self.token),
            "type": name,
        })
    }

    /// What it holds, by its media type.
    pub fn kind(&self) -> Wrapped {
        self.kind
    }

    /// The token, compact.
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// Claims stay out of the log.
impl fmt::Debug for Envelope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Envelope({} …)", self.kind.media_type())
    }
}

/// A credential as a presentation holds it.
#[derive(Clone, PartialEq, Eq)]
pub enum Enclosed {
    /// In an envelope.
    Enveloped(Envelope),
    /// With a proof of its own (Data Integrity), which has not been read.
    Embedded(Value),
}

impl Enclosed {
    pub(super) fn read(entry: &Value) -> Result<Self, EnvelopeError> {
        match Envelope::read(entry) {
            // A presentation within a presentation.
            Some(Ok(envelope)) if envelope.kind.is_presentation() => Err(EnvelopeError::MediaType),
            Some(envelope) => envelope.map(Self::Enveloped),
            None if has_type(entry, "VerifiableCredential") && entry.get("proof").is_some() => {
                Ok(Self::Embedded(entry.clone()))
            }
            None => Err(EnvelopeError::Unsecured),
        }
    }
}

/// Claims stay out of the log.
impl fmt::Debug for Enclosed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enveloped(envelope) => envelope.fmt(formatter),
            Self::Embedded(_) => formatter.write_str("Embedded(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_put_in_an_envelope_is_read_from_it() {
        for kind in Wrapped::ALL {
            let envelope = Envelope::new(
                kind,
                if kind == Wrapped::Cose {
                    "0oQ="
                } else {
                    "e30.e30.AA~"
                },
            );
            assert_eq!(
                Envelope::read(&envelope.to_json()),
                Some(Ok(envelope)),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn envelopes_without_a_token_of_a_known_kind_are_refused() {
        for (id, error) in [
            ("not-a-credential", EnvelopeError::Url),
            ("data:application/vc+jwt", EnvelopeError::Url),
            ("data:application/vc+jwt,", EnvelopeError::Url),
            ("data:application/vc+jwt,a b", EnvelopeError::Url),
            ("data:text/html,e30.e30.AA", EnvelopeError::MediaType),
            ("data:application/vc+cose,AA==", EnvelopeError::MediaType),
            ("data:application/vc+cose;base64,A~==", EnvelopeError::Url),
            ("data:application/vp+jwt,e30.e30.AA", EnvelopeError::MediaType),
        ] {
            let object = json!({"type": "EnvelopedVerifiableCredential", "id": id});
            assert_eq!(Envelope::read(&object), Some(Err(error)), "{id}");
            assert_eq!(Enclosed::read(&object), Err(error), "{id}");
        }
    }

    #[test]
    fn a_credential_in_the_open_needs_a_proof() {
        let secured = json!({"type": ["VerifiableCredential"], "proof": {}});
        assert_eq!(Enclosed::read(&secured), Ok(Enclosed::Embedded(secured.clone())));
        for entry in [
            json!({"type": ["VerifiableCredential"]}),
            json!({"type": "Other", "proof": {}}),
            json!("x"),
        ] {
            assert_eq!(Enclosed::read(&entry), Err(EnvelopeError::Unsecured), "{entry}");
        }
        let without_id = json!({"type": "EnvelopedVerifiableCredential"});
        assert_eq!(Enclosed::read(&without_id), Err(EnvelopeError::Url));
    }
}
