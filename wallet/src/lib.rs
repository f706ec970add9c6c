#![doc = include_str!("../README.md")]

use std::future::Future;
use std::io;

use axum::routing::get;
use axum::{Json, Router};
use http_service::pages::{InvalidSource, Policy, pages};
use http_service::{Limits, harden, health};
use rust_embed::RustEmbed;
use serde::Serialize;
use tokio::net::TcpListener;
use trust::TrustAnchor;
use verification::Settings;

#[derive(RustEmbed)]
#[folder = "app/dist"]
#[allow_missing = true]
struct App;

/// What the wallet service needs to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whom the wallet trusts; issuers at `loopback_origins` are spoken to even over plain http.
    pub settings: Settings,
    /// The page where a learner can have something checked.
    pub verifier_url: Option<String>,
}

/// Why the wallet service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The app's policy cannot be written.
    #[error(transparent)]
    Pages(#[from] InvalidSource),
    /// The listener failed.
    #[error("the wallet service could not go on serving")]
    Serve(#[source] io::Error),
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    register_url: String,
    anchors: Vec<TrustAnchor>,
    loopback_origins: Vec<String>,
    freshness_minutes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier_url: Option<String>,
}

/// The wallet's files and configuration, ready to be served.
pub fn router(config: Config) -> Result<Router, StartError> {
    let Config {
        settings,
        verifier_url,
    } = config;
    // Offers may come from any issuer, status lists from anywhere.
    let mut connect = vec!["https:".to_owned()];
    connect.extend(settings.loopback_origins.iter().cloned());
    let configuration = Configuration {
        register_url: settings.register_url,
        anchors: settings.anchors,
        loopback_origins: settings.loopback_origins,
        freshness_minutes: settings.freshness_minutes,
        verifier_url,
    };
    let router = Router::new()
        .route("/config.json", get(async move || Json(configuration)))
        .merge(health::routes(|| async { Ok::<_, std::convert::Infallible>(()) }))
        .fallback_service(pages::<App>(&Policy { connect })?);
    Ok(harden(router, &Limits::default()))
}

/// Serves the wallet on `listener` until `shutdown` completes.
pub async fn start(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    http_service::serve(listener, router(config)?, shutdown)
        .await
        .map_err(StartError::Serve)
}
