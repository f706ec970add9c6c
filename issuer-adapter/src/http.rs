//! The institution over HTTP. The files below mirror the addresses.

mod achievements;
mod desk;
mod did_documents;
mod federation;
mod openid4vci;
mod problems;
mod status;
mod types;
mod vc_api;
mod well_known;

use crate::Adapter;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Json, RequestExt, Router};
use http_service::pages::{InvalidSource, Policy, pages};
use http_service::{Bearer, Limits, Problem, RateLimit, Secret, harden, health, not_found, public_cors};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

#[derive(RustEmbed)]
#[folder = "desk/dist"]
#[allow_missing = true]
struct Desk;

type App = Arc<Adapter>;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waarmerk institution",
        description = "Awards come in, staff approve them, learners collect them as credentials."
    ),
    modifiers(&DeskKey),
    tags(
        (name = "issuance", description = "For wallets: OpenID for Verifiable Credential Issuance 1.0; any origin."),
        (name = "public", description = "For everybody who checks a credential; any origin."),
        (name = "desk", description = "For the institution's staff."),
        (name = "developer", description = "VC-API, only where the configuration switches it on; elsewhere these addresses do not exist.")
    )
)]
struct Description;

struct DeskKey;

impl Modify for DeskKey {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = |description| {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(description))
                .build();
            SecurityScheme::Http(scheme)
        };
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("desk", bearer("The desk key."));
        components.add_security_scheme("access_token", bearer("The token of the token endpoint."));
    }
}

fn public_api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(well_known::credential_issuer))
        .routes(routes!(well_known::authorization_server))
        .routes(routes!(openid4vci::offer))
        .routes(routes!(openid4vci::token).layer(RateLimit::requests("token", 60)))
        .routes(routes!(openid4vci::nonce))
        .routes(routes!(openid4vci::credential))
        .routes(routes!(openid4vci::notification))
        .routes(routes!(did_documents::institution))
        .routes(routes!(did_documents::unit))
        .routes(routes!(federation::institution))
        .routes(routes!(federation::unit))
        .routes(routes!(status::show))
        .routes(routes!(status::show_token))
        .routes(routes!(types::show))
        .routes(routes!(achievements::show))
}

fn desk_api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(desk::me))
        .routes(routes!(desk::import))
        .routes(routes!(desk::index))
        .routes(routes!(desk::show, desk::change))
        .routes(routes!(desk::approve))
        .routes(routes!(desk::offers::offer))
        .routes(routes!(desk::offers::new_copies))
        .routes(routes!(desk::control::revoke))
        .routes(routes!(desk::control::suspend))
        .routes(routes!(desk::control::reinstate))
}

fn developer_api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(vc_api::index))
        .routes(routes!(vc_api::issue))
        .routes(routes!(vc_api::derive))
        .routes(routes!(vc_api::status))
        .routes(routes!(vc_api::status_list))
}

/// The description of the institution's API, in OpenAPI 3.1.
pub fn openapi() -> Value {
    let (_, description) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(public_api())
        .merge(desk_api())
        .merge(developer_api())
        .split_for_parts();
    serde_json::to_value(description).unwrap_or_default()
}

pub(crate) fn router(adapter: App, desk: Secret) -> Result<Router, InvalidSource> {
    let (public, _) = public_api().split_for_parts();
    let (desk_api, _) = desk_api().split_for_parts();
    let (developer, _) = developer_api()
        .layer(RateLimit::requests("vc-api", 1_200))
        .split_for_parts();
    // Without the switch there is nothing at these addresses at all.
    let developer = adapter.developer.is_some().then_some(developer);
    let description = openapi();
    let sample_data = adapter.config.sample_data;
    let checked = adapter.clone();
    let settings = get(async move || Json(json!({ "sampleData": sample_data })));
    let router = Router::new()
        .merge(
            public
                .route("/openapi.json", get(|| async { Json(description) }))
                // Wallets try addresses that only others serve; a page must be able to read the "no".
                .route("/.well-known/{*document}", get(not_found))
                .layer(public_cors()),
        )
        .merge(
            desk_api
                .route_layer(from_fn_with_state(desk, with_key))
                .route_layer(RateLimit::refusals("desk", 60)),
        )
        .merge(developer.unwrap_or_default().layer(public_cors()))
        .with_state(adapter)
        .route("/", get(|| async { Redirect::temporary("/desk/") }))
        .route("/desk", get(|| async { Redirect::temporary("/desk/") }))
        .route("/desk/config.json", settings)
        .merge(health::routes(move || {
            let adapter = checked.clone();
            async move { adapter.storage.ping().await }
        }))
        .nest_service("/desk/", pages::<Desk>(&Policy::default())?)
        .fallback(not_found);
    Ok(harden(router, &Limits::default()))
}

/// Lets through only those who have the desk key.
async fn with_key(State(desk): State<Secret>, mut request: Request, next: Next) -> Result<Response, Problem> {
    request.extract_parts::<Bearer>().await?.require(&desk)?;
    Ok(next.run(request).await)
}
