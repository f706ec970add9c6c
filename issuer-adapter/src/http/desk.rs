//! What staff do. Every address below `/desk/api` asks for the desk key.

pub(crate) mod control;
pub(crate) mod offers;

use super::App;
use crate::awards::{AwardError, Changes, Review, State as AwardState};
use crate::issuance::metadata::Configuration;
use crate::sources::edubadges::{self, Documents};
use crate::storage::CopyCount;
use crate::validation::Finding;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use credentials::Text;
use credentials::award::{Award, Sector};
use http_service::{ApiJson, ApiPath, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Who works here.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    /// The institution.
    institution: Party,
    /// Its units that issue.
    units: Vec<Party>,
    /// Whether the data is invented.
    sample_data: bool,
}

/// An organisation that issues.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Party {
    /// The unit's name in addresses; absent for the institution.
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    /// Its DID.
    did: String,
    /// Its name.
    #[schema(value_type = Object)]
    name: Text,
    /// The sector of a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    sector: Option<Sector>,
}

/// An award with what is known about it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AwardView {
    /// Its identifier here.
    id: String,
    /// Where it is on its way.
    state: AwardState,
    /// The unit that issues it.
    unit: String,
    /// The record.
    #[schema(value_type = Object)]
    record: Award,
    /// What the rules say of it, errors first.
    findings: Vec<Finding>,
    /// Why a smaller size than usual is justified.
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
    /// What the credential will say; absent in lists and while the record is incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    preview: Option<Value>,
    /// Whether the award could be suspended, were it issued.
    suspendable: bool,
    /// How many copies were collected, by configuration; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    copies: Option<Vec<CopiesView>>,
    /// Until when the open offer holds; absent in lists and without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer_expires_at: Option<DateTime<Utc>>,
    /// What happened, oldest first; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<HistoryEntry>>,
    /// When it was imported.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

/// Copies of one configuration.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CopiesView {
    /// The configuration.
    configuration_id: String,
    /// Its format, such as `dc+sd-jwt`; absent for a configuration that is no longer issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    /// How many were handed out.
    number: u32,
    /// How many of these a wallet said to have kept.
    accepted: u32,
    /// How many of these the published lists call revoked.
    revoked: u32,
    /// How many of these the published lists call suspended, and not revoked.
    suspended: u32,
}

impl From<CopyCount> for CopiesView {
    fn from(count: CopyCount) -> Self {
        Self {
            format: Configuration::parse(&count.configuration).map(Configuration::format),
            configuration_id: count.configuration,
            number: count.number,
            accepted: count.accepted,
            revoked: count.revoked,
            suspended: count.suspended,
        }
    }
}

/// A line of an award's history.
#[derive(Serialize, ToSchema)]
struct HistoryEntry {
    /// When.
    at: DateTime<Utc>,
    /// Who: `desk` or `wallet`.
    actor: String,
    /// What, such as `approved`.
    action: String,
    /// A reason, a code or another particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// One award.
#[derive(Serialize, ToSchema)]
pub(crate) struct AwardAnswer {
    /// The award.
    award: AwardView,
}

/// Several awards.
#[derive(Serialize, ToSchema)]
pub(crate) struct AwardsAnswer {
    /// The awards, newest first; at most 500.
    awards: Vec<AwardView>,
}

/// What to import: a link, or the documents themselves.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ImportRequest {
    /// The public link of an assertion, or the assertion itself.
    #[schema(value_type = Object)]
    assertion: Value,
    /// The badge class, beside an assertion.
    #[schema(value_type = Option<Object>)]
    badge_class: Option<Value>,
    /// The issuer, beside an assertion.
    #[schema(value_type = Option<Object>)]
    issuer: Option<Value>,
    /// The direct-award record, which holds the learner's name.
    #[schema(value_type = Option<Object>)]
    direct_award: Option<Value>,
}

fn view(review: Review) -> AwardView {
    let Review {
        award,
        findings,
        preview,
        suspendable,
    } = review;
    AwardView {
        id: award.id,
        state: award.state,
        unit: award.unit,
        record: award.record,
        findings,
        justification: award.justification,
        preview,
        suspendable,
        copies: None,
        offer_expires_at: None,
        history: None,
        created_at: award.created_at,
        updated_at: award.updated_at,
    }
}

