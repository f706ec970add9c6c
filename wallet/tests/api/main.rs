//! The wallet service over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod description;
mod fixture;
mod making;
mod opening;
mod owning;
mod page;
