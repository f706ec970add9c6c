use super::App;
use crate::identity::Party;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http_service::{ApiPath, Problem, ProblemBody};

/// What the institution says of itself in a federation: its keys, those above it and its trust marks.
///
/// An entity configuration (OpenID Federation 1.0, section 9), only where the configuration names a federation.
#[utoipa::path(
    get,
    path = "/.well-known/openid-federation",
    tag = "public",
    responses(
        (status = 200, description = "The entity configuration.", body = String, content_type = "application/entity-statement+jwt"),
        (status = 404, description = "It takes part in no federation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn institution(State(app): State<App>) -> Result<Response, Problem> {
    configuration(&app, Some(&app.identities.institution)).await
}

/// What a unit says of itself in a federation.
#[utoipa::path(
    get,
    path = "/{unit}/.well-known/openid-federation",
    tag = "public",
    params(("unit" = String, Path, description = "The unit, as its DID names it.")),
    responses(
        (status = 200, description = "The entity configuration.", body = String, content_type = "application/entity-statement+jwt"),
        (status = 404, description = "No unit has that name, or it takes part in no federation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unit(
    State(app): State<App>,
    ApiPath(slug): ApiPath<String>,
) -> Result<Response, Problem> {
    configuration(&app, app.identities.unit(&slug)).await
}

async fn configuration(app: &App, party: Option<&Party>) -> Result<Response, Problem> {
    let stated = match party {
        Some(party) => app.entity_configuration(party).await.map_err(Problem::internal)?,
        None => None,
    };
    let Some(stated) = stated else {
        return Err(Problem::not_found(
            "no-federation",
            "Nobody here takes part in a federation under that name.",
        )
        .in_dutch("Niemand doet hier onder die naam mee aan een federatie."));
    };
    let kept = [
        ("content-type", "application/entity-statement+jwt"),
        ("cache-control", "public, max-age=300"),
    ];
    Ok((kept, stated).into_response())
}
