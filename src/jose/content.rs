//! What the data model says of a credential or presentation, whoever signed it.

use proofs::json_ld::{self, Contexts, JsonLdError};
use serde_json::Value;

const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

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
    #[error("`{0}` is missing or is not what the data model asks")]
    Member(&'static str),
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

/// Checks the members that every credential or presentation has, and that every term has a meaning: by JSON-LD where
/// all contexts are bundled. Where one is not, what it defines cannot be known, and beside the data model's own no
/// member is taken at the top.
pub(super) fn check(content: Content, document: &Value) -> Result<(), ContentError> {
    let contexts = match document.get("@context") {
        Some(Value::Array(contexts)) => contexts.as_slice(),
        Some(single @ Value::String(_)) => std::slice::from_ref(single),
        _ => return Err(ContentError::Member("@context")),
    };
    if contexts.first().and_then(Value::as_str) != Some(CONTEXT) {
        return Err(ContentError::Member("@context"));
    }
    let is_url = |text: &str| {
        text.split_once(':')
            .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())
    };
    let is_type = |name: &str| match document.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        _ => false,
    };
    let is_date = |name: &str| {
        document.get(name).is_none_or(|date| {
            date.as_str()
                .is_some_and(|date| chrono::DateTime::parse_from_rfc3339(date).is_ok())
        })
    };
    let id_is_sound = document
        .get("id")
        .is_none_or(|id| id.as_str().is_some_and(is_url));
    let has_subject = match document.get("credentialSubject") {
        Some(Value::Object(subject)) => !subject.is_empty(),
        Some(Value::Array(subjects)) => !subjects.is_empty() && subjects.iter().all(Value::is_object),
        _ => false,
    };
    let rules: &[(&'static str, bool)] = match content {
        Content::Credential => &[
            ("type", is_type("VerifiableCredential")),
            ("id", id_is_sound),
            ("issuer", signer(content, document).is_some_and(is_url)),
            ("credentialSubject", has_subject),
            ("validFrom", is_date("validFrom")),
            ("validUntil", is_date("validUntil")),
        ],
        Content::Presentation => &[
            ("type", is_type("VerifiablePresentation")),
            ("id", id_is_sound),
            (
                "holder",
                document.get("holder").is_none() || signer(content, document).is_some_and(is_url),
            ),
        ],
    };
    if let Some((member, _)) = rules.iter().find(|(_, holds)| !holds) {
        return Err(ContentError::Member(member));
    }
    terms(content, document, contexts)
}

fn terms(content: Content, document: &Value, contexts: &[Value]) -> Result<(), ContentError> {
    let mut bare = document.clone();
    if let Value::Object(members) = &mut bare {
        members.retain(|name, _| !CLAIMS.contains(&name.as_str()));
    }
    let is_bundled = |context: &Value| Contexts::bundled().urls().any(|url| context == url);
    if contexts.iter().all(is_bundled) {
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
