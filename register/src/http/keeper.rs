//! What every request of a keeper has: who it is, an idempotency key, and one of two answers.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_service::{Bearer, Problem};
use serde::Serialize;

use super::App;
use super::v1::proposals::ProposalBody;
use crate::register::{Answer, Change, Submission, Submitted};

/// Which keeper asks; found out before anything else of a request is read.
pub(crate) struct AsKeeper(pub(crate) String);

impl FromRequestParts<App> for AsKeeper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let bearer = Bearer::from_request_parts(parts, app).await?;
        let name = app.keepers.whose(bearer.token());
        name.map(|name| Self(name.to_owned())).ok_or_else(|| {
            Problem::unauthorized("The bearer token is no keeper's secret.")
                .in_dutch("Dit bearer-token is van geen enkele beheerder.")
        })
    }
}

/// The name that a keeper gave a request, so that repeating it does no harm.
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let text = value
            .to_str()
            .ok()
            .filter(|text| (1..=128).contains(&text.len()) && !text.contains(' '));
        text.map(|text| Self(Some(text.to_owned()))).ok_or_else(|| {
            Problem::bad_request(
                "invalid-idempotency-key",
                "An idempotency key has 1 to 128 visible ASCII characters.",
            )
            .in_dutch("Een idempotency-key heeft 1 tot 128 zichtbare ASCII-tekens.")
        })
    }
}

/// What came of asking for a change.
pub(crate) struct Asked(Submitted);

impl Asked {
    pub(crate) async fn new(
        app: &App,
        keeper: &str,
        change: &Change,
        submission: Submission<'_>,
    ) -> Result<Self, Problem> {
        let submitted = app.register.submit(keeper, change, submission).await?;
        if let Submitted::Waiting(proposal) = &submitted {
            tracing::info!(number = proposal.number, "change proposed");
        }
        Ok(Self(submitted))
    }

    /// The answer: what `recorded` makes of what was recorded and of the proposal that still waits, with its address;
    /// or the proposal.
    pub(crate) fn kept<T>(
        self,
        recorded: impl FnOnce(Answer, Option<u64>) -> Result<(T, Option<String>), Problem>,
    ) -> Result<Kept<T>, Problem> {
        match self.0 {
            Submitted::Recorded(answer, waits) => {
                recorded(*answer, waits).map(|(body, location)| Kept::Recorded(body, location))
            }
            Submitted::Waiting(proposal) => ProposalBody::new(*proposal).map(Kept::Waiting),
        }
    }
}

/// A change that was recorded (201), or that waits for another keeper (202).
pub(crate) enum Kept<T> {
    Recorded(T, Option<String>),
    Waiting(ProposalBody),
}

impl<T: Serialize> IntoResponse for Kept<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Recorded(body, Some(location)) => {
                (StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response()
            }
            Self::Recorded(body, None) => (StatusCode::CREATED, Json(body)).into_response(),
            Self::Waiting(proposal) => {
                let location = format!("/v1/proposals/{}", proposal.number());
                (
                    StatusCode::ACCEPTED,
                    [(header::LOCATION, location)],
                    Json(proposal),
                )
                    .into_response()
            }
        }
    }
}

/// The database holds another kind of answer than was asked for.
pub(crate) fn unexpected() -> Problem {
    Problem::internal(std::io::Error::other("what was recorded is of another kind"))
}
