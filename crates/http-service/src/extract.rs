//! Extractors that refuse with a problem.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use credentials::json::{self, JsonError};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::Problem;

/// Other limits than `credentials::json::Limits::default()` for the [`ApiJson`] of some routes:
/// add it with `.layer(axum::Extension(JsonLimits(…)))`.
#[derive(Clone, Debug)]
pub struct JsonLimits(pub json::Limits);

/// A JSON body, read strictly: bounded size and depth, no duplicate keys, nothing after the value.
///
/// Another content type is answered with 415, too much with 413, unreadable JSON with 400 and a value
/// of the wrong shape with 422, each as problem+json.
#[derive(Clone, Copy, Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(
                Problem::unsupported_media_type("Send application/json.").in_dutch("Stuur application/json.")
            );
        }
        let limits = request.extensions().get::<JsonLimits>().cloned();
        let limits = limits.map_or_else(json::Limits::default, |JsonLimits(limits)| limits);
        let body = Limited::new(request.into_body(), limits.bytes);
        let bytes = body
            .collect()
            .await
            .map_err(|error| unreadable(&*error, limits.bytes))?
            .to_bytes();
        let value = json::parse(&bytes, &limits).map_err(invalid_json)?;
        serde_json::from_value(value).map(Self).map_err(invalid_body)
    }
}

fn is_json(request: &Request) -> bool {
    let Some(Ok(kind)) = request.headers().get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn unreadable(error: &(dyn std::error::Error + Send + Sync + 'static), limit: usize) -> Problem {
    // An outer limit on the body may come first; it is then somewhere among the sources.
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<LengthLimitError>() {
            return Problem::too_large(
                "body-too-large",
                format!("A body may have {limit} bytes at most."),
            )
            .in_dutch(format!("Een verzoek mag hoogstens {limit} bytes hebben."));
        }
        cause = inner.source();
    }
    Problem::bad_request("incomplete-body", "The body could not be read to its end.")
        .in_dutch("Het verzoek kon niet tot het eind worden gelezen.")
}

fn invalid_json(error: JsonError) -> Problem {
    let problem = Problem::bad_request("invalid-json", &error);
    match error {
        JsonError::TooLong { limit, .. } => {
            problem.in_dutch(format!("De JSON mag hoogstens {limit} bytes hebben."))
        }
        JsonError::TooDeep(depth) => {
            problem.in_dutch(format!("De JSON is meer dan {depth} niveaus diep genest."))
        }
        JsonError::TooManyValues(values) => {
            problem.in_dutch(format!("De JSON heeft meer dan {values} waarden."))
        }
        JsonError::DuplicateMember { line, column } => problem.in_dutch(format!(
            "Een JSON-object noemt hetzelfde veld twee keer (regel {line}, kolom {column})."
        )),
        JsonError::Syntax { line, column } => {
            problem.in_dutch(format!("Dit is geen JSON (regel {line}, kolom {column})."))
        }
    }
}

fn invalid_body(error: serde_json::Error) -> Problem {
    Problem::unprocessable("invalid-body", error)
        .in_dutch("De JSON heeft niet de velden die hier worden verwacht; de Engelse tekst zegt welk veld.")
}

/// Query parameters; what is wrong with them is answered with 400.
#[derive(Clone, Copy, Debug)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|error| {
            Problem::bad_request("invalid-query", error.body_text())
                .in_dutch("De zoekparameters in het adres kloppen niet.")
        })
    }
}

/// Parameters in the path; what is wrong with them is answered with 404, since no such thing exists.
#[derive(Clone, Copy, Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        path.map(|Path(value)| Self(value)).map_err(|error| {
            Problem::not_found("not-found", error.body_text()).in_dutch("Op dit adres staat niets.")
        })
    }
}
