use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http_service::{ApiJson, ApiPath, FieldError, Problem, ProblemBody as Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::info;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::keeper::AsKeeper;
use crate::register::{ChangeError, Proposal, ProposalError};

/// A change that a keeper proposed, and what became of it. Only keepers see this.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Proposal)]
pub(crate) struct ProposalBody {
    /// Its number.
    number: u64,
    /// `waiting`, `confirmed`, `rejected` or `withdrawn`.
    #[schema(value_type = String)]
    state: &'static str,
    /// Whether it was recorded at once, before a second person saw it.
    urgent: bool,
    /// Who proposed it.
    proposed_by: String,
    /// When.
    proposed_at: DateTime<Utc>,
    /// What: its `type` (`status-event`, `delegation`, `succession`, `key-event`, `registration`, `admission`,
    /// `evidence-import`) and the
    /// members of that.
    #[schema(value_type = Object)]
    change: Value,
    /// Who confirmed, rejected or withdrew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<DateTime<Utc>>,
    /// Why it was rejected or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    closing_reason: Option<String>,
    /// Of an urgent suspension that was rejected or withdrawn: whether the accreditation became active again. It did not where
    /// something else was recorded about it in the meantime.
    #[serde(skip_serializing_if = "Option::is_none")]
    reinstated: Option<bool>,
    /// The number of a register list that shows what was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
}

/// What keepers proposed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Proposals {
    /// What waits for a second person, the oldest first.
    waiting: Vec<ProposalBody>,
    /// What was closed last, the newest first, 50 at most.
    closed: Vec<ProposalBody>,
}

/// Why a proposal is not to be recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rejection {
    /// In the keeper's own words, for the other keepers.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

