//! Which answers a page of another origin may read.

use std::time::Duration;

use http::{Method, header};
use tower_http::cors::{Any, CorsLayer};

/// For what anybody may read: any origin, no cookies, a preflight answer kept for an hour.
///
/// Lay it only over public endpoints. Since credentials are never allowed, it opens nothing that the
/// caller could not fetch without a browser.
pub fn public_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            http::HeaderName::from_static("dpop"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            http::HeaderName::from_static("x-request-id"),
        ])
        .max_age(Duration::from_secs(3600))
}
