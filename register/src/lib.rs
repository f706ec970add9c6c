#![doc = include_str!("../README.md")]

mod http;
mod keepers;
mod operator;
mod register;
mod seed;
mod storage;

use std::future::Future;
use std::io;
use std::path::PathBuf;

use axum::Router;
use http_service::Clock;
use http_service::pages::InvalidSource;
use tokio::net::TcpListener;

pub use http::openapi;
pub use keepers::{Decisions, Keeper, KeepersError};
pub use operator::{KeyChangeError, KeyChangeRequest, OperatorError, announce_key, change_key};
pub use register::{PublishError, Register, TakeOverError};
pub use seed::{Seed, SeedError};
pub use storage::StorageError;

/// What a register needs to run.
#[derive(Clone)]
pub struct Config {
    /// The folder of its database and its key; made when it is not there.
    pub data_dir: PathBuf,
    /// Where others reach it, such as `https://register.example`. The operator's `did:web` follows from it.
    pub public_url: String,
    /// Who keeps it.
    pub keepers: Vec<Keeper>,
    /// How many persons it takes to change it.
    pub decisions: Decisions,
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
    /// Nobody could keep it.
    #[error("the register cannot be kept")]
    Keepers(#[from] KeepersError),
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
    let keepers = keepers::Keepers::new(&config.keepers, config.decisions)?;
    let folder = |source| StartError::Folder {
        path: config.data_dir.clone(),
        source,
    };
    http_service::private_folder(&config.data_dir).map_err(folder)?;
    let storage = storage::Storage::open(&config.data_dir.join("register.sqlite")).await?;
    let changes = storage.key_changes().await?;
    let operator = operator::Operator::load(&config.public_url, &config.data_dir, changes)?;
    let seed = config.seed.as_ref();
    let register = Register::open(
        storage,
        operator,
        &config.public_url,
        config.clock,
        config.decisions,
        seed,
    )
    .await?;
    let sample_data = seed.is_some_and(|seed| seed.sample_data);
    Ok((http::router(register.clone(), keepers, sample_data)?, register))
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