impl ProposalBody {
    pub(crate) fn new(proposal: Proposal) -> Result<Self, Problem> {
        let reinstated = proposal.reinstated();
        let of_closing = proposal
            .closing
            .as_ref()
            .and_then(|closing| closing.answer.as_ref());
        let answer = of_closing.or(proposal.effect.as_ref());
        let sequence = answer.map(|answer| answer.sequence);
        let outcome = proposal.closing.as_ref().map(|closing| closing.outcome.as_str());
        let (closed_by, closed_at, closing_reason) = match proposal.closing {
            Some(closing) => (Some(closing.keeper), Some(closing.at), closing.reason),
            None => (None, None, None),
        };
        Ok(Self {
            number: proposal.number,
            state: outcome.unwrap_or("waiting"),
            urgent: proposal.effect.is_some(),
            proposed_by: proposal.keeper,
            proposed_at: proposal.proposed_at,
            change: serde_json::to_value(proposal.change).map_err(Problem::internal)?,
            closed_by,
            closed_at,
            closing_reason,
            reinstated,
            sequence,
        })
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

/// What waits for a second person, and what was closed last.
#[utoipa::path(
    get,
    path = "/v1/proposals",
    tag = "keeper",
    security(("keeper" = [])),
    responses(
        (status = 200, description = "The proposals.", body = Proposals),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = Refusal, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = Refusal, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = Refusal, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(State(app): State<App>, _: AsKeeper) -> Result<Json<Proposals>, Problem> {
    let (waiting, closed) = app.register.proposals().await?;
    Ok(Json(Proposals {
        waiting: bodies(waiting)?,
        closed: bodies(closed)?,
    }))
}

fn bodies(proposals: Vec<Proposal>) -> Result<Vec<ProposalBody>, Problem> {
    proposals.into_iter().map(ProposalBody::new).collect()
}

/// One proposal.
#[utoipa::path(
    get,
    path = "/v1/proposals/{number}",
    tag = "keeper",
    security(("keeper" = [])),
    params(("number" = u64, Path, description = "Its number.")),
    responses(
        (status = 200, description = "The proposal.", body = ProposalBody),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = Refusal, content_type = "application/problem+json"),
        (status = 404, description = "There is no such proposal.", body = Refusal, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = Refusal, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = Refusal, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    _: AsKeeper,
    ApiPath(number): ApiPath<String>,
) -> Result<Json<ProposalBody>, Problem> {
    let found = app.register.proposal(number_of(&number)?).await?;
    ProposalBody::new(found.ok_or_else(unknown)?).map(Json)
}

/// Confirms what another keeper proposed, and publishes the list that shows it.
///
/// It is held against the register as it is now; what no longer holds is refused, and stays waiting until it is rejected.
/// Confirming again changes nothing.
#[utoipa::path(
    post,
    path = "/v1/proposals/{number}/confirmation",
    tag = "keeper",
    security(("keeper" = [])),
    params(("number" = u64, Path, description = "The proposal's number.")),
    responses(
        (status = 200, description = "Recorded and published.", body = ProposalBody),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = Refusal, content_type = "application/problem+json"),
        (status = 403, description = "The same keeper proposed it.", body = Refusal, content_type = "application/problem+json"),
        (status = 404, description = "There is no such proposal.", body = Refusal, content_type = "application/problem+json"),
        (status = 409, description = "It was rejected or withdrawn, or no longer holds.", body = Refusal, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = Refusal, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = Refusal, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiPath(number): ApiPath<String>,
) -> Result<Json<ProposalBody>, Problem> {
    let proposal = app.register.confirm(&keeper, number_of(&number)?).await?;
    info!(number = proposal.number, "proposal confirmed");
    ProposalBody::new(proposal).map(Json)
}

/// Rejects what another keeper proposed, or withdraws one's own proposal.
///
/// After an urgent suspension the accreditation is active again from this moment on, unless something else was recorded about
/// it since; `reinstated` says which. The same again changes nothing.
#[utoipa::path(
    post,
    path = "/v1/proposals/{number}/rejection",
    tag = "keeper",
    security(("keeper" = [])),
    params(("number" = u64, Path, description = "The proposal's number.")),
    request_body = Rejection,
    responses(
        (status = 200, description = "Closed.", body = ProposalBody),
        (status = 400, description = "The body is not JSON.", body = Refusal, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = Refusal, content_type = "application/problem+json"),
        (status = 404, description = "There is no such proposal.", body = Refusal, content_type = "application/problem+json"),
        (status = 409, description = "It was closed already.", body = Refusal, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Refusal, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = Refusal, content_type = "application/problem+json"),
        (status = 422, description = "The reason is missing or too long.", body = Refusal, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = Refusal, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = Refusal, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reject(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiPath(number): ApiPath<String>,
    ApiJson(Rejection { reason }): ApiJson<Rejection>,
) -> Result<Json<ProposalBody>, Problem> {
    let number = number_of(&number)?;
    if reason.trim().is_empty() || reason.chars().count() > 500 {
        let fault = FieldError::new(
            "/reason",
            "text",
            "Give the reason in 1 to 500 characters.",
            "Geef de reden in 1 tot 500 tekens.",
        );
        return Err(
            Problem::unprocessable("invalid-rejection", "A rejection needs a reason.")
                .in_dutch("Een afwijzing heeft een reden nodig.")
                .with_errors(vec![fault]),
        );
    }
    let proposal = app.register.reject(&keeper, number, reason).await?;
    info!(number = proposal.number, "proposal closed");
    ProposalBody::new(proposal).map(Json)
}

fn number_of(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| unknown())
}

fn unknown() -> Problem {
    Problem::not_found("unknown-proposal", "There is no such proposal.").in_dutch("Dat voorstel is er niet.")
}

impl From<ProposalError> for Problem {
    fn from(error: ProposalError) -> Self {
        match error {
            ProposalError::Refused(error) => error.into(),
            ProposalError::Stale(cause) => {
                let cause = Self::from(cause);
                let (en, nl) = (cause.body().detail.as_deref(), cause.body().detail_nl.as_deref());
                Self::conflict(
                    "stale-proposal",
                    format!(
                        "The register has changed since this was proposed, or its moment has passed. Reject it, and \
                         propose it anew if it is still wanted. ({})",
                        en.unwrap_or_default()
                    ),
                )
                .in_dutch(format!(
                    "Sinds dit voorstel is het register veranderd, of het moment is voorbij. Wijs het af, en doe zo \
                     nodig een nieuw voorstel. ({})",
                    nl.unwrap_or_default()
                ))
            }
            ProposalError::KeyReused => Self::unprocessable("idempotency-key-reused", error)
                .in_dutch("Deze idempotency-key is al voor een ander verzoek gebruikt."),
            ProposalError::Unknown(_) => unknown(),
            ProposalError::Own => Self::forbidden("own-proposal", error)
                .in_dutch("Wie iets voorstelt, kan het niet zelf bevestigen. Dat doet een andere beheerder."),
            ProposalError::Closed(_) => {
                Self::conflict("closed-proposal", error).in_dutch("Dit voorstel is al afgehandeld.")
            }
            ProposalError::TooMany => Self::conflict("too-many-waiting", error)
                .in_dutch("Er wachten al te veel voorstellen. Handel er eerst een paar af."),
            ProposalError::TooManyOfOne => Self::conflict("too-many-waiting", error).in_dutch(
                "Er wachten al 50 voorstellen van jou. Trek er een paar in, of wacht tot anderen ernaar hebben gekeken.",
            ),
            ProposalError::TooManyUrgent => Self::conflict("too-many-urgent", error).in_dutch(
                "Eén beheerder legt hoogstens tien spoedschorsingen per dag vast. Stel deze schorsing zonder spoed voor.",
            ),
            ProposalError::UrgentBefore => Self::conflict("urgent-before", error).in_dutch(
                "Een eerdere spoedschorsing van deze deelname is afgewezen of ingetrokken. Over een volgende beslissen twee \
                 personen: stel deze schorsing zonder spoed voor.",
            ),
            ProposalError::Interrupted(error) => Self::internal(error),
            ProposalError::NotUrgent => Self::unprocessable("not-urgent", error).in_dutch(
                "Alleen een schorsing per direct van wat nu actief is, kan zonder tweede persoon worden vastgelegd.",
            ),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Record(error) => error.into(),
            ChangeError::Delegate(error) => error.into(),
            ChangeError::Key(error) => error.into(),
            ChangeError::Admission(error) => error.into(),
            ChangeError::Evidence(error) => error.into(),
            ChangeError::Beyond(_) => Self::unprocessable("beyond-institution", error)
                .in_dutch("Dit gaat verder dan wat er in het register boven staat. Maak het kleiner."),
            ChangeError::Contradiction(_) => Self::unprocessable("contradiction", error)
                .in_dutch("Zo spreekt het register zichzelf tegen. Er is niets veranderd."),
            ChangeError::Publish(error) => error.into(),
        }
    }
}
