pub(crate) mod checklist;
pub(crate) mod create;
pub(crate) mod delegations;
mod limits;
pub(crate) mod status_events;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http_service::{ApiPath, Problem, ProblemBody};
use serde::Serialize;
use serde_json::Value;
use trust::{Accreditation, Entity, Status};
use utoipa::ToSchema;

use crate::http::App;

/// One accreditation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccreditationNow {
    /// The register's name for the organisation that holds it.
    entity_id: String,
    /// The moment for which `status` holds.
    as_of: DateTime<Utc>,
    /// What it is now, whatever is above it.
    #[schema(value_type = String)]
    status: Status,
    /// The entry of the register list, as `specs/accreditation/` describes it.
    #[schema(value_type = Object)]
    accreditation: Value,
}

/// Every decision about one accreditation, the oldest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct History {
    /// Which accreditation.
    accreditation_id: String,
    /// The register's name for the organisation that holds it.
    entity_id: String,
    /// The decisions.
    events: Vec<status_events::Event>,
}

/// One accreditation, by the last segment of its id.
#[utoipa::path(
    get,
    path = "/v1/accreditations/{id}",
    tag = "public",
    params(("id" = String, Path, description = "The last segment of its id.")),
    responses(
        (status = 200, description = "The accreditation.", body = AccreditationNow),
        (status = 404, description = "There is no such accreditation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<AccreditationNow>, Problem> {
    let as_of = app.register.now();
    find(&app, &id, |entity, accreditation| {
        Ok(AccreditationNow {
            entity_id: entity.entity_id.clone(),
            as_of,
            status: accreditation.status_at(as_of, as_of),
            accreditation: serde_json::to_value(accreditation).map_err(Problem::internal)?,
        })
    })
    .await
}

/// Every decision about one accreditation.
#[utoipa::path(
    get,
    path = "/v1/accreditations/{id}/history",
    tag = "public",
    params(("id" = String, Path, description = "The last segment of the accreditation's id.")),
    responses(
        (status = 200, description = "The decisions, the oldest first.", body = History),
        (status = 404, description = "There is no such accreditation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn history(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<History>, Problem> {
    find(&app, &id, |entity, accreditation| {
        Ok(History {
            accreditation_id: accreditation.accreditation_id.clone(),
            entity_id: entity.entity_id.clone(),
            events: accreditation
                .status_history
                .iter()
                .cloned()
                .map(Into::into)
                .collect(),
        })
    })
    .await
}

async fn find<T>(
    app: &App,
    name: &str,
    answer: impl FnOnce(&Entity, &Accreditation) -> Result<T, Problem>,
) -> Result<Json<T>, Problem> {
    let published = app.register.published().await?;
    match published.list.accreditation(&app.register.address(name)) {
        Some((entity, accreditation)) => answer(entity, accreditation).map(Json),
        None => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Problem {
    Problem::not_found(
        "unknown-accreditation",
        format!("The register knows no accreditation `{name}`."),
    )
    .in_dutch(format!("Het register kent geen toelating `{name}`."))
}
