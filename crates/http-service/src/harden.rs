//! What is laid around every service's routes.

use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument;

use crate::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How much a service takes on.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest request body in bytes.
    pub body: usize,
    /// The longest time an answer may take.
    pub time: Duration,
}

impl Default for Limits {
    /// One mebibyte and thirty seconds.
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            time: Duration::from_secs(30),
        }
    }
}

/// Lays around `router`: a request id in log and answer, body and time limits, caught panics, security
/// headers, and a refusal as problem for a method that a path does not know.
///
/// Logs hold the method, the matched route, the status and the duration: no addresses as sent, headers,
/// bodies or parties. Give the router its fallback ([`not_found`] or pages) before.
pub fn harden(router: Router, limits: &Limits) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(RequestBodyLimitLayer::new(limits.body))
        .layer(from_fn(in_problems))
        .layer(from_fn_with_state(limits.time, in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(fixed(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        // Browsers disregard this over plain http (RFC 6797, section 8.1).
        .layer(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(from_fn(identified))
}

/// The fallback of a service without pages: 404 as problem.
pub async fn not_found() -> Problem {
    unknown_address()
}

pub(crate) fn unknown_address() -> Problem {
    Problem::not_found("not-found", "Nothing is served at this address.")
        .in_dutch("Op dit adres staat niets.")
}

pub(crate) fn unknown_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "This address does not take that method.",
    )
    .in_dutch("Dit adres kent die methode niet.")
}

async fn identified(mut request: Request, next: Next) -> Response {
    let sent = request
        .headers()
        .get(&REQUEST_ID)
        .filter(|id| well_formed(id.as_bytes()))
        .cloned();
    let id = sent.unwrap_or_else(new_id);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or("-"), %method, route);
    let started = Instant::now();
    async move {
        let mut response = next.run(request).await;
        let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
        match response.status().is_server_error() {
            true => tracing::warn!(status, ms, "answered"),
            false => tracing::info!(status, ms, "answered"),
        }
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }
    .instrument(span)
    .await
}

/// A request id of the caller's is kept when it is short and plain, so that logs can be joined.
fn well_formed(id: &[u8]) -> bool {
    (8..=64).contains(&id.len())
        && id
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Unlike any other, which is all that is asked of it; it is no secret.
fn new_id() -> HeaderValue {
    let number = RandomState::new().hash_one(Instant::now());
    HeaderValue::from_str(&format!("{number:016x}")).unwrap_or(HeaderValue::from_static("unnumbered"))
}

async fn in_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::unavailable("timeout", "The answer took too long. Try again later.")
            .in_dutch("Het antwoord duurde te lang. Probeer het later opnieuw.")
            .into_response(),
    }
}

/// The limiting layer and axum's own 405 answer in plain text or not at all; everything here answers with a
/// problem. A fallback for methods instead would take the place of a CORS layer's answer to preflights.
async fn in_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    let problem = match response.status() {
        _ if is_problem => return response,
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::too_large("body-too-large", "The body is larger than this service reads.")
        }
        StatusCode::METHOD_NOT_ALLOWED => unknown_method(),
        _ => return response,
    };
    let mut answer = problem.into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    answer
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has printed where; the payload may hold anything and is not logged.
    tracing::error!("a request handler panicked");
    Problem::fault().into_response()
}
