//! The verifier over real HTTP, with a real register and an institution that publishes its status lists.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod description;
mod fetching;
mod fixture;
mod identifiers;
mod links;
mod proofs_only;
mod requests;
mod scenarios;
mod verdicts;
mod world;
