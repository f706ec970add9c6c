//! The web pages that are part of the program.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::Problem;
use crate::harden::{unknown_address, unknown_method};

/// What a page may do beyond reading its own origin.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Sources the page may fetch from besides its own origin, such as `https://register.example`
    /// or `https:` (Content Security Policy Level 3, section 6.1.2).
    pub connect: Vec<String>,
}

/// A source that would break out of the policy it is written into.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` cannot be a source in a content security policy: write a scheme or an origin")]
pub struct InvalidSource(String);

impl Policy {
    /// The value of `Content-Security-Policy`: nothing but the page's own files, no inline scripts or
    /// styles, WebAssembly allowed, never in a frame.
    fn content_security(&self) -> Result<HeaderValue, InvalidSource> {
        let mut connect = String::from("'self'");
        for source in &self.connect {
            let plain = !source.is_empty()
                && source
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b":/.-_[]*".contains(&byte));
            if !plain {
                return Err(InvalidSource(source.clone()));
            }
            connect.push(' ');
            connect.push_str(source);
        }
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; connect-src {connect}; \
             worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        HeaderValue::from_str(&policy).map_err(|_| InvalidSource(connect))
    }
}

/// Serves the files of `E`, with the `index.html` of a folder for its address, and that of the first folder for every
/// address of a page inside the app.
///
/// Files carry an `ETag` and are revalidated; those under `assets/`, whose names hold their hash, are kept
/// for good. Use it as `Router::fallback_service`, or below a prefix with `Router::nest_service`.
/// Without an `index.html` it says that the pages were not built.
pub fn pages<E: RustEmbed + 'static>(policy: &Policy) -> Result<MethodRouter, InvalidSource> {
    let content_security = policy.content_security()?;
    Ok(any(move |request: Request| {
        let answer = answer::<E>(&request, content_security.clone());
        async move { answer }
    }))
}

fn answer<E: RustEmbed>(request: &Request, content_security: HeaderValue) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let wants_page = accepts_html(request.headers());
    // A folder is its own page.
    let name = match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path.to_owned(),
    };
    if let Some(file) = E::get(&name) {
        return read_only(request, || send(request, &name, file, content_security));
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    if !path.is_empty() && (!wants_page || last.contains('.')) {
        return unknown_address().into_response();
    }
    match E::get("index.html") {
        Some(file) => read_only(request, || send(request, "index.html", file, content_security)),
        None => not_built(wants_page),
    }
}

fn read_only(request: &Request, respond: impl FnOnce() -> Response) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => respond(),
        _ => unknown_method().into_response(),
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|kinds| {
        kinds
            .split(',')
            .any(|kind| kind.trim_start().starts_with("text/html"))
    })
}

fn send(request: &Request, name: &str, file: EmbeddedFile, content_security: HeaderValue) -> Response {
    let digest = file.metadata.sha256_hash();
    let tag = format!(
        "\"{}\"",
        digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    );
    let unchanged = matches_tag(request.headers(), &tag);
    let mut response = match unchanged {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => file.data.into_response(),
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if !unchanged && let Ok(kind) = HeaderValue::from_str(&content_type(name)) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    let kept = match name.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let fixed = [
        (header::CACHE_CONTROL, kept),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(), geolocation=(), payment=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, content_security);
    response
}

/// Whether `If-None-Match` names `tag` (RFC 9110, section 13.1.2).
pub fn matches_tag(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|candidate| candidate.trim() == "*" || opaque(candidate) == opaque(tag))
}

fn content_type(name: &str) -> String {
    let kind = match name.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json".to_owned(),
        Some("wasm") => "application/wasm".to_owned(),
        Some("js" | "mjs") => "text/javascript".to_owned(),
        Some("jsonld") => "application/ld+json".to_owned(),
        _ => mime_guess::from_path(name)
            .first_or_octet_stream()
            .essence_str()
            .to_owned(),
    };
    match kind.starts_with("text/") {
        true => format!("{kind}; charset=utf-8"),
        false => kind,
    }
}

const NOT_BUILT: &str = "This program was built without its pages; its API works. \
                         Build the pages, then the program again.";

fn not_built(wants_page: bool) -> Response {
    if !wants_page {
        return Problem::unavailable("pages-not-built", NOT_BUILT).into_response();
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Pages not built</title>\
         <h1>The pages are not built</h1><p>{NOT_BUILT}</p>"
    );
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page,
    )
        .into_response()
}
