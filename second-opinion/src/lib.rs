#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test stops where it fails"))]
#![doc = include_str!("../README.md")]

mod divergence;
mod opinion;
mod reader;
mod resolver;
mod signer;

pub use divergence::{Divergence, Effect};
pub use opinion::{Opinion, Part, Verdict, What};
pub use reader::{Reader, ReaderError};
pub use signer::{SignerError, Suite};

/// The library whose opinion this is.
pub const LIBRARY: &str = "ssi 0.16.0";
