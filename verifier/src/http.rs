//! The verifier over HTTP. The files below mirror the addresses.

mod config;
mod credentials;
mod developer;
mod identifiers;
mod report;

use ::credentials::json;
use axum::routing::get;
use axum::{Extension, Json, Router};
use http_service::pages::{InvalidSource, Policy, pages};
use http_service::{JsonLimits, Limits, RateLimit, harden, health, public_cors};
use rust_embed::RustEmbed;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use verification::input::MAX_INPUT_CHARACTERS;

use crate::Verifier;

#[derive(RustEmbed)]
#[folder = "page/dist"]
#[allow_missing = true]
struct Page;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waarmerk verifier",
        description = "Checks microcredentials: signature, status, and whether the issuer might issue them."
    ),
    tags(
        (name = "public", description = "For everybody; no registration, any origin. Nothing sent is kept."),
        (name = "developer", description = "Only where the configuration switches it on; elsewhere these addresses do not exist.")
    )
)]
struct Description;

fn api() -> OpenApiRouter<Verifier> {
    // A credential of the greatest length, as a string inside JSON.
    let limits = json::Limits {
        bytes: 2 * MAX_INPUT_CHARACTERS,
        depth: 40,
        ..json::Limits::default()
    };
    let checks = RateLimit::requests("checks", 120);
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(credentials::verify::credential).layer(checks.clone()))
        .routes(routes!(credentials::verify::presentation).layer(checks))
        .routes(routes!(config::show))
        .routes(routes!(identifiers::resolve).layer(RateLimit::requests("identifiers", 120)))
        .layer(Extension(JsonLimits(limits)))
        .layer(public_cors())
}

fn developer_api() -> OpenApiRouter<Verifier> {
    OpenApiRouter::new().routes(routes!(developer::forget))
}

/// The description of the verifier's API, in OpenAPI 3.1.
pub fn openapi() -> Value {
    let (_, description) = api().merge(developer_api()).split_for_parts();
    serde_json::to_value(description).unwrap_or_default()
}

pub(crate) fn router(verifier: Verifier, developer: bool) -> Result<Router, InvalidSource> {
    let (routes, _) = api().split_for_parts();
    let (of_developers, _) = developer_api().split_for_parts();
    let routes = if developer {
        routes.merge(of_developers)
    } else {
        routes
    };
    let description = openapi();
    // The page fetches status lists and DID documents of any issuer by itself.
    let mut connect = vec!["https:".to_owned()];
    connect.extend(verifier.settings().loopback_origins.iter().cloned());
    let router = routes
        .with_state(verifier)
        .route(
            "/openapi.json",
            get(async move || Json(description)).layer(public_cors()),
        )
        .merge(health::routes(|| async { Ok::<_, std::convert::Infallible>(()) }))
        .fallback_service(pages::<Page>(&Policy { connect })?);
    Ok(harden(router, &Limits::default()))
}
