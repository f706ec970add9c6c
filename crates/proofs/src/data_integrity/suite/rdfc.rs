//! Suites that sign the hash of a document's canonical statements: `eddsa-rdfc-2022`
//! ([EdDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-eddsa/) §3.2), `Ed25519Signature2020` (its appendix A) and
//! `ecdsa-rdfc-2019` ([ECDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-ecdsa/) §3.2).

use serde_json::{Map, Value};

use super::{Input, Signed, Suite, hash_for, read_signature, write_signature};
use crate::crypto::Hash;
use crate::data_integrity::{CreateError, Cryptosuite, ProofError};
use crate::json_ld::{self, Contexts, JsonLdError};
use crate::keys::{Algorithm, Signer};

pub(super) const EDDSA: Rdfc = Rdfc {
    algorithms: super::EDDSA,
    only_verified: None,
};
pub(super) const ECDSA: Rdfc = Rdfc {
    algorithms: super::ECDSA,
    only_verified: None,
};
pub(super) const SIGNATURE_2020: Rdfc = Rdfc {
    algorithms: super::EDDSA,
    only_verified: Some(Cryptosuite::Ed25519Signature2020),
};

pub(super) struct Rdfc {
    algorithms: &'static [Algorithm],
    only_verified: Option<Cryptosuite>,
}

impl Suite for Rdfc {
    fn algorithms(&self) -> &'static [Algorithm] {
        self.algorithms
    }

    fn proof_value(&self, input: &Input<'_>, signer: &dyn Signer) -> Result<String, CreateError> {
        if let Some(suite) = self.only_verified {
            return Err(CreateError::NotMade(suite));
        }
        let message = message(input, hash_for(signer.algorithm()))?;
        Ok(write_signature(&signer.sign(&message)?))
    }

    fn signed(&self, input: &Input<'_>, value: &str) -> Result<Signed, ProofError> {
        let (signature, algorithm) = read_signature(value, self.algorithms)?;
        Ok(Signed {
            algorithm,
            message: message(input, hash_for(algorithm))?,
            signature,
            parts: Vec::new(),
        })
    }
}

/// The hash of the proof's options, then that of the document.
fn message(input: &Input<'_>, hash: Hash) -> Result<Vec<u8>, JsonLdError> {
    let mut message = hash_options(input.options, input.unsecured, input.contexts, hash)?;
    let known = input.bare.of(hash);
    match known.get() {
        Some(bare) if input.previous.is_empty() => message.extend_from_slice(bare),
        _ => {
            let text = json_ld::canonicalize_with(&input.document(), input.contexts, hash)?;
            let document = hash.digest(text.as_bytes());
            message.extend_from_slice(&document);
            if input.previous.is_empty() {
                known.get_or_init(|| document);
            }
        }
    }
    Ok(message)
}

/// The hash of the proof's options, read with the document's contexts.
pub(in crate::data_integrity) fn hash_options(
    options: &Map<String, Value>,
    unsecured: &Map<String, Value>,
    contexts: &Contexts,
    hash: Hash,
) -> Result<Vec<u8>, JsonLdError> {
    let mut options = options.clone();
    if let Some(context) = unsecured.get("@context") {
        options.insert("@context".to_owned(), context.clone());
    }
    let text = json_ld::canonicalize_with(&Value::Object(options), contexts, hash)?;
    Ok(hash.digest(text.as_bytes()))
}
