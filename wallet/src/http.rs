//! The wallet service over HTTP. The files below mirror the addresses.

mod v1;

use ::credentials::json;
use axum::response::Redirect;
use axum::routing::get;
use axum::{Extension, Json, Router};
use http_service::pages::{InvalidSource, Policy, pages};
use http_service::{JsonLimits, Limits, RateLimit, harden, health, public_cors};
use rust_embed::RustEmbed;
use serde_json::Value;
use share_link::MAX_SEALED_CHARACTERS;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::Configuration;
use crate::shares::Shares;

#[derive(RustEmbed)]
#[folder = "app/dist"]
#[allow_missing = true]
struct App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waarmerk wallet",
        description = "Keeps what learners share by link (specs/share-link/). It cannot read any of it."
    ),
    modifiers(&Owner),
    tags(
        (name = "public", description = "For whoever has a link; any origin."),
        (name = "owner", description = "For the wallet that made the share.")
    )
)]
struct Description;

struct Owner;

impl Modify for Owner {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "The capability whose digest came with the share. It names the share as well.",
            ))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("owner", SecurityScheme::Http(scheme));
    }
}

fn api() -> OpenApiRouter<Shares> {
    // A sealed share, and the few words around it.
    let limits = json::Limits {
        bytes: MAX_SEALED_CHARACTERS + 1024,
        depth: 3,
        nodes: 16,
    };
    let public = OpenApiRouter::new()
        .routes(routes!(v1::shares::open::create).layer(RateLimit::requests("opens", 120)))
        .layer(public_cors());
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(v1::shares::create).layer(RateLimit::requests("shares", 30)))
        .routes(
            routes!(v1::share::show, v1::share::replace, v1::share::withdraw)
                .layer(RateLimit::requests("owners", 240)),
        )
        .merge(public)
        .layer(Extension(JsonLimits(limits)))
}

/// The description of the wallet service's API, in OpenAPI 3.1.
pub fn openapi() -> Value {
    let (_, description) = api().split_for_parts();
    serde_json::to_value(description).unwrap_or_default()
}

pub(crate) fn router(configuration: Configuration, shares: Option<Shares>) -> Result<Router, InvalidSource> {
    // Offers may come from any issuer, status lists from anywhere.
    let mut connect = vec!["https:".to_owned()];
    connect.extend(configuration.loopback_origins.iter().cloned());
    let mut router = Router::new();
    if let Some(shares) = shares.clone() {
        let (routes, description) = api().split_for_parts();
        let description = get(|| async { Json(description) }).layer(public_cors());
        router = routes.with_state(shares).route("/openapi.json", description);
    }
    let router = router
        .route("/config.json", get(async move || Json(configuration)))
        // The page's own files are found from below; browsers keep the fragment.
        .route("/s", get(async || Redirect::permanent("/s/")))
        .merge(health::routes(move || {
            let shares = shares.clone();
            async move {
                match shares {
                    Some(shares) => shares.ready().await.map_err(|error| error.to_string()),
                    None => Ok(()),
                }
            }
        }))
        .fallback_service(pages::<App>(&Policy { connect })?);
    Ok(harden(router, &Limits::default()))
}
