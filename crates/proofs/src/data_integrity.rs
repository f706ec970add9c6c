//! Data Integrity proofs with the cryptosuite `eddsa-rdfc-2022`
//! ([Data Integrity 1.0](https://www.w3.org/TR/vc-data-integrity/),
//! [EdDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-eddsa/) §3.2).

use std::cell::OnceCell;

use chrono::{DateTime, SecondsFormat, Utc};
use credentials::{Did, DidUrl};
use serde_json::{Map, Value, json};

use crate::crypto::sha256;
use crate::did::{LookupError, Purpose};
use crate::json_ld::{self, Contexts, JsonLdError};
use crate::keys::{Algorithm, PublicKey, SignError, Signer};

const PROOF_TYPE: &str = "DataIntegrityProof";
const CRYPTOSUITE: &str = "eddsa-rdfc-2022";
/// More proofs than this on one document are refused.
const MOST_PROOFS: usize = 10;

/// The key belongs to another party than the credential's issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential is signed by another party than its issuer")]
pub struct IssuerMismatch;

/// What goes into a proof besides the signature.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    /// The key that signs.
    pub verification_method: DidUrl,
    /// What the proof is for.
    pub purpose: Purpose,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires: Option<DateTime<Utc>>,
    /// For whom it is.
    pub domain: Option<String>,
    /// What it answers.
    pub challenge: Option<String>,
}

impl ProofOptions {
    /// A proof by an issuer.
    pub fn assertion(verification_method: DidUrl, created: DateTime<Utc>) -> Self {
        Self {
            verification_method,
            purpose: Purpose::AssertionMethod,
            created: Some(created),
            expires: None,
            domain: None,
            challenge: None,
        }
    }

