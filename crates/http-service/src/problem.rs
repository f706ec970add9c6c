//! Refusals that help, as `application/problem+json` (RFC 9457).

use std::fmt::{self, Display};

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was refused, and who can mend it.
///
/// `type` is a relative address, `/problems/<kind>`; the kind never changes its meaning. An answer to an
/// internal fault names no cause: the cause is logged under the request id that the answer carries.
#[derive(Clone, Debug)]
pub struct Problem {
    body: Box<ProblemBody>,
    challenge: bool,
    retry_after: Option<u64>,
}

/// The members of a problem on the wire (RFC 9457, section 3.1, and our `detailNl` and `errors`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// Which problem this is, such as `/problems/offer-expired`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-json")]
    pub kind: String,
    /// The problem in a few words; the same for every occurrence.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// What happened this time and what can be done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The same in Dutch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_nl: Option<String>,
    /// The faults found in the request, where there may be several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
}

/// One fault in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into the request, such as `/reason/nl`.
    pub field: String,
    /// A stable code.
    pub code: String,
    /// What is wrong, in English.
    pub en: String,
    /// What is wrong, in Dutch.
    pub nl: String,
}

impl Problem {
    /// A problem of a `kind` such as `offer-expired`; its title is the kind in words unless
    /// [`Problem::titled`] gives another.
    pub fn new(status: StatusCode, kind: &str, detail: impl Display) -> Self {
        Self {
            body: Box::new(ProblemBody {
                kind: format!("/problems/{kind}"),
                title: in_words(kind),
                status: status.as_u16(),
                detail: Some(detail.to_string()),
                detail_nl: None,
                errors: Vec::new(),
            }),
            challenge: false,
            retry_after: None,
        }
    }

    /// 400: the request cannot be read.
    pub fn bad_request(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, kind, detail)
    }

    /// 401, with the challenge that RFC 6750 asks for.
    pub fn unauthorized(detail: impl Display) -> Self {
        Self {
            challenge: true,
            ..Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        }
    }

    /// 403: known, and not allowed.
    pub fn forbidden(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::FORBIDDEN, kind, detail)
    }

    /// 404: nothing by that name.
    pub fn not_found(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, kind, detail)
    }

    /// 409: the present state does not allow it.
    pub fn conflict(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::CONFLICT, kind, detail)
    }

    /// 410: it was there, and is no longer.
    pub fn gone(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::GONE, kind, detail)
    }

    /// 413: more than the service reads.
    pub fn too_large(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, kind, detail)
    }

    /// 415: another content type is expected.
    pub fn unsupported_media_type(detail: impl Display) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            detail,
        )
    }

    /// 422: readable, and not acceptable.
    pub fn unprocessable(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind, detail)
    }

    /// 502: a service that this one depends on gave no usable answer.
    pub fn bad_gateway(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, kind, detail)
    }

    /// 503: try again later.
    pub fn unavailable(kind: &str, detail: impl Display) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, detail)
    }

    /// 500: logs the cause, with its sources, and tells the caller only that it was not their doing.
    pub fn internal(cause: impl std::error::Error) -> Self {
        let mut causes = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            causes.push_str(": ");
            causes.push_str(&inner.to_string());
            source = inner.source();
        }
        tracing::error!(cause = %causes, "request failed");
        Self::fault()
    }

    pub(crate) fn fault() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here. Try again; if it stays, give us the x-request-id of this answer.",
        )
        .in_dutch(
            "Er ging hier iets mis. Probeer het opnieuw; blijft het zo, meld dan de x-request-id van dit antwoord.",
        )
        .titled("Internal error")
    }

    /// Another title than the kind in words.
    pub fn titled(mut self, title: &str) -> Self {
        self.body.title = title.to_owned();
        self
    }

    /// The detail in Dutch.
    pub fn in_dutch(mut self, detail: impl Display) -> Self {
        self.body.detail_nl = Some(detail.to_string());
        self
    }

    /// The faults found in the request.
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.body.errors = errors;
        self
    }

    /// Says after how many seconds another attempt makes sense.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What goes on the wire.
    pub fn body(&self) -> &ProblemBody {
        &self.body
    }
}

impl FieldError {
    /// A fault at `field` (a JSON pointer), in both languages.
    pub fn new(field: &str, code: &str, en: impl Into<String>, nl: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            code: code.to_owned(),
            en: en.into(),
            nl: nl.into(),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.body.status,
            self.body.detail.as_deref().unwrap_or(&self.body.title)
        )
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // Which refusal it is; its text may quote what was sent.
        tracing::debug!(problem = self.body.kind, "refused");
        let mut response = (self.status(), Json(&*self.body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn in_words(kind: &str) -> String {
    let words = kind.replace('-', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}
