//! Making base proofs.

use std::collections::BTreeSet;

use rand_core::CryptoRng;
use serde_json::Value;
use zeroize::Zeroizing;

use super::proof_value::BaseProof;
use super::statements::{Statements, joint_hash};
use super::{MOST_STATEMENTS, base_message};
use crate::crypto::Hash;
use crate::data_integrity::suite::hash_options;
use crate::data_integrity::{CreateError, Cryptosuite, ProofOptions, with_proof};
use crate::json_ld::{Contexts, SelectionError};
use crate::keys::{Algorithm, SecretKey, Signer};

/// Signs a document with the contexts of this program, and adds the base proof to the proofs it has.
///
/// `mandatory` are JSON pointers to what every derived proof shows; with each value go the identifiers and types of
/// the objects it stands in. Randomness makes the key of the statements, which is forgotten, and the key that names
/// blank nodes, which the holder gets. The key must be one for P-256.
pub fn sign(
    document: &Value,
    options: &ProofOptions,
    mandatory: &[String],
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<Value, CreateError> {
    sign_with(document, options, mandatory, signer, rng, Contexts::bundled())
}

/// As [`sign`], with contexts of the caller's choice.
pub fn sign_with(
    document: &Value,
    options: &ProofOptions,
    mandatory: &[String],
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
    contexts: &Contexts,
) -> Result<Value, CreateError> {
    let mut hmac_key = Zeroizing::new(vec![0; 32]);
    rng.fill_bytes(&mut hmac_key);
    let statement_key = SecretKey::generate(Algorithm::Es256, rng);
    sign_with_keys(
        document,
        options,
        mandatory,
        signer,
        &Keys {
            hmac_key,
            statement_key,
        },
        contexts,
    )
}

/// What is drawn at random for one credential.
pub(super) struct Keys {
    pub(super) hmac_key: Zeroizing<Vec<u8>>,
    pub(super) statement_key: SecretKey,
}

pub(super) fn sign_with_keys(
    document: &Value,
    options: &ProofOptions,
    mandatory: &[String],
    signer: &dyn Signer,
    keys: &Keys,
    contexts: &Contexts,
) -> Result<Value, CreateError> {
    let cryptosuite = Cryptosuite::EcdsaSd2023;
    if signer.algorithm() != Algorithm::Es256 {
        return Err(CreateError::Algorithm {
            cryptosuite,
            key: signer.algorithm(),
        });
    }
    // A derived proof stands alone: its holder may leave the others out.
    if let Some(name) = options.previous_proof.first() {
        return Err(CreateError::PreviousProof(name.clone()));
    }
    let mut unsecured = document.as_object().cloned().ok_or(CreateError::NotAnObject)?;
    let earlier = unsecured.remove("proof");
    let mut proof = options.clone().with(cryptosuite).to_json();
    let options = hash_options(&proof, &unsecured, contexts, Hash::Sha256)?;
    let bare = Value::Object(unsecured);
    let statements = Statements::of(&bare, &keys.hmac_key, contexts)?;
    if statements.lines.len() > MOST_STATEMENTS {
        return Err(CreateError::TooLarge);
    }
    let selection = match statements.dataset.selection(&bare, mandatory) {
        Ok(selection) => selection,
        Err(SelectionError::Pointer(pointer)) => return Err(CreateError::Pointer(pointer)),
        Err(SelectionError::TooMany) => return Err(CreateError::TooLarge),
    };
    let always: BTreeSet<usize> = statements.dataset.selected(&selection).into_iter().collect();
    let (mandatory_lines, others): (Vec<_>, Vec<_>) = statements
        .lines
        .iter()
        .partition(|(_, index)| always.contains(index));
    let signatures = others
        .iter()
        .map(|(line, _)| keys.statement_key.sign(line.as_bytes()))
        .collect::<Result<_, _>>()?;
    let public_key = keys.statement_key.public_key().to_multikey_bytes();
    let mandatory_hash = joint_hash(mandatory_lines.iter().map(|(line, _)| line));
    let value = BaseProof {
        signature: signer.sign(&base_message(&options, &public_key, &mandatory_hash))?,
        public_key,
        hmac_key: keys.hmac_key.clone(),
        signatures,
        mandatory_pointers: mandatory.to_vec(),
    };
    proof.insert("proofValue".to_owned(), value.write().into());
    let Value::Object(unsecured) = bare else {
        return Err(CreateError::NotAnObject);
    };
    Ok(with_proof(unsecured, earlier, proof))
}
