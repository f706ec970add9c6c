//! aws-lc-rs: keys are parsed once and kept.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey,
};
use p256::elliptic_curve::sec1::ToSec1Point;

use super::Rejected;
use crate::keys::Algorithm;

pub(crate) struct VerifyingKey(ParsedPublicKey);

impl VerifyingKey {
    pub(crate) fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Rejected> {
        let parsed = match algorithm {
            Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, bytes),
            Algorithm::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes),
        };
        parsed.map(Self).map_err(|_| Rejected)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

pub(crate) enum SigningKey {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    pub(crate) fn new(algorithm: Algorithm, secret: &[u8; 32]) -> Result<Self, Rejected> {
        match algorithm {
            Algorithm::EdDsa => Ed25519KeyPair::from_seed_unchecked(secret)
                .map(Self::Ed25519)
                .map_err(|_| Rejected),
            Algorithm::Es256 => {
                let public = p256::SecretKey::from_slice(secret)
                    .map_err(|_| Rejected)?
                    .public_key()
                    .to_sec1_point(false);
                EcdsaKeyPair::from_private_key_and_public_key(
                    &ECDSA_P256_SHA256_FIXED_SIGNING,
                    secret,
                    public.as_bytes(),
                )
                .map(Self::P256)
                .map_err(|_| Rejected)
            }
        }
    }

    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
            Self::P256(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Rejected> {
        match self {
            Self::Ed25519(pair) => pair.try_sign(message),
            Self::P256(pair) => pair.sign(&SystemRandom::new(), message),
        }
        .map(|signature| signature.as_ref().to_vec())
        .map_err(|_| Rejected)
    }
}
