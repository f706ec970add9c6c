#![doc = include_str!("../README.md")]

mod cache;
mod fetching;
mod http;
mod links;
mod proofs_only;
mod resolving;
mod seen;
mod verifier;

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use http_service::Clock;
use http_service::outbound::{self, SettingsError};
use http_service::pages::InvalidSource;
use tokio::net::TcpListener;
use verification::Settings;

use crate::fetching::Fetching;
use crate::seen::Seen;

pub use cache::Cache;
pub use http::openapi;
pub use proofs_only::{Asked, Kind};
pub use resolving::{Resolution, ResolutionError, Wanted};
pub use seen::SeenError;
pub use verifier::{Options, Verifier};

/// What a verifier needs to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whom to trust and how strict to be; `loopback_origins` are reached even over plain http.
    pub settings: Settings,
    /// Where it reads the time.
    pub clock: Clock,
    /// A folder of its own, in which it remembers the newest register list that it believed. Without one it forgets
    /// that when it stops, and could then be shown an older list.
    pub data_dir: Option<PathBuf>,
    /// Opens what helps developers and test suites: a way to make it forget what it fetched.
    pub developer: bool,
}

/// Why a verifier did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings name what is no origin.
    #[error("the origins that may be reached without https cannot be used")]
    Origins(#[from] SettingsError),
    /// The page's policy cannot be written.
    #[error(transparent)]
    Pages(#[from] InvalidSource),
    /// What it remembers cannot be read.
    #[error(transparent)]
    Seen(#[from] SeenError),
    /// The listener failed.
    #[error("the verifier could not go on serving")]
    Serve(#[source] io::Error),
}

/// Makes a verifier: its routes, ready to be served, and a handle on it.
pub fn router(config: Config) -> Result<(Router, Verifier), StartError> {
    let developer = config.developer;
    let verifier = alone(config, None)?;
    Ok((http::router(verifier.clone(), developer)?, verifier))
}

/// Makes a verifier that serves nobody else, and that keeps what it fetches in a folder or uses that alone.
pub fn alone(config: Config, cache: Option<Cache>) -> Result<Verifier, StartError> {
    let client = outbound::Client::new(&outbound::Settings {
        allowed_origins: config.settings.loopback_origins.clone(),
        time: Duration::from_secs(8),
        clock: config.clock.clone(),
        ..outbound::Settings::default()
    })?;
    let seen = Seen::open(config.data_dir.as_deref(), &config.settings)?;
    let fetching = Fetching::new(client.clone(), cache, config.settings.clone());
    Ok(Verifier::new(
        config.settings,
        client,
        fetching,
        config.clock,
        seen,
    ))
}

/// Makes a verifier and serves it on `listener` until `shutdown` completes.
pub async fn start(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let (router, _) = router(config)?;
    http_service::serve(listener, router, shutdown)
        .await
        .map_err(StartError::Serve)
}
