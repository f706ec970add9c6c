//! Issues and derives what a developer sends.

use chrono::{DateTime, Utc};
use credentials::data_model::{Edition, Violation, check_credential};
use credentials::{DateTimeStamp, DidUrl};
use proofs::PublicKey;
use proofs::data_integrity::{
    self, CreateError, Cryptosuite, DeriveError, ProofError, ProofOptions, ecdsa_sd,
};
use proofs::did::{LookupError, Purpose, resolve_local};
use proofs::json_ld::{self, Contexts, JsonLdError};
use proofs::related_resource;
use rand_core::CryptoRng;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Instance;
use super::status::{StatusWanted, Unavailable};

/// A context that gives a proof's terms their meaning where the data model's own does not.
const PROOF_CONTEXT: &str = "https://w3id.org/security/data-integrity/v2";
/// JSON pointers in one request.
const MOST_POINTERS: usize = 100;
/// What every derived credential shows unless the request says otherwise, as far as it is there: without these no
/// verifier can judge it.
const MANDATORY: [&str; 6] = [
    "/issuer",
    "/validFrom",
    "/validUntil",
    "/issuanceDate",
    "/expirationDate",
    "/credentialStatus",
];

/// A credential to sign (VC-API, "Issue Credential").
#[derive(Deserialize, ToSchema)]
pub(crate) struct IssueRequest {
    /// A sound credential of the W3C data model 2.0 or 1.1, whose issuer is that of the instance.
    #[schema(value_type = Object)]
    credential: Value,
    /// How to sign it.
    #[serde(default)]
    options: IssueOptions,
}

/// How to sign a credential; other members are refused.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct IssueOptions {
    /// With `ecdsa-sd-2023`: JSON pointers to what every derived credential shows.
    mandatory_pointers: Option<Vec<String>>,
    /// One status entry or several to put into the credential.
    #[schema(value_type = Option<Object>)]
    credential_status: Option<StatusWanted>,
    /// When the proof is made, instead of now.
    created: Option<String>,
    /// When the proof ends.
    expires: Option<String>,
    /// For whom the proof is.
    domain: Option<String>,
    /// What the proof answers.
    challenge: Option<String>,
    /// The proof's identifier, a URL.
    id: Option<String>,
    /// Identifiers of proofs that the credential has and that this one covers.
    previous_proof: Vec<String>,
}

/// A credential to derive another from (VC-API, "Derive Credential").
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeriveRequest {
    /// A credential with a base proof of `ecdsa-sd-2023`.
    #[schema(value_type = Object)]
    verifiable_credential: Value,
    /// What to show.
    #[serde(default)]
    options: DeriveOptions,
}

/// What to show of a credential.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct DeriveOptions {
    /// JSON pointers to what is shown besides what always is.
    selective_pointers: Vec<String>,
}

