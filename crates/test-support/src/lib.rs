#![doc = include_str!("../README.md")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a builder that cannot build is a mistake in the test that uses it"
)]

mod did_log;
mod institution;
mod microcredential;
mod random;
mod register;
mod rsa;
pub mod scenarios;
mod status_lists;

pub use did_log::DidLog;
pub use institution::{FRAMEWORK, Institution, an_institution};
pub use microcredential::{Microcredential, SignedMicrocredential, a_microcredential};
pub use random::{SeededRng, rng};
pub use register::{Register, a_register};
pub use rsa::{RsaKey, an_rsa_key, rsa_keys};
pub use status_lists::StatusLists;

use chrono::{DateTime, Utc};
use proofs::{Algorithm, SecretKey};

/// The moment at which every test is made, unless it says otherwise: noon on 21 November 2026 in the Netherlands.
pub fn now() -> DateTime<Utc> {
    moment("2026-11-21T12:00:00+01:00")
}

/// Reads a date and time such as `2026-09-14T09:30:00+02:00`.
pub fn moment(text: &str) -> DateTime<Utc> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => moment.to_utc(),
        Err(error) => panic!("{text:?} is no date and time: {error}"),
    }
}

/// The midnight in UTC with which a day begins, such as `2026-09-14`.
pub fn day(text: &str) -> DateTime<Utc> {
    moment(&format!("{text}T00:00:00Z"))
}

/// The key that this name always gives.
pub fn key(algorithm: Algorithm, name: &str) -> SecretKey {
    SecretKey::generate(algorithm, &mut rng(name))
}
