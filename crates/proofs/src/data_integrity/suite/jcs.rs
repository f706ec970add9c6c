//! Suites that sign the hash of a document's canonical JSON: `eddsa-jcs-2022`
//! ([EdDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-eddsa/) §3.3) and `ecdsa-jcs-2019`
//! ([ECDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-ecdsa/) §3.3).
//!
//! Every member is signed, whether or not it has a meaning. The standard lets a document name more contexts than its
//! proof; those would not be signed, so both must name the same here.

use credentials::jcs::{self, JcsError};
use serde_json::{Map, Value};

use super::{Input, Signed, Suite, hash_for, read_signature, write_signature};
use crate::crypto::Hash;
use crate::data_integrity::{CreateError, ProofError};
use crate::keys::{Algorithm, Signer};

pub(super) const EDDSA: Jcs = Jcs(super::EDDSA);
pub(super) const ECDSA: Jcs = Jcs(super::ECDSA);

pub(super) struct Jcs(&'static [Algorithm]);

impl Suite for Jcs {
    fn algorithms(&self) -> &'static [Algorithm] {
        self.0
    }

    fn complete(&self, options: &mut Map<String, Value>, unsecured: &Map<String, Value>) {
        if let Some(context) = unsecured.get("@context") {
            options.insert("@context".to_owned(), context.clone());
        }
    }

    fn proof_value(&self, input: &Input<'_>, signer: &dyn Signer) -> Result<String, CreateError> {
        let message = message(input, hash_for(signer.algorithm()))?;
        Ok(write_signature(&signer.sign(&message)?))
    }

    fn signed(&self, input: &Input<'_>, value: &str) -> Result<Signed, ProofError> {
        let (signature, algorithm) = read_signature(value, self.0)?;
        Ok(Signed {
            algorithm,
            message: message(input, hash_for(algorithm))?,
            signature,
            parts: Vec::new(),
        })
    }
}

/// The hash of the proof's options, then that of the document.
fn message(input: &Input<'_>, hash: Hash) -> Result<Vec<u8>, JcsError> {
    let options = jcs::canonicalize(&Value::Object(input.options.clone()))?;
    let document = jcs::canonicalize(&input.document())?;
    let mut message = hash.digest(options.as_bytes());
    message.extend(hash.digest(document.as_bytes()));
    Ok(message)
}
