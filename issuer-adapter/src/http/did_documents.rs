use super::App;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http_service::{ApiPath, Problem, ProblemBody};
use serde_json::Value;

fn document(document: &Value) -> Response {
    ([("cache-control", "public, max-age=300")], Json(document)).into_response()
}

/// The institution's DID document.
#[utoipa::path(
    get,
    path = "/.well-known/did.json",
    tag = "public",
    responses((status = 200, description = "The DID document (Controlled Identifiers 1.0).", body = Object))
)]
pub(crate) async fn institution(State(app): State<App>) -> Response {
    document(app.identities.institution.document())
}

/// A unit's DID document.
#[utoipa::path(
    get,
    path = "/{unit}/did.json",
    tag = "public",
    params(("unit" = String, Path, description = "The unit, as its DID names it.")),
    responses(
        (status = 200, description = "The DID document (Controlled Identifiers 1.0).", body = Object),
        (status = 404, description = "No unit has that name.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unit(
    State(app): State<App>,
    ApiPath(slug): ApiPath<String>,
) -> Result<Response, Problem> {
    match app.identities.unit(&slug) {
        Some(unit) => Ok(document(unit.document())),
        None => Err(Problem::not_found("unknown-unit", "No unit here has that name.")
            .in_dutch("Hier is geen onderdeel met die naam.")),
    }
}
