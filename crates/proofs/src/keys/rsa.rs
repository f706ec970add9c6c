//! RSA keys as JWK and in DER: they verify what others signed, and nothing here signs with one.
//!
//! Only the exponent 65537 is taken, so that a key is its modulus. Those that are used have it (NIST FIPS 186-5
//! §A.1.1 asks for more than 2^16); a small one has made forgeries possible elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::KeyError;
use crate::crypto::rsa::BITS;

/// 65537, as a JWK has it.
pub(super) const EXPONENT: &str = "AQAB";

/// The members of a private key besides `d` (RFC 7518 §6.3.2).
const PRIVATE: [&str; 6] = ["p", "q", "dp", "dq", "qi", "oth"];

/// The modulus of a public JWK (RFC 7518 §6.3.1), of a size that is used.
pub(super) fn modulus(jwk: &Value) -> Result<Vec<u8>, KeyError> {
    if PRIVATE.iter().any(|member| jwk.get(member).is_some()) {
        return Err(KeyError::PrivateKey);
    }
    let text = |name: &'static str| jwk.get(name).and_then(Value::as_str).ok_or(KeyError::Jwk(name));
    if text("e")? != EXPONENT {
        return Err(KeyError::RsaExponent);
    }
    let modulus = URL_SAFE_NO_PAD
        .decode(text("n")?)
        .map_err(|_| KeyError::Jwk("n"))?;
    of_usable_size(modulus, KeyError::Jwk("n"))
}

/// Whole bytes without leading zeros, so that a key has one spelling.
fn of_usable_size(modulus: Vec<u8>, malformed: KeyError) -> Result<Vec<u8>, KeyError> {
    let first = modulus.first().filter(|first| **first != 0).ok_or(malformed)?;
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    match BITS.contains(&bits) {
        true => Ok(modulus),
        false => Err(KeyError::RsaSize { bits }),
    }
}

/// `RSAPublicKey` (RFC 8017 §A.1.1) in DER, as a Multikey holds it.
pub(super) fn der(modulus: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        // A first bit would be a sign.
        let sign = bytes.first().is_some_and(|first| first & 0x80 != 0);
        let padded = [if sign { &[0][..] } else { &[] }, bytes].concat();
        tagged(0x02, &padded)
    };
    tagged(
        0x30,
        &[integer(modulus), integer(&crate::crypto::rsa::EXPONENT)].concat(),
    )
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = length
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(length.len() - 1);
    let significant = length.get(significant..).unwrap_or_default();
    let mut der = vec![tag];
    if content.len() > 0x7f {
        der.push(0x80 | significant.len() as u8);
    }
    der.extend_from_slice(significant);
    der.extend_from_slice(content);
    der
}

/// The modulus in an `RSAPublicKey`, which must be written as [`der`] writes it.
pub(super) fn modulus_of_der(bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
    // Tags and lengths of the sequence and of the modulus before it, the exponent after it: the sizes that are used
    // all have lengths of two bytes.
    let modulus = bytes
        .get(8..bytes.len().saturating_sub(5))
        .ok_or(KeyError::Multikey)?;
    let modulus = of_usable_size(
        modulus.strip_prefix(&[0]).unwrap_or(modulus).to_vec(),
        KeyError::Multikey,
    )?;
    match der(&modulus) == bytes {
        true => Ok(modulus),
        false => Err(KeyError::Multikey),
    }
}
