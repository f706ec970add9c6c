use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::award::Sector;
use credentials::{Did, Text};
use http_service::{ApiQuery, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use trust::{Evaluation, ScopeClaim, SizeUnit, evaluate, participation};
use utoipa::{IntoParams, ToSchema};

use super::entities::unknown_entity;
use crate::http::App;

/// What is asked: who, when, and what would be awarded.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    /// The organisation's DID.
    #[param(example = "did:web:college.example:energie")]
    did: String,
    /// The moment asked about, in RFC 3339; now unless given.
    #[param(value_type = Option<String>, example = "2026-05-01T12:00:00Z")]
    at: Option<DateTime<Utc>>,
    /// By what the register knew at this moment; now unless given.
    #[param(value_type = Option<String>)]
    known_at: Option<DateTime<Utc>>,
    /// The sector of education: `hbo`, `wo` or `mbo`.
    #[param(value_type = Option<String>)]
    sector: Option<Sector>,
    /// The quality framework's id.
    framework: Option<String>,
    /// The EQF level.
    eqf: Option<u8>,
    /// The level in the Dutch framework, `1` to `8` or `4+`.
    nlqf: Option<String>,
    /// The size in study credits (ECTS).
    ec: Option<f64>,
    /// The size in hours of study.
    hours: Option<f64>,
    /// The size in study load hours as vocational education counts them.
    sbu: Option<f64>,
    /// The type of achievement, such as `Microcredential`.
    achievement_type: Option<String>,
    /// The ISCED-F field, such as `0713`.
    field: Option<String>,
    /// The country, in two letters.
    country: Option<String>,
}

/// The register's answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    /// The number of the list that says so.
    sequence: u64,
    /// The moment asked about.
    at: DateTime<Utc>,
    /// By what was known when.
    known_at: DateTime<Utc>,
    /// Whether the organisation took part then, in a sentence by language.
    #[schema(value_type = Object)]
    participation: Text,
    /// What it was, whether what was asked lies in scope, and what each organisation above it was.
    #[schema(value_type = Object)]
    evaluation: Evaluation,
}

/// Whether an organisation was allowed to award something at a moment.
///
/// For those who plan, advise or keep records. Who checks a credential fetches the whole list instead, and evaluates by
/// itself (`specs/accreditation/`): then nobody learns what is checked.
#[utoipa::path(
    get,
    path = "/v1/evaluate",
    tag = "public",
    params(Question),
    responses(
        (status = 200, description = "The answer.", body = Answer),
        (status = 400, description = "Something asked is not understood.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The register knows no such organisation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many questions.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiQuery(question): ApiQuery<Question>,
) -> Result<Json<Answer>, Problem> {
    let subject = Did::parse(&question.did).map_err(|_| unknown_entity())?;
    let published = app.register.published().await?;
    let list = &published.list;
    let now = app.register.now();
    let (at, known_at) = (question.at.unwrap_or(now), question.known_at.unwrap_or(now));
    let entity = list.entity(&subject).ok_or_else(unknown_entity)?;
    let claim = question.claim();
    let evaluation = evaluate(list, &subject, &claim, at, known_at).ok_or_else(unknown_entity)?;
    Ok(Json(Answer {
        sequence: list.list().sequence,
        at,
        known_at,
        participation: participation(list, entity, at, known_at).answer,
        evaluation,
    }))
}

impl Question {
    fn claim(self) -> ScopeClaim {
        let sizes = [
            (SizeUnit::Ec, self.ec),
            (SizeUnit::Hour, self.hours),
            (SizeUnit::Sbu, self.sbu),
        ];
        ScopeClaim {
            sector: self.sector,
            framework: self.framework,
            eqf: self.eqf,
            nlqf: self.nlqf,
            sizes: sizes
                .into_iter()
                .filter_map(|(unit, size)| Some((unit, size.filter(|size| size.is_finite())?)))
                .collect(),
            credential_type: self.achievement_type,
            field: self.field,
            country: self.country,
        }
    }
}
