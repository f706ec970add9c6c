//! Answers as the federation's standard has them (OpenID Federation 1.0, section 8.9).

use std::fmt::Display;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http_service::Problem;
use serde_json::json;

/// Why there is no statement.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// In the standard's own words.
    Standard(StatusCode, &'static str, String),
    /// A fault of the register's.
    Fault(Problem),
}

impl Refusal {
    /// The request does not say what it must.
    pub(super) fn request(what: impl Display) -> Self {
        Self::Standard(StatusCode::BAD_REQUEST, "invalid_request", what.to_string())
    }

    /// There is nothing to state.
    pub(super) fn not_found(what: impl Display) -> Self {
        Self::Standard(StatusCode::NOT_FOUND, "not_found", what.to_string())
    }

    /// The register's address is none that a federation can name.
    pub(super) fn no_federation() -> Self {
        Self::not_found("This register is at an address that no federation can name: it is not https.")
    }

    pub(super) fn fault(error: impl std::error::Error) -> Self {
        Self::Fault(Problem::internal(error))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Standard(status, error, description) => {
                let body = json!({"error": error, "error_description": description});
                (status, [("cache-control", "no-store")], Json(body)).into_response()
            }
            Self::Fault(problem) => problem.into_response(),
        }
    }
}

/// A signed answer of a media type; a reader may keep it for a minute, since decisions must show soon.
pub(super) fn signed(media_type: &'static str, jwt: String) -> Response {
    (
        [
            ("content-type", media_type),
            ("cache-control", "public, max-age=60"),
        ],
        jwt,
    )
        .into_response()
}

/// The parameters of a request, in the order they were sent. What is not understood is passed over, as section 8 asks.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn of(query: Option<&str>) -> Self {
        Self::read(query.unwrap_or_default().as_bytes())
    }

    pub(super) fn read(form: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(form).into_owned().collect())
    }

    /// All values of a parameter.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The one value of a parameter.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Refusal::request(format!("`{name}` is given more than once."))),
        }
    }

    /// The one value of a parameter that must be there.
    pub(super) fn required<'a>(&'a self, name: &'a str) -> Result<&'a str, Refusal> {
        let value = self.one(name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::request(format!("`{name}` is missing.")))
    }

    /// Whether a parameter is `true` or `false`.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.one(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::request(format!(
                "`{name}` is neither `true` nor `false`."
            ))),
        }
    }
}
