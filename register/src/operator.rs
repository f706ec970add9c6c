//! Who signs the register list, and the key it is signed with.

use std::path::Path;

use credentials::{Did, DidUrl};
use http_service::{KeyFileError, secret_key};
use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};
use trust::TrustAnchor;

/// Why the operator's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The public address has no host to make a `did:web` of.
    #[error("the register's public address `{0}` is not a web address such as https://register.example")]
    PublicUrl(String),
    /// The key file cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
}

/// The operator of a register: its identifier and its signing key.
pub(crate) struct Operator {
    did: Did,
    kid: DidUrl,
    key: SecretKey,
}

impl Operator {
    /// Reads the key from `folder`, or makes one there that only this user can read.
    pub(crate) fn load(public_url: &str, folder: &Path) -> Result<Self, OperatorError> {
        let invalid = || OperatorError::PublicUrl(public_url.to_owned());
        let did = web_did(public_url).ok_or_else(invalid)?;
        let kid = DidUrl::parse(&format!("{did}#list-1")).map_err(|_| invalid())?;
        let key = secret_key(&folder.join("operator-key.jwk"), Algorithm::EdDsa)?;
        Ok(Self { did, kid, key })
    }

    pub(crate) fn did(&self) -> &Did {
        &self.did
    }

    pub(crate) fn kid(&self) -> &DidUrl {
        &self.kid
    }

    pub(crate) fn key(&self) -> &SecretKey {
        &self.key
    }

    /// What verifiers pin.
    pub(crate) fn anchor(&self) -> TrustAnchor {
        TrustAnchor {
            iss: self.did.clone(),
            jwk: self.key.public_key().to_jwk(),
            register_url: None,
        }
    }

    /// The operator's DID document (Controlled Identifiers 1.0).
    pub(crate) fn document(&self) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
            "id": self.did,
            "verificationMethod": [{
                "id": self.kid,
                "type": "JsonWebKey",
                "controller": self.did,
                "publicKeyJwk": self.key.public_key().to_jwk(),
            }],
            "assertionMethod": [self.kid],
        })
    }
}

/// The `did:web` of a web address: the host, its port percent-encoded, and the path with colons.
fn web_did(address: &str) -> Option<Did> {
    let url = url::Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let mut did = format!("did:web:{}", url.host_str()?);
    if let Some(port) = url.port() {
        did.push_str(&format!("%3A{port}"));
    }
    for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
        did.push(':');
        did.push_str(segment);
    }
    Did::parse(&did).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_did_follows_from_the_public_address() {
        for (address, did) in [
            ("https://register.example", "did:web:register.example"),
            ("https://register.example/", "did:web:register.example"),
            ("http://localhost:4701", "did:web:localhost%3A4701"),
            (
                "https://example.org/nl/register",
                "did:web:example.org:nl:register",
            ),
        ] {
            assert_eq!(web_did(address).unwrap().as_str(), did);
        }
        for address in ["", "register.example", "ftp://register.example", "https://"] {
            assert!(web_did(address).is_none(), "{address}");
        }
    }

    #[test]
    fn the_key_is_made_once_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = Operator::load("https://register.example", folder.path()).unwrap();
        let second = Operator::load("https://register.example", folder.path()).unwrap();

        assert_eq!(first.anchor(), second.anchor());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("operator-key.jwk"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_file_stops_the_register_and_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator-key.jwk");
        fs::write(&path, "{}").unwrap();

        let refused = Operator::load("https://register.example", folder.path());

        assert!(matches!(
            refused,
            Err(OperatorError::KeyFile(KeyFileError::NotAKey(..)))
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    }
}
