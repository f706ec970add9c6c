#![doc = include_str!("../README.md")]

mod link;
mod sealed;
mod terms;

pub use link::{LinkError, ShareId, ShareLink};
pub use sealed::{Envelope, MAX_SEALED_CHARACTERS, OpenError, SealError, Share, envelope, open, seal};
pub use terms::{LONGEST_DAYS, MAX_PURPOSE_CHARACTERS, Terms, TermsError};
