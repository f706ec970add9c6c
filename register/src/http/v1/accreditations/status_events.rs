use axum::extract::State;
use chrono::{DateTime, Utc};
use http_service::{ApiJson, ApiPath, FieldError, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use tracing::info;
use trust::StatusEvent;
use utoipa::ToSchema;

use super::unknown;
use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::http::v1::proposals::ProposalBody;
use crate::register::{Change, Decision, RecordError, Recorded, Submission};

/// A decision to record.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewEvent {
    /// What the accreditation is from then on.
    status: NewStatus,
    /// From when, in RFC 3339 with its offset from UTC; the moment at which it is recorded where absent.
    #[serde(default)]
    #[schema(format = "date-time", example = "2026-12-01T00:00:00+01:00")]
    effective_from: Option<String>,
    /// Whether the decision looks back; one that does not may not take effect before it is recorded.
    #[serde(default)]
    effect: Effect,
    /// Why; published as it is, so it names no persons.
    reason: Reason,
    /// Where the decision can be read: a web address.
    #[serde(default)]
    #[schema(format = "uri", max_length = 500)]
    decision: Option<String>,
    /// That a suspension cannot wait: it is recorded at once, and a second person has to confirm it afterwards. For what is
    /// active, and from this moment on alone; at most ten a day by one keeper, and not again for what was suspended this way
    /// and not confirmed, until two persons have decided about it.
    #[serde(default)]
    urgent: bool,
}

/// What can be decided.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NewStatus {
    Active,
    Suspended,
    Withdrawn,
}

/// Whether a decision looks back.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    #[default]
    Prospective,
    Retroactive,
}

/// Why a decision was taken.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// A short code for machines: small letters, digits and hyphens.
    #[schema(pattern = "^[a-z0-9-]{1,64}$", example = "missing-body")]
    code: String,
    /// In Dutch.
    #[schema(min_length = 1, max_length = 500)]
    nl: String,
    /// In English.
    #[schema(min_length = 1, max_length = 500)]
    en: String,
}

/// A decision as it was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    /// The place in the order of decisions, from 1.
    seq: u64,
    /// What the accreditation is from then on.
    #[schema(value_type = NewStatus)]
    status: trust::Status,
    /// From when this holds in the world.
    effective_from: DateTime<Utc>,
    /// When the register learnt of it.
    recorded_at: DateTime<Utc>,
    /// Whether it looks back.
    #[schema(value_type = Effect)]
    effect: trust::Effect,
    /// Why.
    reason: Reason,
    /// Where the decision can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
}

/// A decision as it was recorded, and where it shows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRecorded {
    /// Which accreditation it is about.
    accreditation_id: String,
    /// The number of the first register list that shows it.
    sequence: u64,
    /// The decision.
    #[serde(flatten)]
    event: Event,
    /// The number of the proposal that another keeper still has to confirm: after an urgent suspension.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<u64>,
}

/// Records a decision about an accreditation, and publishes the list that shows it.
///
/// The moment of recording is the register's own clock: that of the confirmation, where two persons decide. The same
/// request under the same idempotency key is recorded once.
#[utoipa::path(
    post,
    path = "/v1/accreditations/{id}/status-events",
    tag = "keeper",
    security(("keeper" = [])),
    params(
        ("id" = String, Path, description = "The last segment of the accreditation's id."),
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters.")
    ),
    request_body = NewEvent,
    responses(
        (status = 201, description = "Recorded and published.", body = EventRecorded,
            headers(("Location" = String, description = "The history that now holds it."))),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such accreditation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would change nothing, too many proposals wait already, or too many were urgent.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The decision is incomplete or contradicts itself.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiPath(id): ApiPath<String>,
    IdempotencyKey(key): IdempotencyKey,
    ApiJson(body): ApiJson<NewEvent>,
) -> Result<Kept<EventRecorded>, Problem> {
    let urgent = body.urgent;
    let change = Change::StatusEvent(decision(id, body)?);
    let submission = Submission {
        idempotency_key: key.as_deref(),
        urgent,
    };
    let asked = Asked::new(&app, &keeper, &change, submission).await?;
    asked.kept(|answer, proposal| {
        let Recorded::StatusEvent { accreditation, event } = answer.recorded else {
            return Err(unexpected());
        };
        info!(%accreditation, seq = event.seq, "decision recorded");
        let location = format!("{accreditation}/history");
        let recorded = EventRecorded {
            accreditation_id: accreditation,
            sequence: answer.sequence,
            event: event.into(),
            proposal,
        };
        Ok((recorded, Some(location)))
    })
}

