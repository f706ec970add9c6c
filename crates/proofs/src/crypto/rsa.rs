//! RSA keys that may verify, and the verification that is not left to a library where there is none.

use std::ops::RangeInclusive;

#[cfg(any(target_arch = "wasm32", test))]
pub(crate) mod portable;

/// Bits in a modulus that is used: fewer are no longer safe (RFC 7518 §3.3), more cost time and no more.
pub(crate) const BITS: RangeInclusive<usize> = 2048..=4096;

/// The one exponent that is used, 65537.
pub(crate) const EXPONENT: [u8; 3] = [1, 0, 1];

/// Whether a modulus is of a size that is used, written without leading zeros, and odd.
pub(super) fn is_usable(modulus: &[u8]) -> bool {
    let bits = |first: &u8| modulus.len() * 8 - first.leading_zeros() as usize;
    modulus
        .first()
        .is_some_and(|first| *first != 0 && BITS.contains(&bits(first)))
        && modulus.last().is_some_and(|last| last & 1 == 1)
}
