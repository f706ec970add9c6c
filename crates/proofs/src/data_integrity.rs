//! Data Integrity proofs ([Data Integrity 1.0](https://www.w3.org/TR/vc-data-integrity/)): made, checked, and in sets
//! and chains, by the cryptosuites of [`Cryptosuite`].
//!
//! The selective suite has more to it than signing and verifying, see [`ecdsa_sd`].

mod cryptosuite;
pub mod ecdsa_sd;
mod error;
mod options;
mod proof;
mod suite;

use serde_json::{Map, Value};

use crate::did::{LookupError, Purpose};
use crate::json_ld::Contexts;
use crate::keys::{PublicKey, Signer};
use credentials::{Did, DidUrl};

pub use cryptosuite::Cryptosuite;
pub use error::{CreateError, DeriveError, IssuerMismatch, ProofError, Unexpected};
pub use options::ProofOptions;
pub use proof::{Expected, VerifiedProof};

use proof::{ReadProof, previous_proofs};
use suite::{Hashes, Input};

/// More proofs than this on one document are refused.
const MOST_PROOFS: usize = 10;

/// Signs a document with the contexts of this program and adds the proof to those it has.
///
/// The document is refused, not trimmed, if any part of it could not be signed; see [`crate::json_ld`].
/// `ecdsa-sd-2023` is made by [`ecdsa_sd::sign`].
pub fn sign(document: &Value, options: &ProofOptions, signer: &dyn Signer) -> Result<Value, CreateError> {
    sign_with(document, options, signer, Contexts::bundled())
}

/// As [`sign`], with contexts of the caller's choice.
pub fn sign_with(
    document: &Value,
    options: &ProofOptions,
    signer: &dyn Signer,
    contexts: &Contexts,
) -> Result<Value, CreateError> {
    let suite = suite::of(options.cryptosuite);
    if !suite.algorithms().contains(&signer.algorithm()) {
        return Err(CreateError::Algorithm {
            cryptosuite: options.cryptosuite,
            key: signer.algorithm(),
        });
    }
    let mut unsecured = document.as_object().cloned().ok_or(CreateError::NotAnObject)?;
    let earlier = unsecured.remove("proof");
    let mut proof = options.to_json();
    suite.complete(&mut proof, &unsecured);
    let previous = previous_proofs(&proof, earlier.as_ref().map_or(&[], as_list))
        .map_err(|_| CreateError::PreviousProof(options.previous_proof.join("`, `")))?;
    let input = Input {
        unsecured: &unsecured,
        options: &proof,
        previous: &previous,
        contexts,
        bare: &Hashes::default(),
    };
    let value = suite.proof_value(&input, signer)?;
    proof.insert("proofValue".to_owned(), value.into());
    Ok(with_proof(unsecured, earlier, proof))
}

/// Adds a proof to those a document has.
fn with_proof(mut document: Map<String, Value>, earlier: Option<Value>, proof: Map<String, Value>) -> Value {
    let proof = Value::Object(proof);
    let proofs = match earlier {
        None => proof,
        Some(Value::Array(mut proofs)) => {
            proofs.push(proof);
            Value::Array(proofs)
        }
        Some(single) => Value::Array(vec![single, proof]),
    };
    document.insert("proof".to_owned(), proofs);
    Value::Object(document)
}

/// Checks every proof of a document with the contexts of this program; one that does not hold
/// refuses them all. What is returned is never empty.
///
/// `resolve` gives the key of a verification method, if its controller listed it for the purpose.
/// This function does not judge whether that controller is the document's issuer
/// ([`require_issuer`]), nor any date. The JCS suites sign every byte and look up no context: whether the document's
/// terms have a meaning is not known after them.
pub fn verify(
    document: &Value,
    resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
) -> Result<Vec<VerifiedProof>, ProofError> {
    verify_with(document, resolve, Contexts::bundled())
}

/// As [`verify`], with contexts of the caller's choice.
pub fn verify_with(
    document: &Value,
    resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
    contexts: &Contexts,
) -> Result<Vec<VerifiedProof>, ProofError> {
    let mut unsecured = document.as_object().cloned().ok_or(ProofError::Absent)?;
    let proofs = match unsecured.remove("proof") {
        Some(Value::Array(proofs)) => proofs,
        Some(single @ Value::Object(_)) => vec![single],
        _ => return Err(ProofError::Absent),
    };
    if proofs.is_empty() {
        return Err(ProofError::Absent);
    }
    if proofs.len() > MOST_PROOFS {
        return Err(ProofError::TooMany);
    }
    // Most proofs are made over the bare document, whose hash takes longest of all.
    let bare = Hashes::default();
    proofs
        .iter()
        .map(|proof| {
            let read = ReadProof::read(proof, &unsecured, &proofs)?;
            let input = Input {
                unsecured: &unsecured,
                options: &read.options,
                previous: &read.previous,
                contexts,
                bare: &bare,
            };
            verify_one(&read, &input, resolve)?;
            Ok(read.verified)
        })
        .collect()
}

fn verify_one(
    read: &ReadProof,
    input: &Input<'_>,
    resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
) -> Result<(), ProofError> {
    let signed = suite::of(read.verified.cryptosuite).signed(input, &read.value)?;
    let key = resolve(&read.verified.verification_method, read.verified.purpose)?;
    if key.algorithm() != signed.algorithm {
        return Err(ProofError::Algorithm(key.algorithm()));
    }
    let parts = signed
        .parts
        .iter()
        .map(|part| (&part.key, &part.message, &part.signature));
    std::iter::once((&key, &signed.message, &signed.signature))
        .chain(parts)
        .try_for_each(|(key, message, signature)| key.verify(message, signature))
        .map_err(|_| ProofError::Signature)
}

/// The verification methods that a document's proofs name, so that a caller can load what is needed
/// before verifying. Malformed proofs are passed over here and refused by [`verify`].
pub fn verification_methods(document: &Value) -> Vec<DidUrl> {
    proofs_of(document)
        .iter()
        .take(MOST_PROOFS)
        .filter_map(|proof| DidUrl::parse(proof.get("verificationMethod")?.as_str()?).ok())
        .collect()
}

fn proofs_of(document: &Value) -> &[Value] {
    document.get("proof").map_or(&[], as_list)
}

fn as_list(proof: &Value) -> &[Value] {
    match proof {
        Value::Array(proofs) => proofs.as_slice(),
        single => std::slice::from_ref(single),
    }
}

/// The proof by the issuer itself, made for assertions. Proofs by others say nothing about who issued.
pub fn require_issuer<'a>(
    proofs: &'a [VerifiedProof],
    issuer: &Did,
) -> Result<&'a VerifiedProof, IssuerMismatch> {
    proofs
        .iter()
        .find(|proof| proof.controller == *issuer && proof.purpose == Purpose::AssertionMethod)
        .ok_or(IssuerMismatch)
}

#[cfg(test)]
mod tests;
