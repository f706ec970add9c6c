//! What is laid around every service's routes.

use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument;

use crate::Problem;
use crate::body::Timed;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A smaller answer, in bytes, gains nothing by compression.
const SMALLEST_COMPRESSED: u64 = 1024;

/// How much a service takes on.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest request body in bytes.
    pub body: usize,
    /// The longest time a request body may take to arrive.
    pub body_time: Duration,
    /// The longest time an answer may take.
    pub time: Duration,
    /// The most headers of a request.
    pub headers: usize,
    /// The most bytes of a request's headers, names and values together.
    pub header_bytes: usize,
    /// The longest address in bytes, its query included.
    pub address: usize,
}

impl Default for Limits {
    /// One mebibyte in fifteen seconds, thirty seconds for an answer, 64 headers of 16 KiB together, and 8 KiB of
    /// address.
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            body_time: Duration::from_secs(15),
            time: Duration::from_secs(30),
            headers: 64,
            header_bytes: 16 * 1024,
            address: 8 * 1024,
        }
    }
}

/// Lays around `router`: a request id in log and answer, limits of size and time, caught panics, security
/// headers, and refusals as problem.
///
/// Logs hold the method, the matched route, the status and the duration: no addresses as sent, headers,
/// bodies or parties. Give the router its fallback ([`not_found`] or pages) before.
pub fn harden(router: Router, limits: &Limits) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    // Compressed is what anybody may keep a copy of. What may not be stored can hold secrets, whose length
    // after compression would tell of them.
    let compressed = SizeAbove::new(SMALLEST_COMPRESSED)
        .and(is_public)
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("image/"));
    router
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(map_request(with_known_encodings))
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(RequestBodyLimitLayer::new(limits.body))
        .layer(from_fn(in_problems))
        .layer(from_fn_with_state(limits.clone(), bounded))
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

fn is_public(_: StatusCode, _: http::Version, headers: &HeaderMap, _: &http::Extensions) -> bool {
    let cached = headers
        .get(header::CACHE_CONTROL)
        .and_then(|value| value.to_str().ok());
    cached.is_some_and(|value| {
        ["no-store", "private", "no-transform"]
            .iter()
            .all(|one| !value.contains(one))
    })
}

/// Leaves of what the client takes only what matters here. Who takes nothing that is known is sent the text as it is: a
/// refusal would come after the change that was asked for.
async fn with_known_encodings(mut request: Request) -> Request {
    let takes_gzip = accepts_gzip(request.headers());
    let headers = request.headers_mut();
    headers.remove(header::ACCEPT_ENCODING);
    if takes_gzip {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    request
}

/// Whether the client takes gzip (RFC 9110, section 12.5.3).
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let sent = headers.get_all(header::ACCEPT_ENCODING).iter();
    let codings = sent
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let weights = codings.filter_map(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
        name.trim().eq_ignore_ascii_case("gzip").then_some(weight)
    });
    weights.fold(0.0, f32::max) > 0.0
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
        tracing::debug!("asked");
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

/// Refuses a head or an encoding before anything else looks at the request, and a body that comes too slowly.
async fn bounded(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if let Some(problem) = unacceptable(&request, &limits) {
        return for_any_page(problem.into_response());
    }
    let too_slow = Arc::new(AtomicBool::new(false));
    let late = too_slow.clone();
    let request = request.map(|body| Body::new(Timed::new(body, limits.body_time, late)));
    let response = next.run(request).await;
    if !too_slow.load(Ordering::Relaxed) {
        return response;
    }
    let problem = Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "body-too-slow",
        "The body of the request took too long to arrive. Send it again.",
    )
    .in_dutch("Het verzoek kwam te langzaam binnen. Stuur het opnieuw.");
    let mut response = for_any_page(problem.into_response());
    // The rest of the body is not waited for.
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

fn unacceptable(request: &Request, limits: &Limits) -> Option<Problem> {
    let headers = request.headers();
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if headers.len() > limits.headers || bytes > limits.header_bytes {
        let problem = Problem::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers-too-large",
            format!(
                "A request may have {} headers of {} bytes together at most.",
                limits.headers, limits.header_bytes
            ),
        );
        return Some(problem.in_dutch("Het verzoek heeft te veel of te grote headers."));
    }
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > limits.address {
        let problem = Problem::new(
            StatusCode::URI_TOO_LONG,
            "address-too-long",
            format!("An address may have {} bytes at most.", limits.address),
        );
        return Some(problem.in_dutch("Het opgevraagde adres is te lang."));
    }
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        let problem = Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-content-encoding",
            "Send the body as it is, without a Content-Encoding.",
        );
        return Some(problem.in_dutch("Stuur het verzoek zonder compressie (Content-Encoding)."));
    }
    None
}

/// What is refused before a handler sees it says nothing of anybody, and a page of any origin may learn why.
fn for_any_page(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// The limiting layer and axum's own refusals answer in plain text or not at all; everything here answers with a
/// problem. A fallback for methods instead would take the place of a CORS layer's answer to preflights.
async fn in_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let in_words = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| !kind.starts_with("text/plain"));
    let problem = match response.status() {
        _ if in_words => return response,
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::METHOD_NOT_ALLOWED => unknown_method(),
        StatusCode::BAD_REQUEST => unreadable(),
        _ => return response,
    };
    // Other headers stay: the allowed methods, and which page may read this.
    let (parts, _) = response.into_parts();
    let mut answer = problem.into_response();
    for (name, value) in &parts.headers {
        let of_the_body = matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH);
        if !of_the_body {
            answer.headers_mut().append(name, value.clone());
        }
    }
    if parts.status == StatusCode::PAYLOAD_TOO_LARGE {
        return for_any_page(answer);
    }
    answer
}

fn too_large() -> Problem {
    Problem::too_large("body-too-large", "The body is larger than this service reads.")
        .in_dutch("Het verzoek is groter dan deze dienst leest.")
}

fn unreadable() -> Problem {
    Problem::bad_request("unreadable-request", "The request cannot be read.")
        .in_dutch("Het verzoek is niet te lezen.")
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has printed where; the payload may hold anything and is not logged.
    tracing::error!("a request handler panicked");
    Problem::fault().into_response()
}
