//! `/healthz` (is the program alive) and `/readyz` (can it do its work).

use std::fmt::Display;
use std::future::Future;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::Problem;

/// The two health endpoints; `ready` says what is missing, and its words go to the log alone.
pub fn routes<S, F, Fut, E>(ready: F) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send + 'static,
{
    Router::new()
        .route("/healthz", get(|| async { Json(json!({"status": "alive"})) }))
        .route(
            "/readyz",
            get(move || async move {
                match ready().await {
                    Ok(()) => Ok(Json(json!({"status": "ready"}))),
                    Err(reason) => {
                        tracing::warn!(%reason, "not ready");
                        Err(Problem::unavailable(
                            "not-ready",
                            "This service cannot do its work yet.",
                        ))
                    }
                }
            }),
        )
}
