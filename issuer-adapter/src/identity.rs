//! Who issues: the institution's and its units' DIDs, keys and DID documents.

use crate::config::{Config, ConfigError};
use credentials::{Did, DidUrl, InvalidDid, Text};
use http_service::{KeyFileError, private_folder, secret_key};
use proofs::did::{Document, DocumentError, Purpose, Representation, VerificationMethod};
use proofs::{Algorithm, SecretKey};
use serde::Serialize;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};

/// Why keys or identifiers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The configuration itself is not usable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No DID can be made of the public address.
    #[error("the public address does not make a did:web")]
    Did(#[from] InvalidDid),
    /// A DID document cannot be made.
    #[error("the DID document cannot be made")]
    Document(#[from] DocumentError),
    /// The folder of the keys cannot be made.
    #[error("the folder {0} cannot be made")]
    Folder(PathBuf, #[source] io::Error),
    /// A key file cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
}

/// The DIDs and public keys of an institution and its units, for whoever keeps the register.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The institution.
    pub institution: RegisteredParty,
    /// Its units, in the order of the configuration.
    pub units: Vec<RegisteredParty>,
}

/// One DID with its keys.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredParty {
    /// The unit's name in addresses; absent for the institution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Its DID.
    pub did: Did,
    /// Its name.
    pub name: Text,
    /// Its signing keys.
    pub keys: Vec<RegisteredKey>,
}

/// One public key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredKey {
    /// How signatures name it.
    pub kid: DidUrl,
    /// The key.
    pub public_key_jwk: Value,
    /// Its RFC 7638 thumbprint.
    pub jwk_thumbprint: String,
}

/// A DID with its secret keys.
pub(crate) struct Party {
    did: Did,
    slug: Option<String>,
    name: Text,
    ed25519: (DidUrl, SecretKey),
    p256: (DidUrl, SecretKey),
    document: Value,
}

/// The institution and its units.
pub(crate) struct Identities {
    pub(crate) institution: Party,
    pub(crate) units: Vec<Party>,
}

impl Identities {
    /// Reads the keys from `data_dir/keys`, and makes those that are not there.
    pub(crate) fn load(config: &Config) -> Result<Self, IdentityError> {
        config.check()?;
        let folder = config.data_dir.join("keys");
        private_folder(&folder).map_err(|error| IdentityError::Folder(folder.clone(), error))?;
        let mut host = config.public_url.host_str().unwrap_or_default().to_owned();
        if let Some(port) = config.public_url.port() {
            host.push_str(&format!("%3A{port}"));
        }
        let institution = format!("did:web:{host}");
        let units = config.units.iter().map(|unit| {
            let did = format!("{institution}:{}", unit.slug);
            Party::load(&did, Some(&unit.slug), &unit.name, &folder)
        });
        Ok(Self {
            units: units.collect::<Result<_, _>>()?,
            institution: Party::load(&institution, None, &config.institution.name, &folder)?,
        })
    }

    pub(crate) fn unit(&self, slug: &str) -> Option<&Party> {
        self.units.iter().find(|unit| unit.slug.as_deref() == Some(slug))
    }

    pub(crate) fn registration(&self) -> Registration {
        Registration {
            institution: self.institution.registration(),
            units: self.units.iter().map(Party::registration).collect(),
        }
    }
}

impl Party {
    fn load(did: &str, slug: Option<&str>, name: &Text, folder: &Path) -> Result<Self, IdentityError> {
        let did = Did::parse(did)?;
        let key = |fragment: &str, algorithm| {
            let file = format!(
                "{}.{fragment}.jwk",
                slug.map_or("institution".to_owned(), |s| format!("unit-{s}"))
            );
            let key = secret_key(&folder.join(file), algorithm)?;
            Ok::<_, IdentityError>((DidUrl::parse(&format!("{did}#{fragment}"))?, key))
        };
        let ed25519 = key("ed25519-1", Algorithm::EdDsa)?;
        let p256 = key("p256-1", Algorithm::Es256)?;
        let method = |(kid, key): &(DidUrl, SecretKey), form| {
            VerificationMethod::new(kid.clone(), key.public_key(), form)
        };
        let methods = vec![
            method(&ed25519, Representation::Multikey),
            method(&p256, Representation::JsonWebKey),
        ];
        let document = Document::new(did.clone(), methods, &[Purpose::AssertionMethod])?.to_json();
        Ok(Self {
            did,
            slug: slug.map(str::to_owned),
            name: name.clone(),
            ed25519,
            p256,
            document,
        })
    }

    /// The same party with other keys, for what is made only to see what it would be.
    pub(crate) fn stand_in(&self) -> Self {
        let other = |kid: &DidUrl, algorithm| {
            let random = &mut http_service::system_random();
            (kid.clone(), SecretKey::generate(algorithm, random))
        };
        Self {
            did: self.did.clone(),
            slug: self.slug.clone(),
            name: self.name.clone(),
            ed25519: other(&self.ed25519.0, Algorithm::EdDsa),
            p256: other(&self.p256.0, Algorithm::Es256),
            document: Value::Null,
        }
    }

    pub(crate) fn did(&self) -> &Did {
        &self.did
    }

    pub(crate) fn slug(&self) -> Option<&str> {
        self.slug.as_deref()
    }

    pub(crate) fn name(&self) -> &Text {
        &self.name
    }

    /// The key for Data Integrity proofs.
    pub(crate) fn ed25519(&self) -> (&DidUrl, &SecretKey) {
        (&self.ed25519.0, &self.ed25519.1)
    }

    /// The key for JOSE.
    pub(crate) fn p256(&self) -> (&DidUrl, &SecretKey) {
        (&self.p256.0, &self.p256.1)
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    fn registration(&self) -> RegisteredParty {
        let key = |(kid, key): &(DidUrl, SecretKey)| RegisteredKey {
            kid: kid.clone(),
            public_key_jwk: key.public_key().to_jwk(),
            jwk_thumbprint: key.public_key().thumbprint(),
        };
        RegisteredParty {
            slug: self.slug.clone(),
            did: self.did.clone(),
            name: self.name.clone(),
            keys: vec![key(&self.ed25519), key(&self.p256)],
        }
    }
}
