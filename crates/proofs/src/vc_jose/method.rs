//! Which verification method a token names.

use credentials::{Did, DidUrl};
use serde_json::Value;

use super::ReadError;
use crate::did::{self, Purpose};
use crate::jws::Jws;
use crate::keys::PublicKey;

/// The method that `kid` names, or else the only one of a signer whose identifier is its key.
///
/// `kid` is a DID URL, or names a method within the signer's document (VC-JOSE-COSE §4.1). `None` if the
/// header leaves it open or names a key elsewhere. A `jwk` in the header is never believed: it must be that
/// only key.
pub(super) fn named(jws: &Jws, signer: Option<&Did>, purpose: Purpose) -> Result<Option<DidUrl>, ReadError> {
    match jws.header().get("kid") {
        None => {
            let only = signer.and_then(|signer| only_method(signer, purpose));
            match (jws.header().get("jwk"), only) {
                (Some(jwk), Some((_, key))) if PublicKey::from_jwk(jwk) != Ok(key.clone()) => {
                    Err(ReadError::KeyId)
                }
                (_, only) => Ok(only.map(|(method, _)| method)),
            }
        }
        Some(Value::String(kid)) => {
            if let Ok(url) = DidUrl::parse(kid) {
                return Ok(Some(url));
            }
            if kid.contains(':') {
                return Ok(None);
            }
            let fragment = kid.strip_prefix('#').unwrap_or(kid);
            Ok(signer.and_then(|signer| DidUrl::parse(&format!("{signer}#{fragment}")).ok()))
        }
        Some(_) => Err(ReadError::KeyId),
    }
}

fn only_method(signer: &Did, purpose: Purpose) -> Option<(DidUrl, PublicKey)> {
    let document = did::resolve_local(signer)?.ok()?;
    let method = document.listed_for(purpose).first()?.clone();
    let key = document.key(&method, purpose).ok()?;
    Some((method, key))
}
