//! What an institution's service needs to know to run.

use crate::developer::Developer;
use crate::sources::edubadges::Source;
use credentials::Text;
use credentials::award::Sector;
use credentials::frameworks::{Framework, FrameworkError, frameworks};
use http_service::Clock;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use trust::TrustAnchor;
use trust::federation::EntityId;
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
    /// How long a commitment to an award waits, at most, before it is handed in to the register. Sooner proves an
    /// earlier date; later conceals better how much is awarded when.
    #[serde(default = "hour")]
    pub receipts_every_seconds: u32,
    /// How long changed numbers of awards wait, at least, before the register is told them again. The register takes
    /// them 288 times a day at most.
    #[serde(default = "day")]
    pub statistics_every_seconds: u32,
    /// Exact origins that may be reached over plain http or at an address that is not public.
    #[serde(default)]
    pub loopback_origins: Vec<String>,
    /// The wallet that links to an offer open.
    #[serde(default)]
    pub wallet_url: Option<Url>,
    /// Whether it holds invented data, which its pages then say.
    #[serde(default)]
    pub sample_data: bool,
    /// Where it takes part in a federation; without it nothing is published for one.
    #[serde(default)]
    pub federation: Option<Federation>,
    /// Opens VC-API endpoints that sign whatever sound credential they are sent, with keys of their own. For developers
    /// and test suites; never on a service that others rely on.
    #[serde(default)]
    pub developer: Option<Developer>,
    /// Where it reads the time.
    #[serde(skip)]
    pub clock: Clock,
}

fn hour() -> u32 {
    3600
}

fn day() -> u32 {
    86_400
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
    /// Which readers its credentials are made for.
    #[serde(default)]
    pub profile: Profile,
}

/// How an institution takes part in a federation (OpenID Federation 1.0).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federation {
    /// The entity identifiers of those above it, such as the register's address; one to four.
    pub authority_hints: Vec<String>,
}

/// Which readers a unit's credentials are made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Profile {
    /// Revocation and suspension: two status entries in a list.
    #[default]
    #[serde(rename = "standard")]
    Standard,
    /// Tools of the badge world, whose schema takes a single status entry: revocation. Awards of the unit
    /// cannot be suspended.
    #[serde(rename = "1edtech")]
    OneEdTech,
}

/// Names that addresses of the service itself begin with.
const RESERVED: [&str; 11] = [
    "achievements",
    "config",
    "desk",
    "healthz",
    "offers",
    "openapi",
    "openid4vci",
    "readyz",
    "status",
    "types",
    "vc-api",
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
    /// Those above it in a federation cannot be named so.
    #[error("authority_hints must be one to four https addresses such as https://register.example")]
    AuthorityHints,
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
        if let Some(Federation { authority_hints }) = &self.federation {
            let are_sound = authority_hints.iter().all(|hint| EntityId::parse(hint).is_ok());
            if !are_sound || !(1..=4).contains(&authority_hints.len()) {
                return Err(ConfigError::AuthorityHints);
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn config(changes: Value) -> Config {
        let mut config = json!({
            "public_url": "https://credentials.college.example",
            "data_dir": "/nowhere",
            "desk_token": "the key of the desk",
            "institution": {"name": {"nl": "Hogeschool Waterland"}},
            "units": [{"slug": "energie", "name": {"nl": "Energie"}, "sector": "hbo"}],
            "register_url": "https://register.example/v1/list",
            "anchors": [],
        });
        for (name, value) in changes.as_object().unwrap() {
            config[name] = value.clone();
        }
        serde_json::from_value(config).unwrap()
    }

    #[test]
    fn sound_configuration_is_accepted_and_prints_no_key() {
        let config = config(json!({}));

        assert!(config.check().is_ok());
        assert_eq!(config.base(), "https://credentials.college.example");
        assert!(!format!("{config:?}").contains("the key of the desk"));
    }

    #[test]
    fn public_address_must_be_an_origin() {
        for url in [
            "https://college.example/path",
            "https://college.example/?q",
            "ftp://college.example",
            "https://a@college.example",
        ] {
            assert!(
                matches!(
                    config(json!({"public_url": url})).check(),
                    Err(ConfigError::PublicUrl(_))
                ),
                "{url}"
            );
        }
    }

    #[test]
    fn unit_names_that_cannot_stand_in_an_address_are_refused() {
        let unit = |slug: &str| json!({"slug": slug, "name": {"nl": "Eenheid"}, "sector": "hbo"});
        for units in [
            json!([]),
            json!([unit("desk")]),
            json!([unit("Energie")]),
            json!([unit("a/b")]),
            json!([unit("")]),
            json!([unit("zorg"), unit("zorg")]),
        ] {
            assert!(config(json!({"units": units})).check().is_err(), "{units}");
        }
    }

    #[test]
    fn those_above_in_a_federation_are_named_by_their_addresses() {
        let hints = |hints: Value| config(json!({"federation": {"authority_hints": hints}})).check();

        assert!(hints(json!(["https://register.example"])).is_ok());
        for refused in [
            json!([]),
            json!(["register.example"]),
            json!(["http://register.example"]),
            json!(vec!["https://register.example"; 5]),
        ] {
            assert!(
                matches!(hints(refused.clone()), Err(ConfigError::AuthorityHints)),
                "{refused}"
            );
        }
    }

    #[test]
    fn source_for_an_unknown_unit_is_refused() {
        let sources = json!([{
            "platform": "https://edubadges.example",
            "issuers": [{"id": "https://edubadges.example/public/issuers/1", "unit": "zorg"}],
        }]);

        assert!(
            matches!(config(json!({"sources": sources})).check(), Err(ConfigError::UnknownUnit(unit)) if unit == "zorg")
        );
    }

    #[test]
    fn official_text_takes_the_place_of_our_summary_and_must_have_the_pinned_digest() {
        use base64::Engine;
        use sha2::{Digest, Sha384};
        let folder = tempfile::tempdir().unwrap();
        let bundled = frameworks().first().unwrap();
        let text = json!({
            "framework": bundled.id, "version": bundled.version, "kind": "official",
            "agreements": [{"nl": "De afspraak.", "en": "The agreement."}],
        })
        .to_string();
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha384::digest(&text));
        let description = json!({
            "id": bundled.id, "version": bundled.version, "name": bundled.name, "sectors": bundled.sectors,
            "effectiveFrom": bundled.effective_from, "digestSRI": format!("sha384-{digest}"),
        });
        let files = (
            folder.path().join("description.json"),
            folder.path().join("text.json"),
        );
        std::fs::write(&files.0, description.to_string()).unwrap();
        std::fs::write(&files.1, &text).unwrap();
        let config = config(json!({"frameworks": [{"description": files.0, "text": files.1}]}));

        let all = config.all_frameworks().unwrap();
        assert_eq!(all.len(), frameworks().len());
        let own = all.iter().find(|framework| framework.id == bundled.id).unwrap();
        assert_eq!(own.agreements.len(), 1);

        std::fs::write(&files.1, text.replace("De", "Een")).unwrap();
        assert!(matches!(
            config.all_frameworks(),
            Err(ConfigError::Framework(FrameworkError::Altered { .. }))
        ));
    }
}
