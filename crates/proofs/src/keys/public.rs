//! Keys that verify.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::{Did, DidUrl};
use serde_json::{Value, json};

use super::{Algorithm, KeyError, SignatureError, jwk, rsa};
use crate::crypto;

/// A public key that was parsed and found usable.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// The point; of an RSA key the modulus.
    bytes: Vec<u8>,
    parsed: Arc<crypto::VerifyingKey>,
}

impl PublicKey {
    pub(super) fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = crypto::normalise_public(algorithm, bytes).map_err(|_| KeyError::Rejected)?;
        let parsed = crypto::VerifyingKey::new(algorithm, &bytes).map_err(|_| KeyError::Rejected)?;
        Ok(Self {
            algorithm,
            bytes,
            parsed: Arc::new(parsed),
        })
    }

    /// Reads a public JWK (RFC 7517, RFC 8037).
    ///
    /// A JWK with a private member is refused, and so is one meant for encryption or for another
    /// algorithm.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        if jwk.get("d").is_some() {
            return Err(KeyError::PrivateKey);
        }
        Self::from_public_members(jwk)
    }

    pub(super) fn from_public_members(jwk: &Value) -> Result<Self, KeyError> {
        let algorithm = jwk::algorithm(jwk)?;
        match algorithm {
            Algorithm::Rs256 => Self::from_bytes(algorithm, &rsa::modulus(jwk)?),
            Algorithm::EdDsa => Self::from_bytes(algorithm, &jwk::bytes(jwk, "x", algorithm)?),
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                let x = jwk::bytes(jwk, "x", algorithm)?;
                let y = jwk::bytes(jwk, "y", algorithm)?;
                Self::from_bytes(algorithm, &[&[0x04], x.as_slice(), y.as_slice()].concat())
            }
        }
    }

    /// The public JWK, with the members that identify the key and no others.
    pub fn to_jwk(&self) -> Value {
        let (kty, crv) = self.algorithm.jwk_names();
        match self.algorithm {
            Algorithm::Rs256 => {
                json!({"e": rsa::EXPONENT, "kty": kty, "n": URL_SAFE_NO_PAD.encode(&self.bytes)})
            }
            Algorithm::EdDsa => json!({"crv": crv, "kty": kty, "x": URL_SAFE_NO_PAD.encode(&self.bytes)}),
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                let (x, y) = self.coordinates();
                json!({
                    "crv": crv, "kty": kty,
                    "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
                })
            }
        }
    }

    fn coordinates(&self) -> (&[u8], &[u8]) {
        let point = self.bytes.get(1..).unwrap_or_default();
        point.split_at(point.len() / 2)
    }

    /// Reads a Multikey's `publicKeyMultibase` (Controlled Identifiers 1.0 §2.2.2).
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        Self::from_multikey_bytes(&multikey_bytes(text)?)
    }

    /// Reads the bytes inside a Multikey: the prefix of the key type, then the key.
    pub fn from_multikey_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let (prefix, key) = bytes.split_first_chunk::<2>().ok_or(KeyError::Multikey)?;
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.multicodec() == *prefix)
            .ok_or(KeyError::Unsupported)?;
        match algorithm.secret_length() {
            None => Self::from_bytes(algorithm, &rsa::modulus_of_der(key)?),
            Some(length) if key.len() == length + usize::from(algorithm != Algorithm::EdDsa) => {
                Self::from_bytes(algorithm, key)
            }
            Some(_) => Err(KeyError::Multikey),
        }
    }

    /// The key as `publicKeyMultibase`: base58btc, points compressed, RSA keys in DER.
    pub fn to_multikey(&self) -> String {
        format!("z{}", bs58::encode(self.to_multikey_bytes()).into_string())
    }

    /// The bytes inside [`PublicKey::to_multikey`].
    pub fn to_multikey_bytes(&self) -> Vec<u8> {
        let mut bytes = self.algorithm.multicodec().to_vec();
        match self.algorithm {
            Algorithm::EdDsa => bytes.extend_from_slice(&self.bytes),
            Algorithm::Rs256 => bytes.extend(rsa::der(&self.bytes)),
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                let (x, y) = self.coordinates();
                let odd = y.last().is_some_and(|byte| byte & 1 == 1);
                bytes.push(if odd { 0x03 } else { 0x02 });
                bytes.extend_from_slice(x);
            }
        }
        bytes
    }

    /// The RFC 7638 thumbprint: SHA-256 of the JWK's required members, base64url.
    pub fn thumbprint(&self) -> String {
        // `to_jwk` holds exactly the required members; their order is the standard's, so it is
        // written out instead of left to a map.
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (kty, crv) = self.algorithm.jwk_names();
        let crv = crv.unwrap_or_default();
        let members = match self.algorithm {
            Algorithm::Rs256 => {
                let n = encoded(&self.bytes);
                format!(r#"{{"e":"{}","kty":"{kty}","n":"{n}"}}"#, rsa::EXPONENT)
            }
            Algorithm::EdDsa => {
                let x = encoded(&self.bytes);
                format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"}}"#)
            }
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                let (x, y) = self.coordinates();
                let (x, y) = (encoded(x), encoded(y));
                format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}","y":"{y}"}}"#)
            }
        };
        URL_SAFE_NO_PAD.encode(crypto::sha256(members.as_bytes()))
    }

    /// The `did:key` of this key.
    pub fn to_did_key(&self) -> Did {
        crate::did::key_did(self)
    }

    /// The one verification method of this key's `did:key`, such as `did:key:z6Mk…#z6Mk…`.
    pub fn to_did_key_url(&self) -> DidUrl {
        crate::did::key_did_url(self)
    }

    /// The `did:jwk` of this key.
    pub fn to_did_jwk(&self) -> Did {
        crate::did::jwk_did(self)
    }

    /// The algorithm whose signatures this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks a signature: strict for Ed25519 (RFC 8032 §5.1.7), as long as the modulus for RSA, `r || s` for
    /// the others.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let length = self.algorithm.signature_length().unwrap_or(self.bytes.len());
        if signature.len() == length
            && crypto::signature_is_well_formed(self.algorithm, signature)
            && self.parsed.verify(message, signature)
        {
            Ok(())
        } else {
            Err(SignatureError)
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({} {})", self.algorithm, self.thumbprint())
    }
}

/// The bytes of a `publicKeyMultibase` in base58btc, whatever the type of key.
pub(crate) fn multikey_bytes(text: &str) -> Result<Vec<u8>, KeyError> {
    // An RSA key of 4096 bits has some 720 characters; base58 takes quadratic time.
    match text.strip_prefix('z') {
        Some(encoded) if encoded.len() <= 740 => {
            bs58::decode(encoded).into_vec().map_err(|_| KeyError::Multikey)
        }
        _ => Err(KeyError::Multikey),
    }
}
