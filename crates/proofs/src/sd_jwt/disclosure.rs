//! One disclosure: a salt, a claim's name unless it is an array element, and a value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::json::{self, Limits};
use serde_json::Value;

use crate::crypto::sha256;

#[derive(Clone)]
pub(super) struct Disclosure {
    encoded: String,
    /// `None` for an array element.
    pub(super) name: Option<String>,
    pub(super) value: Value,
}

impl Disclosure {
    /// Reads RFC 9901 §4.2: base64url of a JSON array of two or three.
    pub(super) fn parse(encoded: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let Value::Array(parts) = json::parse(&bytes, &Limits::default()).ok()? else {
            return None;
        };
        let mut parts = parts.into_iter();
        if !parts.next()?.is_string() {
            return None;
        }
        let (name, value) = match (parts.next()?, parts.next(), parts.next()) {
            (value, None, None) => (None, value),
            (Value::String(name), Some(value), None) => (Some(name), value),
            _ => return None,
        };
        Some(Self {
            encoded: encoded.to_owned(),
            name,
            value,
        })
    }

    pub(super) fn new(salt: &[u8; 16], name: Option<String>, value: Value) -> Self {
        let salt = Value::String(URL_SAFE_NO_PAD.encode(salt));
        let parts = match &name {
            Some(name) => vec![salt, Value::String(name.clone()), value.clone()],
            None => vec![salt, value.clone()],
        };
        Self {
            encoded: URL_SAFE_NO_PAD.encode(Value::Array(parts).to_string()),
            name,
            value,
        }
    }

    /// The disclosure as it travels; its digest covers exactly this text.
    pub(super) fn as_str(&self) -> &str {
        &self.encoded
    }

    pub(super) fn digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(sha256(self.encoded.as_bytes()))
    }
}
