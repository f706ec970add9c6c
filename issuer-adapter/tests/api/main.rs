//! The institution's service over real HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod admission;
mod copies;
mod description;
mod desk;
mod fixture;
mod identity;
mod import;
mod issuance;
mod receipts;
mod review;
mod statistics;
mod status;
mod vc_api;
mod wallet;
