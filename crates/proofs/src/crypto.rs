//! The one place that knows the signature libraries.
//!
//! Natively aws-lc-rs signs and verifies; in the browser RustCrypto does. Both take and give the
//! same bytes: an Ed25519 key is 32 bytes (RFC 8032), a P-256 key 65, a P-384 key 97 and a P-521
//! key 133 (SEC 1, uncompressed), a secret 32, for P-384 48 and for P-521 66, and a signature twice that
//! (`R || S`, or `r || s` as in RFC 7518 §3.4). RSA keys verify and never sign; they are their modulus, and
//! the exponent is 65537.
//!
//! What the two libraries judge differently is settled here, before either of them is asked:
//! Ed25519 points of small order and points not written in their shortest form are refused, as a
//! key and in a signature.

pub(crate) mod agreement;
#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(any(target_arch = "wasm32", test))]
mod portable;
pub(crate) mod rsa;

#[cfg(not(target_arch = "wasm32"))]
use native as backend;
#[cfg(target_arch = "wasm32")]
use portable as backend;

pub(crate) use backend::{SigningKey, VerifyingKey};

use p256::elliptic_curve::sec1::ToSec1Point as _;
use sha2::{Digest, Sha256, Sha384};

use crate::keys::Algorithm;

/// The library had no use for these bytes, or would not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rejected;

/// A hash that a cryptosuite asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-256, of 32 bytes.
    Sha256,
    /// SHA-384, of 48 bytes; with keys on P-384.
    Sha384,
}

impl Hash {
    /// The hash of these bytes.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
        }
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Checks a public key's bytes and brings points of the P curves to their uncompressed form.
pub(crate) fn normalise_public(algorithm: Algorithm, bytes: &[u8]) -> Result<Vec<u8>, Rejected> {
    match algorithm {
        Algorithm::EdDsa => {
            let point: &[u8; 32] = bytes.try_into().map_err(|_| Rejected)?;
            if !edwards_y_is_canonical(point) || has_small_order(point) {
                return Err(Rejected);
            }
            Ok(point.to_vec())
        }
        Algorithm::Es256 => {
            let key = p256::PublicKey::from_sec1_bytes(bytes).map_err(|_| Rejected)?;
            Ok(key.to_sec1_point(false).as_bytes().to_vec())
        }
        Algorithm::Es384 => {
            let key = p384::PublicKey::from_sec1_bytes(bytes).map_err(|_| Rejected)?;
            Ok(key.to_sec1_point(false).as_bytes().to_vec())
        }
        Algorithm::Es512 => {
            let key = p521::PublicKey::from_sec1_bytes(bytes).map_err(|_| Rejected)?;
            Ok(key.to_sec1_point(false).as_bytes().to_vec())
        }
        Algorithm::Rs256 if rsa::is_usable(bytes) => Ok(bytes.to_vec()),
        Algorithm::Rs256 => Err(Rejected),
    }
}

/// Whether a signature of the right length may be shown to the library at all.
pub(crate) fn signature_is_well_formed(algorithm: Algorithm, signature: &[u8]) -> bool {
    match algorithm {
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::Rs256 => true,
        Algorithm::EdDsa => signature
            .first_chunk::<32>()
            .is_some_and(|point| edwards_y_is_canonical(point) && !has_small_order(point)),
    }
}

/// The y coordinates (little endian) of the points whose order divides eight.
const SMALL_ORDER: [[u8; 32]; 5] = {
    let mut points = [[0u8; 32]; 5];
    points[1][0] = 1;
    points[2] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ];
    points[3] = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ];
    points[4] = [0xff; 32];
    points[4][0] = 0xec;
    points[4][31] = 0x7f;
    points
};

fn has_small_order(point: &[u8; 32]) -> bool {
    let mut y = *point;
    y[31] &= 0x7f;
    SMALL_ORDER.contains(&y)
}

