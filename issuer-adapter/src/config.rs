//! What an institution's service needs to know to run.

use crate::sources::edubadges::Source;
use credentials::Text;
use credentials::award::Sector;
use credentials::frameworks::{Framework, FrameworkError, frameworks};
use http_service::Clock;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use trust::TrustAnchor;
use url::Url;

/// What an institution's service needs to know to run.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where others reach it, such as `https://credentials.college.example`; an origin without a path.
    /// The institution's `did:web` and the credential issuer identifier follow from it.
    pub public_url: Url,
    /// The folder of its database and its keys; made when it is not there.
    pub data_dir: PathBuf,
    /// With this token, of at least 16 characters, staff work at the desk.
    pub desk_token: String,
    /// The institution.
    pub institution: Institution,
    /// Its units that issue; at least one.
    pub units: Vec<Unit>,
    /// The badge platforms awards are read from, and the issuers there that it acts for.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Links by which a platform names a quality framework, each with the framework's own identifier.
    #[serde(default)]
    pub framework_links: BTreeMap<String, String>,
    /// Quality frameworks beside the bundled ones, or official texts in their place.
    #[serde(default)]
    pub frameworks: Vec<FrameworkFiles>,
    /// Where the register's signed list is.
    pub register_url: Url,
    /// Whose signature on that list is trusted.
    pub anchors: Vec<TrustAnchor>,
    /// Exact origins that may be reached over plain http or at an address that is not public.
    #[serde(default)]
    pub loopback_origins: Vec<String>,
    /// The wallet that links to an offer open.
    #[serde(default)]
    pub wallet_url: Option<Url>,
    /// Whether it holds invented data, which its pages then say.
    #[serde(default)]
    pub sample_data: bool,
    /// Where it reads the time.
    #[serde(skip)]
    pub clock: Clock,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("public_url", &self.public_url.as_str())
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

/// The institution.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Its name.
    pub name: Text,
    /// The national institution code (BRIN). Badges of an issuer with another code are refused.
    #[serde(default)]
    pub institution_code: Option<String>,
    /// Its web page.
    #[serde(default)]
    pub url: Option<String>,
}

/// A quality framework that the operator supplies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkFiles {
    /// The file of its description, which pins the digest of its text.
    pub description: PathBuf,
    /// The file of its text.
    pub text: PathBuf,
}

/// A unit that issues.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its name in addresses and in its DID: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its name.
    pub name: Text,
    /// The sector its awards are in, until staff say otherwise.
    pub sector: Sector,
}

/// Names that addresses of the service itself begin with.
const RESERVED: [&str; 9] = [
    "achievements",
    "config",
    "desk",
    "healthz",
    "offers",
    "openapi",
    "openid4vci",
    "readyz",
    "status",
];

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The public address is not an origin.
    #[error("public_url must be an http(s) origin such as https://credentials.college.example, not `{0}`")]
    PublicUrl(Url),
    /// There is nobody to issue.
    #[error("at least one unit is needed")]
    NoUnits,
    /// A unit's name cannot stand in an address, or stands there twice.
    #[error(
        "the unit name `{0}` is reserved, repeated or not made of lower-case letters, digits and hyphens"
    )]
    Slug(String),
    /// A source names a unit that is not configured.
    #[error("a source names the unit `{0}`, which is not configured")]
    UnknownUnit(String),
    /// A file of a quality framework cannot be read.
    #[error("the quality framework's file {path} cannot be read")]
    FrameworkFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A quality framework is not sound.
    #[error(transparent)]
    Framework(#[from] FrameworkError),
}

impl Config {
    /// Checks what can be checked without starting.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let url = &self.public_url;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !matches!(url.scheme(), "http" | "https") || !url.has_host() || !url.username().is_empty()
        {
            return Err(ConfigError::PublicUrl(url.clone()));
        }
        if self.units.is_empty() {
            return Err(ConfigError::NoUnits);
        }
        for (number, Unit { slug, .. }) in self.units.iter().enumerate() {
            let sound = (1..=40).contains(&slug.len())
                && slug
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            let repeated = self.units.iter().take(number).any(|unit| unit.slug == *slug);
            if !sound || repeated || RESERVED.contains(&slug.as_str()) {
                return Err(ConfigError::Slug(slug.clone()));
            }
        }
        let named = self
            .sources
            .iter()
            .flat_map(|source| &source.issuers)
            .map(|issuer| &issuer.unit);
        let known = |slug: &String| self.units.iter().any(|unit| unit.slug == *slug);
        match named.into_iter().find(|slug| !known(slug)) {
            Some(unknown) => Err(ConfigError::UnknownUnit(unknown.clone())),
            None => Ok(()),
        }
    }

    /// The credential issuer identifier: the origin, without a slash at its end.
    pub(crate) fn base(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// The bundled frameworks, replaced by configured ones of the same identifier and version.
    pub(crate) fn all_frameworks(&self) -> Result<Vec<Framework>, ConfigError> {
        let file = |path: &PathBuf| {
            std::fs::read(path).map_err(|source| ConfigError::FrameworkFile {
                path: path.clone(),
                source,
            })
        };
        let mut all = frameworks().to_vec();
        for FrameworkFiles { description, text } in &self.frameworks {
            let own = Framework::read(&file(description)?, &file(text)?)?;
            all.retain(|other| (&other.id, &other.version) != (&own.id, &own.version));
            all.push(own);
        }
        Ok(all)
    }
}
