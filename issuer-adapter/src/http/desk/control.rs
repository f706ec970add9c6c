//! What may happen to an award afterwards.

use super::{App, AwardAnswer, full};
use crate::awards::Act;
use axum::Json;
use axum::extract::State;
use http_service::{ApiJson, ApiPath, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

/// Why an award is revoked, suspended or reinstated.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlRequest {
    /// The reason; kept in the history.
    #[schema(max_length = 1000)]
    reason: String,
}

async fn control(
    app: &App,
    id: &str,
    act: Act,
    request: &ControlRequest,
) -> Result<Json<AwardAnswer>, Problem> {
    let review = app.control(id, act, &request.reason).await?;
    full(app, review).await
}

/// Revokes an award with all its copies, for good.
#[utoipa::path(
    post,
    path = "/desk/api/awards/{id}/revoke",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    request_body = ControlRequest,
    responses(
        (status = 200, description = "The award, revoked.", body = AwardAnswer),
        (status = 400, description = "Not acceptable JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award cannot be revoked now.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The reason is missing or too long.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    ApiJson(request): ApiJson<ControlRequest>,
) -> Result<Json<AwardAnswer>, Problem> {
    control(&app, &id, Act::Revoke, &request).await
}

/// Suspends an award with all its copies.
#[utoipa::path(
    post,
    path = "/desk/api/awards/{id}/suspend",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    request_body = ControlRequest,
    responses(
        (status = 200, description = "The award, suspended.", body = AwardAnswer),
        (status = 400, description = "Not acceptable JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award is not issued.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The reason is missing or too long.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn suspend(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    ApiJson(request): ApiJson<ControlRequest>,
) -> Result<Json<AwardAnswer>, Problem> {
    control(&app, &id, Act::Suspend, &request).await
}

/// Ends the suspension of an award.
#[utoipa::path(
    post,
    path = "/desk/api/awards/{id}/reinstate",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    request_body = ControlRequest,
    responses(
        (status = 200, description = "The award, in force again.", body = AwardAnswer),
        (status = 400, description = "Not acceptable JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award is not suspended.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The reason is missing or too long.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reinstate(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    ApiJson(request): ApiJson<ControlRequest>,
) -> Result<Json<AwardAnswer>, Problem> {
    control(&app, &id, Act::Reinstate, &request).await
}
