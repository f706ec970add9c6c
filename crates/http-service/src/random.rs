//! Randomness, as an argument.

use rand_core::{CryptoRng, UnwrapErr};

/// The operating system's randomness, for the pure crates that take it as an argument.
///
/// It panics when the operating system has none, since nothing safe could follow.
pub fn system_random() -> impl CryptoRng {
    UnwrapErr(getrandom04::SysRng)
}
