//! Credentials in envelopes, and as bare tokens.

use proofs::vc_jose::{self, SecuredCredential};
use serde_json::Value;

/// The media types of `data:` URLs that hold a credential of the W3C data model.
const OF_CREDENTIALS: [&str; 2] = ["data:application/vc+jwt,", "data:application/vc+sd-jwt,"];

/// Opens an enveloped credential (VCDM 2.0 §4.13.1) or reads a token; says why it cannot.
pub(super) fn open(envelope: &Value) -> Result<SecuredCredential, String> {
    let text = match envelope {
        Value::String(token) => token.as_str(),
        object => object.get("id").and_then(Value::as_str).unwrap_or_default(),
    };
    let token = OF_CREDENTIALS.iter().find_map(|prefix| text.strip_prefix(prefix));
    let token = match (token, envelope) {
        (Some(token), _) => token,
        (None, Value::String(_)) => text,
        (None, _) => return Err("the envelope's media type is not that of a credential".to_owned()),
    };
    vc_jose::read(token).map_err(|error| error.to_string())
}
