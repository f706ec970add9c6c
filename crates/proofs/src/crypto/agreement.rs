//! Key agreement and encryption, the same code natively and in the browser: RustCrypto.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm, Nonce};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use zeroize::Zeroizing;

use super::Rejected;

/// The curve of a key that agrees on secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    X25519,
}

/// The public half: a point of P-256 uncompressed (65 bytes), or 32 bytes of X25519.
pub(crate) fn public_half(curve: Curve, secret: &[u8]) -> Result<Vec<u8>, Rejected> {
    match curve {
        Curve::P256 => {
            let secret = p256::SecretKey::from_slice(secret).map_err(|_| Rejected)?;
            Ok(secret.public_key().to_sec1_point(false).as_bytes().to_vec())
        }
        Curve::X25519 => {
            let secret = Zeroizing::new(<[u8; 32]>::try_from(secret).map_err(|_| Rejected)?);
            Ok(x25519_dalek::x25519(*secret, x25519_dalek::X25519_BASEPOINT_BYTES).to_vec())
        }
    }
}

/// Checks a public key: on the curve, and not of small order.
pub(crate) fn check_public(curve: Curve, public: &[u8]) -> Result<(), Rejected> {
    match curve {
        Curve::P256 => p256::PublicKey::from_sec1_bytes(public)
            .map(drop)
            .map_err(|_| Rejected),
        // Any secret shows whether the point is one that gives nothing.
        Curve::X25519 => agree(curve, &[1; 32], public).map(drop),
    }
}

/// The shared secret, `Z` of RFC 7518 §4.6.2.
pub(crate) fn agree(curve: Curve, secret: &[u8], public: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    match curve {
        Curve::P256 => {
            let secret = p256::SecretKey::from_slice(secret).map_err(|_| Rejected)?;
            let public = p256::PublicKey::from_sec1_bytes(public).map_err(|_| Rejected)?;
            let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), public.as_affine());
            Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
        }
        Curve::X25519 => {
            let secret = Zeroizing::new(<[u8; 32]>::try_from(secret).map_err(|_| Rejected)?);
            let public = public.try_into().map_err(|_| Rejected)?;
            let shared = Zeroizing::new(x25519_dalek::x25519(*secret, public).to_vec());
            // A point of small order gives zeros, whatever the secret (RFC 7748 §6.1).
            if shared.iter().fold(0, |all, byte| all | byte) == 0 {
                return Err(Rejected);
            }
            Ok(shared)
        }
    }
}

/// AES-GCM with a key of 16 or 32 bytes; the tag is the last 16 bytes.
pub(crate) fn seal(key: &[u8], nonce: &[u8; 12], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Rejected> {
    let nonce = Nonce::from(*nonce);
    let payload = Payload { msg: plaintext, aad };
    match key.len() {
        16 => Aes128Gcm::new_from_slice(key)
            .map_err(|_| Rejected)?
            .encrypt(&nonce, payload),
        _ => Aes256Gcm::new_from_slice(key)
            .map_err(|_| Rejected)?
            .encrypt(&nonce, payload),
    }
    .map_err(|_| Rejected)
}

/// The reverse of [`seal`]; nothing is given unless the tag holds.
pub(crate) fn open(
    key: &[u8],
    nonce: &[u8; 12],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let nonce = Nonce::from(*nonce);
    let payload = Payload { msg: sealed, aad };
    match key.len() {
        16 => Aes128Gcm::new_from_slice(key)
            .map_err(|_| Rejected)?
            .decrypt(&nonce, payload),
        _ => Aes256Gcm::new_from_slice(key)
            .map_err(|_| Rejected)?
            .decrypt(&nonce, payload),
    }
    .map(Zeroizing::new)
    .map_err(|_| Rejected)
}
