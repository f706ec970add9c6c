//! Decentralized identifiers: which key belongs to whom, and for what.
//!
//! `did:key` and `did:jwk` carry their key and resolve here. For `did:web` this module says which
//! URL to load and reads what was loaded; loading is the caller's part.

mod document;
mod local;
mod web;
pub mod webvh;

pub use document::parse_document;
pub use document::{Document, DocumentError, LookupError, Purpose, Representation, VerificationMethod};
pub use local::resolve_local;
pub(crate) use local::{jwk_did, key_did, key_did_url};
pub use web::{LoopbackOrigins, WebError, web_url};
