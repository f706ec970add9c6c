use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use chrono::{DateTime, Utc};
use http_service::{ApiJson, ApiPath, Bearer, FieldError, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use tracing::info;
use trust::StatusEvent;
use utoipa::ToSchema;

use super::unknown;
use crate::http::App;
use crate::register::{Decision, RecordError, Recorded};

/// A decision to record.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewEvent {
    /// What the accreditation is from then on.
    status: NewStatus,
    /// From when, in RFC 3339 with its offset from UTC.
    #[schema(format = "date-time", example = "2026-12-01T00:00:00+01:00")]
    effective_from: String,
    /// Whether the decision looks back; one that does not may not take effect before it is recorded.
    #[serde(default)]
    effect: Effect,
    /// Why; published as it is, so it names no persons.
    reason: Reason,
    /// Where the decision can be read: a web address.
    #[serde(default)]
    #[schema(format = "uri", max_length = 500)]
    decision: Option<String>,
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
}

/// Records a decision about an accreditation, and publishes the list that shows it.
///
/// The moment of recording is the register's own clock. The same request under the same idempotency key is
/// recorded once.
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
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's token is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such accreditation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would change nothing.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The decision is incomplete or contradicts itself.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    _: AsKeeper,
    ApiPath(id): ApiPath<String>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewEvent>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<EventRecorded>), Problem> {
    let key = idempotency_key(&headers)?;
    let decision = Decision::try_from(body)?;
    let recorded = app.register.record(&id, decision, key).await?;
    info!(accreditation = %recorded.accreditation, seq = recorded.event.seq, "decision recorded");
    let location = format!("{}/history", recorded.accreditation);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(recorded.into()),
    ))
}

/// The request carries the keeper's token; checked before anything else of it is read.
pub(crate) struct AsKeeper;

impl FromRequestParts<App> for AsKeeper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Bearer::from_request_parts(parts, app)
            .await?
            .require(&app.keeper)
            .map(|()| Self)
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let text = value
        .to_str()
        .ok()
        .filter(|text| (1..=128).contains(&text.len()) && !text.contains(' '));
    text.map(Some).ok_or_else(|| {
        Problem::bad_request(
            "invalid-idempotency-key",
            "An idempotency key has 1 to 128 visible ASCII characters.",
        )
        .in_dutch("Een idempotency-key heeft 1 tot 128 zichtbare ASCII-tekens.")
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

impl TryFrom<NewEvent> for Decision {
    type Error = Problem;

    fn try_from(event: NewEvent) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let effective_from = DateTime::parse_from_rfc3339(&event.effective_from);
        if effective_from.is_err() {
            errors.push(FieldError::new(
                "/effectiveFrom",
                "date-time",
                "Give date, time and offset, such as 2026-12-01T00:00:00+01:00.",
                "Geef datum, tijd en tijdzone, zoals 2026-12-01T00:00:00+01:00.",
            ));
        }
        errors.extend(event.reason.faults());
        let web = |address: &String| {
            address.len() <= 500
                && url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        if event.decision.as_ref().is_some_and(|address| !web(address)) {
            errors.push(FieldError::new(
                "/decision",
                "uri",
                "Give a web address.",
                "Geef een webadres.",
            ));
        }
        match effective_from {
            Ok(effective_from) if errors.is_empty() => Ok(Self {
                status: event.status.into(),
                effective_from: effective_from.to_utc(),
                effect: event.effect.into(),
                reason: event.reason.into(),
                decision: event.decision,
            }),
            _ => Err(
                Problem::unprocessable("invalid-decision", "The decision is incomplete.")
                    .in_dutch("Het besluit is niet volledig.")
                    .with_errors(errors),
            ),
        }
    }
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
            RecordError::KeyReused => Self::unprocessable("idempotency-key-reused", error),
            RecordError::Publish(error) => error.into(),
        }
    }
}

impl From<Recorded> for EventRecorded {
    fn from(recorded: Recorded) -> Self {
        Self {
            accreditation_id: recorded.accreditation,
            sequence: recorded.sequence,
            event: recorded.event.into(),
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
