//! Reads DID documents that others wrote.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, InvalidDid, json};
use serde_json::Value;

use super::{Document, DocumentError, MOST_METHODS, Purpose, Representation, VerificationMethod};
use crate::keys::{KeyError, PublicKey};

fn list<'a>(document: &'a Value, name: &'static str) -> Result<&'a [Value], DocumentError> {
    match document.get(name) {
        None => Ok(&[]),
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) => Err(DocumentError::Malformed(name)),
    }
}

/// Reads the document that was loaded for an identifier.
///
/// The document must be that identifier's own. Methods with keys of unknown kinds are kept and give
/// no key. Fetched bytes are bounded to 64 KiB.
pub fn parse_document(did: &Did, bytes: &[u8]) -> Result<Document, DocumentError> {
    let limits = json::Limits {
        bytes: 64 * 1024,
        ..json::Limits::default()
    };
    let value = json::parse(bytes, &limits)?;
    if value.get("id").and_then(Value::as_str) != Some(did.as_str()) {
        return Err(DocumentError::OtherSubject { asked: did.clone() });
    }
    let mut document = Document {
        id: did.clone(),
        methods: Vec::new(),
        assertion_method: Vec::new(),
        authentication: Vec::new(),
        key_agreement: Vec::new(),
    };
    document.read_methods(&value)?;
    Ok(document)
}

impl Document {
    fn read_methods(&mut self, document: &Value) -> Result<(), DocumentError> {
        for entry in list(document, "verificationMethod")? {
            let method = self.read_method(entry)?;
            self.add(method)?;
        }
        for purpose in [Purpose::AssertionMethod, Purpose::Authentication] {
            let entries = list(document, purpose.name())?;
            if entries.len() > MOST_METHODS {
                return Err(DocumentError::TooManyMethods);
            }
            let mut listed = Vec::with_capacity(entries.len());
            for entry in entries {
                listed.push(match entry {
                    Value::String(reference) => self.read_id(reference)?,
                    embedded => {
                        let method = self.read_method(embedded)?;
                        let id = method.id.clone();
                        self.add(method)?;
                        id
                    }
                });
            }
            match purpose {
                Purpose::AssertionMethod => self.assertion_method = listed,
                Purpose::Authentication => self.authentication = listed,
            }
        }
        Ok(())
    }

    /// Ids may be relative to the document: `#key-1`.
    fn read_id(&self, text: &str) -> Result<DidUrl, DocumentError> {
        let malformed = |_: InvalidDid| DocumentError::Malformed("id");
        if text.starts_with('#') {
            DidUrl::parse(&format!("{}{text}", self.id)).map_err(malformed)
        } else {
            DidUrl::parse(text).map_err(malformed)
        }
    }

    fn read_method(&self, entry: &Value) -> Result<VerificationMethod, DocumentError> {
        let text = |name: &'static str| {
            entry
                .get(name)
                .and_then(Value::as_str)
                .ok_or(DocumentError::Malformed(name))
        };
        let controller =
            Did::parse(text("controller")?).map_err(|_| DocumentError::Malformed("controller"))?;
        let (representation, key) = match text("type")? {
            "Multikey" | "Ed25519VerificationKey2020" => {
                let multikey = entry.get("publicKeyMultibase").and_then(Value::as_str);
                (
                    Representation::Multikey,
                    multikey.map_or(Err(KeyError::Multikey), PublicKey::from_multikey),
                )
            }
            "JsonWebKey" | "JsonWebKey2020" => {
                let jwk = entry.get("publicKeyJwk");
                (
                    Representation::JsonWebKey,
                    jwk.map_or(Err(KeyError::Jwk("kty")), PublicKey::from_jwk),
                )
            }
            _ => (Representation::JsonWebKey, Err(KeyError::Unsupported)),
        };
        let expires = match entry.get("expires") {
            None => None,
            Some(_) => Some(
                DateTime::parse_from_rfc3339(text("expires")?)
                    .map_err(|_| DocumentError::Malformed("expires"))?
                    .with_timezone(&Utc),
            ),
        };
        Ok(VerificationMethod {
            id: self.read_id(text("id")?)?,
            controller,
            key,
            representation,
            other_multikey: None,
            expires,
            revoked: entry.get("revoked").is_some(),
        })
    }
}
