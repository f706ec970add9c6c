use super::App;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;

const KEPT: [(&str, &str); 1] = [("cache-control", "public, max-age=60")];

/// What can be collected here, and where.
///
/// Credential issuer metadata of OpenID4VCI 1.0, section 12.2; names in Dutch and English.
#[utoipa::path(
    get,
    path = "/.well-known/openid-credential-issuer",
    tag = "issuance",
    responses((status = 200, description = "The metadata.", body = Object))
)]
pub(crate) async fn credential_issuer(State(app): State<App>) -> impl IntoResponse {
    (KEPT, Json(app.issuer_metadata()))
}

/// Where codes become tokens (RFC 8414).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "issuance",
    responses((status = 200, description = "The metadata.", body = Object))
)]
pub(crate) async fn authorization_server(State(app): State<App>) -> impl IntoResponse {
    (KEPT, Json(app.server_metadata()))
}