/// The award with copies, offer and history.
async fn full(app: &App, review: Review) -> Result<Json<AwardAnswer>, Problem> {
    let id = review.award.id.clone();
    let copies = app.storage.copies(&id).await?;
    let history = app.storage.history(&id).await?;
    let award = AwardView {
        copies: Some(copies.into_iter().map(CopiesView::from).collect()),
        offer_expires_at: app.storage.open_offer(&id, app.clock.now()).await?,
        history: Some(
            history
                .into_iter()
                .map(|entry| HistoryEntry {
                    at: entry.at,
                    actor: entry.actor,
                    action: entry.action,
                    detail: entry.detail,
                })
                .collect(),
        ),
        ..view(review)
    };
    Ok(Json(AwardAnswer { award }))
}

/// Who works here.
#[utoipa::path(
    get,
    path = "/desk/api/me",
    tag = "desk",
    security(("desk" = [])),
    responses(
        (status = 200, description = "The institution and its units.", body = Me),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn me(State(app): State<App>) -> Json<Me> {
    let party = |party: &crate::identity::Party| Party {
        slug: party.slug().map(str::to_owned),
        did: party.did().to_string(),
        name: party.name().clone(),
        sector: party.slug().and_then(|slug| app.sectors.get(slug)).copied(),
    };
    Json(Me {
        institution: party(&app.identities.institution),
        units: app.identities.units.iter().map(party).collect(),
        sample_data: app.config.sample_data,
    })
}

/// Imports an award from the badge platform.
///
/// The same award imported again is the same here; until it is offered, what was mended at the source comes
/// in.
#[utoipa::path(
    post,
    path = "/desk/api/imports",
    tag = "desk",
    security(("desk" = [])),
    request_body = ImportRequest,
    responses(
        (status = 200, description = "The award was imported before.", body = AwardAnswer),
        (status = 201, description = "The award was imported.", body = AwardAnswer),
        (status = 400, description = "Not acceptable JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The badge is revoked, not public, made elsewhere or not sound.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import(
    State(app): State<App>,
    ApiJson(request): ApiJson<ImportRequest>,
) -> Result<impl IntoResponse, Problem> {
    let imported = match (request.assertion, request.badge_class, request.issuer) {
        (Value::String(link), None, None) => match request.direct_award {
            None => app.import_link(&link).await,
            Some(direct_award) => {
                let fetched = edubadges::fetch(&app.client, &app.config.sources, &link).await;
                let documents = fetched.map_err(AwardError::from)?;
                app.import_file(&Documents {
                    direct_award: Some(direct_award),
                    ..documents
                })
                .await
            }
        },
        (assertion @ Value::Object(_), Some(badge_class), Some(issuer)) => {
            let documents = Documents {
                assertion,
                badge_class,
                issuer,
                direct_award: request.direct_award,
            };
            app.import_file(&documents).await
        }
        _ => {
            return Err(Problem::unprocessable(
                "incomplete-import",
                "Give the link of an assertion, or an assertion with its badgeClass and issuer.",
            )
            .in_dutch("Geef de link van een toekenning, of een toekenning met haar badgeClass en issuer."));
        }
    };
    let (award, new) = imported?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let review = app.review(&award.id).await?;
    Ok((status, full(&app, review).await?))
}

/// The awards, newest first.
#[utoipa::path(
    get,
    path = "/desk/api/awards",
    tag = "desk",
    security(("desk" = [])),
    responses(
        (status = 200, description = "The awards.", body = AwardsAnswer),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(State(app): State<App>) -> Result<Json<AwardsAnswer>, Problem> {
    let awards = app.reviews().await?.into_iter().map(view).collect();
    Ok(Json(AwardsAnswer { awards }))
}

/// One award: its record, what the rules say of it, what the learner will get and what happened.
#[utoipa::path(
    get,
    path = "/desk/api/awards/{id}",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    responses(
        (status = 200, description = "The award.", body = AwardAnswer),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<AwardAnswer>, Problem> {
    let review = app.review(&id).await?;
    full(&app, review).await
}

/// Completes or confirms what staff may. An approval is taken back by a change.
#[utoipa::path(
    patch,
    path = "/desk/api/awards/{id}",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    request_body = Changes,
    responses(
        (status = 200, description = "The award as it is now.", body = AwardAnswer),
        (status = 400, description = "Not acceptable JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award was offered and does not change any more.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A change that is not possible.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    ApiJson(changes): ApiJson<Changes>,
) -> Result<Json<AwardAnswer>, Problem> {
    let review = app.change(&id, changes).await?;
    full(&app, review).await
}

/// Approves an award that nothing stands in the way of.
#[utoipa::path(
    post,
    path = "/desk/api/awards/{id}/approve",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    responses(
        (status = 200, description = "The award, approved.", body = AwardAnswer),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award is not under review.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Findings stand in the way; `errors` lists them.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn approve(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<AwardAnswer>, Problem> {
    let review = app.approve(&id).await?;
    full(&app, review).await
}
