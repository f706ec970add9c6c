//! Trust chains of federations: what holds, and every way in which it does not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod chains;
mod fixture;
mod marks;
mod searches;
