//! Verification methods: one key of a document each.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use serde_json::{Value, json};

use crate::keys::{KeyError, PublicKey};

/// How a verification method writes its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Representation {
    /// `Multikey` with `publicKeyMultibase`.
    Multikey,
    /// `JsonWebKey` with `publicKeyJwk`.
    JsonWebKey,
}

/// One verification method of a document.
#[derive(Clone, Debug)]
pub struct VerificationMethod {
    pub(super) id: DidUrl,
    pub(super) controller: Did,
    pub(super) key: Result<PublicKey, KeyError>,
    pub(super) representation: Representation,
    /// The text of a Multikey of a type that is not used here.
    pub(super) other_multikey: Option<String>,
    pub(super) expires: Option<DateTime<Utc>>,
    pub(super) revoked: bool,
}

impl VerificationMethod {
    /// A method controlled by the identifier it belongs to.
    pub fn new(id: DidUrl, key: PublicKey, representation: Representation) -> Self {
        Self {
            controller: id.did().clone(),
            id,
            key: Ok(key),
            representation,
            other_multikey: None,
            expires: None,
            revoked: false,
        }
    }

    /// A method whose key neither signs nor verifies here, and is published all the same.
    pub(crate) fn of_other_type(id: DidUrl, multikey: &str) -> Self {
        Self {
            controller: id.did().clone(),
            id,
            key: Err(KeyError::Unsupported),
            representation: Representation::Multikey,
            other_multikey: Some(multikey.to_owned()),
            expires: None,
            revoked: false,
        }
    }

    /// The method's name, such as `did:web:college.example#p256-1`.
    pub fn id(&self) -> &DidUrl {
        &self.id
    }

    /// Who may use it.
    pub fn controller(&self) -> &Did {
        &self.controller
    }

    /// The key, unless it is of a kind that cannot be read here.
    pub fn key(&self) -> Option<&PublicKey> {
        self.key.as_ref().ok()
    }

    /// When its owner says the key ends. Whether that matters is for the caller, who knows the time
    /// of signing.
    pub fn expires(&self) -> Option<DateTime<Utc>> {
        self.expires
    }

    pub(super) fn to_json(&self) -> Value {
        let multikey = |text: &str| {
            json!({
                "id": self.id, "type": "Multikey", "controller": self.controller, "publicKeyMultibase": text,
            })
        };
        match (&self.key, self.representation, &self.other_multikey) {
            (Ok(key), Representation::Multikey, _) => multikey(&key.to_multikey()),
            (Ok(key), Representation::JsonWebKey, _) => json!({
                "id": self.id, "type": "JsonWebKey", "controller": self.controller,
                "publicKeyJwk": key.to_jwk(),
            }),
            (Err(_), _, Some(other)) => multikey(other),
            (Err(_), _, None) => Value::Null,
        }
    }
}
