#![doc = include_str!("../README.md")]

mod admission;
mod awards;
mod config;
mod developer;
mod federation;
mod http;
mod identity;
mod issuance;
mod plain_text;
mod receipts;
mod secrets;
pub mod sources;
mod statistics;
mod status;
mod storage;
pub mod validation;

pub use awards::{AwardError, Changes, State};
pub use config::{Config, ConfigError, Federation, FrameworkFiles, Institution, Profile, Unit};
pub use developer::Developer;
pub use http::openapi;
pub use identity::{IdentityError, RegisteredKey, RegisteredParty, Registration};
pub use storage::StorageError;

use axum::Router;
use chrono::TimeDelta;
use credentials::award::Sector;
use credentials::frameworks::Framework;
use http_service::outbound::{self, Client, SettingsError};
use http_service::pages::InvalidSource;
use http_service::{Clock, Secret, TooShort};
use identity::Identities;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use storage::Storage;
use tokio::net::TcpListener;

/// Why an institution's service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("the institution's folder {path} cannot be used")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Configuration, identifiers or keys cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The desk token is too weak.
    #[error("the desk token cannot be used")]
    DeskToken(#[from] TooShort),
    /// The client for other services cannot be made.
    #[error(transparent)]
    Client(#[from] SettingsError),
    /// The database cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The pages' policy cannot be written.
    #[error(transparent)]
    Pages(#[from] InvalidSource),
    /// The listener failed.
    #[error("the institution's service could not go on serving")]
    Serve(#[source] io::Error),
}

/// Everything the service works with.
pub(crate) struct Adapter {
    config: Config,
    frameworks: Vec<Framework>,
    sectors: BTreeMap<String, Sector>,
    identities: Identities,
    storage: Storage,
    client: Client,
    register: admission::Register,
    nonces: secrets::Nonces,
    lists: status::Lists,
    federation: federation::Marks,
    /// Only in a developer's installation.
    developer: Option<developer::Instances>,
    clock: Clock,
}

impl Adapter {
    /// Which readers a unit's credentials are made for.
    fn profile(&self, unit: &str) -> Profile {
        let units = self.config.units.iter();
        let unit = units.into_iter().find(|configured| configured.slug == unit);
        unit.map(|unit| unit.profile).unwrap_or_default()
    }

    /// An address of ours.
    fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.config.base())
    }
}

/// A running institution, for those who run it inside a larger program.
#[derive(Clone)]
pub struct Handle(Arc<Adapter>);

impl Handle {
    /// Its DIDs and public keys, for whoever keeps the register.
    pub fn registration(&self) -> Registration {
        self.0.identities.registration()
    }

    /// Hands in at once what it committed to, without waiting for its turn.
    pub async fn hand_in_receipts(&self) -> Result<(), StorageError> {
        self.0.hand_in_receipts(TimeDelta::zero()).await
    }

    /// Tells the register at once how much was awarded, without waiting for its turn; whether the register took it.
    pub async fn tell_statistics(&self) -> Result<bool, StorageError> {
        self.0.tell_statistics(TimeDelta::zero()).await
    }
}

/// The DIDs and public keys of an institution that need not run yet; keys that are not there are made.
pub fn registration(config: &Config) -> Result<Registration, StartError> {
    http_service::private_folder(&config.data_dir).map_err(|source| StartError::Folder {
        path: config.data_dir.clone(),
        source,
    })?;
    Ok(Identities::load(config)?.registration())
}

/// Opens an institution's service: its routes, ready to be served, and a handle on it.
pub async fn router(config: Config) -> Result<(Router, Handle), StartError> {
    let desk = Secret::new(&config.desk_token)?;
    http_service::private_folder(&config.data_dir).map_err(|source| StartError::Folder {
        path: config.data_dir.clone(),
        source,
    })?;
    let identities = Identities::load(&config)?;
    let storage = Storage::open(&config.data_dir.join("issuer-adapter.sqlite")).await?;
    let client = Client::new(&outbound::Settings {
        allowed_origins: config.loopback_origins.clone(),
        clock: config.clock.clone(),
        ..outbound::Settings::default()
    })?;
    let register = admission::Register::new(
        config.register_url.clone(),
        config.anchors.clone(),
        client.clone(),
    );
    let developer = match &config.developer {
        None => None,
        Some(developer) => {
            let origin = developer.public_url.as_ref().unwrap_or(&config.public_url);
            let origin = origin.as_str().trim_end_matches('/');
            let folder = config.data_dir.join("keys");
            let instances = developer::Instances::load(&folder, origin).map_err(IdentityError::from)?;
            tracing::warn!("developer: this service signs whatever it is sent, with keys of no institution");
            Some(instances)
        }
    };
    let adapter = Arc::new(Adapter {
        frameworks: config.all_frameworks().map_err(IdentityError::from)?,
        sectors: config
            .units
            .iter()
            .map(|unit| (unit.slug.clone(), unit.sector))
            .collect(),
        clock: config.clock.clone(),
        nonces: secrets::Nonces::new(),
        lists: status::Lists::default(),
        federation: federation::Marks::default(),
        developer,
        config,
        identities,
        storage,
        client,
        register,
    });
    let every = Duration::from_secs(adapter.config.receipts_every_seconds.into());
    tokio::spawn(receipts::keep_handing_in(Arc::downgrade(&adapter), every));
    let every = Duration::from_secs(adapter.config.statistics_every_seconds.into());
    tokio::spawn(statistics::keep_telling(Arc::downgrade(&adapter), every));
    Ok((http::router(adapter.clone(), desk)?, Handle(adapter)))
}

/// Opens an institution's service and serves it on `listener` until `shutdown` completes.
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
