//! What is random in a copy, fixed beforehand: its identifier and the salts of what it can hide.

use crate::secrets;
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// A secret from which all that is random in one copy follows, so that a commitment to the copy can be made
/// before anybody asks for it.
#[derive(Clone, Copy)]
pub(crate) struct Seed([u8; 32]);

impl Seed {
    /// A fresh one.
    pub(crate) fn fresh() -> Self {
        Self(secrets::random_bytes())
    }

    /// One that was kept.
    pub(crate) fn kept(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To keep it.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The randomness of the copy, from its beginning.
    pub(super) fn random(&self) -> SeedRandom {
        SeedRandom {
            seed: *self,
            block: 0,
            left: Vec::new(),
        }
    }
}

/// SHA-256 of the seed and a counter: nobody who sees a part can tell another without the seed.
pub(super) struct SeedRandom {
    seed: Seed,
    block: u64,
    left: Vec<u8>,
}

impl TryRng for SeedRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            if self.left.is_empty() {
                let block = Sha256::new()
                    .chain_update(b"waarmerk copy/1\0")
                    .chain_update(self.seed.0)
                    .chain_update(self.block.to_le_bytes())
                    .finalize();
                self.left.extend_from_slice(&block);
                self.block += 1;
            }
            *byte = self.left.pop().unwrap_or_default();
        }
        Ok(())
    }
}

impl TryCryptoRng for SeedRandom {}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::Rng;

    #[test]
    fn the_same_follows_from_a_seed_each_time_and_something_else_from_another() {
        let drawn = |seed: Seed| {
            let mut bytes = [0; 80];
            seed.random().fill_bytes(&mut bytes);
            bytes
        };
        let (one, other) = (Seed::fresh(), Seed::fresh());

        assert_eq!(drawn(one), drawn(Seed::kept(*one.as_bytes())));
        assert_ne!(drawn(one), drawn(other));
        assert_ne!(drawn(one)[..32], drawn(one)[32..64]);
    }
}
