//! The register over HTTP. The files below mirror the addresses.

mod did_document;
mod v1;

use axum::routing::get;
use axum::{Json, Router};
use http_service::pages::{InvalidSource, Policy, pages};
use http_service::{Limits, Problem, RateLimit, Secret, harden, health, public_cors};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::{PublishError, Register};

#[derive(RustEmbed)]
#[folder = "page/dist"]
#[allow_missing = true]
struct Page;

#[derive(Clone)]
struct App {
    register: Register,
    keeper: Secret,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waarmerk register",
        description = "Who may award what, since when: the signed register list and the decisions behind it."
    ),
    modifiers(&Keeper),
    tags(
        (name = "public", description = "For everybody; no registration, any origin."),
        (name = "issuer", description = "For institutions that issue; what they send is signed with their own keys."),
        (name = "keeper", description = "For whoever admits institutions.")
    )
)]
struct Description;

struct Keeper;

impl Modify for Keeper {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The keeper's token."))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("keeper", SecurityScheme::Http(scheme));
    }
}

fn api() -> OpenApiRouter<App> {
    let public = OpenApiRouter::new()
        .routes(routes!(v1::list::current))
        .routes(routes!(v1::list::numbered))
        .routes(routes!(v1::anchor::show))
        .routes(routes!(v1::entities::index))
        .routes(routes!(v1::entities::show))
        .routes(routes!(v1::entities::key_events::index))
        .routes(routes!(v1::log::head))
        .routes(routes!(v1::log::entries))
        .routes(routes!(v1::log::inclusion))
        .routes(routes!(v1::log::consistency))
        .routes(routes!(v1::receipts::head))
        .routes(routes!(v1::receipts::month))
        .routes(routes!(v1::receipts::leaves))
        .routes(routes!(v1::accreditations::show))
        .routes(routes!(v1::accreditations::history))
        .routes(routes!(did_document::show))
        .layer(public_cors());
    let questions = OpenApiRouter::new()
        .routes(routes!(v1::evaluate::show).layer(RateLimit::requests("questions", 240)))
        .routes(routes!(v1::statistics::show).layer(RateLimit::requests("questions", 240)))
        .layer(public_cors());
    let batches = OpenApiRouter::new()
        .routes(routes!(v1::receipts::create).layer(RateLimit::requests("receipts", 120)))
        .layer(axum::Extension(v1::receipts::BODY));
    let numbers = OpenApiRouter::new()
        .routes(routes!(v1::statistics::create).layer(RateLimit::requests("statistics", 600)))
        .layer(axum::Extension(v1::statistics::BODY));
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(public)
        .routes(routes!(v1::accreditations::status_events::create).layer(RateLimit::refusals("keeper", 60)))
        .routes(routes!(v1::accreditations::delegations::create).layer(RateLimit::refusals("keeper", 60)))
        .routes(routes!(v1::entities::key_events::create).layer(RateLimit::refusals("keeper", 60)))
        .routes(routes!(v1::entities::succession::create).layer(RateLimit::refusals("keeper", 60)))
        .merge(batches)
        .merge(numbers)
        .merge(questions)
}

/// The description of the register's API, in OpenAPI 3.1.
pub fn openapi() -> Value {
    let (_, description) = api().split_for_parts();
    serde_json::to_value(description).unwrap_or_default()
}

pub(crate) fn router(register: Register, keeper: Secret, sample_data: bool) -> Result<Router, InvalidSource> {
    let (routes, description) = api().split_for_parts();
    let checked = register.clone();
    let router = routes
        .with_state(App { register, keeper })
        .route(
            "/config.json",
            get(async move || Json(json!({ "sampleData": sample_data }))),
        )
        .route(
            "/openapi.json",
            get(|| async { Json(description) }).layer(public_cors()),
        )
        .merge(health::routes(move || {
            let register = checked.clone();
            async move { register.ready().await }
        }))
        .fallback_service(pages::<Page>(&Policy::default())?);
    Ok(harden(router, &Limits::default()))
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        Self::internal(error)
    }
}
