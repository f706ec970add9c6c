//! Credentials and presentations in envelopes, and as bare tokens.

use proofs::vc_jose::{self, Enclosed, Envelope, SecuredCredential, SecuredPresentation, Wrapped};
use serde_json::Value;

/// Opens an enveloped credential (VCDM 2.0 §4.14) or reads a token; says why it cannot.
pub(super) fn credential(envelope: &Value) -> Result<SecuredCredential, String> {
    let token = token(envelope, |kind| matches!(kind, Wrapped::Jwt | Wrapped::SdJwt))?;
    vc_jose::read(&token).map_err(|error| error.to_string())
}

/// Opens an enveloped presentation (VCDM 2.0 §4.15) or reads a token; says why it cannot.
pub(super) fn presentation(envelope: &Value) -> Result<SecuredPresentation, String> {
    let token = token(envelope, Wrapped::is_presentation)?;
    vc_jose::read_presentation(&token).map_err(|error| error.to_string())
}

fn token(envelope: &Value, is_wanted: impl Fn(Wrapped) -> bool) -> Result<String, String> {
    if let Value::String(token) = envelope {
        return Ok(token.clone());
    }
    match Envelope::read(envelope) {
        Some(Ok(read)) if is_wanted(read.kind()) => Ok(read.token().to_owned()),
        Some(Ok(_)) => Err("the envelope holds something that is not read here".to_owned()),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("this is no envelope".to_owned()),
    }
}

/// A credential of a presentation, as JSON.
pub(super) fn enclosed(credential: &Enclosed) -> Value {
    match credential {
        Enclosed::Enveloped(envelope) => envelope.to_json(),
        Enclosed::Embedded(credential) => credential.clone(),
    }
}
