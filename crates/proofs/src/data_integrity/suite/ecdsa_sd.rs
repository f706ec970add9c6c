//! `ecdsa-sd-2023` as verifiers see it: derived proofs
//! ([ECDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-ecdsa/) §3.7).

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Input, Part, Signed, Suite, hash_options};
use crate::crypto::Hash;
use crate::data_integrity::ecdsa_sd::{ProofValue, base_message, joint_hash, renamed};
use crate::data_integrity::{CreateError, Cryptosuite, ProofError};
use crate::keys::{Algorithm, PublicKey, Signer};

pub(super) struct EcdsaSd;

impl Suite for EcdsaSd {
    fn algorithms(&self) -> &'static [Algorithm] {
        &[Algorithm::Es256]
    }

    fn proof_value(&self, _input: &Input<'_>, _signer: &dyn Signer) -> Result<String, CreateError> {
        Err(CreateError::NotMade(Cryptosuite::EcdsaSd2023))
    }

    fn signed(&self, input: &Input<'_>, value: &str) -> Result<Signed, ProofError> {
        let malformed = || ProofError::Malformed("proofValue");
        let proof = match ProofValue::read(value).ok_or_else(malformed)? {
            ProofValue::Derived(proof) => proof,
            ProofValue::Base(_) => return Err(ProofError::BaseProof),
        };
        // The proofs it would cover are the holder's to leave out.
        if !input.previous.is_empty() {
            return Err(ProofError::Malformed("previousProof"));
        }
        let options = hash_options(input.options, input.unsecured, input.contexts, Hash::Sha256)?;
        let document = Value::Object(input.unsecured.clone());
        let lines = renamed(&document, &proof.labels, input.contexts)?.ok_or(ProofError::Signature)?;
        let together: BTreeSet<usize> = proof.mandatory_indexes.iter().copied().collect();
        if together.len() != proof.mandatory_indexes.len()
            || together.last().is_some_and(|last| *last >= lines.len())
        {
            return Err(malformed());
        }
        let (mandatory, others): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .enumerate()
            .partition(|(index, _)| together.contains(index));
        // A statement too many has no signature, and one too few leaves a signature without its statement.
        if others.len() != proof.signatures.len() {
            return Err(ProofError::Signature);
        }
        let mandatory = joint_hash(mandatory.iter().map(|(_, line)| line));
        let key = PublicKey::from_multikey_bytes(&proof.public_key).map_err(|_| malformed())?;
        if key.algorithm() != Algorithm::Es256 {
            return Err(malformed());
        }
        let part = |((_, line), signature): ((usize, String), Vec<u8>)| Part {
            key: key.clone(),
            message: line.into_bytes(),
            signature,
        };
        Ok(Signed {
            algorithm: Algorithm::Es256,
            message: base_message(&options, &proof.public_key, &mandatory),
            signature: proof.signature,
            parts: others.into_iter().zip(proof.signatures).map(part).collect(),
        })
    }
}
