//! The register over HTTP. The files below mirror the addresses.

mod did_document;
mod federation;
mod keeper;
mod v1;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Json, Router};
use http_service::pages::{InvalidSource, Policy, pages};
use http_service::{Limits, Problem, RateLimit, harden, health, public_cors};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use trust::extracts::LARGEST_EXTRACT;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::keepers::Keepers;
use crate::{PublishError, Register};

#[derive(RustEmbed)]
#[folder = "page/dist"]
#[allow_missing = true]
struct Page;

#[derive(Clone)]
struct App {
    register: Register,
    keepers: Keepers,
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
        (name = "federation", description = "The same for federations, about the present alone: OpenID Federation 1.0; any origin."),
        (name = "issuer", description = "For institutions that issue; what they send is signed with their own keys."),
        (name = "keeper", description = "For those who keep the register, each with a secret of their own. Where two persons decide, a change is answered with the proposal that another keeper has to confirm.")
    )
)]
struct Description;

struct Keeper;

impl Modify for Keeper {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A keeper's secret."))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("keeper", SecurityScheme::Http(scheme));
    }
}

fn api() -> OpenApiRouter<App> {
    let public = OpenApiRouter::new()
        .routes(routes!(v1::list::current))
        .routes(routes!(v1::list::numbered))
        .routes(routes!(v1::list::delta))
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
        .routes(routes!(v1::accreditations::checklist::show))
        .routes(routes!(v1::checklists::index))
        .routes(routes!(did_document::show))
        .layer(public_cors());
    let questions = OpenApiRouter::new()
        .routes(routes!(v1::evaluate::show).layer(RateLimit::requests("questions", 240)))
        .routes(routes!(v1::statistics::show).layer(RateLimit::requests("questions", 240)))
        .layer(public_cors());
    let stated = || RateLimit::requests("federation", 240);
    let federation = OpenApiRouter::new()
        .routes(routes!(federation::configuration::show).layer(stated()))
        .routes(routes!(federation::subordinates::fetch).layer(stated()))
        .routes(routes!(federation::subordinates::index).layer(stated()))
        .routes(routes!(federation::marks::show).layer(stated()))
        .routes(routes!(federation::marks::index).layer(stated()))
        .routes(routes!(federation::marks::status).layer(stated()))
        .layer(public_cors());
    let batches = OpenApiRouter::new()
        .routes(routes!(v1::receipts::create).layer(RateLimit::requests("receipts", 120)))
        .layer(axum::Extension(v1::receipts::BODY));
    let numbers = OpenApiRouter::new()
        .routes(routes!(v1::statistics::create).layer(RateLimit::requests("statistics", 600)))
        .layer(axum::Extension(v1::statistics::BODY));
    let keepers = OpenApiRouter::new()
        .routes(routes!(v1::accreditations::create::create))
        .routes(routes!(v1::accreditations::status_events::create))
        .routes(routes!(v1::accreditations::delegations::create))
        .routes(routes!(v1::entities::create::create))
        .routes(routes!(v1::entities::key_events::create))
        .routes(routes!(v1::entities::succession::create))
        .routes(routes!(v1::proposals::index))
        .routes(routes!(v1::proposals::show))
        .routes(routes!(v1::proposals::confirm))
        .routes(routes!(v1::proposals::reject))
        .routes(routes!(v1::session::show))
        .route_layer(RateLimit::requests("keepers", 240))
        .route_layer(RateLimit::refusals("keeper", 60));
    let imports = OpenApiRouter::new()
        .routes(routes!(v1::evidence::create))
        .route_layer(RateLimit::requests("keepers", 240))
        .route_layer(RateLimit::refusals("keeper", 60));
    let bounded = DefaultBodyLimit::max(Limits::default().body);
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(public)
        .merge(keepers)
        .merge(batches)
        .merge(numbers)
        .merge(questions)
        .merge(federation)
        .layer(bounded)
        .merge(imports)
}

/// The description of the register's API, in OpenAPI 3.1.
pub fn openapi() -> Value {
    let (_, description) = api().split_for_parts();
    serde_json::to_value(description).unwrap_or_default()
}

pub(crate) fn router(
    register: Register,
    keepers: Keepers,
    sample_data: bool,
) -> Result<Router, InvalidSource> {
    let (routes, description) = api().split_for_parts();
    let checked = register.clone();
    let shown = json!({ "sampleData": sample_data, "decisions": register.decisions() });
    let router = routes
        .with_state(App { register, keepers })
        .route("/config.json", get(async move || Json(shown)))
        .route(
            "/openapi.json",
            get(|| async { Json(description) }).layer(public_cors()),
        )
        .merge(health::routes(move || {
            let register = checked.clone();
            async move { register.ready().await }
        }))
        .fallback_service(pages::<Page>(&Policy::default())?);
    let limits = Limits {
        // Of extracts alone; all else is bounded where it is routed.
        body: LARGEST_EXTRACT,
        ..Limits::default()
    };
    Ok(harden(router, &limits))
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        Self::internal(error)
    }
}
