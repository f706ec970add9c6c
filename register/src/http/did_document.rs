use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http_service::ProblemBody;

use crate::http::App;

/// The operator's DID document.
#[utoipa::path(
    get,
    path = "/.well-known/did.json",
    tag = "public",
    responses(
        (status = 200, description = "The DID document (Controlled Identifiers 1.0).", body = Object),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>) -> impl IntoResponse {
    (
        [("cache-control", "public, max-age=300")],
        Json(app.register.operator().document()),
    )
}
