#![doc = include_str!("../README.md")]

mod http;
mod operator;
mod register;
mod seed;
mod storage;

use std::future::Future;
use std::io;
use std::path::PathBuf;

use axum::Router;
use http_service::pages::InvalidSource;
use http_service::{Clock, Secret, TooShort};
use tokio::net::TcpListener;

pub use http::openapi;
pub use operator::OperatorError;
pub use register::{PublishError, Register};
pub use seed::{Seed, SeedError};
pub use storage::StorageError;

/// What a register needs to run.
#[derive(Clone)]
pub struct Config {
    /// The folder of its database and its key; made when it is not there.
    pub data_dir: PathBuf,
    /// Where others reach it, such as `https://register.example`. The operator's `did:web` follows from it.
    pub public_url: String,
    /// With this token, of at least 16 characters, a keeper records decisions.
    pub keeper_token: String,
    /// What it starts with; what it has already is left as it is.
    pub seed: Option<Seed>,
    /// Where it reads the time.
    pub clock: Clock,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("data_dir", &self.data_dir)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// Why a register did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("the register's folder {path} cannot be used")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The keeper's token is too weak.
    #[error("the keeper's token cannot be used")]
    KeeperToken(#[from] TooShort),
    /// The operator's key cannot be used.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The database cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The first list could not be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The pages' policy cannot be written.
    #[error(transparent)]
    Pages(#[from] InvalidSource),
    /// The listener failed.
    #[error("the register could not go on serving")]
    Serve(#[source] io::Error),
}

/// Opens a register: its routes, ready to be served, and a handle on it.
pub async fn router(config: Config) -> Result<(Router, Register), StartError> {
    let keeper = Secret::new(&config.keeper_token)?;
    let folder = |source| StartError::Folder {
        path: config.data_dir.clone(),
        source,
    };
    http_service::private_folder(&config.data_dir).map_err(folder)?;
    let operator = operator::Operator::load(&config.public_url, &config.data_dir)?;
    let storage = storage::Storage::open(&config.data_dir.join("register.sqlite")).await?;
    let seed = config.seed.as_ref();
    let register = Register::open(storage, operator, &config.public_url, config.clock, seed).await?;
    let sample_data = seed.is_some_and(|seed| seed.sample_data);
    Ok((http::router(register.clone(), keeper, sample_data)?, register))
}

/// Opens a register and serves it on `listener` until `shutdown` completes.
pub async fn start(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let (router, _) = router(config).await?;
    http_service::serve(listener, router, shutdown)
        .await
        .map_err(StartError::Serve)
}
