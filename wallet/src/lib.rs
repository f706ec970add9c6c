#![doc = include_str!("../README.md")]

mod http;
mod shares;

use std::future::Future;
use std::io;
use std::path::PathBuf;

use axum::Router;
use database::StorageError;
use http_service::Clock;
use http_service::pages::InvalidSource;
use serde::Serialize;
use tokio::net::TcpListener;
use trust::TrustAnchor;
use verification::Settings;

pub use http::openapi;
pub use shares::Limits;

/// What the wallet service needs to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whom the wallet trusts; issuers at `loopback_origins` are spoken to even over plain http.
    pub settings: Settings,
    /// The page where a learner can have something checked.
    pub verifier_url: Option<String>,
    /// The share store; without it the wallet shows by QR code alone.
    pub store: Option<StoreConfig>,
    /// Where the store reads the time.
    pub clock: Clock,
}

/// Where shares are kept, and how many.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The folder of the store's database; made when it is not there.
    pub data_dir: PathBuf,
    /// How much the store takes on.
    pub limits: Limits,
}

/// Why the wallet service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("the wallet service's folder {path} cannot be used")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The share store cannot be used.
    #[error("the share store cannot be used")]
    Storage(#[from] StorageError),
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
    /// Whether links can be sent.
    sharing: bool,
}

/// The wallet's files, its configuration and the share store, ready to be served.
pub async fn router(config: Config) -> Result<Router, StartError> {
    let Config {
        settings,
        verifier_url,
        store,
        clock,
    } = config;
    let shares = match store {
        Some(StoreConfig { data_dir, limits }) => {
            http_service::private_folder(&data_dir).map_err(|source| StartError::Folder {
                path: data_dir.clone(),
                source,
            })?;
            Some(shares::Shares::open(&data_dir, limits, clock).await?)
        }
        None => None,
    };
    let configuration = Configuration {
        register_url: settings.register_url,
        anchors: settings.anchors,
        loopback_origins: settings.loopback_origins,
        freshness_minutes: settings.freshness_minutes,
        verifier_url,
        sharing: shares.is_some(),
    };
    Ok(http::router(configuration, shares)?)
}

/// Serves the wallet on `listener` until `shutdown` completes.
pub async fn start(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    http_service::serve(listener, router(config).await?, shutdown)
        .await
        .map_err(StartError::Serve)
}
