//! Extracts of other administrations: what they say of organisations in the register.

use axum::Json;
use axum::extract::rejection::StringRejection;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http_service::{ApiQuery, FieldError, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::info;
use trust::extracts::{ExtractError, Import, LARGEST_EXTRACT, Plan, Source, Unplaced, read};
use utoipa::{IntoParams, ToSchema};

use super::proposals::ProposalBody;
use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::register::{Change, EvidenceError, EvidenceImport, Recorded, Submission};

/// More rows than this are counted, and not told one by one.
const MOST_TOLD: usize = 50;

/// Which extract it is, and what to do with it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    /// Whose it is: `deqar` (reports, as JSON) or `rio` (recognitions, as CSV).
    #[param(value_type = String)]
    source: Source,
    /// When it was made, in RFC 3339.
    extracted_at: DateTime<Utc>,
    /// Whether to tell what would change, and change nothing.
    #[serde(default)]
    dry_run: bool,
    /// Whether to record what says the same as before as well, as looked up again.
    #[serde(default)]
    renew: bool,
    /// Whether to take back what it says, as after a wrong extract.
    #[serde(default)]
    retract: bool,
}

/// What becomes of an extract.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportReport {
    /// The number of a register list that shows it; absent where nothing was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
    /// What is new, or says something else than what is recorded: the `entityId` and the `evidence`.
    #[schema(value_type = Vec<Object>)]
    additions: Vec<Value>,
    /// How many say what is recorded already.
    unchanged: usize,
    /// The rows about which something newer is recorded; they are passed over.
    outdated: Vec<usize>,
    /// How many rows are about nobody in the register. No organisation is ever added by this.
    unknown: usize,
    /// The first 50 of these.
    #[schema(value_type = Vec<Object>)]
    unknown_rows: Vec<Unplaced>,
    /// The rows that might be about several organisations in the register; they are passed over, and their identifiers
    /// have to be looked into.
    #[schema(value_type = Vec<Object>)]
    ambiguous_rows: Vec<Unplaced>,
    /// How many rows say nothing about an institution as a whole.
    passed_over: usize,
    /// Whether the extract says itself that there is more elsewhere.
    partial: bool,
}

/// The text of an extract.
pub(crate) struct ExtractText(String);

impl<S: Send + Sync> FromRequest<S> for ExtractText {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let text: Result<String, StringRejection> = String::from_request(request, state).await;
        text.map(Self).map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(
                "body-too-large",
                format!("An extract may have {LARGEST_EXTRACT} bytes at most. Hand it in in parts."),
            )
            .in_dutch(format!(
                "Een uittreksel mag hoogstens {LARGEST_EXTRACT} bytes hebben. Lever het in delen in."
            )),
            _ => Problem::bad_request(
                "unreadable-body",
                "The extract could not be read; it has to be UTF-8.",
            )
            .in_dutch("Het uittreksel is niet te lezen; het moet UTF-8 zijn."),
        })
    }
}

/// Records what another administration says of organisations in the register, and publishes the list that shows it.
///
/// It informs, and decides nothing. Organisations are found by their identifiers and never added. What is recorded already
/// changes nothing; newer evidence about the same thing takes the place of what was known, and the log keeps both. An
/// extract with a field that cannot be read is refused whole. What would record the same as an import of the same keeper that
/// waits is that one, whenever it was looked up.
#[utoipa::path(
    post,
    path = "/v1/evidence/imports",
    tag = "keeper",
    security(("keeper" = [])),
    params(
        Question,
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters."),
    ),
    request_body(content = String, description = "The extract as it was downloaded, at most 4 MiB.", content_type = "text/plain"),
    responses(
        (status = 200, description = "What it would change, or that it changes nothing.", body = ImportReport),
        (status = 201, description = "Recorded and published.", body = ImportReport),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The query, the body or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Something newer was recorded, or too many proposals wait already.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The extract is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The extract cannot be read, or changes too much at once; `errors` says which field of which row.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiQuery(question): ApiQuery<Question>,
    IdempotencyKey(key): IdempotencyKey,
    ExtractText(text): ExtractText,
) -> Result<Response, Problem> {
    let extract = read(question.source, &text, question.extracted_at).map_err(unreadable)?;
    let import = Import {
        extracted_at: question.extracted_at,
        renew: question.renew,
        retract: question.retract,
    };
    let (plan, evidence) = app
        .register
        .plan_import(question.source, &extract, import)
        .await?;
    let is_empty = plan.additions.is_empty();
    let report = ImportReport::new(plan, extract.passed_over.len(), extract.is_partial)?;
    if question.dry_run || is_empty {
        return Ok((StatusCode::OK, Json(report)).into_response());
    }
    let kept = propose(&app, &keeper, key.as_deref(), evidence, report).await?;
    Ok(kept.into_response())
}