/// Whether y is below the field's prime, 2^255 − 19.
fn edwards_y_is_canonical(point: &[u8; 32]) -> bool {
    point[31] & 0x7f != 0x7f || point[1..31].iter().any(|&byte| byte != 0xff) || point[0] < 0xed
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use test_support::{RsaKey, rsa_keys};

    const MESSAGE: &[u8] = b"the same message for both libraries";

    const ALL: [Algorithm; 4] = [
        Algorithm::EdDsa,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
    ];

    fn secrets(algorithm: Algorithm) -> impl Iterator<Item = Vec<u8>> {
        (1u8..=8).map(move |seed| {
            let mut secret = Hash::Sha384.digest(&[seed]);
            secret.resize(algorithm.secret_length().unwrap(), seed);
            if algorithm == Algorithm::Es512 {
                secret[0] &= 1;
            }
            secret
        })
    }

    #[test]
    fn both_libraries_derive_the_same_public_key() {
        for algorithm in ALL {
            for secret in secrets(algorithm) {
                let ours = native::SigningKey::new(algorithm, &secret).unwrap();
                let theirs = portable::SigningKey::new(algorithm, &secret).unwrap();
                assert_eq!(ours.public_bytes(), theirs.public_bytes());
            }
        }
    }

    #[test]
    fn each_library_accepts_what_the_other_signed() {
        for algorithm in ALL {
            for secret in secrets(algorithm) {
                let native_key = native::SigningKey::new(algorithm, &secret).unwrap();
                let portable_key = portable::SigningKey::new(algorithm, &secret).unwrap();
                let public = native_key.public_bytes();
                let native_check = native::VerifyingKey::new(algorithm, &public).unwrap();
                let portable_check = portable::VerifyingKey::new(algorithm, &public).unwrap();

                let native_signature = native_key.sign(MESSAGE).unwrap();
                let portable_signature = portable_key.sign(MESSAGE).unwrap();

                for signature in [&native_signature, &portable_signature] {
                    assert!(native_check.verify(MESSAGE, signature));
                    assert!(portable_check.verify(MESSAGE, signature));
                    assert!(!native_check.verify(b"another message", signature));
                    assert!(!portable_check.verify(b"another message", signature));
                }
                if algorithm == Algorithm::EdDsa {
                    assert_eq!(native_signature, portable_signature);
                }
            }
        }
    }

    #[test]
    fn points_of_small_order_are_the_ones_the_library_calls_weak() {
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut point = y;
                point[31] |= sign;
                if let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&point) {
                    assert!(key.is_weak());
                }
                assert_eq!(normalise_public(Algorithm::EdDsa, &point), Err(Rejected));
            }
        }
    }

    #[test]
    fn a_point_written_as_a_number_above_the_prime_is_refused() {
        let mut point = [0xff; 32];
        point[31] = 0x7f;
        for first in 0xed..=0xff {
            point[0] = first;
            assert_eq!(normalise_public(Algorithm::EdDsa, &point), Err(Rejected));
        }
    }

    #[test]
    fn scalars_out_of_range_and_of_another_length_are_refused_as_secrets() {
        for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
            let length = algorithm.secret_length().unwrap();
            for secret in [
                vec![0; length],
                vec![0xff; length],
                vec![1; length - 1],
                vec![1; length + 1],
            ] {
                assert!(native::SigningKey::new(algorithm, &secret).is_err());
                assert!(portable::SigningKey::new(algorithm, &secret).is_err());
            }
        }
        assert!(native::SigningKey::new(Algorithm::EdDsa, &[1; 31]).is_err());
        assert!(portable::SigningKey::new(Algorithm::EdDsa, &[1; 31]).is_err());
    }

    #[test]
    fn points_that_are_not_on_the_curve_or_at_infinity_are_refused() {
        for (algorithm, length) in [
            (Algorithm::Es256, 32),
            (Algorithm::Es384, 48),
            (Algorithm::Es512, 66),
        ] {
            let public = native::SigningKey::new(algorithm, &secrets(algorithm).next().unwrap())
                .unwrap()
                .public_bytes();
            let mut off = public.clone();
            off[2 * length] ^= 1;
            assert_eq!(normalise_public(algorithm, &off), Err(Rejected));
            assert_eq!(normalise_public(algorithm, &[0]), Err(Rejected));
            assert_eq!(normalise_public(algorithm, &public[..2 * length]), Err(Rejected));
            assert_eq!(normalise_public(algorithm, &public), Ok(public));
        }
    }

    fn modulus(key: &RsaKey) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(key.jwk()["n"].as_str().unwrap()).unwrap()
    }

    /// Sound signatures, changed ones, ones in forms that the standard does not allow and numbers that are none.
    #[test]
    fn both_libraries_judge_rsa_signatures_alike() {
        for bits in [2048, 2050, 4096] {
            let key = &rsa_keys(bits)[0];
            let modulus = modulus(key);
            let native = native::VerifyingKey::new(Algorithm::Rs256, &modulus).unwrap();
            let portable = portable::VerifyingKey::new(Algorithm::Rs256, &modulus).unwrap();
            let sound = key.sign(MESSAGE);
            let changed = |at: usize| {
                let mut changed = sound.clone();
                changed[at] ^= 1;
                changed
            };
            let mut increased = sound.clone();
            add(&mut increased, &modulus);
            let mut zero = vec![0; sound.len()];
            let refused = [
                changed(0),
                changed(sound.len() / 2),
                changed(sound.len() - 1),
                key.sign_without_parameters(MESSAGE),
                key.sign(b"another message"),
                increased,
                modulus.clone(),
                [&[0], sound.as_slice()].concat(),
                sound[1..].to_vec(),
                vec![0xff; sound.len()],
                zero.clone(),
                {
                    zero[sound.len() - 1] = 1;
                    zero
                },
                Vec::new(),
            ];

            assert!(
                native.verify(MESSAGE, &sound) && portable.verify(MESSAGE, &sound),
                "{bits}"
            );
            for (number, signature) in refused.iter().enumerate() {
                assert!(!native.verify(MESSAGE, signature), "{bits}, {number}");
                assert!(!portable.verify(MESSAGE, signature), "{bits}, {number}");
            }
        }
    }

    #[test]
    fn an_rsa_key_verifies_nothing_that_another_made() {
        let keys = rsa_keys(2048);
        let (key, other) = (modulus(&keys[0]), keys[1].sign(MESSAGE));
        assert!(
            !native::VerifyingKey::new(Algorithm::Rs256, &key)
                .unwrap()
                .verify(MESSAGE, &other)
        );
        assert!(
            !portable::VerifyingKey::new(Algorithm::Rs256, &key)
                .unwrap()
                .verify(MESSAGE, &other)
        );
    }

    /// The same number modulo the modulus, in a second spelling; a carry out of the first byte is dropped.
    fn add(number: &mut [u8], modulus: &[u8]) {
        let mut carry = 0u16;
        for (byte, other) in number.iter_mut().zip(modulus).rev() {
            carry += u16::from(*byte) + u16::from(*other);
            *byte = carry.to_be_bytes()[1];
            carry >>= 8;
        }
    }
}
