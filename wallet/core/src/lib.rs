#![doc = include_str!("../README.md")]

mod card;
mod collect;
mod derive;
mod document;
mod error;
mod receipt;
mod send;
mod shape;
mod show;
pub mod vault;
mod wallet;

pub use card::{Card, CardCopy};
pub use collect::{Activity as CollectingActivity, CollectingProgress, WalletStep};
pub use derive::Derived;
pub use document::{ActivityEntry, ActivityKind, IssuerNames, Note};
pub use error::WalletError;
pub use receipt::ReceiptError;
pub use send::{SendChoice, ShareAct, ShareState, ShareView};
pub use shape::{Format, Use};
pub use show::{Choice, ExportedFile, Presented, Preset, Shown, Withheld};
pub use wallet::Wallet;
