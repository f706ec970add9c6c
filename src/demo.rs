//! Everything on localhost: register, two institutions, wallet, verifier and a sample badge platform.
//!
//! The services are the real ones, each on its own port with its own folder and real keys. Their data stays in one
//! folder, so stopping and starting again finds everything as it was.

mod participants;
mod sample_platform;
mod seed;
mod start_page;

use http_service::{Clock, Rates, Serving, serve_with};
use rand_core::Rng as _;
use sample_platform::Catalogue;
use seed::{INSTITUTIONS, SampleInstitution};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use verification::Settings;

/// How many services the demo starts, the start page included.
const SERVICES: usize = 7;
/// The two persons who keep the demo's register.
const KEEPERS: [&str; 2] = ["anna", "bert"];

/// What the demo can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first of the ports; 0 lets the system choose at the first start.
    pub port: u16,
    /// The folder that keeps databases, keys and the chosen ports.
    pub data: PathBuf,
    /// Whether to open the start page in a browser.
    pub open: bool,
    /// Whether the first institution signs what developers send it, and the verifier can be made to forget.
    pub developer: bool,
    /// Under which other address test suites reach the first institution.
    pub developer_url: Option<String>,
}

/// Why the demo did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A port is taken.
    #[error("port {0} is in use; stop what uses it, or choose others with --port and a new --data folder")]
    Port(u16, #[source] io::Error),
    /// The data folder belongs to other ports, and so to other identifiers.
    #[error(
        "the data in {data} belongs to port {known}; start with --port {known}, or choose another --data folder"
    )]
    OtherPorts {
        /// The folder.
        data: PathBuf,
        /// The first port its identifiers name.
        known: u16,
    },
    /// The data folder cannot be used.
    #[error("the folder {0} cannot be used")]
    Folder(PathBuf, #[source] io::Error),
    /// The demo's own notes are damaged.
    #[error("{0} is damaged; remove the folder to start afresh")]
    Notes(PathBuf, #[source] serde_json::Error),
    /// A token cannot be sent.
    #[error("a token in the demo's notes cannot be used")]
    Token,
    /// A service did not start or stopped.
    #[error("a service of the demo failed")]
    Service(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DemoError {
    fn new(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Service(Box::new(source))
    }
}

/// Where each service answers; no slash at the end.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The start page.
    pub start: String,
    /// The register.
    pub register: String,
    /// The institutions' adapters.
    pub institutions: [String; 2],
    /// The wallet.
    pub wallet: String,
    /// The verifier.
    pub verifier: String,
    /// The sample badge platform.
    pub platform: String,
}

impl Addresses {
    fn new(ports: &[u16; SERVICES]) -> Self {
        let [start, register, first, second, wallet, verifier, platform] =
            ports.map(|port| format!("http://localhost:{port}"));
        Self {
            start,
            register,
            institutions: [first, second],
            wallet,
            verifier,
            platform,
        }
    }

    /// Every origin of the demo: plain http on this machine is allowed for exactly these.
    fn all(&self) -> Vec<String> {
        let [first, second] = &self.institutions;
        [
            &self.start,
            &self.register,
            first,
            second,
            &self.wallet,
            &self.verifier,
            &self.platform,
        ]
        .map(Clone::clone)
        .to_vec()
    }
}

/// What the demo remembers between starts.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notes {
    ports: [u16; SERVICES],
    /// In the order of [`KEEPERS`].
    #[serde(default = "two_tokens")]
    keeper_keys: [String; 2],
    desk_keys: [String; 2],
}

/// A running demo.
pub struct Demo {
    /// Where everything is.
    pub addresses: Addresses,
    /// What the desks ask for, in the order of the institutions.
    pub desk_keys: [String; 2],
    /// The secrets of the two keepers of the register.
    pub keeper_keys: [String; 2],
    services: JoinSet<io::Result<()>>,
    stop: watch::Sender<bool>,
}

/// Starts the demo and waits until it is interrupted.
pub async fn run(options: &Options) -> Result<(), DemoError> {
    let begun = Instant::now();
    let demo = Demo::start(options).await?;
    let Addresses {
        start,
        register,
        institutions: [first, second],
        wallet,
        verifier,
        platform,
    } = &demo.addresses;
    let [waterland_key, noard_key] = &demo.desk_keys;
    let [first_keeper, second_keeper] = &demo.keeper_keys;
    let vc_api = if options.developer {
        format!("\n  VC-API            {first}/vc-api   (signs for anybody; docs/vc-api.md)")
    } else {
        String::new()
    };
    let told = format!(
        "Waarmerk is up in {:.1} s: {start}

  start page        {start}   (follow the five steps)
  register          {register}
  its keepers       {register}/keeper/   keys {first_keeper} ({}) and {second_keeper} ({})
  Waterland, desk   {first}/desk/   key {waterland_key}
  Noard, desk       {second}/desk/   key {noard_key}
  wallet            {wallet}
  verifier          {verifier}
  sample platform   {platform}{vc_api}

Data: {}. Ctrl-C stops everything; starting again finds it.
",
        begun.elapsed().as_secs_f32(),
        KEEPERS[0],
        KEEPERS[1],
        options.data.display()
    );
    if !crate::output::tell(&told) {
        return Ok(());
    }
    if options.open {
        open_in_browser(start);
    }
    demo.until(http_service::interrupted()).await
}

impl Demo {
    /// Starts every service.
    pub async fn start(options: &Options) -> Result<Self, DemoError> {
        Self::start_by(options, Clock::system()).await
    }

    /// Starts every service, all with the same clock.
    pub async fn start_by(options: &Options, clock: Clock) -> Result<Self, DemoError> {
        let data = &options.data;
        http_service::private_folder(data).map_err(|error| DemoError::Folder(data.clone(), error))?;
        let (notes, listeners) = open(options).await?;
        let addresses = Addresses::new(&notes.ports);
        let catalogue = Catalogue::bundled().map_err(DemoError::new)?;

        let register_did = did_of(notes.ports[1]);
        let (register, handle) = register::router(register::Config {
            data_dir: data.join("register"),
            public_url: addresses.register.clone(),
            keepers: KEEPERS
                .iter()
                .zip(&notes.keeper_keys)
                .map(|(name, secret)| register::Keeper {
                    name: (*name).to_owned(),
                    secret: secret.clone(),
                })
                .collect(),
            decisions: register::Decisions::TwoPersons,
            seed: Some(seed::governance(&register_did).map_err(DemoError::new)?),
            clock: clock.clone(),
        })
        .await
        .map_err(DemoError::new)?;
        let participants = participants::seed(&register_did).map_err(DemoError::new)?;
        handle.add(&participants).await.map_err(DemoError::new)?;

        let mut institutions = Vec::new();
        for (index, sample) in INSTITUTIONS.iter().enumerate() {
            let mut config = institution(sample, index, &notes, &addresses, data, &handle, &clock)?;
            if options.developer && index == 0 {
                config.developer = Some(developer(options)?);
            }
            let (router, adapter) = issuer_adapter::router(config).await.map_err(DemoError::new)?;
            let registration = adapter.registration();
            let seed = seed::institution(sample, &register_did, &registration).map_err(DemoError::new)?;
            handle.add(&seed).await.map_err(DemoError::new)?;
            institutions.push(router);
        }
        for (source, extract) in seed::EXTRACTS {
            let taken = handle.take_over(source, extract, seed::EXTRACTED_AT).await;
            taken.map_err(DemoError::new)?;
        }

        let settings = Settings {
            loopback_origins: addresses.all(),
            ..Settings::new(handle.list_url(), vec![handle.anchor()])
        };
        let config = verifier::Config {
            settings: settings.clone(),
            clock: clock.clone(),
            data_dir: Some(data.join("verifier")),
            developer: options.developer,
        };
        let (verifier, _) = verifier::router(config).map_err(DemoError::new)?;
        let config = wallet::Config {
            settings,
            verifier_url: Some(addresses.verifier.clone()),
            store: Some(wallet::StoreConfig {
                data_dir: data.join("wallet"),
                limits: wallet::Limits {
                    most_made_a_day: u32::MAX,
                    ..wallet::Limits::default()
                },
            }),
            clock: clock.clone(),
        };
        let wallet = wallet::router(config).await.map_err(DemoError::new)?;
        let keys = [notes.desk_keys[0].as_str(), notes.desk_keys[1].as_str()];
        let start = start_page::router(&addresses, &catalogue, keys, register.clone(), &notes.keeper_keys)?;
        let platform = sample_platform::router(&addresses.platform, catalogue);

        let (stop, stopped) = watch::channel(false);
        let mut services = JoinSet::new();
        let mut routers = vec![start, register];
        routers.extend(institutions);
        routers.extend([wallet, verifier, platform]);
        for (listener, router) in listeners.into_iter().zip(routers) {
            // Everybody who visits a demo comes from this machine.
            let serving = Serving {
                rates: Rates::unlimited(),
                ..Serving::default()
            };
            services.spawn(serve_with(listener, router, serving, wait(stopped.clone())));
        }
        Ok(Self {
            addresses,
            desk_keys: notes.desk_keys,
            keeper_keys: notes.keeper_keys,
            services,
            stop,
        })
    }

    /// Serves until `shutdown` completes or a service ends, then stops them all.
    pub async fn until(mut self, shutdown: impl Future<Output = ()>) -> Result<(), DemoError> {
        tokio::select! {
            () = shutdown => {}
            _ = self.services.join_next() => {}
        }
        self.stop().await
    }

    /// Stops every service; requests under way may finish.
    pub async fn stop(mut self) -> Result<(), DemoError> {
        let _ = self.stop.send(true);
        while let Some(ended) = self.services.join_next().await {
            ended.map_err(DemoError::new)?.map_err(DemoError::new)?;
        }
        Ok(())
    }
}

/// How the endpoints for developers are set up.
fn developer(options: &Options) -> Result<issuer_adapter::Developer, DemoError> {
    let url = options.developer_url.as_deref().map(url::Url::parse);
    Ok(issuer_adapter::Developer {
        public_url: url.transpose().map_err(DemoError::new)?,
    })
}

/// How an institution of the demo is set up.
fn institution(
    sample: &SampleInstitution,
    index: usize,
    notes: &Notes,
    addresses: &Addresses,
    data: &Path,
    register: &register::Register,
    clock: &Clock,
) -> Result<issuer_adapter::Config, DemoError> {
    let text = |[nl, en]: [&str; 2]| json!({"nl": nl, "en": en});
    let config = json!({
        "public_url": addresses.institutions[index],
        "data_dir": data.join(sample.slug),
        "desk_token": notes.desk_keys[index],
        "institution": {"name": text(sample.name), "institution_code": sample.code, "url": sample.website},
        "units": [{"slug": sample.unit, "name": text(sample.unit_name), "sector": "hbo"}],
        "sources": [{
            "platform": addresses.platform,
            "issuers": [{
                "id": format!("{}/public/issuers/{}", addresses.platform, sample.platform_issuer),
                "unit": sample.unit,
            }],
        }],
        "register_url": register.list_url(),
        "anchors": [register.anchor()],
        "loopback_origins": addresses.all(),
        "wallet_url": addresses.wallet,
        "federation": {"authority_hints": [addresses.register]},
        "sample_data": true,
        // At once, so that a suspension can be tried out right after.
        "receipts_every_seconds": 1,
        "statistics_every_seconds": 2,
    });
    let config: issuer_adapter::Config = serde_json::from_value(config).map_err(DemoError::new)?;
    Ok(issuer_adapter::Config {
        clock: clock.clone(),
        ..config
    })
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means that the demo itself is gone, which is a reason to stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Binds the ports, those of the last start where there was one, and reads or writes the notes.
async fn open(options: &Options) -> Result<(Notes, Vec<TcpListener>), DemoError> {
    let file = options.data.join("demo.json");
    let known: Option<Notes> = match std::fs::read(&file) {
        Ok(bytes) => {
            Some(serde_json::from_slice(&bytes).map_err(|error| DemoError::Notes(file.clone(), error))?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(DemoError::Folder(file, error)),
    };
    if let Some(notes) = &known
        && options.port != 0
        && options.port != notes.ports[0]
    {
        return Err(DemoError::OtherPorts {
            data: options.data.clone(),
            known: notes.ports[0],
        });
    }
    let mut wanted = [0; SERVICES];
    if let Some(notes) = &known {
        wanted = notes.ports;
    } else if options.port != 0 {
        for (index, port) in (0..).zip(&mut wanted) {
            *port = options.port.saturating_add(index);
        }
    }
    let mut listeners = Vec::new();
    let mut ports = [0; SERVICES];
    for (wanted, port) in wanted.into_iter().zip(&mut ports) {
        let listener = TcpListener::bind(("127.0.0.1", wanted))
            .await
            .map_err(|error| DemoError::Port(wanted, error))?;
        *port = listener
            .local_addr()
            .map_err(|error| DemoError::Port(wanted, error))?
            .port();
        listeners.push(listener);
    }
    let notes = known.unwrap_or_else(|| Notes {
        ports,
        keeper_keys: two_tokens(),
        desk_keys: two_tokens(),
    });
    // Every time: notes of an earlier version lack what was added since.
    http_service::replace_private(&file, &serde_json::to_vec_pretty(&notes).map_err(DemoError::new)?)
        .map_err(|error| DemoError::Folder(file, error))?;
    Ok((notes, listeners))
}

fn two_tokens() -> [String; 2] {
    [token(), token()]
}

/// A secret of 128 bits.
fn token() -> String {
    let mut bytes = [0u8; 16];
    http_service::system_random().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `did:web` of a service of the demo (did:web Method Specification, section "Method-specific identifier").
fn did_of(port: u16) -> String {
    format!("did:web:localhost%3A{port}")
}

fn open_in_browser(address: &str) {
    let opened = ["xdg-open", "open"]
        .iter()
        .any(|program| std::process::Command::new(program).arg(address).spawn().is_ok());
    if !opened {
        crate::output::tell(&format!(
            "No program to open a browser was found. Open {address} yourself."
        ));
    }
}
