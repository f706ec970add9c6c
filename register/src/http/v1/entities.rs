pub(crate) mod create;
pub(crate) mod key_events;
pub(crate) mod succession;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::{Did, Text};
use http_service::{ApiPath, Problem, ProblemBody};
use serde::Serialize;
use serde_json::Value;
use trust::{Accreditation, Entity, EntityKind, Status, participation};
use utoipa::ToSchema;

use crate::http::App;

/// What the register says at one moment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entities {
    /// The number of the list that says so.
    sequence: u64,
    /// The moment for which `status` holds.
    as_of: DateTime<Utc>,
    /// The organisations, in the order of their admission.
    entities: Vec<Summary>,
}

/// An organisation and where it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// The register's stable name for it.
    entity_id: String,
    /// Its place in the chain: `root`, `accreditor`, `institution` or `unit`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: EntityKind,
    /// The DIDs it issues under.
    #[schema(value_type = Vec<String>)]
    dids: Vec<Did>,
    /// Its name by language.
    #[schema(value_type = Object)]
    display_name: Text,
    /// The organisation it is part of.
    parent_entity: Option<String>,
    /// Whether it takes part in the quality framework now, as far as every organisation above it allows:
    /// `active`, `suspended`, `withdrawn`, `expired` or `absent`.
    #[schema(value_type = String)]
    status: Status,
    /// What it was admitted to.
    accreditations: Vec<Admission>,
}

/// One accreditation, by itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Admission {
    /// Its id.
    accreditation_id: String,
    /// What it is now, whatever is above it.
    #[schema(value_type = String)]
    status: Status,
    /// From when it holds.
    valid_from: DateTime<Utc>,
    /// Until when it holds.
    valid_until: Option<DateTime<Utc>>,
}

/// One organisation with everything the register list says of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntityNow {
    /// The number of the list that says so.
    sequence: u64,
    /// The moment for which `status` holds.
    as_of: DateTime<Utc>,
    /// Whether it takes part in the quality framework now, as far as every organisation above it allows.
    #[schema(value_type = String)]
    status: Status,
    /// The entry of the register list, as `specs/accreditation/` describes it.
    #[schema(value_type = Object)]
    entity: Value,
}

/// Every organisation the register knows.
#[utoipa::path(
    get,
    path = "/v1/entities",
    tag = "public",
    responses(
        (status = 200, description = "The organisations.", body = Entities),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(State(app): State<App>) -> Result<Json<Entities>, Problem> {
    let published = app.register.published().await?;
    let (list, as_of) = (published.list.list(), app.register.now());
    let summary = |entity: &Entity| Summary {
        entity_id: entity.entity_id.clone(),
        kind: entity.kind,
        dids: entity.dids.clone(),
        display_name: entity.display_name.clone(),
        parent_entity: entity.parent_entity.clone(),
        status: participation(&published.list, entity, as_of, as_of).status,
        accreditations: entity
            .accreditations
            .iter()
            .map(|one| admission(one, as_of))
            .collect(),
    };
    let entities = published.list.entities().map(summary).collect();
    Ok(Json(Entities {
        sequence: list.sequence,
        as_of,
        entities,
    }))
}

/// One organisation, by one of its DIDs.
///
/// A DID with a port holds a percent sign, which is written `%25` in the address:
/// `/v1/entities/did:web:localhost%253A4702`.
#[utoipa::path(
    get,
    path = "/v1/entities/{did}",
    tag = "public",
    params(("did" = String, Path, description = "One of its DIDs.")),
    responses(
        (status = 200, description = "The organisation.", body = EntityNow),
        (status = 404, description = "The register knows no such organisation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(did): ApiPath<String>,
) -> Result<Json<EntityNow>, Problem> {
    let published = app.register.published().await?;
    let did = Did::parse(&did).map_err(|_| unknown_entity())?;
    let entity = published.list.entity(&did).ok_or_else(unknown_entity)?;
    let (list, as_of) = (published.list.list(), app.register.now());
    Ok(Json(EntityNow {
        sequence: list.sequence,
        as_of,
        status: participation(&published.list, entity, as_of, as_of).status,
        entity: serde_json::to_value(entity).map_err(Problem::internal)?,
    }))
}

pub(in crate::http) fn unknown_entity() -> Problem {
    Problem::not_found(
        "unknown-entity",
        "The register knows no organisation with that DID.",
    )
    .in_dutch("Het register kent geen organisatie met die DID.")
}

fn admission(accreditation: &Accreditation, at: DateTime<Utc>) -> Admission {
    Admission {
        accreditation_id: accreditation.accreditation_id.clone(),
        status: accreditation.status_at(at, at),
        valid_from: accreditation.valid_from,
        valid_until: accreditation.valid_until,
    }
}
