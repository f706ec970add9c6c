use super::App;
use crate::status::StatusError;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_service::pages::matches_tag;
use http_service::{ApiPath, Problem, ProblemBody};

/// A signed status list.
///
/// A `BitstringStatusListCredential` with an `eddsa-rdfc-2022` proof; valid for 24 hours at most. Ask again
/// with `If-None-Match`.
#[utoipa::path(
    get,
    path = "/status/{id}",
    tag = "public",
    params(
        ("id" = String, Path, description = "The list, as a credential's `statusListCredential` names it."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that is known."),
    ),
    responses(
        (status = 200, description = "The list.", body = Object, content_type = "application/vc"),
        (status = 304, description = "The list that is known is still the one."),
        (status = 404, description = "There is no such list.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let published = match app.status_list(&id).await {
        Ok(published) => published,
        Err(StatusError::Unknown) => {
            return Err(
                Problem::not_found("unknown-status-list", "There is no status list by that name.")
                    .in_dutch("Er is geen statuslijst met die naam."),
            );
        }
        Err(error) => return Err(Problem::internal(error)),
    };
    let fixed = [
        ("etag", published.etag.clone()),
        ("cache-control", "public, no-cache".to_owned()),
    ];
    if matches_tag(&headers, &published.etag) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    Ok((
        fixed,
        [("content-type", "application/vc")],
        published.body.to_string(),
    )
        .into_response())
}
