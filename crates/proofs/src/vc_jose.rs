//! Credentials and presentations secured with JOSE: `vc+jwt`, `vc+sd-jwt`, `vp+jwt` and `vp+sd-jwt`
//! ([VC-JOSE-COSE](https://www.w3.org/TR/vc-jose-cose/) §3.1 and §3.2).
//!
//! What is read here has not been verified: call `verify` with the key that the token names, and tie that
//! key to the issuer or the holder. [`read_earlier`] reads the two forms that came before; nothing makes
//! them.

mod credential;
mod earlier;
mod envelope;
mod method;
mod presentation;

use credentials::json::JsonError;
use serde_json::Value;

use crate::jws::{self, Jws};
use crate::keys::SignError;
use crate::sd_jwt::{self, SdJwtError};

pub use credential::{SecuredCredential, from_sd_jwt, issue, issue_jwt, read};
pub use earlier::read_earlier;
pub use envelope::{Enclosed, Envelope, EnvelopeError, Wrapped};
pub use presentation::{SecuredPresentation, present, present_disclosing, read_presentation};

/// The media type of a selectively disclosable credential, in the header's `typ`.
pub const SD_JWT_TYPE: &str = "vc+sd-jwt";
/// The media type of a credential as a plain JWT, in the header's `typ`.
pub const JWT_TYPE: &str = "vc+jwt";
/// The media type of a presentation as a plain JWT, in the header's `typ`.
pub const PRESENTATION_JWT_TYPE: &str = "vp+jwt";
/// The media type of a selectively disclosable presentation, in the header's `typ`.
pub const PRESENTATION_SD_JWT_TYPE: &str = "vp+sd-jwt";
/// The name that OpenID4VC gives to credentials in the earlier forms; no media type was registered for them.
pub const EARLIER_FORMAT: &str = "jwt_vc_json";

/// Why a text is not an acceptable credential or presentation in one of these forms.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The token is not an acceptable JWS.
    #[error(transparent)]
    Jws(#[from] jws::ParseError),
    /// The token is not an acceptable SD-JWT.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
    /// The payload is not acceptable JSON.
    #[error("the payload is not acceptable JSON")]
    Json(#[from] JsonError),
    /// `typ` is not one of those that belong to this form.
    #[error("the token's type is not that of a credential or presentation in this form")]
    Type,
    /// `cty` is there and is neither `vc` nor, for a presentation, `vp`.
    #[error("the token's content type is not that of what it holds")]
    ContentType,
    /// The payload has no `@context`, so it is not a W3C credential, or has a `vc` or `vp` claim, as
    /// only the older form did.
    #[error("the payload is not a credential of the W3C data model 2.0")]
    NotACredential,
    /// The payload is not a `VerifiablePresentation`, or has a `vc` or `vp` claim.
    #[error("the payload is not a presentation of the W3C data model 2.0")]
    NotAPresentation,
    /// A registered JWT claim contradicts the credential or the presentation.
    #[error("the claim `{0}` contradicts what the token holds")]
    Contradiction(&'static str),
    /// `kid` is not text, or `jwk` is not the key of the issuer whose identifier is its key.
    #[error("the token's `kid` or `jwk` is malformed or is not its issuer's")]
    KeyId,
    /// More credentials than anybody shows at once.
    #[error("a presentation with more than {MOST_CREDENTIALS} credentials")]
    TooManyCredentials,
    /// One of the presentation's credentials, by its place, is in no envelope and has no proof.
    #[error("credential {place} of the presentation cannot be told")]
    Enclosed {
        /// Its place, from 0.
        place: usize,
        /// What is wrong.
        source: EnvelopeError,
    },
}

/// More credentials than this in one presentation are refused.
const MOST_CREDENTIALS: usize = 64;

/// Why something was not signed in one of these forms.
#[derive(Debug, thiserror::Error)]
pub enum SecureError {
    /// What was given would not be read back.
    #[error(transparent)]
    Content(#[from] ReadError),
    /// The claims cannot be hidden that way.
    #[error(transparent)]
    SdJwt(#[from] sd_jwt::IssueError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// `typ` must be the form's, `cty` absent or what the form holds.
fn check_header(jws: &Jws, media_type: &str, content: &str) -> Result<(), ReadError> {
    if !jws.is_of_type(media_type) {
        return Err(ReadError::Type);
    }
    match jws.header().get("cty") {
        None => Ok(()),
        Some(Value::String(cty)) if cty.strip_prefix("application/").unwrap_or(cty) == content => Ok(()),
        Some(_) => Err(ReadError::ContentType),
    }
}

/// The identifier that a member is or has.
fn identifier<'a>(document: &'a Value, member: &str) -> Option<&'a Value> {
    match document.get(member)? {
        object @ Value::Object(_) => object.get("id"),
        other => Some(other),
    }
}

/// Claims of RFC 7519 must say what the members say that they repeat; one that repeats nothing is refused.
fn agree(jws: &Jws, claims: &Value, members: &[(&'static str, Option<&Value>)]) -> Result<(), ReadError> {
    for (claim, member) in members {
        let said = [claims.get(*claim), jws.header().get(*claim)];
        if said.into_iter().flatten().any(|value| Some(value) != *member) {
            return Err(ReadError::Contradiction(claim));
        }
    }
    Ok(())
}

fn has_type(document: &Value, name: &str) -> bool {
    match document.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        _ => false,
    }
}
