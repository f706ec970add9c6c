use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use credentials::award::Sector;
use credentials::{Did, Text, json};
use http_service::{ApiJson, ApiPath, ApiQuery, JsonLimits, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use tracing::info;
use trust::Entity;
use trust::statistics::{
    ROUNDED_TO, SMALLEST, SizeClass, Statistics, StatisticsError, published, published_sum, sums, year_of,
};
use utoipa::{IntoParams, ToSchema};

use super::entities::unknown_entity;
use crate::http::App;
use crate::register::CountError;

/// The longest numbers, in JSON.
pub(crate) const BODY: JsonLimits = JsonLimits(json::Limits {
    bytes: 40 * 1024,
    depth: 2,
    nodes: 8,
});

/// Which year is asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    /// The calendar year in which awards are dated; the current one unless given.
    #[param(example = 2026)]
    year: Option<i32>,
}

/// How much was awarded in a year, as far as institutions hand in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Year {
    /// The calendar year.
    year: i32,
    /// The years for which there are numbers, the last first.
    years: Vec<i32>,
    /// When the newest of these numbers was counted; absent when there are none.
    as_of: Option<DateTime<Utc>>,
    /// A number that is not told is smaller than this.
    smallest: u32,
    /// Numbers are rounded to multiples of this.
    rounded_to: u32,
    /// All institutions together.
    total: Numbers,
    /// Each institution, its units together.
    institutions: Vec<OfInstitution>,
}

/// How much an institution awarded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfInstitution {
    /// The register's stable name for it.
    entity_id: String,
    /// Its name by language.
    #[schema(value_type = Object)]
    display_name: Text,
    #[serde(flatten)]
    numbers: Numbers,
}

/// Numbers of awards.
#[derive(Serialize, ToSchema)]
pub(crate) struct Numbers {
    /// All of them; `null` when they are too few to tell.
    awards: Option<u32>,
    /// By sector, level and size; a class without awards is left out.
    classes: Vec<Class>,
}

/// How many awards there are of a class.
#[derive(Serialize, ToSchema)]
pub(crate) struct Class {
    /// `hbo`, `wo` or `mbo`.
    #[schema(value_type = String)]
    sector: Sector,
    /// The EQF level.
    eqf: u8,
    /// `ec-to-5`, `ec-to-10`, `ec-over-10`, `hours-to-480`, `hours-to-960` or `hours-over-960`.
    #[schema(value_type = String)]
    size: SizeClass,
    /// How many; `null` when they are too few to tell.
    awards: Option<u32>,
}

/// Numbers as their issuer signed them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNumbers {
    /// A compact JWS of type `mc-statistics+jwt`, signed with a key that the register lists for the issuer.
    statistics: String,
}

impl Numbers {
    /// Of one institution.
    fn of(statistics: &[Statistics]) -> Self {
        let sums = sums(statistics);
        let parts: Vec<u32> = sums.values().copied().collect();
        Self {
            awards: published_sum(&parts),
            classes: sums
                .into_iter()
                .map(|(class, awards)| Class::of(class, published(awards)))
                .collect(),
        }
    }

    /// Of all institutions, by the numbers of each: sums of what is published of each of them.
    fn of_all(institutions: &[BTreeMap<trust::statistics::Class, u32>]) -> Self {
        let mut parts: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        for (class, awards) in institutions.iter().flatten() {
            parts.entry(*class).or_default().push(*awards);
        }
        let sum = |parts: &Vec<u32>| parts.iter().fold(0_u32, |sum, part| sum.saturating_add(*part));
        let by_class: Vec<u32> = parts.values().map(sum).collect();
        let by_institution: Vec<u32> = institutions
            .iter()
            .map(|classes| {
                classes
                    .values()
                    .fold(0_u32, |sum, part| sum.saturating_add(*part))
            })
            .collect();
        Self {
            awards: published_sum(&by_class).and(published_sum(&by_institution)),
            classes: parts
                .into_iter()
                .map(|(class, parts)| Class::of(class, published_sum(&parts)))
                .collect(),
        }
    }
}

