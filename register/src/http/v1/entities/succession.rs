use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::Did;
use http_service::{ApiJson, ApiPath, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use tracing::info;
use utoipa::ToSchema;

use super::unknown_entity;
use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::http::v1::accreditations::status_events::Reason;
use crate::http::v1::proposals::ProposalBody;
use crate::register::{Change, Merger, Recorded, Submission};

/// That another organisation takes over, to record.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSuccession {
    /// A DID of the organisation that takes over; it is registered already, and of the same kind.
    #[schema(value_type = String)]
    successor: Did,
    /// From when, in RFC 3339: when it is recorded or later.
    effective_from: DateTime<Utc>,
    /// Why; published as it is, so it names no persons.
    reason: Reason,
}

/// That another organisation takes over, as it was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuccessionRecorded {
    /// The number of a register list that shows it.
    sequence: u64,
    /// The register's name for the organisation that takes over.
    entity: String,
    /// From when.
    effective_from: DateTime<Utc>,
    /// When the register learnt of it.
    recorded_at: DateTime<Utc>,
    /// Why.
    reason: Reason,
}

/// Records that another organisation takes over, and publishes the list that shows it.
///
/// From then on nothing is issued any more under the organisation's own accreditations; what was issued before stays. Its
/// units need new ones, under the organisation that takes over. The same request again is recorded once.
#[utoipa::path(
    post,
    path = "/v1/entities/{did}/succession",
    tag = "keeper",
    security(("keeper" = [])),
    params(
        ("did" = String, Path, description = "A DID of the organisation that is taken over."),
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters."),
    ),
    request_body = NewSuccession,
    responses(
        (status = 201, description = "Recorded and published.", body = SuccessionRecorded),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The register knows no organisation with that DID.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another succession was recorded already, or too many proposals wait already.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It is incomplete, looks back, or leads back to the organisation itself.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiPath(did): ApiPath<String>,
    IdempotencyKey(key): IdempotencyKey,
    ApiJson(body): ApiJson<NewSuccession>,
) -> Result<Kept<SuccessionRecorded>, Problem> {
    let did = Did::parse(&did).map_err(|_| unknown_entity())?;
    let faults = body.reason.faults();
    if !faults.is_empty() {
        return Err(
            Problem::unprocessable("invalid-decision", "The decision is incomplete.")
                .in_dutch("Het besluit is niet volledig.")
                .with_errors(faults),
        );
    }
    let change = Change::Succession(Merger {
        entity: did,
        successor: body.successor,
        effective_from: body.effective_from,
        reason: body.reason.into(),
    });
    let submission = Submission {
        idempotency_key: key.as_deref(),
        urgent: false,
    };
    let asked = Asked::new(&app, &keeper, &change, submission).await?;
    asked.kept(|answer, _| {
        let Recorded::Succession { succession } = answer.recorded else {
            return Err(unexpected());
        };
        info!(successor = %succession.entity, "succession recorded");
        let recorded = SuccessionRecorded {
            sequence: answer.sequence,
            entity: succession.entity,
            effective_from: succession.effective_from,
            recorded_at: succession.recorded_at,
            reason: succession.reason.into(),
        };
        Ok((recorded, None))
    })
}
