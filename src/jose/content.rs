//! What the data model says of a credential or presentation, whoever signed it.

use credentials::data_model::{self, Edition, Violation};
use proofs::json_ld::{self, Contexts, JsonLdError};
use serde_json::Value;

/// Claims of RFC 7519 and RFC 7800 that a token may have beside what it secures.
const CLAIMS: [&str; 10] = [
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf", "_sd_alg",
];

/// The members of a credential (VCDM 2.0 §4).
const CREDENTIAL: [&str; 18] = [
    "@context",
    "id",
    "type",
    "name",
    "description",
    "issuer",
    "credentialSubject",
    "validFrom",
    "validUntil",
    "credentialStatus",
    "credentialSchema",
    "refreshService",
    "termsOfUse",
    "evidence",
    "relatedResource",
    "renderMethod",
    "confidenceMethod",
    "proof",
];

/// The members of a presentation (VCDM 2.0 §4.13).
const PRESENTATION: [&str; 7] = [
    "@context",
    "id",
    "type",
    "holder",
    "verifiableCredential",
    "termsOfUse",
    "proof",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Credential,
    Presentation,
}

/// What the data model does not allow.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContentError {
    #[error("it does not follow the data model 2.0")]
    Edition,
    #[error(transparent)]
    Rule(#[from] Violation),
    #[error("`{0}` is a term that no context known here defines")]
    UnknownTerm(String),
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
}

/// Who says it.
pub(super) fn signer(content: Content, document: &Value) -> Option<&str> {
    let member = match content {
        Content::Credential => document.get("issuer")?,
        Content::Presentation => document.get("holder")?,
    };
    member.as_str().or_else(|| member.get("id")?.as_str())
}

/// Checks the rules of VCDM 2.0, and that every term has a meaning: by JSON-LD where all contexts are bundled and
/// define their terms one by one. Where one is unknown or gives any name a meaning, no member is taken at the top beside
/// the data model's own.
pub(super) fn check(content: Content, document: &Value) -> Result<(), ContentError> {
    let checked = match content {
        Content::Credential => data_model::check_credential(document),
        Content::Presentation => data_model::check_presentation(document),
    };
    match checked {
        Ok(Edition::V2) => terms(content, document),
        Ok(Edition::V1) => Err(ContentError::Edition),
        Err(violations) => Err(violations
            .into_iter()
            .next()
            .map_or(ContentError::Edition, ContentError::Rule)),
    }
}

fn terms(content: Content, document: &Value) -> Result<(), ContentError> {
    let contexts = match document.get("@context") {
        Some(Value::Array(contexts)) => contexts.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    let mut bare = document.clone();
    if let Value::Object(members) = &mut bare {
        members.retain(|name, _| !CLAIMS.contains(&name.as_str()));
    }
    let defines_one_by_one = |context: &Value| {
        let document = context.as_str().and_then(|url| Contexts::bundled().document(url));
        document.is_some_and(|document| document["@context"].get("@vocab").is_none())
    };
    if contexts.iter().all(defines_one_by_one) {
        json_ld::canonicalize(&bare, Contexts::bundled())?;
        return Ok(());
    }
    let known: &[&str] = match content {
        Content::Credential => &CREDENTIAL,
        Content::Presentation => &PRESENTATION,
    };
    let mut names = bare.as_object().into_iter().flatten().map(|(name, _)| name);
    match names.find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => Err(ContentError::UnknownTerm(unknown.clone())),
        None => Ok(()),
    }
}
