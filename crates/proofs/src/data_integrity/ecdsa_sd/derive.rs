//! What a holder does with a base proof.

use std::collections::BTreeSet;

use credentials::DidUrl;
use serde_json::{Map, Value};

use super::proof_value::{BaseProof, DerivedProof, ProofValue};
use super::statements::{Statements, joint_hash, renamed};
use super::{MOST_STATEMENTS, base_message};
use crate::crypto::Hash;
use crate::data_integrity::proof::ReadProof;
use crate::data_integrity::suite::hash_options;
use crate::data_integrity::{Cryptosuite, DeriveError, ProofError, VerifiedProof, proofs_of};
use crate::did::{LookupError, Purpose};
use crate::json_ld::{Contexts, Dataset, SelectionError};
use crate::keys::{Algorithm, PublicKey};

/// Whether a document has a base proof, from which its holder derives what to show.
pub fn is_base(document: &Value) -> bool {
    base_proofs(document).next().is_some()
}

fn base_proofs(document: &Value) -> impl Iterator<Item = (&Map<String, Value>, BaseProof)> {
    proofs_of(document).iter().filter_map(|proof| {
        let members = proof.as_object()?;
        if Cryptosuite::of_members(members) != Some(Cryptosuite::EcdsaSd2023) {
            return None;
        }
        match ProofValue::read(members.get("proofValue")?.as_str()?)? {
            ProofValue::Base(base) => Some((members, base)),
            ProofValue::Derived(_) => None,
        }
    })
}

/// The one base proof of a document, and the document without proofs.
fn base_of(document: &Value) -> Option<(Value, &Map<String, Value>, BaseProof)> {
    let mut bare = document.clone();
    bare.as_object_mut()?.remove("proof");
    let mut found = base_proofs(document);
    match (found.next(), found.next()) {
        (Some((proof, base)), None) => Some((bare, proof, base)),
        _ => None,
    }
}

/// Shows a part of a credential: what its issuer always shows, and what the JSON pointers of `selective` select.
///
/// With each selected value go the identifiers and types of the objects it stands in; a list is selected whole. Other
/// proofs of the credential are left out, since they hold for the whole alone. What is derived verifies if the base
/// proof is sound, which [`verify_base`] finds out: a choice that could not verify is refused.
pub fn derive(document: &Value, selective: &[String]) -> Result<Value, DeriveError> {
    derive_with(document, selective, Contexts::bundled())
}

/// As [`derive()`], with contexts of the caller's choice.
pub fn derive_with(
    document: &Value,
    selective: &[String],
    contexts: &Contexts,
) -> Result<Value, DeriveError> {
    let (bare, proof, base) = base_of(document).ok_or(DeriveError::NoBaseProof)?;
    let statements = Statements::of(&bare, &base.hmac_key, contexts)?;
    let always = selected(&statements.dataset, &bare, &base.mandatory_pointers)?;
    let both = [base.mandatory_pointers.as_slice(), selective].concat();
    let selection = read_selection(&statements.dataset, &bare, &both)?;
    if selection.is_empty() {
        return Err(DeriveError::Nothing);
    }
    let shown: BTreeSet<usize> = statements.dataset.selected(&selection).into_iter().collect();
    if statements.lines.len() != always.len() + base.signatures.len() {
        return Err(DeriveError::BaseProof);
    }

    let mut lines = Vec::with_capacity(shown.len());
    let mut signatures = Vec::new();
    let mut mandatory_indexes = Vec::new();
    let mut of_statements = base.signatures.iter();
    for (line, index) in &statements.lines {
        let is_mandatory = always.contains(index);
        let signature = if is_mandatory { None } else { of_statements.next() };
        if shown.contains(index) {
            if is_mandatory {
                mandatory_indexes.push(lines.len());
            }
            signatures.extend(signature.cloned());
            lines.push(line.clone());
        }
    }
    let labels = statements.label_map(&shown)?;
    let part = selection.of_document(&bare);
    if renamed(&part, &labels, contexts)?.as_ref() != Some(&lines) {
        return Err(DeriveError::NotSeparable);
    }
    let value = DerivedProof {
        signature: base.signature.clone(),
        public_key: base.public_key.clone(),
        signatures,
        labels,
        mandatory_indexes,
    };
    let mut proof = proof.clone();
    proof.insert("proofValue".to_owned(), value.write().into());
    match part {
        Value::Object(mut part) => {
            // As the issuer wrote it: the schema of Open Badges asks for a list, even of one.
            let is_list = document.get("proof").is_some_and(Value::is_array);
            let proof = Value::Object(proof);
            let proofs = if is_list { Value::Array(vec![proof]) } else { proof };
            part.insert("proof".to_owned(), proofs);
            Ok(Value::Object(part))
        }
        _ => Err(DeriveError::NoBaseProof),
    }
}

fn selected(
    dataset: &Dataset,
    document: &Value,
    pointers: &[String],
) -> Result<BTreeSet<usize>, DeriveError> {
    let selection = read_selection(dataset, document, pointers)?;
    Ok(dataset.selected(&selection).into_iter().collect())
}

fn read_selection(
    dataset: &Dataset,
    document: &Value,
    pointers: &[String],
) -> Result<crate::json_ld::Selection, DeriveError> {
    dataset
        .selection(document, pointers)
        .map_err(|error| match error {
            SelectionError::Pointer(pointer) => DeriveError::Pointer(pointer),
            SelectionError::TooMany => DeriveError::TooManyPointers,
        })
}

/// Checks a base proof as its holder receives it: the issuer's signature and that of every statement. Other proofs
/// of the document are not looked at.
pub fn verify_base(
    document: &Value,
    resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
) -> Result<VerifiedProof, ProofError> {
    verify_base_with(document, resolve, Contexts::bundled())
}

/// As [`verify_base`], with contexts of the caller's choice.
pub fn verify_base_with(
    document: &Value,
    resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
    contexts: &Contexts,
) -> Result<VerifiedProof, ProofError> {
    let (bare, proof, base) = base_of(document).ok_or(ProofError::Absent)?;
    let members = bare.as_object().ok_or(ProofError::Absent)?;
    let read = ReadProof::read(&Value::Object(proof.clone()), members, &[])?;
    let malformed = || ProofError::Malformed("proofValue");
    let statements = Statements::of(&bare, &base.hmac_key, contexts)?;
    if statements.lines.len() > MOST_STATEMENTS {
        return Err(malformed());
    }
    let always = selected(&statements.dataset, &bare, &base.mandatory_pointers).map_err(|_| malformed())?;
    let (mandatory, others): (Vec<_>, Vec<_>) = statements
        .lines
        .iter()
        .partition(|(_, index)| always.contains(index));
    if others.len() != base.signatures.len() {
        return Err(ProofError::Signature);
    }
    let options = hash_options(&read.options, members, contexts, Hash::Sha256)?;
    let mandatory = joint_hash(mandatory.iter().map(|(line, _)| line));
    let key = resolve(&read.verified.verification_method, read.verified.purpose)?;
    if key.algorithm() != Algorithm::Es256 {
        return Err(ProofError::Algorithm(key.algorithm()));
    }
    let statement_key = PublicKey::from_multikey_bytes(&base.public_key).map_err(|_| malformed())?;
    key.verify(
        &base_message(&options, &base.public_key, &mandatory),
        &base.signature,
    )
    .map_err(|_| ProofError::Signature)?;
    for ((line, _), signature) in others.iter().zip(&base.signatures) {
        statement_key
            .verify(line.as_bytes(), signature)
            .map_err(|_| ProofError::Signature)?;
    }
    Ok(read.verified)
}