async fn propose(
    app: &App,
    keeper: &str,
    key: Option<&str>,
    evidence: EvidenceImport,
    report: ImportReport,
) -> Result<Kept<ImportReport>, Problem> {
    let submission = Submission {
        idempotency_key: key,
        urgent: false,
    };
    let change = Change::EvidenceImport(evidence);
    let asked = Asked::new(app, keeper, &change, submission).await?;
    asked.kept(|answer, _| {
        let Recorded::EvidenceImport { additions, .. } = answer.recorded else {
            return Err(unexpected());
        };
        info!(additions, "evidence recorded");
        let sequence = Some(answer.sequence);
        Ok((ImportReport { sequence, ..report }, None))
    })
}

impl ImportReport {
    fn new(plan: Plan, passed_over: usize, partial: bool) -> Result<Self, Problem> {
        let additions = plan.additions.iter().map(serde_json::to_value);
        Ok(Self {
            sequence: None,
            additions: additions.collect::<Result<_, _>>().map_err(Problem::internal)?,
            unchanged: plan.unchanged,
            outdated: plan.outdated,
            unknown: plan.unknown.len(),
            unknown_rows: plan.unknown.into_iter().take(MOST_TOLD).collect(),
            ambiguous_rows: plan.ambiguous.into_iter().take(MOST_TOLD).collect(),
            passed_over,
            partial,
        })
    }
}

fn unreadable(error: ExtractError) -> Problem {
    let faults = match &error {
        ExtractError::Faults(faults) => faults.as_slice(),
        _ => &[],
    };
    let faults = faults.iter().map(|fault| {
        FieldError::new(
            &format!("/{}/{}", fault.row, fault.field),
            "extract",
            format!("Row {}: {} {}.", fault.row, fault.field, fault.what.english()),
            format!("Rij {}: {} {}.", fault.row, fault.field, fault.what.dutch()),
        )
    });
    let faults = faults.collect();
    Problem::unprocessable("invalid-extract", error)
        .in_dutch(
            "Dit uittreksel is niet te lezen; de Engelse tekst zegt waarom. Er is niets overgenomen. Download het opnieuw, \
             of vraag wie de bron beheert om het te herstellen.",
        )
        .with_errors(faults)
}

impl From<EvidenceError> for Problem {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::UnknownEntity(_) => Self::unprocessable("unknown-entity", error)
                .in_dutch("Het register kent deze organisatie niet."),
            EvidenceError::Outdated(_) => Self::conflict("outdated-evidence", error)
                .in_dutch("Hierover is inmiddels iets nieuwers bekend."),
            EvidenceError::LooksAhead => Self::unprocessable("looks-ahead", error)
                .in_dutch("Geef het moment waarop het uittreksel is gemaakt; dat ligt niet in de toekomst."),
            EvidenceError::TooMany => Self::unprocessable("too-many-additions", error).in_dutch(
                "Dit zijn er te veel om in één keer te bekijken. Lever het uittreksel in delen in.",
            ),
            EvidenceError::Publish(error) => error.into(),
        }
    }
}
