use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http_service::pages::matches_tag;
use http_service::{ApiPath, Problem, ProblemBody, accepts_gzip};

use crate::http::App;

const MEDIA_TYPE: &str = "application/mc-register+jwt";

/// The signed register list of this moment.
///
/// A compact JWS of type `mc-register+jwt` whose content is described in `specs/accreditation/`. Ask again
/// with `If-None-Match`; a list holds for 24 hours at most.
#[utoipa::path(
    get,
    path = "/v1/list",
    tag = "public",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that is known.")),
    responses(
        (status = 200, description = "The list.", body = String, content_type = "application/mc-register+jwt"),
        (status = 304, description = "The list that is known is still the one."),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn current(
    State(app): State<App>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let published = app.register.published().await?;
    let fixed = [
        ("etag", published.tag.clone()),
        ("cache-control", "public, no-cache".to_owned()),
    ];
    if matches_tag(&headers, &published.tag) {
        return Ok((axum::http::StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    let kind = [("content-type", MEDIA_TYPE), ("vary", "accept-encoding")];
    if accepts_gzip(&headers) {
        let packed = [("content-encoding", "gzip")];
        return Ok((fixed, kind, packed, published.packed.clone()).into_response());
    }
    Ok((fixed, kind, published.signed.clone()).into_response())
}

/// The list with a number, as it was last signed.
#[utoipa::path(
    get,
    path = "/v1/list/{sequence}",
    tag = "public",
    params(("sequence" = u64, Path, description = "The number of the list.")),
    responses(
        (status = 200, description = "The list; its dates may be long past.", body = String, content_type = "application/mc-register+jwt"),
        (status = 404, description = "No list has that number.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn numbered(
    State(app): State<App>,
    ApiPath(sequence): ApiPath<u64>,
) -> Result<Response, Problem> {
    match app.register.list(sequence).await? {
        Some(signed) => Ok((
            [
                ("content-type", MEDIA_TYPE),
                // As it is: packing a long list for every reader would cost more than it saves.
                ("cache-control", "public, max-age=3600, no-transform"),
            ],
            signed,
        )
            .into_response()),
        None => Err(
            Problem::not_found("unknown-list", format!("No list has number {sequence}."))
                .in_dutch(format!("Er is geen lijst met nummer {sequence}.")),
        ),
    }
}

/// What leads from an earlier list to the one of this moment, for a reader who holds that earlier one.
///
/// JSON as described in `specs/accreditation/`, section 1. Its `ETag` is that of the list of this moment, so a reader asks with
/// the tag of the list that it holds. Where there is none, fetch the whole list.
#[utoipa::path(
    get,
    path = "/v1/list/delta/{sequence}",
    tag = "public",
    params(
        ("sequence" = u64, Path, description = "The number of the list that is held."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that is held."),
    ),
    responses(
        (status = 200, description = "The delta.", body = String, content_type = "application/json"),
        (status = 304, description = "The list that is held is still the one."),
        (status = 404, description = "There is no delta from that list: it is long past, or too much changed.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delta(
    State(app): State<App>,
    ApiPath(sequence): ApiPath<u64>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let (published, delta) = app.register.delta(sequence).await?;
    let fixed = [
        ("etag", published.tag.clone()),
        ("cache-control", "public, no-cache".to_owned()),
    ];
    let Some(delta) = delta else {
        let missing = format!("Nothing leads from list {sequence} to the present one. Fetch the whole list.");
        return Err(Problem::not_found("no-delta", missing).in_dutch(format!(
            "Er is niets dat van lijst {sequence} naar de huidige leidt. Haal de hele lijst op."
        )));
    };
    if matches_tag(&headers, &published.tag) {
        return Ok((axum::http::StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    Ok((fixed, [("content-type", "application/json")], delta.to_string()).into_response())
}
