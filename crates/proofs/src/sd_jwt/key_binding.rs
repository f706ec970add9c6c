//! Key binding: the holder signs who it is for, a nonce, and which disclosures (RFC 9901 §4.3, §7.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use credentials::json::JsonError;
use credentials::{Did, DidUrl};
use serde_json::{Value, json};

use super::SdJwt;
use crate::crypto::sha256;
use crate::did::{self, Purpose};
use crate::jws;
use crate::keys::{KeyError, PublicKey, SignError, Signer};

/// The media type of a key binding, in its header's `typ`.
const TYPE: &str = "kb+jwt";

/// Why a key binding does not hold.
#[derive(Debug, thiserror::Error)]
pub enum KeyBindingError {
    /// The presentation has none.
    #[error("the presentation is not signed by its holder")]
    Absent,
    /// The credential names no holder key.
    #[error("the credential names no key of its holder")]
    NoHolderKey,
    /// `cnf` is there, but gives no usable key.
    #[error("the credential's `cnf` is malformed or of an unsupported kind")]
    HolderKey(#[source] Option<KeyError>),
    /// `typ` is not `kb+jwt`.
    #[error("the holder's token is not of type {TYPE}")]
    Type,
    /// Its payload is not an acceptable JSON object.
    #[error("the holder's token is not acceptable JSON")]
    Json(#[from] JsonError),
    /// A required claim is absent or of the wrong kind.
    #[error("`{0}` in the holder's token is missing or malformed")]
    Claim(&'static str),
    /// The holder signed another selection of disclosures than this.
    #[error("the holder signed another selection than was sent")]
    OtherSelection,
    /// The signature is not the holder's.
    #[error(transparent)]
    Signature(#[from] jws::VerifyError),
}

/// What the holder signed. Compare all three with what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBinding {
    /// Whom the presentation is for.
    pub audience: String,
    /// The verifier's challenge.
    pub nonce: String,
    /// When the holder says it was signed.
    pub issued_at: DateTime<Utc>,
}

impl SdJwt {
    /// Signs this selection for an audience; gives the compact SD-JWT+KB.
    ///
    /// The signer must hold the key in `cnf`, which is not checked here.
    pub fn bind(
        &self,
        audience: &str,
        nonce: &str,
        issued_at: DateTime<Utc>,
        signer: &dyn Signer,
    ) -> Result<String, SignError> {
        let selection = self.without_key_binding();
        let payload = json!({
            "aud": audience,
            "iat": issued_at.timestamp(),
            "nonce": nonce,
            "sd_hash": URL_SAFE_NO_PAD.encode(sha256(selection.as_bytes())),
        });
        let token = jws::sign(&json!({"typ": TYPE}), payload.to_string().as_bytes(), signer)?;
        Ok(selection + &token)
    }

    /// The holder's key as the issuer named it in `cnf` (RFC 7800 §3), if it did.
    ///
    /// A `jwk`, or a `kid` that is the method of a `did:key` or `did:jwk`. `cnf` counts only where
    /// it cannot be hidden.
    pub fn holder_key(&self) -> Result<Option<PublicKey>, KeyBindingError> {
        let Some(confirmation) = self.payload.get("cnf") else {
            return Ok(None);
        };
        match (confirmation.get("jwk"), confirmation.get("kid")) {
            (Some(jwk), None) => PublicKey::from_jwk(jwk)
                .map(Some)
                .map_err(|error| KeyBindingError::HolderKey(Some(error))),
            (None, Some(Value::String(kid))) => holder_key_of_did(kid).map(Some),
            _ => Err(KeyBindingError::HolderKey(None)),
        }
    }

    /// Checks the holder's token with the key that [`SdJwt::holder_key`] gives.
    ///
    /// Type, signature and the hash of the selection must hold. Whether audience, nonce and age fit
    /// is for the caller.
    pub fn verify_key_binding(&self, holder: &PublicKey) -> Result<KeyBinding, KeyBindingError> {
        let token = self.key_binding.as_ref().ok_or(KeyBindingError::Absent)?;
        if !token.is_of_type(TYPE) {
            return Err(KeyBindingError::Type);
        }
        token.verify(holder)?;
        let claims = token.payload_json()?;
        let text = |name: &'static str| {
            claims
                .get(name)
                .and_then(Value::as_str)
                .ok_or(KeyBindingError::Claim(name))
        };
        let issued_at = claims
            .get("iat")
            .and_then(jws::numeric_date)
            .ok_or(KeyBindingError::Claim("iat"))?;
        let selection = URL_SAFE_NO_PAD.encode(sha256(self.without_key_binding().as_bytes()));
        if text("sd_hash")? != selection {
            return Err(KeyBindingError::OtherSelection);
        }
        Ok(KeyBinding {
            audience: text("aud")?.to_owned(),
            nonce: text("nonce")?.to_owned(),
            issued_at,
        })
    }
}

fn holder_key_of_did(kid: &str) -> Result<PublicKey, KeyBindingError> {
    let malformed = || KeyBindingError::HolderKey(None);
    let url = DidUrl::parse(kid).map_err(|_| malformed())?;
    let document = did::resolve_local(url.did())
        .ok_or_else(malformed)?
        .map_err(|_| malformed())?;
    let only = document.verification_methods().first().ok_or_else(malformed)?;
    // A bare identifier stands for its one key.
    let method = if url.as_str() == Did::as_str(url.did()) {
        only.id()
    } else {
        &url
    };
    document
        .key(method, Purpose::Authentication)
        .map_err(|_| malformed())
}
