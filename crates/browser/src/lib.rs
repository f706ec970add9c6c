#![doc = include_str!("../README.md")]

mod errors;
mod inspect;
mod wallet;

pub use inspect::{needs, passphrase_problem, qr_svg, read, verify};
pub use wallet::Wallet;