impl Reason {
    /// What is wrong with it, if anything.
    pub(crate) fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&self.code.len()) || !self.code.bytes().all(plain) {
            faults.push(FieldError::new(
                "/reason/code",
                "code",
                "A code has 1 to 64 small letters, digits and hyphens.",
                "Een code heeft 1 tot 64 kleine letters, cijfers en streepjes.",
            ));
        }
        for (field, text) in [("/reason/nl", &self.nl), ("/reason/en", &self.en)] {
            if text.trim().is_empty() || text.chars().count() > 500 {
                faults.push(FieldError::new(
                    field,
                    "text",
                    "Give the reason in 1 to 500 characters.",
                    "Geef de reden in 1 tot 500 tekens.",
                ));
            }
        }
        faults
    }
}

impl From<Reason> for trust::Reason {
    fn from(reason: Reason) -> Self {
        let Reason { code, nl, en } = reason;
        Self { code, nl, en }
    }
}

impl From<trust::Reason> for Reason {
    fn from(reason: trust::Reason) -> Self {
        let trust::Reason { code, nl, en } = reason;
        Self { code, nl, en }
    }
}

/// What is asked for, if it is complete.
fn decision(accreditation: String, event: NewEvent) -> Result<Decision, Problem> {
    let mut errors = Vec::new();
    let effective_from = event.effective_from.as_deref().map(DateTime::parse_from_rfc3339);
    if matches!(effective_from, Some(Err(_))) {
        errors.push(FieldError::new(
            "/effectiveFrom",
            "date-time",
            "Give date, time and offset, such as 2026-12-01T00:00:00+01:00.",
            "Geef datum, tijd en tijdzone, zoals 2026-12-01T00:00:00+01:00.",
        ));
    }
    errors.extend(event.reason.faults());
    errors.extend(address_fault(event.decision.as_deref()));
    if !errors.is_empty() {
        return Err(
            Problem::unprocessable("invalid-decision", "The decision is incomplete.")
                .in_dutch("Het besluit is niet volledig.")
                .with_errors(errors),
        );
    }
    Ok(Decision {
        accreditation,
        status: event.status.into(),
        effective_from: effective_from.and_then(Result::ok).map(|moment| moment.to_utc()),
        effect: event.effect.into(),
        reason: event.reason.into(),
        decision: event.decision,
    })
}

/// What is wrong with where a decision can be read, if anything.
pub(crate) fn address_fault(address: Option<&str>) -> Option<FieldError> {
    let web = |address: &str| {
        address.len() <= 500
            && url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    let fault = || FieldError::new("/decision", "uri", "Give a web address.", "Geef een webadres.");
    address.filter(|address| !web(address)).map(|_| fault())
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::UnknownAccreditation(name) => unknown(&name),
            RecordError::OutsideWindow { .. } => Self::unprocessable("outside-window", error).in_dutch(
                "De datum ligt buiten de periode waarvoor de toelating geldt. Kies een datum daarbinnen.",
            ),
            RecordError::LooksBack { .. } => Self::unprocessable("looks-back", error)
                .in_dutch("Het besluit gaat in vóór het is vastgelegd; dan moet het terugwerkend zijn."),
            RecordError::LooksAhead { .. } => Self::unprocessable("looks-ahead", error)
                .in_dutch("Een terugwerkend besluit gaat in vóór het is vastgelegd."),
            RecordError::NothingChanges => Self::conflict(
                "nothing-changes",
                "It is so from that date already. Nothing was changed.",
            )
            .in_dutch("Vanaf die datum is dit al zo. Er is niets veranderd."),
            RecordError::Publish(error) => error.into(),
        }
    }
}

impl From<StatusEvent> for Event {
    fn from(event: StatusEvent) -> Self {
        Self {
            seq: event.seq,
            status: event.status,
            effective_from: event.effective_from,
            recorded_at: event.recorded_at,
            effect: event.effect,
            reason: event.reason.into(),
            decision: event.decision,
        }
    }
}

impl From<NewStatus> for trust::Status {
    fn from(status: NewStatus) -> Self {
        match status {
            NewStatus::Active => Self::Active,
            NewStatus::Suspended => Self::Suspended,
            NewStatus::Withdrawn => Self::Withdrawn,
        }
    }
}

impl From<Effect> for trust::Effect {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Prospective => Self::Prospective,
            Effect::Retroactive => Self::Retroactive,
        }
    }
}
