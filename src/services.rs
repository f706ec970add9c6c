//! Starting one service alone, from a TOML file and environment variables.
//!
//! The file holds `listen`, `[limits]` and the members of the service's own configuration. An environment variable
//! `WAARMERK_<MEMBER>`, such as `WAARMERK_DESK_TOKEN`, replaces a text of the file, and `WAARMERK_KEEPER_<NAME>` the secret
//! of a keeper, so that secrets need not stand in it.

use http_service::{Clock, Serving, interrupted, serve_with};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io;
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
use toml::{Table, Value};
use verification::Settings;

/// Which service to start.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// The institution's adapter and desk.
    IssuerAdapter,
    /// The register.
    Register,
    /// The verifier.
    Verifier,
    /// The wallet's static files and its share store.
    Wallet,
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The configuration file cannot be read.
    #[error("the configuration {0} cannot be read")]
    File(PathBuf, #[source] io::Error),
    /// The configuration file does not hold what the service needs.
    #[error("the configuration {0} cannot be used")]
    Configuration(PathBuf, #[source] toml::de::Error),
    /// The address to listen on cannot be used.
    #[error("cannot listen on {0}")]
    Listen(String, #[source] io::Error),
    /// The service did not start or stopped.
    #[error("the service failed")]
    Service(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterFile {
    public_url: String,
    data_dir: PathBuf,
    /// Who keeps it; a secret may come from `WAARMERK_KEEPER_<NAME>`.
    keepers: Vec<register::Keeper>,
    /// How many persons it takes to change it; two, unless it says otherwise.
    #[serde(default)]
    decisions: register::Decisions,
    /// A JSON file in the shape of `specs/accreditation/`.
    seed: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    register_url: String,
    anchors: Vec<trust::TrustAnchor>,
    #[serde(default)]
    loopback_origins: Vec<String>,
    #[serde(default)]
    ask_unknown_issuers: bool,
    #[serde(default)]
    known_issuer_lists: Vec<verification::KnownIssuerList>,
    data_dir: Option<PathBuf>,
    #[serde(default)]
    developer: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WalletFile {
    register_url: String,
    anchors: Vec<trust::TrustAnchor>,
    #[serde(default)]
    loopback_origins: Vec<String>,
    verifier_url: Option<String>,
    /// Where what learners share by link is kept; without it there are no links.
    data_dir: Option<PathBuf>,
    #[serde(default)]
    shares: wallet::Limits,
}

impl WalletFile {
    fn config(self, clock: Clock) -> wallet::Config {
        let limits = self.shares;
        wallet::Config {
            settings: Settings {
                loopback_origins: self.loopback_origins,
                ..Settings::new(self.register_url, self.anchors)
            },
            verifier_url: self.verifier_url,
            store: self
                .data_dir
                .map(|data_dir| wallet::StoreConfig { data_dir, limits }),
            clock,
        }
    }
}

impl TrustFile {
    fn settings(&self) -> Settings {
        Settings {
            loopback_origins: self.loopback_origins.clone(),
            ask_unknown_issuers: self.ask_unknown_issuers,
            known_issuer_lists: self.known_issuer_lists.clone(),
            ..Settings::new(self.register_url.clone(), self.anchors.clone())
        }
    }
}

/// Starts a service and serves it until it is interrupted.
pub async fn run(kind: Kind, file: &Path) -> Result<(), ServiceError> {
    let text = std::fs::read_to_string(file).map_err(|error| ServiceError::File(file.to_owned(), error))?;
    let unusable = |error| ServiceError::Configuration(file.to_owned(), error);
    let mut table: Table = text.parse().map_err(unusable)?;
    from_environment(&mut table, std::env::vars());
    let listen = match table.remove("listen") {
        Some(Value::String(address)) => address,
        _ => "127.0.0.1:8080".to_owned(),
    };
    let serving = match table.remove("limits") {
        Some(limits) => read_limits(limits).map_err(unusable)?,
        None => Serving::default(),
    };
    for missing in missing_for_production(kind, &table) {
        tracing::warn!("not ready for production: {missing}");
    }
    let clock = Clock::system();
    let router = match kind {
        Kind::IssuerAdapter => {
            let config: issuer_adapter::Config = read(table).map_err(unusable)?;
            issuer_adapter::router(config).await.map_err(failed)?.0
        }
        Kind::Register => {
            let RegisterFile {
                public_url,
                data_dir,
                keepers,
                decisions,
                seed,
            } = read(table).map_err(unusable)?;
            let seed = seed.map(|path| read_seed(&path)).transpose()?;
            let config = register::Config {
                data_dir,
                public_url,
                keepers,
                decisions,
                seed,
                clock,
            };
            register::router(config).await.map_err(failed)?.0
        }
        Kind::Verifier => {
            let config: TrustFile = read(table).map_err(unusable)?;
            verifier::router(verifier::Config {
                settings: config.settings(),
                clock,
                data_dir: config.data_dir,
                developer: config.developer,
            })
            .map_err(failed)?
            .0
        }
        Kind::Wallet => {
            let file: WalletFile = read(table).map_err(unusable)?;
            wallet::router(file.config(clock)).await.map_err(failed)?
        }
    };
    let listener = TcpListener::bind(&listen)
        .await
        .map_err(|error| ServiceError::Listen(listen.clone(), error))?;
    crate::output::tell(&format!("listening on {listen}"));
    serve_with(listener, router, serving, interrupted())
        .await
        .map_err(failed)
}

/// The names that `[limits.rates]` may have.
const RATES: [&str; 15] = [
    "*",
    "checks",
    "desk",
    "federation",
    "identifiers",
    "keeper",
    "keepers",
    "opens",
    "owners",
    "questions",
    "receipts",
    "shares",
    "statistics",
    "token",
    "vc-api",
];

/// The limits of a file; a misspelt one is not passed over.
fn read_limits(limits: Value) -> Result<Serving, toml::de::Error> {
    let serving: Serving = limits.try_into()?;
    match serving
        .rates
        .0
        .keys()
        .find(|name| !RATES.contains(&name.as_str()))
    {
        None => Ok(serving),
        Some(unknown) => Err(serde::de::Error::custom(format!(
            "there is no limit `{unknown}`; known are {}",
            RATES.join(", ")
        ))),
    }
}

fn read<T: DeserializeOwned>(table: Table) -> Result<T, toml::de::Error> {
    Value::Table(table).try_into()
}

/// The folder and public address of the register that a file is of.
pub(crate) fn register_of(file: &Path) -> Result<(PathBuf, String), ServiceError> {
    let text = std::fs::read_to_string(file).map_err(|error| ServiceError::File(file.to_owned(), error))?;
    let unusable = |error| ServiceError::Configuration(file.to_owned(), error);
    let mut table: Table = text.parse().map_err(unusable)?;
    from_environment(&mut table, std::env::vars());
    table.remove("listen");
    table.remove("limits");
    let register: RegisterFile = read(table).map_err(unusable)?;
    Ok((register.data_dir, register.public_url))
}

fn read_seed(path: &Path) -> Result<register::Seed, ServiceError> {
    let bytes = std::fs::read(path).map_err(|error| ServiceError::File(path.to_owned(), error))?;
    serde_json::from_slice(&bytes).map_err(failed)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::Service(Box::new(error))
}

/// Puts the texts of `WAARMERK_…` in the place of the file's.
fn from_environment(table: &mut Table, variables: impl Iterator<Item = (String, String)>) {
    let known = [
        "desk_token",
        "public_url",
        "data_dir",
        "listen",
        "register_url",
        "wallet_url",
    ];
    for (name, value) in variables {
        let Some(member) = name.strip_prefix("WAARMERK_").map(str::to_lowercase) else {
            continue;
        };
        if known.contains(&member.as_str()) {
            table.insert(member, Value::String(value));
        } else if let Some(keeper) = member
            .strip_prefix("keeper_")
            .and_then(|name| keeper(table, name))
        {
            keeper.insert("secret".to_owned(), Value::String(value));
        }
    }
}

/// The keeper of the file with a name, in which a variable has underscores for hyphens.
fn keeper<'a>(table: &'a mut Table, name: &str) -> Option<&'a mut Table> {
    let keepers = table.get_mut("keepers")?.as_array_mut()?;
    keepers.iter_mut().find_map(|keeper| {
        let keeper = keeper.as_table_mut()?;
        let own = keeper.get("name")?.as_str()?.replace('-', "_");
        (own == name).then_some(keeper)
    })
}

/// What a service lacks before others should rely on it.
fn missing_for_production(kind: Kind, table: &Table) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let public_url = table.get("public_url").and_then(Value::as_str);
    if public_url.is_some_and(|url| !url.starts_with("https://")) {
        missing.push("public_url is not https, so identifiers made from it cannot be resolved by others");
    }
    if table
        .get("loopback_origins")
        .and_then(Value::as_array)
        .is_some_and(|origins| !origins.is_empty())
    {
        missing.push("loopback_origins lets this service reach addresses that are not public");
    }
    if table
        .get("anchors")
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty)
    {
        missing.push("anchors is empty, so no register is believed and every issuer is unknown");
    }
    if matches!(kind, Kind::Verifier) && !table.contains_key("data_dir") {
        missing.push("without data_dir it forgets at a restart which register list was the newest");
    }
    if table
        .get("developer")
        .is_some_and(|developer| developer.as_bool() != Some(false))
    {
        missing.push("developer opens endpoints for test suites, an issuer's to everybody; take it out");
    }
    if matches!(kind, Kind::IssuerAdapter) {
        missing.push("staff share one desk key; personal log-in is not there yet");
    }
    if table.get("decisions").and_then(Value::as_str) == Some("one-person") {
        missing.push("one keeper alone can change the register");
    }
    if matches!(kind, Kind::Wallet) && !table.contains_key("data_dir") {
        missing.push("without data_dir learners can show QR codes, and cannot send links");
    }
    if table.get("sample_data").and_then(Value::as_bool) == Some(true) {
        missing.push("it holds sample data");
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_replaces_the_texts_of_the_file_and_nothing_else() {
        let mut table: Table = "desk_token = 'from the file'\nunits = []".parse().unwrap();
        let variables = [
            ("WAARMERK_DESK_TOKEN", "from outside"),
            ("WAARMERK_UNITS", "x"),
            ("HOME", "y"),
        ];

        from_environment(
            &mut table,
            variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter(),
        );

        assert_eq!(table["desk_token"].as_str(), Some("from outside"));
        assert!(table["units"].is_array());
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn environment_gives_each_keeper_their_own_secret() {
        let mut table: Table =
            "[[keepers]]\nname = 'a-jansen'\n[[keepers]]\nname = 'b-smit'\nsecret = 'from the file'"
                .parse()
                .unwrap();
        let variables = [
            ("WAARMERK_KEEPER_A_JANSEN", "hers"),
            ("WAARMERK_KEEPER_C", "nobody's"),
        ];

        from_environment(
            &mut table,
            variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter(),
        );

        let secret = |place: usize| table["keepers"][place]["secret"].as_str();
        assert_eq!((secret(0), secret(1)), (Some("hers"), Some("from the file")));
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn limits_are_read_and_a_misspelt_one_is_not_passed_over() {
        let limits = |text: &str| read_limits(Value::Table(text.parse().unwrap()));

        let read = limits(
            "proxies = ['10.0.0.0/8', '::1']\nconnections = 9\nheader_seconds = 3\nrates = { token = 5, '*' = 0 }",
        )
        .unwrap();

        assert_eq!((read.proxies.len(), read.connections), (2, 9));
        assert_eq!(read.header_time.as_secs(), 3);
        assert_eq!((read.rates.0["token"], read.rates.0["*"]), (5, 0));
        assert_eq!(limits("").unwrap(), Serving::default());
        assert!(limits("proxy = ['10.0.0.1']").is_err());
        assert!(limits("proxies = ['proxy.example']").is_err());
        assert!(limits("rates = { chekcs = 1 }").is_err());
    }

    #[test]
    fn wallet_keeps_links_where_its_file_says_so_and_as_many_as_it_says() {
        let trust = "register_url = 'https://register.example/v1/list'\nanchors = []\n";
        let file = |more: &str| {
            let table: Table = format!("{trust}{more}").parse().unwrap();
            read::<WalletFile>(table).map(|file| file.config(Clock::system()))
        };

        assert!(file("").unwrap().store.is_none());
        let store = file("data_dir = '/data'\n[shares]\nmost_shares = 7")
            .unwrap()
            .store
            .unwrap();
        assert_eq!((store.limits.most_shares, store.limits.most_made_a_day), (7, 100));
        assert!(file("[shares]\nmost_share = 7").is_err());
    }

    #[test]
    fn an_anchor_with_an_address_of_its_own_is_of_a_further_register() {
        let text = "register_url = 'https://register.example/v1/list'
            [[anchors]]
            iss = 'did:web:register.example'
            jwk = { kty = 'OKP', crv = 'Ed25519', x = 'first' }
            [[anchors]]
            iss = 'did:web:register.elsewhere.example'
            jwk = { kty = 'OKP', crv = 'Ed25519', x = 'second' }
            register_url = 'https://register.elsewhere.example/v1/list'";
        let settings = read::<TrustFile>(text.parse().unwrap()).unwrap().settings();

        let urls = settings.register_urls();
        let own = settings.for_register(urls[1]);

        assert_eq!(
            urls,
            [
                "https://register.example/v1/list",
                "https://register.elsewhere.example/v1/list"
            ]
        );
        assert_eq!(own.anchors[0].jwk["x"], "second");
        assert_eq!(
            (own.anchors.len(), settings.for_register(urls[0]).anchors.len()),
            (1, 1)
        );
    }

    #[test]
    fn service_on_plain_http_says_that_it_is_not_ready_for_production() {
        let table: Table = "public_url = 'http://localhost:1'".parse().unwrap();
        assert!(missing_for_production(Kind::Register, &table)[0].contains("https"));
    }
}
