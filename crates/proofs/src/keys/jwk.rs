//! What public and private JWKs have in common (RFC 7517, RFC 7518 §6, RFC 8037).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Algorithm, KeyError};

pub(super) fn algorithm(jwk: &Value) -> Result<Algorithm, KeyError> {
    let member = |name| jwk.get(name).and_then(Value::as_str);
    let kty = member("kty").ok_or(KeyError::Jwk("kty"))?;
    let algorithm = Algorithm::ALL
        .into_iter()
        .find(|algorithm| (kty, member("crv")) == algorithm.jwk_names())
        .ok_or(KeyError::Unsupported)?;
    if jwk.get("use").is_some_and(|usage| usage != "sig") {
        return Err(KeyError::Jwk("use"));
    }
    match jwk.get("alg") {
        None => Ok(algorithm),
        Some(Value::String(name)) if Algorithm::from_jose_name(name) == Some(algorithm) => Ok(algorithm),
        Some(_) => Err(KeyError::Jwk("alg")),
    }
}

/// A base64url member of exactly the length that all members of the algorithm's keys have.
pub(super) fn bytes(
    jwk: &Value,
    name: &'static str,
    algorithm: Algorithm,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or(KeyError::Jwk(name))?;
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| KeyError::Jwk(name))?;
    if Some(bytes.len()) == algorithm.secret_length() {
        Ok(bytes)
    } else {
        Err(KeyError::Jwk(name))
    }
}
