#![doc = include_str!("../README.md")]

mod crypto;
pub mod data_integrity;
pub mod did;
pub mod json_ld;
pub mod jwe;
pub mod jws;
mod keys;
pub mod related_resource;
pub mod sd_jwt;
pub mod sd_jwt_vc;
pub mod vc_jose;

pub use keys::{Algorithm, KeyError, PublicKey, SecretKey, SignError, SignatureError, Signer};

#[cfg(test)]
mod tests {
    //! Fixed keys and randomness.

    use super::*;

    /// Randomness that is the same in every run.
    pub(crate) struct Fixed(pub(crate) u64);

    impl rand_core::TryRng for Fixed {
        type Error = std::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            self.try_next_u64().map(|word| word as u32)
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            self.0 += 1;
            let hash = crypto::sha256(&self.0.to_be_bytes());
            Ok(u64::from_be_bytes(*hash.first_chunk().unwrap()))
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            for chunk in bytes.chunks_mut(8) {
                let word = self.try_next_u64()?.to_be_bytes();
                chunk.copy_from_slice(&word[..chunk.len()]);
            }
            Ok(())
        }
    }

    impl rand_core::TryCryptoRng for Fixed {}

    pub(crate) fn key(algorithm: Algorithm, seed: u64) -> SecretKey {
        SecretKey::generate(algorithm, &mut Fixed(seed * 1_000_000))
    }
}
