//! Who signs the register list, and the key it is signed with.

mod change;

pub use change::{KeyChangeError, KeyChangeRequest, announce_key, change_key};

use std::path::{Path, PathBuf};

use credentials::{Did, DidUrl};
use http_service::{KeyFileError, secret_key};
use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};
use trust::{KeyChange, TrustAnchor};

/// Why the operator's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The public address has no host to make a `did:web` of.
    #[error("the register's public address `{0}` is not a web address such as https://register.example")]
    PublicUrl(String),
    /// The key file cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The key was changed, and the file still has the one before.
    #[error(
        "the register's key was changed, and {0} has another one than the last change brought; give the command that changed it again"
    )]
    OtherKey(PathBuf),
}

/// The operator of a register: its identifier and its signing key.
pub(crate) struct Operator {
    did: Did,
    kid: DidUrl,
    key: SecretKey,
    /// How it came to have that key.
    changes: Vec<String>,
}

fn key_file(folder: &Path) -> PathBuf {
    folder.join("operator-key.jwk")
}

impl Operator {
    /// Reads the key from `folder`, or makes one there that only this user can read. It must be the one that the last
    /// of the changes of key brought.
    pub(crate) fn load(public_url: &str, folder: &Path, changes: Vec<String>) -> Result<Self, OperatorError> {
        let invalid = || OperatorError::PublicUrl(public_url.to_owned());
        let did = web_did(public_url).ok_or_else(invalid)?;
        let kid = DidUrl::parse(&format!("{did}#list-{}", changes.len() + 1)).map_err(|_| invalid())?;
        let file = key_file(folder);
        if !changes.is_empty() && !file.exists() {
            return Err(OperatorError::OtherKey(file));
        }
        let key = secret_key(&file, Algorithm::EdDsa)?;
        let last = changes.last().and_then(|last| KeyChange::peek(last));
        if last.is_some_and(|last| last.public_key_jwk != key.public_key().to_jwk()) {
            return Err(OperatorError::OtherKey(file));
        }
        Ok(Self {
            did,
            kid,
            key,
            changes,
        })
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

    /// How it came to have its key: its changes of key as they were signed.
    pub(crate) fn changes(&self) -> &[String] {
        &self.changes
    }

    /// What verifiers pin, with the key that was announced as the next one.
    pub(crate) fn anchor(&self, next_key_thumbprint: Option<String>) -> TrustAnchor {
        TrustAnchor {
            iss: self.did.clone(),
            jwk: self.key.public_key().to_jwk(),
            next_key_thumbprint,
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
        let first = Operator::load("https://register.example", folder.path(), Vec::new()).unwrap();
        let second = Operator::load("https://register.example", folder.path(), Vec::new()).unwrap();

        assert_eq!(first.anchor(None), second.anchor(None));
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

        let refused = Operator::load("https://register.example", folder.path(), Vec::new());

        assert!(matches!(
            refused,
            Err(OperatorError::KeyFile(KeyFileError::NotAKey(..)))
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    }
}
