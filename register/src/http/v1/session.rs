use axum::Json;
use axum::extract::State;
use http_service::{Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Decisions;
use crate::http::App;
use crate::http::keeper::AsKeeper;

/// Who asks, and by which rule the register works.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    /// The keeper's name.
    name: String,
    /// `two-persons`, or `one-person`.
    #[schema(value_type = String)]
    decisions: Decisions,
}

/// Whose secret this is.
#[utoipa::path(
    get,
    path = "/v1/session",
    tag = "keeper",
    security(("keeper" = [])),
    responses(
        (status = 200, description = "A keeper's.", body = Session),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>, AsKeeper(name): AsKeeper) -> Result<Json<Session>, Problem> {
    Ok(Json(Session {
        name,
        decisions: app.register.decisions(),
    }))
}
