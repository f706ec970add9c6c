//! RustCrypto: nothing but Rust, for the browser. ES256 and ES384 sign deterministically (RFC 6979).

use ed25519_dalek::Signer as _;
use p256::ecdsa::signature::Verifier as _;

use super::{Rejected, rsa};
use crate::keys::Algorithm;

pub(crate) enum VerifyingKey {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(Box<p384::ecdsa::VerifyingKey>),
    P521(Box<p521::ecdsa::VerifyingKey>),
    Rsa(Box<rsa::portable::VerifyingKey>),
}

impl VerifyingKey {
    pub(crate) fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Rejected> {
        match algorithm {
            Algorithm::EdDsa => {
                let bytes = bytes.try_into().map_err(|_| Rejected)?;
                ed25519_dalek::VerifyingKey::from_bytes(bytes)
                    .map(Self::Ed25519)
                    .map_err(|_| Rejected)
            }
            Algorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
                .map(Self::P256)
                .map_err(|_| Rejected),
            Algorithm::Es384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
                .map(|key| Self::P384(Box::new(key)))
                .map_err(|_| Rejected),
            Algorithm::Es512 => p521::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
                .map(|key| Self::P521(Box::new(key)))
                .map_err(|_| Rejected),
            Algorithm::Rs256 => rsa::portable::VerifyingKey::new(bytes).map(|key| Self::Rsa(Box::new(key))),
        }
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::P384(key) => p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::P521(key) => p521::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Rsa(key) => key.verify(message, signature),
        }
    }
}

pub(crate) enum SigningKey {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    P521(Box<p521::ecdsa::SigningKey>),
}

impl SigningKey {
    pub(crate) fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, Rejected> {
        if Some(secret.len()) != algorithm.secret_length() {
            return Err(Rejected);
        }
        match algorithm {
            Algorithm::Rs256 => Err(Rejected),
            Algorithm::EdDsa => {
                let seed = secret.try_into().map_err(|_| Rejected)?;
                Ok(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(
                    seed,
                ))))
            }
            Algorithm::Es256 => p256::ecdsa::SigningKey::from_slice(secret)
                .map(|key| Self::P256(Box::new(key)))
                .map_err(|_| Rejected),
            Algorithm::Es384 => p384::ecdsa::SigningKey::from_slice(secret)
                .map(|key| Self::P384(Box::new(key)))
                .map_err(|_| Rejected),
            Algorithm::Es512 => p521::ecdsa::SigningKey::from_slice(secret)
                .map(|key| Self::P521(Box::new(key)))
                .map_err(|_| Rejected),
        }
    }

    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P521(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Rejected> {
        match self {
            Self::Ed25519(key) => key
                .try_sign(message)
                .map(|signature| signature.to_bytes().to_vec())
                .map_err(|_| Rejected),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).map_err(|_| Rejected)?;
                Ok(signature.to_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.try_sign(message).map_err(|_| Rejected)?;
                Ok(signature.to_bytes().to_vec())
            }
            Self::P521(key) => {
                let signature: p521::ecdsa::Signature = key.try_sign(message).map_err(|_| Rejected)?;
                Ok(signature.to_bytes().to_vec())
            }
        }
    }
}
