#![doc = include_str!("../README.md")]

mod card;
mod collect;
mod document;
mod error;
mod receipt;
mod show;
pub mod vault;
mod wallet;

pub use card::{Card, CardCopy, Use};
pub use collect::{Activity as CollectingActivity, WalletStep};
pub use document::{ActivityEntry, ActivityKind, Note};
pub use error::WalletError;
pub use receipt::ReceiptError;
pub use show::{Choice, ExportedFile, Preset, Shown, Withheld};
pub use wallet::Wallet;