/// Why nothing was issued or derived.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the credential breaks rules of the data model")]
    DataModel(Vec<Violation>),
    #[error("the issuer of the credential is not {0}")]
    OtherIssuer(String),
    #[error("the digest of a related resource is not that of the resource")]
    Resource(Vec<String>),
    #[error("`{0}` of the options cannot be used")]
    Option(&'static str),
    #[error("the credential has a status, so none was added")]
    StatusThere,
    #[error(transparent)]
    Status(#[from] Unavailable),
    #[error("a proof that the credential has does not hold")]
    EarlierProof(#[source] ProofError),
    #[error("the credential says what has no meaning")]
    Meaning(#[from] JsonLdError),
    #[error(transparent)]
    Create(#[from] CreateError),
    #[error("only ecdsa-sd-2023 derives")]
    NotSelective,
    #[error("the base proof does not hold")]
    BaseProof(#[source] ProofError),
    #[error(transparent)]
    Derive(#[from] DeriveError),
}

impl Instance {
    /// Signs a credential as this instance's issuer.
    pub(crate) fn issue(
        &self,
        request: IssueRequest,
        now: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Value, Refusal> {
        let IssueRequest {
            mut credential,
            options,
        } = request;
        let contexts = Contexts::bundled_with_own_terms();
        let edition = check_credential(&credential).map_err(Refusal::DataModel)?;
        let issuer = &credential["issuer"];
        if issuer.as_str().or_else(|| issuer["id"].as_str()) != Some(self.did.as_str()) {
            return Err(Refusal::OtherIssuer(self.did.to_string()));
        }
        let changed = related_resource::check(&credential).changed;
        if !changed.is_empty() {
            return Err(Refusal::Resource(changed));
        }
        if credential.get("proof").is_some() {
            data_integrity::verify_with(&credential, &local_key, contexts).map_err(Refusal::EarlierProof)?;
        }
        if edition == Edition::V1 {
            add_proof_context(&mut credential);
        }
        let proof = self.proof_options(&options, now)?;
        let selective = self.way.cryptosuite == Cryptosuite::EcdsaSd2023;
        let mandatory = match options.mandatory_pointers {
            Some(_) if !selective => return Err(Refusal::Option("mandatoryPointers")),
            Some(pointers) if pointers.len() > MOST_POINTERS => {
                return Err(Refusal::Option("mandatoryPointers"));
            }
            Some(pointers) => Some(pointers),
            None => None,
        };
        // Before a place in a list is taken, so that a refusal leaves nothing behind.
        let mut bare = credential.clone();
        if let Some(members) = bare.as_object_mut() {
            members.remove("proof");
        }
        json_ld::canonicalize(&bare, contexts)?;
        if let Some(wanted) = options.credential_status {
            if credential.get("credentialStatus").is_some() || credential.get("proof").is_some() {
                return Err(Refusal::StatusThere);
            }
            let id = credential["id"].as_str().map(str::to_owned);
            credential["credentialStatus"] = self.status_entries(&wanted, id.as_deref(), rng)?;
        }
        if !selective {
            return Ok(data_integrity::sign_with(
                &credential,
                &proof,
                &self.key,
                contexts,
            )?);
        }
        let mandatory = mandatory.unwrap_or_else(|| {
            let there = MANDATORY
                .iter()
                .filter(|pointer| credential.pointer(pointer).is_some());
            there.map(|pointer| (*pointer).to_owned()).collect()
        });
        Ok(ecdsa_sd::sign_with(
            &credential,
            &proof,
            &mandatory,
            &self.key,
            rng,
            contexts,
        )?)
    }

    fn proof_options(&self, options: &IssueOptions, now: DateTime<Utc>) -> Result<ProofOptions, Refusal> {
        let date = |text: &Option<String>, name| match text {
            None => Ok(None),
            Some(text) => match DateTimeStamp::parse(text) {
                Some(date) => Ok(Some(date.to_utc())),
                None => Err(Refusal::Option(name)),
            },
        };
        let is_short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= 1_000);
        for (name, holds) in [
            ("domain", is_short(&options.domain)),
            ("challenge", is_short(&options.challenge)),
            (
                "id",
                is_short(&options.id) && options.id.as_ref().is_none_or(|id| id.contains(':')),
            ),
            ("previousProof", options.previous_proof.len() <= 10),
        ] {
            if !holds {
                return Err(Refusal::Option(name));
            }
        }
        let created = date(&options.created, "created")?.unwrap_or(now);
        let expires = date(&options.expires, "expires")?;
        if expires.is_some_and(|end| end < created) {
            return Err(Refusal::Option("expires"));
        }
        let method = self.key.public_key().to_did_key_url();
        Ok(ProofOptions {
            cryptosuite: self.way.cryptosuite,
            expires,
            domain: options.domain.clone(),
            challenge: options.challenge.clone(),
            id: options.id.clone(),
            previous_proof: options.previous_proof.clone(),
            ..ProofOptions::assertion(method, created)
        })
    }

    /// Derives a credential that shows a part of another, whoever issued that.
    pub(crate) fn derive(&self, request: &DeriveRequest) -> Result<Value, Refusal> {
        if self.way.cryptosuite != Cryptosuite::EcdsaSd2023 {
            return Err(Refusal::NotSelective);
        }
        let contexts = Contexts::bundled_with_own_terms();
        let credential = &request.verifiable_credential;
        check_credential(credential).map_err(Refusal::DataModel)?;
        if request.options.selective_pointers.len() > MOST_POINTERS {
            return Err(Refusal::Option("selectivePointers"));
        }
        match ecdsa_sd::verify_base_with(credential, &local_key, contexts) {
            // Another's key is not resolved here; whoever verifies what was derived will.
            Ok(_) | Err(ProofError::Key(LookupError::Unresolved { .. })) => {}
            Err(error) => return Err(Refusal::BaseProof(error)),
        }
        Ok(ecdsa_sd::derive_with(
            credential,
            &request.options.selective_pointers,
            contexts,
        )?)
    }
}

/// The key of a DID that carries it.
fn local_key(kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    let unresolved = |reason: &dyn std::fmt::Display| LookupError::Unresolved {
        did: kid.did().clone(),
        reason: reason.to_string(),
    };
    match resolve_local(kid.did()) {
        Some(Ok(document)) => document.key(kid, purpose),
        Some(Err(error)) => Err(unresolved(&error)),
        None => Err(unresolved(&"only did:key and did:jwk are resolved here")),
    }
}

/// The data model 1.1 knows no Data Integrity (its context has no such terms).
fn add_proof_context(credential: &mut Value) {
    if let Some(contexts) = credential["@context"].as_array_mut()
        && !contexts.iter().any(|context| context == PROOF_CONTEXT)
    {
        contexts.push(json!(PROOF_CONTEXT));
    }
}