    fn to_json(&self) -> Map<String, Value> {
        let date = |date: DateTime<Utc>| json!(date.to_rfc3339_opts(SecondsFormat::Secs, true));
        [
            ("type", Some(json!(PROOF_TYPE))),
            ("cryptosuite", Some(json!(CRYPTOSUITE))),
            ("created", self.created.map(date)),
            ("expires", self.expires.map(date)),
            ("verificationMethod", Some(json!(self.verification_method))),
            ("proofPurpose", Some(json!(self.purpose.name()))),
            ("domain", self.domain.as_ref().map(|domain| json!(domain))),
            (
                "challenge",
                self.challenge.as_ref().map(|challenge| json!(challenge)),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

/// Why a document was not signed.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The cryptosuite signs with Ed25519 only.
    #[error("eddsa-rdfc-2022 signs with an Ed25519 key, not {0}")]
    Algorithm(Algorithm),
    /// The document is not an object.
    #[error("only a JSON object can carry a proof")]
    NotAnObject,
    /// The document cannot be signed without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why a document's proofs do not hold.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// There is no proof.
    #[error("the document has no proof")]
    Absent,
    /// More proofs than anybody needs.
    #[error("the document has too many proofs")]
    TooMany,
    /// A member of a proof is missing or malformed.
    #[error("`{0}` of the proof is missing or malformed")]
    Malformed(&'static str),
    /// Another cryptosuite than `eddsa-rdfc-2022`, or another type of proof.
    #[error("the proof's type or cryptosuite is not supported")]
    Unsupported,
    /// The statements cannot be had without loss.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The key cannot be had.
    #[error(transparent)]
    Key(#[from] LookupError),
    /// The key is not an Ed25519 key.
    #[error("the proof needs an Ed25519 key, not {0}")]
    Algorithm(Algorithm),
    /// The signature does not hold.
    #[error("the document was changed after it was signed, or signed with another key")]
    Signature,
}

/// A proof whose signature holds.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    /// The key that signed.
    pub verification_method: DidUrl,
    /// Whose key it is.
    pub controller: Did,
    /// What the proof is for.
    pub purpose: Purpose,
    /// When the signer says it was made.
    pub created: Option<DateTime<Utc>>,
    /// When the signer says it ends. Not compared with any clock.
    pub expires: Option<DateTime<Utc>>,
    /// For whom it is.
    pub domain: Vec<String>,
    /// What it answers.
    pub challenge: Option<String>,
}

/// Signs a document with the contexts of this program and adds the proof to those it has.
///
/// The document is refused, not trimmed, if any part of it could not be signed; see [`json_ld`].
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
    if signer.algorithm() != Algorithm::EdDsa {
        return Err(CreateError::Algorithm(signer.algorithm()));
    }
    let mut secured = document.as_object().cloned().ok_or(CreateError::NotAnObject)?;
    let earlier = secured.remove("proof");
    let mut proof = options.to_json();
    let hashes = hash_data(&secured, &[], &proof, contexts)?;
    let signature = signer.sign(&hashes)?;
    proof.insert(
        "proofValue".to_owned(),
        format!("z{}", bs58::encode(signature).into_string()).into(),
    );
    let proof = Value::Object(proof);
    let proofs = match earlier {
        None => proof,
        Some(Value::Array(mut proofs)) => {
            proofs.push(proof);
            Value::Array(proofs)
        }
        Some(single) => Value::Array(vec![single, proof]),
    };
    secured.insert("proof".to_owned(), proofs);
    Ok(Value::Object(secured))
}

/// Checks every proof of a document with the contexts of this program; one that does not hold
/// refuses them all. What is returned is never empty.
///
/// `resolve` gives the key of a verification method, if its controller listed it for the purpose.
/// This function does not judge whether that controller is the document's issuer
/// ([`require_issuer`]), nor any date.
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
    let bare = OnceCell::new();
    proofs
        .iter()
        .map(|proof| verify_one(&unsecured, &bare, proof, &proofs, resolve, contexts))
        .collect()
}

/// The verification methods that a document's proofs name, so that a caller can load what is needed
/// before verifying. Malformed proofs are passed over here and refused by [`verify`].
pub fn verification_methods(document: &Value) -> Vec<DidUrl> {
    let proofs = match document.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    proofs
        .iter()
        .take(MOST_PROOFS)
        .filter_map(|proof| DidUrl::parse(proof.get("verificationMethod")?.as_str()?).ok())
        .collect()
}

fn verify_one(
    unsecured: &Map<String, Value>,
    bare: &OnceCell<[u8; 32]>,
    proof: &Value,
    all: &[Value],
    resolve: &dyn Fn(&DidUrl, Purpose) -> Result<PublicKey, LookupError>,
    contexts: &Contexts,
) -> Result<VerifiedProof, ProofError> {
    let members = proof.as_object().ok_or(ProofError::Malformed("proof"))?;
    let text = |name: &'static str| match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(ProofError::Malformed(name)),
    };
    let required = |name: &'static str| text(name)?.ok_or(ProofError::Malformed(name));
    let date = |name: &'static str| match text(name)? {
        None => Ok(None),
        Some(date) => match DateTime::parse_from_rfc3339(date) {
            Ok(date) => Ok(Some(date.with_timezone(&Utc))),
            Err(_) => Err(ProofError::Malformed(name)),
        },
    };
    if required("type")? != PROOF_TYPE || required("cryptosuite")? != CRYPTOSUITE {
        return Err(ProofError::Unsupported);
    }
    let verification_method = DidUrl::parse(required("verificationMethod")?)
        .map_err(|_| ProofError::Malformed("verificationMethod"))?;
    let purpose =
        Purpose::from_name(required("proofPurpose")?).ok_or(ProofError::Malformed("proofPurpose"))?;
    let signature = read_proof_value(required("proofValue")?)?;
    let verified = VerifiedProof {
        controller: verification_method.did().clone(),
        purpose,
        created: date("created")?,
        expires: date("expires")?,
        domain: texts(members, "domain")?,
        challenge: text("challenge")?.map(str::to_owned),
        verification_method,
    };
    let mut config = members.clone();
    config.remove("proofValue");
    // The proof is read with the document's contexts; one that asks for others is not understood.
    if config
        .remove("@context")
        .is_some_and(|context| Some(&context) != unsecured.get("@context"))
    {
        return Err(ProofError::Malformed("@context"));
    }
    let previous = previous_proofs(members, all)?;
    let config = hash_config(unsecured, &config, contexts)?;
    let document = match bare.get() {
        Some(hash) if previous.is_empty() => *hash,
        _ => hash_document(unsecured, &previous, contexts)?,
    };
    if previous.is_empty() {
        bare.get_or_init(|| document);
    }
    let hashes = joined(config, document);
    let key = resolve(&verified.verification_method, purpose)?;
    if key.algorithm() != Algorithm::EdDsa {
        return Err(ProofError::Algorithm(key.algorithm()));
    }
    key.verify(&hashes, &signature)
        .map_err(|_| ProofError::Signature)?;
    Ok(verified)
}

