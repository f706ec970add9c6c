#![doc = include_str!("../README.md")]

pub mod award;
mod did;
pub mod frameworks;
mod id;
pub mod jcs;
pub mod json;
pub mod open_badges;
mod text;

pub use did::{Did, DidUrl, InvalidDid};
pub use frameworks::frameworks;
pub use id::{CredentialId, InvalidCredentialId};
pub use text::{Language, Text};
