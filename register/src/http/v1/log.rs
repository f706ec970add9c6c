use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_service::pages::matches_tag;
use http_service::{ApiPath, Problem, ProblemBody};
use serde::Serialize;
use serde_json::Value;
use trust::log::Hash;
use utoipa::ToSchema;

use crate::http::App;
use crate::register::{LogError, PublishError, tag};

const MEDIA_TYPE: &str = "application/mc-log-head+jwt";
const FOREVER: [(&str, &str); 1] = [("cache-control", "public, max-age=31536000, immutable")];

/// Entries of the log.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the answer, which is put together from text")]
pub(crate) struct Entries {
    /// In order. What a leaf of the tree holds is the canonical JSON (RFC 8785) of one of them.
    entries: Vec<Value>,
}

/// A proof in the tree of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct Path {
    /// Hashes, in the order in which they are used (RFC 9162 §2.1.3 and §2.1.4).
    #[schema(value_type = Vec<String>)]
    path: Vec<Hash>,
}

/// The signed head of the log.
///
/// A compact JWS of type `mc-log-head+jwt` with the size and root of the log, described in `specs/accreditation/`.
/// Whoever keeps it can have proven later that nothing before it was changed.
#[utoipa::path(
    get,
    operation_id = "log_head",
    path = "/v1/log/head",
    tag = "public",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the head that is known.")),
    responses(
        (status = 200, description = "The head.", body = String, content_type = "application/mc-log-head+jwt"),
        (status = 304, description = "The head that is known is still the one."),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn head(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let head = app.register.log_head().await?;
    let tag = tag(&head);
    let fixed = [
        ("etag", tag.clone()),
        ("cache-control", "public, no-cache".to_owned()),
    ];
    if matches_tag(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    Ok((fixed, [("content-type", MEDIA_TYPE)], head).into_response())
}

/// Entries of the log: everything the register recorded, in order.
#[utoipa::path(
    get,
    operation_id = "log_entries",
    path = "/v1/log/entries/{first}/{last}",
    tag = "public",
    params(
        ("first" = u64, Path, description = "The first entry; they count from 0."),
        ("last" = u64, Path, description = "The last entry, at most 499 after the first."),
    ),
    responses(
        (status = 200, description = "The entries; they never change.", body = Entries),
        (status = 404, description = "Not all of them are there, or they are too many at once.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn entries(
    State(app): State<App>,
    ApiPath((first, last)): ApiPath<(u64, u64)>,
) -> Result<impl IntoResponse, Problem> {
    let entries = app.register.log_entries(first, last).await?;
    // They are JSON already, in the very bytes that are hashed.
    let body = format!("{{\"entries\":[{}]}}", entries.join(","));
    Ok((FOREVER, [("content-type", "application/json")], body))
}

/// The proof that an entry is in the log of a size.
#[utoipa::path(
    get,
    operation_id = "log_inclusion",
    path = "/v1/log/inclusion/{index}/{size}",
    tag = "public",
    params(
        ("index" = u64, Path, description = "The entry; they count from 0."),
        ("size" = u64, Path, description = "How many entries the log has in the head that is known."),
    ),
    responses(
        (status = 200, description = "The path; it never changes.", body = Path),
        (status = 404, description = "The log has no such entry, or never had that size.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn inclusion(
    State(app): State<App>,
    ApiPath((index, size)): ApiPath<(u64, u64)>,
) -> Result<impl IntoResponse, Problem> {
    let path = app.register.inclusion(index, size).await?;
    Ok((FOREVER, Json(Path { path })))
}

/// The proof that the log of one size is the beginning of the log of a later one.
#[utoipa::path(
    get,
    operation_id = "log_consistency",
    path = "/v1/log/consistency/{first}/{second}",
    tag = "public",
    params(
        ("first" = u64, Path, description = "The size in the older head."),
        ("second" = u64, Path, description = "The size in the newer head."),
    ),
    responses(
        (status = 200, description = "The path; it never changes.", body = Path),
        (status = 404, description = "The log never had one of these sizes.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn consistency(
    State(app): State<App>,
    ApiPath((first, second)): ApiPath<(u64, u64)>,
) -> Result<impl IntoResponse, Problem> {
    let path = app.register.consistency(first, second).await?;
    Ok((FOREVER, Json(Path { path })))
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        match error {
            LogError::NoSuchEntries { .. } => Self::not_found("unknown-entries", error)
                .in_dutch("Het logboek heeft niet al die regels, of het zijn er te veel voor een keer."),
            LogError::NoSuchTree { .. } => {
                Self::not_found("unknown-tree", error).in_dutch("Het logboek is nooit zo lang geweest.")
            }
            error @ LogError::KeyChanged => Self::internal(error),
            LogError::Signing(error) => Self::internal(error),
            LogError::Storage(error) => Self::from(PublishError::from(error)),
        }
    }
}
