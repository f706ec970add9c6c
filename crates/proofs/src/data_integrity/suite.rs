//! What cryptosuites have in common. Each is one file; [`of`] is the list of them.

mod ecdsa_sd;
mod jcs;
mod rdfc;

use std::cell::OnceCell;

use serde_json::{Map, Value};

use super::{CreateError, Cryptosuite, ProofError};
use crate::crypto::Hash;
use crate::json_ld::Contexts;
use crate::keys::{Algorithm, PublicKey, Signer};

pub(super) use rdfc::hash_options;

/// What a proof is made over.
pub(super) struct Input<'a> {
    /// The document without its proofs.
    pub(super) unsecured: &'a Map<String, Value>,
    /// The proof without its value.
    pub(super) options: &'a Map<String, Value>,
    /// The earlier proofs that this one covers.
    pub(super) previous: &'a [Value],
    pub(super) contexts: &'a Contexts,
    /// The hashes of the document alone, which its proofs share.
    pub(super) bare: &'a Hashes,
}

/// Hashes of the statements of one document, each made once.
#[derive(Default)]
pub(super) struct Hashes {
    sha256: OnceCell<Vec<u8>>,
    sha384: OnceCell<Vec<u8>>,
}

impl Hashes {
    fn of(&self, hash: Hash) -> &OnceCell<Vec<u8>> {
        match hash {
            Hash::Sha256 => &self.sha256,
            Hash::Sha384 => &self.sha384,
        }
    }
}

impl Input<'_> {
    /// The document, with the proofs that this one covers (Data Integrity 1.0 §2.1.2).
    fn document(&self) -> Value {
        let mut document = self.unsecured.clone();
        if !self.previous.is_empty() {
            document.insert("proof".to_owned(), Value::Array(self.previous.to_vec()));
        }
        Value::Object(document)
    }
}

/// What must verify for a proof to hold.
pub(super) struct Signed {
    /// The kind of key that signed.
    pub(super) algorithm: Algorithm,
    pub(super) message: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// Further signatures, by keys that the message names.
    pub(super) parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) key: PublicKey,
    pub(super) message: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

pub(super) trait Suite: Sync {
    /// The keys it is made with.
    fn algorithms(&self) -> &'static [Algorithm];

    /// Adds members that the suite's proofs have besides those of every proof.
    fn complete(&self, _options: &mut Map<String, Value>, _unsecured: &Map<String, Value>) {}

    /// Makes a `proofValue`.
    fn proof_value(&self, input: &Input<'_>, signer: &dyn Signer) -> Result<String, CreateError>;

    /// Reads a `proofValue` and says what its signatures must be over.
    fn signed(&self, input: &Input<'_>, value: &str) -> Result<Signed, ProofError>;
}

/// The suite of a name.
pub(super) fn of(cryptosuite: Cryptosuite) -> &'static dyn Suite {
    match cryptosuite {
        Cryptosuite::EddsaRdfc2022 => &rdfc::EDDSA,
        Cryptosuite::EcdsaRdfc2019 => &rdfc::ECDSA,
        Cryptosuite::Ed25519Signature2020 => &rdfc::SIGNATURE_2020,
        Cryptosuite::EddsaJcs2022 => &jcs::EDDSA,
        Cryptosuite::EcdsaJcs2019 => &jcs::ECDSA,
        Cryptosuite::EcdsaSd2023 => &ecdsa_sd::EcdsaSd,
    }
}

const EDDSA: &[Algorithm] = &[Algorithm::EdDsa];
const ECDSA: &[Algorithm] = &[Algorithm::Es256, Algorithm::Es384];

/// The hash that goes with a key (ECDSA cryptosuites §3.2.1).
fn hash_for(algorithm: Algorithm) -> Hash {
    match algorithm {
        Algorithm::EdDsa | Algorithm::Es256 => Hash::Sha256,
        // No suite has keys on P-521 or of RSA.
        Algorithm::Es384 | Algorithm::Es512 | Algorithm::Rs256 => Hash::Sha384,
    }
}

/// A signature in base58btc, and which of the suite's keys makes signatures of its length.
fn read_signature(text: &str, algorithms: &[Algorithm]) -> Result<(Vec<u8>, Algorithm), ProofError> {
    let malformed = || ProofError::Malformed("proofValue");
    // 96 bytes take at most 132 characters; base58 takes quadratic time.
    let encoded = text.strip_prefix('z').filter(|encoded| encoded.len() <= 140);
    let signature = encoded
        .and_then(|encoded| bs58::decode(encoded).into_vec().ok())
        .ok_or_else(malformed)?;
    let algorithm = algorithms
        .iter()
        .find(|algorithm| algorithm.signature_length() == Some(signature.len()));
    let algorithm = *algorithm.ok_or_else(malformed)?;
    Ok((signature, algorithm))
}

fn write_signature(signature: &[u8]) -> String {
    format!("z{}", bs58::encode(signature).into_string())
}
