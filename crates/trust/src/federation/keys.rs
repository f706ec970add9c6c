//! The keys of a federation entity (RFC 7517 §5).

use proofs::{PublicKey, jws::Jws};
use serde::Serialize;
use serde_json::{Value, json};

use super::StatementError;

/// More keys than this are nobody's.
const MOST: usize = 32;

/// Public keys, each with its own name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeySet {
    keys: Vec<Value>,
}

/// Why a JWK set is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a set of one to {MOST} public keys, each with a kid of its own")]
pub struct KeySetError;

impl KeySet {
    /// Reads a JWK set. Keys of kinds that are not known here may be among them; they sign nothing here.
    pub fn parse(jwks: &Value) -> Result<Self, KeySetError> {
        let keys = jwks.get("keys").and_then(Value::as_array).ok_or(KeySetError)?;
        if keys.is_empty() || keys.len() > MOST {
            return Err(KeySetError);
        }
        let mut names = Vec::new();
        for key in keys {
            let kid = key
                .get("kid")
                .and_then(Value::as_str)
                .filter(|kid| !kid.is_empty());
            let kid = kid.filter(|kid| !names.contains(kid)).ok_or(KeySetError)?;
            if key.get("d").is_some() || key.get("k").is_some() {
                return Err(KeySetError);
            }
            names.push(kid);
        }
        Ok(Self { keys: keys.clone() })
    }

    /// The set of these keys, each named by its RFC 7638 thumbprint, as section 3.1.1 recommends.
    pub fn of(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        let named = |key: PublicKey| {
            let mut jwk = key.to_jwk();
            if let Some(members) = jwk.as_object_mut() {
                members.insert("kid".to_owned(), key.thumbprint().into());
                members.insert("alg".to_owned(), key.algorithm().jose_name().into());
                members.insert("use".to_owned(), "sig".into());
            }
            jwk
        };
        Self {
            keys: keys.into_iter().map(named).collect(),
        }
    }

    /// As a JWK set.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// That the key which `kid` names signed it.
    pub(crate) fn verify(&self, jws: &Jws) -> Result<(), StatementError> {
        let kid = jws
            .kid()
            .filter(|kid| !kid.is_empty())
            .ok_or(StatementError::NoKeyName)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.get("kid").and_then(Value::as_str) == Some(kid))
            .ok_or(StatementError::UnknownKey)?;
        let key = PublicKey::from_jwk(key).map_err(|_| StatementError::UnusableKey)?;
        jws.verify(&key).map_err(|_| StatementError::WrongSignature)
    }
}
