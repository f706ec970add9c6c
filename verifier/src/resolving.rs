//! Resolves a DID for others: the function of DID Resolution, §4, without its HTTP binding.

use chrono::{DateTime, Utc};
use credentials::{Did, json};
use proofs::did::webvh::{History, Log, LogError, log_url, verify_log, witness_url};
use proofs::did::{LoopbackOrigins, WebError, parse_document, resolve_local, web_url};
use serde_json::{Value, json};
use tokio::time::{Duration, timeout};
use url::Url;
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
    #[error("did:{0} is not resolved here; did:key, did:jwk, did:web and did:webvh are")]
    MethodNotSupported(String),
    /// A version was asked for of an identifier that keeps no history.
    #[error("versions are kept by did:webvh alone")]
    FeatureNotSupported,
    /// A version was asked for in a way that has no meaning.
    #[error("ask for one of versionId, versionTime (a moment in UTC) and versionNumber")]
    InvalidOptions,
}

/// What resolving gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The document.
    pub document: Value,
    /// What is known about it: for `did:webvh` its version and history, else nothing.
    pub metadata: Value,
    /// Whether its controller gave the identifier up.
    pub is_deactivated: bool,
}

/// Which version of a document is wanted; the newest by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The version with this `versionId`.
    pub id: Option<String>,
    /// The version in force at this moment.
    pub time: Option<DateTime<Utc>>,
    /// The version with this number, from 1.
    pub number: Option<usize>,
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
            Self::FeatureNotSupported => "FEATURE_NOT_SUPPORTED",
            Self::InvalidOptions => "INVALID_OPTIONS",
        }
    }
}

impl From<WebError> for ResolutionError {
    fn from(error: WebError) -> Self {
        Self::InvalidDid(error.to_string())
    }
}

impl From<LogError> for ResolutionError {
    fn from(error: LogError) -> Self {
        Self::InvalidDidDocument(error.to_string())
    }
}

impl From<Value> for Resolution {
    fn from(document: Value) -> Self {
        Self {
            document,
            metadata: json!({}),
            is_deactivated: false,
        }
    }
}

impl Verifier {
    /// The document of a DID: computed for `did:key` and `did:jwk`, as published for `did:web`, and of a checked log
    /// for `did:webvh`.
    ///
    /// A published document is passed on as it is, unknown members included, after it was found to be
    /// that DID's and its keys could be read.
    pub async fn resolve(&self, identifier: &str, wanted: &Wanted) -> Result<Resolution, ResolutionError> {
        let did = match Did::parse(identifier) {
            Ok(did) => did,
            Err(_) if credentials::DidUrl::parse(identifier).is_ok() => {
                return Err(ResolutionError::InvalidDidUrl);
            }
            Err(error) => return Err(ResolutionError::InvalidDid(error.to_string())),
        };
        let loopback = LoopbackOrigins::new(&self.settings().loopback_origins).unwrap_or_default();
        if did.method() == "webvh" {
            return self.resolve_log(&did, &loopback, wanted).await;
        }
        if *wanted != Wanted::default() {
            return Err(ResolutionError::FeatureNotSupported);
        }
        if let Some(document) = resolve_local(&did) {
            return document
                .map(|document| document.to_json().into())
                .map_err(|error| ResolutionError::InvalidDid(error.to_string()));
        }
        if did.method() != "web" {
            return Err(ResolutionError::MethodNotSupported(did.method().to_owned()));
        }
        let accept = "application/did+ld+json, application/did+json, application/json";
        let body = self.load(web_url(&did, &loopback)?, accept).await?;
        let invalid = |error: &dyn std::fmt::Display| ResolutionError::InvalidDidDocument(error.to_string());
        parse_document(&did, body.as_bytes()).map_err(|error| invalid(&error))?;
        json::parse(body.as_bytes(), &json::Limits::default())
            .map(Resolution::from)
            .map_err(|error| invalid(&error))
    }

    async fn resolve_log(
        &self,
        did: &Did,
        loopback: &LoopbackOrigins,
        wanted: &Wanted,
    ) -> Result<Resolution, ResolutionError> {
        let url = log_url(did, loopback)?;
        let log = self.load(url.clone(), "text/jsonl, application/jsonl").await?;
        let now = self.now();
        let did = did.clone();
        // Up to a thousand signatures.
        let checked = self.aside(move || verify_log(&did, log.as_bytes(), now)).await?;
        let history = match checked {
            Log::Checked(history) => history,
            Log::NeedsWitnesses(pending) => {
                let file = self.load(witness_url(&url), "application/json").await?;
                pending.witnessed_by(file.as_bytes())?
            }
        };
        version(&history, wanted)
    }

    async fn load(&self, url: Url, accept: &'static str) -> Result<String, ResolutionError> {
        let need = Need {
            url: url.into(),
            accept,
            kind: NeedKind::Did,
        };
        let resource = timeout(LONGEST, self.fetch(&need))
            .await
            .map_err(|_| ResolutionError::NotFound("its server did not answer in time".into()))?;
        match resource {
            Resource::Fetched(fetched) if fetched.status == 200 => Ok(fetched.body),
            Resource::Fetched(fetched) => {
                let why = format!("its server answered {}", fetched.status);
                Err(ResolutionError::NotFound(why))
            }
            Resource::Unreachable { unreachable } => Err(ResolutionError::NotFound(unreachable)),
        }
    }
}

/// The wanted version of a log, with the metadata that did:webvh 1.0 names ("Read (Resolve)").
fn version(history: &History, wanted: &Wanted) -> Result<Resolution, ResolutionError> {
    let versions = history.versions();
    let version = match wanted {
        Wanted {
            id: None,
            time: None,
            number: None,
        } => history.latest(),
        Wanted {
            id: Some(id),
            time: None,
            number: None,
        } => versions.iter().find(|version| version.id == *id),
        Wanted {
            id: None,
            time: Some(time),
            number: None,
        } => history.at(*time),
        Wanted {
            id: None,
            time: None,
            number: Some(number),
        } => number.checked_sub(1).and_then(|index| versions.get(index)),
        _ => return Err(ResolutionError::InvalidOptions),
    };
    let version = version.ok_or_else(|| ResolutionError::NotFound("its log has no such version".into()))?;
    let metadata = json!({
        "versionId": version.id,
        "versionTime": version.time,
        "created": versions.first().map(|version| version.time),
        "updated": history.latest().map(|version| version.time),
        "portable": history.is_portable(),
        "deactivated": history.is_deactivated(),
        "ttl": history.ttl().to_string(),
    });
    Ok(Resolution {
        document: version.document.clone(),
        metadata,
        is_deactivated: history.is_deactivated(),
    })
}