fn read_proof_value(text: &str) -> Result<Vec<u8>, ProofError> {
    let malformed = ProofError::Malformed("proofValue");
    match text.strip_prefix('z') {
        // 64 bytes take at most 88 characters; base58 takes quadratic time.
        Some(encoded) if encoded.len() <= 90 => bs58::decode(encoded).into_vec().map_err(|_| malformed),
        _ => Err(malformed),
    }
}

/// A member that is one text or a list of them.
fn texts(members: &Map<String, Value>, name: &'static str) -> Result<Vec<String>, ProofError> {
    let entries = match members.get(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    entries
        .iter()
        .map(|entry| {
            entry
                .as_str()
                .map(str::to_owned)
                .ok_or(ProofError::Malformed(name))
        })
        .collect()
}

/// The proofs of the same document that a proof says it was made over (Data Integrity 1.0 §2.1.2).
fn previous_proofs(members: &Map<String, Value>, all: &[Value]) -> Result<Vec<Value>, ProofError> {
    texts(members, "previousProof")?
        .iter()
        .map(|id| {
            let mut named = all
                .iter()
                .filter(|proof| proof.get("id").and_then(Value::as_str) == Some(id));
            match (named.next(), named.next()) {
                (Some(proof), None) => Ok(proof.clone()),
                _ => Err(ProofError::Malformed("previousProof")),
            }
        })
        .collect()
}

/// What is signed: the hash of the proof's options, then that of the document
/// (EdDSA cryptosuites §3.2.3 to §3.2.5).
fn hash_data(
    unsecured: &Map<String, Value>,
    previous: &[Value],
    config: &Map<String, Value>,
    contexts: &Contexts,
) -> Result<[u8; 64], JsonLdError> {
    let config = hash_config(unsecured, config, contexts)?;
    Ok(joined(config, hash_document(unsecured, previous, contexts)?))
}

fn hash_config(
    unsecured: &Map<String, Value>,
    config: &Map<String, Value>,
    contexts: &Contexts,
) -> Result<[u8; 32], JsonLdError> {
    let mut config = config.clone();
    if let Some(context) = unsecured.get("@context") {
        config.insert("@context".to_owned(), context.clone());
    }
    Ok(sha256(
        json_ld::canonicalize(&Value::Object(config), contexts)?.as_bytes(),
    ))
}

fn hash_document(
    unsecured: &Map<String, Value>,
    previous: &[Value],
    contexts: &Contexts,
) -> Result<[u8; 32], JsonLdError> {
    let mut document = unsecured.clone();
    if !previous.is_empty() {
        document.insert("proof".to_owned(), Value::Array(previous.to_vec()));
    }
    Ok(sha256(
        json_ld::canonicalize(&Value::Object(document), contexts)?.as_bytes(),
    ))
}

fn joined(config: [u8; 32], document: [u8; 32]) -> [u8; 64] {
    let mut hashes = [0; 64];
    let (first, second) = hashes.split_at_mut(32);
    first.copy_from_slice(&config);
    second.copy_from_slice(&document);
    hashes
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
