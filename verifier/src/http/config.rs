use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http_service::ProblemBody;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Verifier;

/// Whom this verifier trusts and how strict it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Configuration {
    /// Where the register's signed list is.
    register_url: String,
    /// Whose lists are believed: each an operator (`iss`), its public key (`jwk`) and, for a further register, where its
    /// list is (`registerUrl`).
    #[schema(value_type = Vec<Object>)]
    anchors: Vec<Value>,
    /// The exact origins that may be reached without https.
    loopback_origins: Vec<String>,
    /// How many minutes old a presentation may be.
    freshness_minutes: u32,
    /// Whether an issuer that the register does not list is asked for its keys and status lists.
    ask_unknown_issuers: bool,
    /// Lists of known issuers that are looked at besides, each with a `name` and a `url`; who is on one is not admitted by it.
    #[schema(value_type = Vec<Object>)]
    known_issuer_lists: Vec<verification::KnownIssuerList>,
    /// What turns the checks into a verdict.
    #[schema(value_type = String)]
    policy: verification::policy::Policy,
}

/// Whom this verifier trusts, as its page reads it.
#[utoipa::path(
    get,
    path = "/config.json",
    tag = "public",
    responses(
        (status = 200, description = "The settings.", body = Configuration),
        (status = 500, description = "A fault of the verifier's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(verifier): State<Verifier>) -> impl IntoResponse {
    let settings = verifier.settings();
    let anchors = settings
        .anchors
        .iter()
        .filter_map(|anchor| serde_json::to_value(anchor).ok())
        .collect();
    Json(Configuration {
        register_url: settings.register_url.clone(),
        anchors,
        loopback_origins: settings.loopback_origins.clone(),
        freshness_minutes: settings.freshness_minutes,
        ask_unknown_issuers: settings.ask_unknown_issuers,
        known_issuer_lists: settings.known_issuer_lists.clone(),
        policy: settings.policy,
    })
}
