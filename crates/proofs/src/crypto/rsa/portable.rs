//! RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2), verification alone.
//!
//! Nothing in it is secret, so that the time it takes tells nothing. The expected message is built and compared
//! whole: there is no padding to parse, and so none to be misled by.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U64, U4096};

use super::super::{Rejected, sha256};

/// `DigestInfo` of SHA-256 up to the digest itself (RFC 8017 §9.2, note 1).
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

pub(crate) struct VerifyingKey {
    modulus: U4096,
    parameters: FixedMontyParams<{ U4096::LIMBS }>,
    /// Bytes in the modulus, and so in each signature.
    length: usize,
}

impl VerifyingKey {
    pub(crate) fn new(modulus: &[u8]) -> Result<Self, Rejected> {
        let number = number(modulus).ok_or(Rejected)?;
        let odd = Option::from(Odd::new(number)).ok_or(Rejected)?;
        Ok(Self {
            modulus: number,
            parameters: FixedMontyParams::new_vartime(odd),
            length: modulus.len(),
        })
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some(signature) = number(signature).filter(|_| signature.len() == self.length) else {
            return false;
        };
        if signature >= self.modulus {
            return false;
        }
        let signed = FixedMontyForm::new(&signature, &self.parameters)
            .pow_vartime(&U64::from_u32(65_537))
            .retrieve();
        number(&self.encoded(message)).is_some_and(|expected| expected == signed)
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
    fn encoded(&self, message: &[u8]) -> Vec<u8> {
        let digest = sha256(message);
        let filling = self.length.saturating_sub(3 + DIGEST_INFO.len() + digest.len());
        let mut encoded = vec![0x00, 0x01];
        encoded.resize(2 + filling, 0xff);
        encoded.push(0x00);
        encoded.extend_from_slice(&DIGEST_INFO);
        encoded.extend_from_slice(&digest);
        encoded
    }
}

/// A number of at most 4096 bits.
fn number(bytes: &[u8]) -> Option<U4096> {
    let mut padded = [0u8; U4096::BYTES];
    let start = padded.len().checked_sub(bytes.len())?;
    padded.get_mut(start..)?.copy_from_slice(bytes);
    Some(U4096::from_be_slice(&padded))
}
