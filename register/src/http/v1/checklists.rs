use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::Text;
use credentials::award::Sector;
use http_service::{Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::register::{Condition, conditions};

/// What has to be so before an institution is admitted, by profile and sector.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checklists {
    /// The policy profiles of the register's frameworks.
    profiles: Vec<ProfileChecklists>,
}

/// A policy profile and its checklists.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileChecklists {
    /// Its name, such as `NL-HO-2021`.
    #[schema(example = "NL-HO-2021")]
    profile: String,
    /// The framework it belongs to.
    framework: String,
    /// The framework's name by language.
    #[schema(value_type = Object)]
    framework_name: Text,
    /// From when it counts.
    effective_from: DateTime<Utc>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_until: Option<DateTime<Utc>>,
    /// One for each sector it is for. Who is admitted in more sectors meets the conditions of each.
    checklists: Vec<Checklist>,
}

/// The conditions for admission in one sector.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checklist {
    /// The sector.
    #[schema(value_type = String)]
    sector: Sector,
    /// Every one of them has to be met.
    conditions: Vec<ConditionBody>,
}

/// One condition for admission.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConditionBody {
    /// Its name.
    #[schema(example = "knowledge-sharing")]
    item: String,
    /// What has to be so, by language; a summary, not the framework's own words.
    #[schema(value_type = Object)]
    text: Text,
}

/// What has to be so before an institution is admitted.
#[utoipa::path(
    get,
    path = "/v1/checklists",
    tag = "public",
    responses(
        (status = 200, description = "The checklists.", body = Checklists),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(State(app): State<App>) -> Result<Json<Checklists>, Problem> {
    let published = app.register.published().await?;
    let body = |Condition { item, text }| ConditionBody { item, text };
    let profiles = published.list.list().frameworks.iter().flat_map(|framework| {
        framework.profiles.iter().map(move |profile| {
            let checklist = |sector: &Sector| Checklist {
                sector: *sector,
                conditions: conditions(framework, &[*sector]).into_iter().map(body).collect(),
            };
            ProfileChecklists {
                profile: profile.id.clone(),
                framework: framework.id.clone(),
                framework_name: framework.name.clone(),
                effective_from: profile.effective_from,
                effective_until: profile.effective_until,
                checklists: profile.sectors.iter().map(checklist).collect(),
            }
        })
    });
    Ok(Json(Checklists {
        profiles: profiles.collect(),
    }))
}
