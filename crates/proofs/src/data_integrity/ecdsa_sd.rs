//! Selective disclosure with `ecdsa-sd-2023`
//! ([ECDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-ecdsa/) §3.4 to §3.7).
//!
//! The issuer signs each statement, and together those that are always shown ([`sign`]: the *base proof*). The holder
//! keeps that proof and shows parts of the credential, each with a proof derived from it ([`derive()`]), which
//! [`super::verify`] checks like any other. A base proof itself does not verify there: it lets whoever has it choose
//! what to show.
//!
//! What is left out is absent, and a derived proof does not tell whether anything was. Two derived proofs show the
//! same signatures, so verifiers who compare notes see that they come from one credential.

mod cbor;
mod derive;
mod proof_value;
mod sign;
mod statements;

pub use derive::{derive, derive_with, is_base, verify_base, verify_base_with};
pub use sign::{sign, sign_with};

pub(super) use proof_value::ProofValue;
pub(super) use statements::{joint_hash, renamed};

/// Statements that are signed one by one; more are refused.
const MOST_STATEMENTS: usize = 2_000;

/// What the issuer's key signs: the proof's options, the key of the statements, and those always shown (§3.5.1).
pub(super) fn base_message(options: &[u8], public_key: &[u8], mandatory: &[u8]) -> Vec<u8> {
    [options, public_key, mandatory].concat()
}

#[cfg(test)]
mod tests;
