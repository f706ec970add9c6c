//! Telling compact tokens apart before any of them is read.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::json::{self, Limits};
use proofs::vc_jose::{PRESENTATION_JWT_TYPE, PRESENTATION_SD_JWT_TYPE, read_presentation};
use serde_json::Value;

use super::{Input, InputError, MAX_INPUT_CHARACTERS, Presented, enclosed};

pub(super) enum Shape {
    Credential,
    Presentation,
}

/// What a compact token is by its look: an SD-JWT always counts as a credential unless its type says that it is a
/// presentation, a JWT counts as one if it has what every credential has. The algorithm may be one that is not known
/// here.
pub(super) fn shape(text: &str) -> Option<Shape> {
    let is_token = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let is_sd_jwt = text.contains('~');
    let jws = text.split('~').next()?;
    let mut parts = jws.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !text.split('~').all(is_token) {
        return None;
    }
    let header = object(header);
    let typ = header
        .as_ref()
        .and_then(|header| header.get("typ")?.as_str().map(str::to_ascii_lowercase));
    let typ = typ
        .as_deref()
        .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if matches!(typ, Some(PRESENTATION_JWT_TYPE | PRESENTATION_SD_JWT_TYPE)) {
        return Some(Shape::Presentation);
    }
    if is_sd_jwt {
        return Some(Shape::Credential);
    }
    let claims = object(payload)?;
    let has_algorithm = header?.get("alg").is_some_and(Value::is_string);
    let is_credential = claims.get("vc").is_some()
        || claims.get("@context").is_some() && claims.get("credentialSubject").is_some();
    (has_algorithm && is_credential).then_some(Shape::Credential)
}

fn object(part: &str) -> Option<Value> {
    let limits = Limits {
        bytes: MAX_INPUT_CHARACTERS,
        ..Limits::default()
    };
    let value = json::parse(&URL_SAFE_NO_PAD.decode(part).ok()?, &limits).ok()?;
    value.is_object().then_some(value)
}

/// The one credential of a presentation.
pub(super) fn presented(text: &str) -> Result<Input, InputError> {
    let presentation = read_presentation(text).map_err(|_| InputError::BrokenPresentation)?;
    let credential = match presentation.credentials() {
        [] => return Err(InputError::NotACredential),
        [only] => enclosed(only)?,
        _ => return Err(InputError::Several),
    };
    Ok(Input::Presented(Box::new(Presented {
        presentation,
        credential,
    })))
}
