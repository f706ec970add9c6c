//! Resolves a DID for others: the function of DID Resolution, §4, without its HTTP binding.

use credentials::{Did, json};
use proofs::did::{LoopbackOrigins, parse_document, resolve_local, web_url};
use serde_json::Value;
use tokio::time::{Duration, timeout};
use verification::{Need, NeedKind, Resource};

use crate::Verifier;

/// How long a document's server may take.
const LONGEST: Duration = Duration::from_secs(10);

/// Why no document was found; the errors of [DID Resolution] §10 that can happen here.
///
/// [DID Resolution]: https://www.w3.org/TR/did-resolution/#errors
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolutionError {
    /// What was sent is not a DID.
    #[error("this is not a DID: {0}")]
    InvalidDid(String),
    /// What was sent is a DID URL, which names more than a document.
    #[error("this is a DID URL; only DIDs are resolved here")]
    InvalidDidUrl,
    /// Nothing is published for the DID, or its server does not answer.
    #[error("no document was found: {0}")]
    NotFound(String),
    /// What is published is not this DID's document.
    #[error("what is published there is not a document of this DID: {0}")]
    InvalidDidDocument(String),
    /// Another DID method.
    #[error("did:{0} is not resolved here; did:key, did:jwk and did:web are")]
    MethodNotSupported(String),
}

impl ResolutionError {
    /// The standard's name, the last part of the `type` of its error object.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidDid(_) => "INVALID_DID",
            Self::InvalidDidUrl => "INVALID_DID_URL",
            Self::NotFound(_) => "NOT_FOUND",
            Self::InvalidDidDocument(_) => "INVALID_DID_DOCUMENT",
            Self::MethodNotSupported(_) => "METHOD_NOT_SUPPORTED",
        }
    }
}

impl Verifier {
    /// The document of a DID: computed for `did:key` and `did:jwk`, as published for `did:web`.
    ///
    /// A published document is passed on as it is, unknown members included, after it was found to be
    /// that DID's and its keys could be read.
    pub async fn resolve(&self, identifier: &str) -> Result<Value, ResolutionError> {
        let did = match Did::parse(identifier) {
            Ok(did) => did,
            Err(_) if credentials::DidUrl::parse(identifier).is_ok() => {
                return Err(ResolutionError::InvalidDidUrl);
            }
            Err(error) => return Err(ResolutionError::InvalidDid(error.to_string())),
        };
        if let Some(document) = resolve_local(&did) {
            return document
                .map(|document| document.to_json())
                .map_err(|error| ResolutionError::InvalidDid(error.to_string()));
        }
        if did.method() != "web" {
            return Err(ResolutionError::MethodNotSupported(did.method().to_owned()));
        }
        let loopback = LoopbackOrigins::new(&self.settings().loopback_origins).unwrap_or_default();
        let url = web_url(&did, &loopback).map_err(|error| ResolutionError::InvalidDid(error.to_string()))?;
        let need = Need {
            url: url.into(),
            accept: "application/did+ld+json, application/did+json, application/json",
            kind: NeedKind::Did,
        };
        let resource = timeout(LONGEST, self.fetch(&need))
            .await
            .map_err(|_| ResolutionError::NotFound("its server did not answer in time".into()))?;
        let body = match resource {
            Resource::Fetched(fetched) if fetched.status == 200 => fetched.body,
            Resource::Fetched(fetched) => {
                let why = format!("its server answered {}", fetched.status);
                return Err(ResolutionError::NotFound(why));
            }
            Resource::Unreachable { unreachable } => return Err(ResolutionError::NotFound(unreachable)),
        };
        let invalid = |error: &dyn std::fmt::Display| ResolutionError::InvalidDidDocument(error.to_string());
        parse_document(&did, body.as_bytes()).map_err(|error| invalid(&error))?;
        json::parse(body.as_bytes(), &json::Limits::default()).map_err(|error| invalid(&error))
    }
}
