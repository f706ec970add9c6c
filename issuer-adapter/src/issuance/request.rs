//! Reading a credential request (section 8.2): what is asked, and whether its proofs hold.

use super::token::identifier;
use super::{MOST_PROOFS, Result, metadata, refuse};
use crate::Adapter;
use chrono::{DateTime, Utc};
use openid4vc::issuance::messages::{CredentialRequest, ErrorCode};
use openid4vc::issuance::proof::{self, VerifiedProof};
use proofs::Algorithm;
use serde_json::Value;
use std::collections::HashSet;

pub(super) struct Requested {
    pub(super) configuration: metadata::Configuration,
    pub(super) proofs: Vec<String>,
}

/// Reads a request. `identified` holds the configurations that identifiers were given out for with the token:
/// then credentials are asked for by these alone.
pub(super) fn requested(body: &[u8], identified: Option<&[String]>) -> Result<Requested> {
    let malformed = |text: &str| refuse(ErrorCode::InvalidCredentialRequest, text);
    let json: Value = credentials::json::parse(
        body,
        &credentials::json::Limits {
            bytes: 128 * 1024,
            ..credentials::json::Limits::default()
        },
    )
    .map_err(|_| malformed("The body is not acceptable JSON."))?;
    // Told apart before the whole is read, so that the answer names the fault.
    let proofs = json.get("proofs");
    if proofs.is_none() {
        return Err(refuse(ErrorCode::InvalidProof, "proofs is missing."));
    }
    let only_jwt = proofs
        .and_then(Value::as_object)
        .is_some_and(|proofs| proofs.len() == 1 && proofs.contains_key("jwt"));
    if !only_jwt {
        return Err(refuse(
            ErrorCode::InvalidProof,
            "proofs must hold jwt and nothing else.",
        ));
    }
    if json.get("credential_response_encryption").is_some() {
        return Err(refuse(
            ErrorCode::InvalidEncryptionParameters,
            "Encrypted answers are not supported.",
        ));
    }
    let request =
        CredentialRequest::parse(body).map_err(|_| malformed("The body is not a credential request."))?;
    let ids = (
        request.credential_configuration_id,
        request.credential_identifier,
        identified,
    );
    let configuration = match ids {
        (Some(id), None, None) => metadata::Configuration::parse(&id).ok_or_else(|| {
            refuse(
                ErrorCode::UnknownCredentialConfiguration,
                "There is no such credential configuration here.",
            )
        })?,
        (None, Some(id), Some(identified)) => identified
            .iter()
            .find(|configuration| identifier(configuration) == id)
            .and_then(|configuration| metadata::Configuration::parse(configuration))
            .ok_or_else(|| {
                refuse(
                    ErrorCode::UnknownCredentialIdentifier,
                    "That identifier did not come with the token.",
                )
            })?,
        (None, Some(_), None) => {
            return Err(refuse(
                ErrorCode::UnknownCredentialIdentifier,
                "No credential identifiers were given out; use credential_configuration_id.",
            ));
        }
        (Some(_), None, Some(_)) => {
            return Err(malformed(
                "Identifiers came with the token; use credential_identifier.",
            ));
        }
        (Some(_), Some(_), _) | (None, None, _) => {
            return Err(malformed(
                "Exactly one of credential_configuration_id and credential_identifier is needed.",
            ));
        }
    };
    let proofs = request.proofs.map(|proofs| proofs.jwt).unwrap_or_default();
    if !(1..=MOST_PROOFS).contains(&proofs.len()) {
        return Err(refuse(
            ErrorCode::InvalidProof,
            "proofs.jwt must hold one to ten proofs.",
        ));
    }
    Ok(Requested {
        configuration,
        proofs,
    })
}

impl Adapter {
    /// The proofs, each verified, and each of another key.
    pub(super) fn proofs(&self, proofs: &[String], algorithms: &[Algorithm]) -> Result<Vec<VerifiedProof>> {
        let audience = self.config.base();
        let mut verified = Vec::with_capacity(proofs.len());
        let mut keys = HashSet::new();
        for proof in proofs {
            let proof = proof::verify(proof, &audience, algorithms, self.clock.now())
                .map_err(|error| refuse(ErrorCode::InvalidProof, &error.to_string()))?;
            if !keys.insert(proof.key.thumbprint()) {
                return Err(refuse(
                    ErrorCode::InvalidProof,
                    "Each proof needs a key of its own.",
                ));
            }
            verified.push(proof);
        }
        Ok(verified)
    }

    /// The different nonces of the proofs, with the end of each.
    pub(super) fn fresh_nonces(&self, proofs: &[VerifiedProof]) -> Result<Vec<(String, DateTime<Utc>)>> {
        let mut nonces: Vec<(String, DateTime<Utc>)> = Vec::new();
        for proof in proofs {
            let nonce = proof.nonce.as_deref().ok_or_else(|| {
                refuse(
                    ErrorCode::InvalidNonce,
                    "The proof has no nonce. Ask the nonce endpoint for one.",
                )
            })?;
            let expires_at = self.nonces.expiry(nonce, self.clock.now()).ok_or_else(|| {
                refuse(
                    ErrorCode::InvalidNonce,
                    "The nonce is unknown or expired. Ask for another.",
                )
            })?;
            if !nonces.iter().any(|(seen, _)| seen == nonce) {
                nonces.push((nonce.to_owned(), expires_at));
            }
        }
        Ok(nonces)
    }
}
