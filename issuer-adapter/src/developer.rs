//! What only a developer's installation has: VC-API endpoints that sign whatever sound credential they are sent.
//!
//! They sign with keys of their own, each a `did:key` that no register lists, never with those of the institution or
//! its units. So nothing that is signed here can pass for an award, even when the switch is left on by mistake.

mod issue;
mod status;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use credentials::Did;
use http_service::{KeyFileError, secret_key};
use proofs::data_integrity::Cryptosuite;
use proofs::{Algorithm, SecretKey};
use serde::Deserialize;
use status_list::Purpose;
use url::Url;

pub(crate) use issue::{DeriveRequest, IssueRequest, Refusal};
pub(crate) use status::{StatusRequest, Unavailable};

/// How the developer's endpoints are switched on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Developer {
    /// Where others reach this service, for the addresses of status lists; `public_url` where it is absent. Test
    /// suites that accept only https reach it through a proxy under another address.
    #[serde(default)]
    pub public_url: Option<Url>,
}

/// A cryptosuite and a kind of key.
pub(crate) struct Way {
    /// Its name in addresses.
    pub(crate) name: &'static str,
    pub(crate) cryptosuite: Cryptosuite,
    pub(crate) algorithm: Algorithm,
}

const fn way(name: &'static str, cryptosuite: Cryptosuite, algorithm: Algorithm) -> Way {
    Way {
        name,
        cryptosuite,
        algorithm,
    }
}

/// Every way that credentials are issued in.
const WAYS: [Way; 7] = [
    way("eddsa-rdfc-2022", Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
    way("eddsa-jcs-2022", Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
    way(
        "ecdsa-rdfc-2019-p256",
        Cryptosuite::EcdsaRdfc2019,
        Algorithm::Es256,
    ),
    way(
        "ecdsa-rdfc-2019-p384",
        Cryptosuite::EcdsaRdfc2019,
        Algorithm::Es384,
    ),
    way("ecdsa-jcs-2019-p256", Cryptosuite::EcdsaJcs2019, Algorithm::Es256),
    way("ecdsa-jcs-2019-p384", Cryptosuite::EcdsaJcs2019, Algorithm::Es384),
    way("ecdsa-sd-2023", Cryptosuite::EcdsaSd2023, Algorithm::Es256),
];

/// An issuer with one key.
pub(crate) struct Instance {
    pub(crate) way: &'static Way,
    pub(crate) key: SecretKey,
    pub(crate) did: Did,
    /// Below which its addresses are; no slash at the end.
    pub(crate) base: String,
    lists: Mutex<HashMap<Purpose, status::List>>,
}

/// The issuers of a developer's installation.
pub(crate) struct Instances(Vec<Instance>);

impl Instances {
    /// Reads their keys from `folder`, and makes those that are not there.
    pub(crate) fn load(folder: &Path, origin: &str) -> Result<Self, KeyFileError> {
        let instance = |way: &'static Way| {
            let key = secret_key(&folder.join(format!("vc-api.{}.jwk", way.name)), way.algorithm)?;
            Ok(Instance {
                way,
                did: key.public_key().to_did_key(),
                key,
                base: format!("{origin}/vc-api/{}", way.name),
                lists: Mutex::default(),
            })
        };
        WAYS.iter().map(instance).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn all(&self) -> &[Instance] {
        &self.0
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Instance> {
        self.0.iter().find(|instance| instance.way.name == name)
    }
}
