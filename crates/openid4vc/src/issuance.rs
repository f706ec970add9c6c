//! OpenID for Verifiable Credential Issuance 1.0.

pub mod client;
pub mod messages;
pub mod offer;
pub mod proof;
