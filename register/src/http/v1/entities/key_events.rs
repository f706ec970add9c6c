use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::DidUrl;
use http_service::{ApiJson, ApiPath, FieldError, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use tracing::info;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::http::v1::accreditations::status_events::Reason;
use crate::http::v1::proposals::ProposalBody;
use crate::register::{Change, KeyDecision, KeyError, Recorded, Submission};
use trust::log::{KeyEnd, KeyEvent};

/// What became of a key.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// It is not used after that moment.
    Ended,
    /// From that moment on somebody else may have it.
    Compromised,
}

/// The end of a key, to record.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewKeyEvent {
    /// What became of it.
    kind: Kind,
    /// From when, in RFC 3339 with its offset from UTC: an end may lie ahead, a compromise may not.
    #[schema(format = "date-time", example = "2026-11-20T16:00:00+01:00")]
    at: String,
    /// Why; published as it is, so it names no persons.
    reason: Reason,
}

/// The end of a key, as it was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordedKeyEvent {
    /// What became of it.
    kind: Kind,
    /// From when.
    at: DateTime<Utc>,
    /// When the register learnt of it.
    recorded_at: DateTime<Utc>,
    /// Why.
    reason: Reason,
}

/// The end of a key, and where it shows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyEventRecorded {
    /// Which key.
    kid: String,
    /// The number of a register list that shows it.
    sequence: u64,
    /// What was recorded.
    #[serde(flatten)]
    event: RecordedKeyEvent,
}

/// What became of a key, the oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyHistory {
    /// Which key.
    kid: String,
    /// What was recorded.
    events: Vec<RecordedKeyEvent>,
}

/// Records that a key ended or may be in other hands, and publishes the list that shows it.
///
/// An end only ever comes earlier. The same request again is recorded once. Credentials signed with a
/// compromised key count only where a receipt proves that they were decided before.
#[utoipa::path(
    post,
    path = "/v1/entities/{did}/keys/{key}/events",
    tag = "keeper",
    security(("keeper" = [])),
    params(
        ("did" = String, Path, description = "The DID the key is under."),
        ("key" = String, Path, description = "The key's name after the `#`."),
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters."),
    ),
    request_body = NewKeyEvent,
    responses(
        (status = 201, description = "Recorded and published.", body = KeyEventRecorded),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The register lists no such key.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would change nothing.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It is incomplete or contradicts itself.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiPath((did, key)): ApiPath<(String, String)>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    ApiJson(body): ApiJson<NewKeyEvent>,
) -> Result<Kept<KeyEventRecorded>, Problem> {
    let change = Change::KeyEvent(decision(kid(&did, &key)?, body)?);
    let submission = Submission {
        idempotency_key: idempotency_key.as_deref(),
        urgent: false,
    };
    let asked = Asked::new(&app, &keeper, &change, submission).await?;
    asked.kept(|answer, _| {
        let Recorded::KeyEvent { kid, event } = answer.recorded else {
            return Err(unexpected());
        };
        info!(%kid, kind = ?event.kind, "end of a key recorded");
        let recorded = KeyEventRecorded {
            kid: kid.to_string(),
            sequence: answer.sequence,
            event: event.into(),
        };
        Ok((recorded, None))
    })
}

/// What became of a key.
#[utoipa::path(
    get,
    path = "/v1/entities/{did}/keys/{key}/events",
    tag = "public",
    params(
        ("did" = String, Path, description = "The DID the key is under."),
        ("key" = String, Path, description = "The key's name after the `#`."),
    ),
    responses(
        (status = 200, description = "What was recorded, the oldest first.", body = KeyHistory),
        (status = 404, description = "The register lists no such key.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(
    State(app): State<App>,
    ApiPath((did, key)): ApiPath<(String, String)>,
) -> Result<Json<KeyHistory>, Problem> {
    let kid = kid(&did, &key)?;
    let events = app.register.key_history(&kid).await?.ok_or_else(unknown_key)?;
    Ok(Json(KeyHistory {
        kid: kid.to_string(),
        events: events.into_iter().map(Into::into).collect(),
    }))
}

fn kid(did: &str, key: &str) -> Result<DidUrl, Problem> {
    DidUrl::parse(&format!("{did}#{key}")).map_err(|_| unknown_key())
}

fn unknown_key() -> Problem {
    Problem::not_found("unknown-key", "The register lists no such key.")
        .in_dutch("Het register kent zo'n sleutel niet.")
}

/// What is asked for, if it is complete.
fn decision(kid: DidUrl, event: NewKeyEvent) -> Result<KeyDecision, Problem> {
    let mut errors = event.reason.faults();
    let at = DateTime::parse_from_rfc3339(&event.at);
    if at.is_err() {
        errors.push(FieldError::new(
            "/at",
            "date-time",
            "Give date, time and offset, such as 2026-12-01T00:00:00+01:00.",
            "Geef datum, tijd en tijdzone, zoals 2026-12-01T00:00:00+01:00.",
        ));
    }
    match at {
        Ok(at) if errors.is_empty() => Ok(KeyDecision {
            kid,
            kind: match event.kind {
                Kind::Ended => KeyEnd::Ended,
                Kind::Compromised => KeyEnd::Compromised,
            },
            at: at.to_utc(),
            reason: event.reason.into(),
        }),
        _ => Err(
            Problem::unprocessable("invalid-decision", "The decision is incomplete.")
                .in_dutch("Het besluit is niet volledig.")
                .with_errors(errors),
        ),
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unknown(_) => unknown_key(),
            KeyError::LooksBack => Self::unprocessable("looks-back", error).in_dutch(
                "Een sleutel eindigt nu of later. Had een ander hem al eerder, leg dan vast dat hij is gelekt.",
            ),
            KeyError::LooksAhead => Self::unprocessable("looks-ahead", error)
                .in_dutch("Geef sinds wanneer de sleutel is gelekt; dat ligt niet in de toekomst."),
            KeyError::NothingChanges => Self::conflict("nothing-changes", error)
                .in_dutch("De sleutel eindigt al op dat moment of eerder. Er is niets veranderd."),
            KeyError::Publish(error) => error.into(),
        }
    }
}

impl From<KeyEvent> for RecordedKeyEvent {
    fn from(event: KeyEvent) -> Self {
        Self {
            kind: match event.kind {
                KeyEnd::Ended => Kind::Ended,
                KeyEnd::Compromised => Kind::Compromised,
            },
            at: event.at,
            recorded_at: event.recorded_at,
            reason: event.reason.into(),
        }
    }
}
