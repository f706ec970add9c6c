//! The register over real HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod admissions;
mod delegations;
mod description;
mod evaluate;
mod evidence;
mod federation;
mod fixture;
mod keeper;
mod keys;
mod list;
mod log;
mod lookups;
mod operator_keys;
mod proposals;
mod receipts;
mod start;
mod statistics;
mod urgent;
