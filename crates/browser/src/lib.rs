#![doc = include_str!("../README.md")]

mod errors;
mod inspect;
mod share;
mod wallet;

pub use inspect::{apply_delta, needs, passphrase_problem, qr_svg, read, verify};
pub use share::{link_request, needs_of_link, open_link, verify_link};
pub use wallet::Wallet;