impl Class {
    fn of(class: trust::statistics::Class, awards: Option<u32>) -> Self {
        Self {
            sector: class.sector,
            eqf: class.eqf,
            size: class.size,
            awards,
        }
    }
}

/// How much was awarded, by sector, level and size.
///
/// Numbers are rounded and small ones left out, so that nobody is told apart.
#[utoipa::path(
    get,
    path = "/v1/statistics",
    tag = "public",
    params(Question),
    responses(
        (status = 200, description = "The numbers of a year.", body = Year),
        (status = 400, description = "The year is not a year.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many questions.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiQuery(question): ApiQuery<Question>,
) -> Result<Response, Problem> {
    let year = question.year.unwrap_or_else(|| year_of(app.register.now()));
    let counted = app.register.counted(year).await?;
    let all = || counted.iter().flat_map(|(_, statistics)| statistics);
    let institution = |(entity, statistics): &(Entity, Vec<Statistics>)| OfInstitution {
        entity_id: entity.entity_id.clone(),
        display_name: entity.display_name.clone(),
        numbers: Numbers::of(statistics),
    };
    let body = Year {
        year,
        years: app.register.years_counted().await.map_err(Problem::internal)?,
        as_of: all().map(|statistics| statistics.as_of).max(),
        smallest: SMALLEST,
        rounded_to: ROUNDED_TO,
        total: Numbers::of_all(
            &counted
                .iter()
                .map(|(_, statistics)| sums(statistics))
                .collect::<Vec<_>>(),
        ),
        institutions: counted.iter().map(institution).collect(),
    };
    Ok(([("cache-control", "public, max-age=60")], Json(body)).into_response())
}

/// Takes over how much an issuer awarded in a year, by sector, level and size.
///
/// The newest count of an issuer and year is the one that is published, with those of other institutions. The issuer
/// must take part at this moment.
#[utoipa::path(
    post,
    path = "/v1/statistics/{did}",
    tag = "issuer",
    params(("did" = String, Path, description = "The issuer's DID.")),
    request_body = NewNumbers,
    responses(
        (status = 204, description = "They are taken over, or were before."),
        (status = 400, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The issuer does not take part now, or the key is not one of its keys that count now.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The register knows no such organisation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Newer numbers are here already.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The numbers are not made as they should be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too often within a day.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    ApiPath(did): ApiPath<String>,
    ApiJson(body): ApiJson<NewNumbers>,
) -> Result<StatusCode, Problem> {
    let issuer = Did::parse(&did).map_err(|_| unknown_entity())?;
    let statistics = app.register.count(&issuer, &body.statistics).await?;
    info!(%issuer, year = statistics.year, "numbers of awards taken over");
    Ok(StatusCode::NO_CONTENT)
}

impl From<CountError> for Problem {
    fn from(error: CountError) -> Self {
        match error {
            CountError::UnknownIssuer => unknown_entity(),
            CountError::NotAdmitted => Self::new(StatusCode::FORBIDDEN, "not-admitted", error)
                .in_dutch("De uitgever doet nu niet mee; daarom worden de aantallen niet overgenomen."),
            CountError::Statistics(StatisticsError::Signature(_)) => {
                Self::new(StatusCode::FORBIDDEN, "statistics-not-signed", error).in_dutch(
                    "De aantallen zijn niet ondertekend met een sleutel van de uitgever die nu telt.",
                )
            }
            CountError::Statistics(_) | CountError::OtherIssuer => {
                Self::unprocessable("invalid-statistics", error)
                    .in_dutch("De aantallen zijn niet goed opgebouwd, of van een andere uitgever.")
            }
            CountError::Older => Self::conflict("statistics-older", error)
                .in_dutch("Er zijn al nieuwere aantallen van deze uitgever over dat jaar."),
            CountError::TooMany => Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-statistics", error)
                .in_dutch("Te vaak aantallen op een dag; lever ze minder vaak in."),
            CountError::Publish(error) => error.into(),
        }
    }
}
