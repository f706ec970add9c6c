//! DID Resolution over HTTP.

use std::borrow::Cow;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http_service::ProblemBody;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::Verifier;
use crate::resolving::{ResolutionError, Wanted as WantedVersion};

const RESULT: &str = "application/did-resolution";

/// Which of the two answers is wanted.
enum Wanted {
    /// The whole result, with its metadata; under this name.
    Result(&'static str),
    /// The document alone, under this name.
    Document(&'static str),
    /// Neither.
    Other,
}

/// Which version of a `did:webvh`'s document is wanted; one of them, or none for the newest.
#[derive(Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Options {
    /// The version with this identifier, such as `2-Qm…`.
    version_id: Option<String>,
    /// The version in force at this moment.
    version_time: Option<DateTime<Utc>>,
    /// The version with this number, from 1.
    version_number: Option<usize>,
}

impl Options {
    fn version(query: Option<&str>) -> Result<WantedVersion, ResolutionError> {
        let uri = Uri::builder()
            .path_and_query(format!("/?{}", query.unwrap_or_default()))
            .build()
            .map_err(|_| ResolutionError::InvalidOptions)?;
        let Query(options) =
            Query::<Self>::try_from_uri(&uri).map_err(|_| ResolutionError::InvalidOptions)?;
        Ok(WantedVersion {
            id: options.version_id,
            time: options.version_time,
            number: options.version_number,
        })
    }
}

/// Resolves a DID.
///
/// `Accept: application/did-resolution`, or no preference, gives the whole result; `application/did`,
/// `application/did+ld+json`, `application/did+json` and `application/json` the document alone. Resolved
/// are `did:key`, `did:jwk`, `did:web` and, from its checked log, `did:webvh`. Errors are named as the standard does, in
/// `didResolutionMetadata.error.type` (DID Resolution, "HTTP(S) Binding" and "Errors").
#[utoipa::path(
    get,
    path = "/1.0/identifiers/{did}",
    tag = "public",
    params(("did" = String, Path, description = "The DID, such as `did:web:college.example:unit`."), Options),
    responses(
        (status = 200, description = "The result, or the document alone.", content((Value = "application/did-resolution"), (Value = "application/did"))),
        (status = 400, description = "`INVALID_DID`, `INVALID_DID_URL` or `INVALID_OPTIONS`.", body = Value, content_type = "application/did-resolution"),
        (status = 404, description = "`NOT_FOUND`: nothing is published, or its server does not answer.", body = Value, content_type = "application/did-resolution"),
        (status = 410, description = "Its controller gave the identifier up; the result says `deactivated`.", body = Value, content_type = "application/did-resolution"),
        (status = 406, description = "`REPRESENTATION_NOT_SUPPORTED`.", body = Value, content_type = "application/did-resolution"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "`INVALID_DID_DOCUMENT`: what is published is not that DID's document.", body = Value, content_type = "application/did-resolution"),
        (status = 501, description = "`METHOD_NOT_SUPPORTED`, or `FEATURE_NOT_SUPPORTED`: versions of another identifier than a `did:webvh`.", body = Value, content_type = "application/did-resolution"),
    )
)]
pub(crate) async fn resolve(State(verifier): State<Verifier>, address: Uri, headers: HeaderMap) -> Response {
    let identifier = identifier(address.path());
    let wanted = wanted(&headers);
    if let Wanted::Other = wanted {
        return failure(
            StatusCode::NOT_ACCEPTABLE,
            "REPRESENTATION_NOT_SUPPORTED",
            "ask for application/did-resolution, application/did or application/did+ld+json",
        );
    }
    let resolved = match Options::version(address.query()) {
        Ok(version) => verifier.resolve(&identifier, &version).await,
        Err(error) => Err(error),
    };
    match (resolved, wanted) {
        (Ok(resolution), Wanted::Document(kind)) if !resolution.is_deactivated => {
            answer(StatusCode::OK, kind, resolution.document)
        }
        (Ok(resolution), Wanted::Document(kind) | Wanted::Result(kind)) => {
            let (status, kind) = if resolution.is_deactivated {
                (StatusCode::GONE, RESULT)
            } else {
                (StatusCode::OK, kind)
            };
            let result = json!({
                "@context": "https://w3id.org/did-resolution/v1",
                "didDocument": resolution.document,
                "didResolutionMetadata": {"contentType": "application/did"},
                "didDocumentMetadata": resolution.metadata,
            });
            answer(status, kind, result)
        }
        (Ok(_), Wanted::Other) => StatusCode::NOT_ACCEPTABLE.into_response(),
        (Err(error), _) => failure(status(&error), error.name(), &error.to_string()),
    }
}

/// The DID in the address. Clients append it as it is or percent-encoded, and a `did:web` has escapes of its own
/// (`localhost%3A4702`): only what does not begin like a DID is decoded.
fn identifier(path: &str) -> Cow<'_, str> {
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.starts_with("did:") {
        return last.into();
    }
    percent_decode_str(last).decode_utf8_lossy()
}

fn status(error: &ResolutionError) -> StatusCode {
    match error {
        ResolutionError::InvalidDid(_) | ResolutionError::InvalidDidUrl | ResolutionError::InvalidOptions => {
            StatusCode::BAD_REQUEST
        }
        ResolutionError::NotFound(_) => StatusCode::NOT_FOUND,
        ResolutionError::InvalidDidDocument(_) => StatusCode::INTERNAL_SERVER_ERROR,
        ResolutionError::MethodNotSupported(_) | ResolutionError::FeatureNotSupported => {
            StatusCode::NOT_IMPLEMENTED
        }
    }
}

fn failure(status: StatusCode, name: &str, detail: &str) -> Response {
    let title = name.replace('_', " ").to_lowercase();
    let result = json!({
        "@context": "https://w3id.org/did-resolution/v1",
        "didDocument": null,
        "didResolutionMetadata": {
            "error": {"type": format!("https://www.w3.org/ns/did#{name}"), "title": title, "detail": detail},
        },
        "didDocumentMetadata": {},
    });
    answer(status, RESULT, result)
}

fn answer(status: StatusCode, kind: &'static str, body: Value) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::VARY, "accept")];
    (status, headers, Json(body)).into_response()
}

/// The first kind in the `Accept` header that can be given; weights are not weighed.
fn wanted(headers: &HeaderMap) -> Wanted {
    const DOCUMENTS: [&str; 4] = [
        "application/did",
        "application/did+ld+json",
        "application/did+json",
        "application/json",
    ];
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    if accepted.is_empty() {
        return Wanted::Result(RESULT);
    }
    for kind in accepted {
        let mut parts = kind.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            RESULT | "*/*" | "application/*" => return Wanted::Result(RESULT),
            // As resolvers of the time before the media type was registered ask.
            "application/ld+json" => {
                let profiled = parts.any(|part| part.contains("https://w3id.org/did-resolution"));
                return if profiled {
                    Wanted::Result(RESULT)
                } else {
                    Wanted::Document("application/did+ld+json")
                };
            }
            name => {
                if let Some(kind) = DOCUMENTS.iter().find(|document| **document == name) {
                    return Wanted::Document(kind);
                }
            }
        }
    }
    Wanted::Other
}
