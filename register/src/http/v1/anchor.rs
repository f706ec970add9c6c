use axum::Json;
use axum::extract::State;
use http_service::ProblemBody;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::App;

/// Whom a verifier of this register's list trusts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Anchor {
    /// The operator, as lists name it in `iss`.
    #[schema(example = "did:web:register.example")]
    iss: String,
    /// The operator's public key (RFC 7517).
    #[schema(value_type = Object)]
    jwk: Value,
    /// The thumbprint (RFC 7638) of the only key that may follow on it, where that is known; pin it as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_key_thumbprint: Option<String>,
    /// Where the signed list is.
    register_url: String,
}

/// The operator and public key to pin.
///
/// Compare it once with what the operator publishes elsewhere, and keep it in your configuration: a verifier
/// that fetches its anchor each time trusts whoever answers.
#[utoipa::path(
    get,
    path = "/v1/anchor",
    tag = "public",
    responses(
        (status = 200, description = "The anchor.", body = Anchor),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>) -> Json<Anchor> {
    let anchor = app.register.anchor();
    Json(Anchor {
        iss: anchor.iss.to_string(),
        jwk: anchor.jwk,
        next_key_thumbprint: anchor.next_key_thumbprint,
        register_url: app.register.list_url(),
    })
}
