//! aws-lc-rs: keys are parsed once and kept.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, ED25519,
    EcdsaKeyPair, Ed25519KeyPair, KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use p256::elliptic_curve::sec1::ToSec1Point as _;

use super::{Rejected, rsa};
use crate::keys::Algorithm;

pub(crate) struct VerifyingKey(ParsedPublicKey);

impl VerifyingKey {
    pub(crate) fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Rejected> {
        let parsed = match algorithm {
            Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, bytes),
            Algorithm::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes),
            Algorithm::Es384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, bytes),
            Algorithm::Es512 => ParsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, bytes),
            Algorithm::Rs256 => RsaPublicKeyComponents {
                n: bytes,
                e: &rsa::EXPONENT,
            }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256),
        };
        parsed.map(Self).map_err(|_| Rejected)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

pub(crate) enum SigningKey {
    Ed25519(Ed25519KeyPair),
    Ecdsa(EcdsaKeyPair),
}

impl SigningKey {
    pub(crate) fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, Rejected> {
        if Some(secret.len()) != algorithm.secret_length() {
            return Err(Rejected);
        }
        let (kind, public) = match algorithm {
            Algorithm::EdDsa => {
                return Ed25519KeyPair::from_seed_unchecked(secret)
                    .map(Self::Ed25519)
                    .map_err(|_| Rejected);
            }
            Algorithm::Rs256 => return Err(Rejected),
            Algorithm::Es256 => {
                let key = p256::SecretKey::from_slice(secret).map_err(|_| Rejected)?;
                let public = key.public_key().to_sec1_point(false);
                (&ECDSA_P256_SHA256_FIXED_SIGNING, public.as_bytes().to_vec())
            }
            Algorithm::Es384 => {
                let key = p384::SecretKey::from_slice(secret).map_err(|_| Rejected)?;
                let public = key.public_key().to_sec1_point(false);
                (&ECDSA_P384_SHA384_FIXED_SIGNING, public.as_bytes().to_vec())
            }
            Algorithm::Es512 => {
                let key = p521::SecretKey::from_slice(secret).map_err(|_| Rejected)?;
                let public = key.public_key().to_sec1_point(false);
                (&ECDSA_P521_SHA512_FIXED_SIGNING, public.as_bytes().to_vec())
            }
        };
        EcdsaKeyPair::from_private_key_and_public_key(kind, secret, &public)
            .map(Self::Ecdsa)
            .map_err(|_| Rejected)
    }

    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ecdsa(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Rejected> {
        match self {
            Self::Ed25519(pair) => pair.try_sign(message),
            Self::Ecdsa(pair) => pair.sign(&SystemRandom::new(), message),
        }
        .map(|signature| signature.as_ref().to_vec())
        .map_err(|_| Rejected)
    }
}
