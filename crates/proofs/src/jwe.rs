//! Compact JSON Web Encryption (RFC 7516 §7.1) with ECDH-ES in direct agreement (RFC 7518 §4.6, RFC 8037 §3.2).
//!
//! One way of agreeing, two of encrypting, two curves, and no compression: what OpenID4VP asks for encrypted
//! answers. Nothing in the product uses it yet.

mod key;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::json::{self, JsonError, Limits};
use rand_core::CryptoRng;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::crypto::agreement::{self, Curve};
pub use key::{EncryptionKeyError, PublicEncryptionKey, SecretEncryptionKey};

/// The one `alg`.
pub const ALGORITHM: &str = "ECDH-ES";
/// A limit for tokens of unknown make: 512 KiB, some 380 KiB of content.
pub const LARGEST: usize = 512 * 1024;
/// The longest `apu` and `apv` in bytes.
const LONGEST_PARTY: usize = 512;
const TAG_LENGTH: usize = 16;

/// How the content is encrypted: the header's `enc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// AES-GCM with a key of 128 bits.
    A128Gcm,
    /// AES-GCM with a key of 256 bits.
    A256Gcm,
}

impl Encryption {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::A128Gcm, Self::A256Gcm];

    /// The name in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// Reads a name from the header.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encryption| encryption.name() == name)
    }

    fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm => 32,
        }
    }
}

/// Why a text is not an acceptable JWE, or is not for this key.
#[derive(Debug, thiserror::Error)]
pub enum JweError {
    /// Longer than the caller allows.
    #[error("the encrypted token has {length} characters, more than the {limit} allowed")]
    TooLong {
        /// Its length.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Not five parts of unpadded base64url, the second one empty, the third of 12 bytes and the last of 16.
    #[error("the encrypted token is not in the compact form of direct agreement")]
    Shape,
    /// The header is not a well-formed JSON object.
    #[error("the encrypted token's header is not acceptable JSON")]
    Header(#[from] JsonError),
    /// `alg` is not [`ALGORITHM`], or `enc` not one of [`Encryption::ALL`].
    #[error("the token is encrypted in another way than ECDH-ES with A128GCM or A256GCM")]
    Algorithm,
    /// `zip` or `crit`: what changes the content or its reading. None is supported.
    #[error("the encrypted token's header uses `{0}`, which is not supported")]
    Extension(&'static str),
    /// A member of the header is absent or malformed.
    #[error("`{0}` in the encrypted token's header is missing or malformed")]
    Member(&'static str),
    /// The sender's key is of another curve than the recipient's.
    #[error("the token is encrypted for a key of another curve")]
    OtherCurve,
    /// It is for another key, or was changed.
    #[error("the token does not open with this key")]
    DoesNotOpen,
    /// A key that gives no secret, such as a point of small order.
    #[error("no secret can be agreed on with this key")]
    Agreement,
}

/// Encrypts for the holder of a key.
///
/// The members of `header` (`kid`, `cty`, `apu`, `apv` …) are protected; `alg`, `enc` and `epk` are added and may not be
/// there. `rng` gives the one-time key and the nonce.
pub fn encrypt(
    plaintext: &[u8],
    recipient: &PublicEncryptionKey,
    encryption: Encryption,
    header: &Value,
    rng: &mut dyn CryptoRng,
) -> Result<String, JweError> {
    let mut header = header.as_object().cloned().ok_or(JweError::Shape)?;
    for name in ["alg", "enc", "epk"] {
        if header.contains_key(name) {
            return Err(JweError::Member(name));
        }
    }
    refuse_extensions(&header)?;
    let one_time = SecretEncryptionKey::generate(recipient.curve(), rng);
    let key = content_key(&one_time, recipient, encryption, &header)?;
    header.insert("alg".to_owned(), ALGORITHM.into());
    header.insert("enc".to_owned(), encryption.name().into());
    header.insert("epk".to_owned(), one_time.public().to_jwk());
    let mut nonce = [0; 12];
    rng.fill_bytes(&mut nonce);
    let protected = URL_SAFE_NO_PAD.encode(Value::Object(header).to_string());
    let sealed =
        agreement::seal(&key, &nonce, protected.as_bytes(), plaintext).map_err(|_| JweError::Agreement)?;
    let (content, tag) = sealed
        .split_at_checked(sealed.len().saturating_sub(TAG_LENGTH))
        .ok_or(JweError::Agreement)?;
    let [nonce, content, tag] = [&nonce[..], content, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    Ok(format!("{protected}..{nonce}.{content}.{tag}"))
}

/// An encrypted token that was read, not opened.
#[derive(Clone)]
pub struct Jwe {
    header: Map<String, Value>,
    protected: String,
    encryption: Encryption,
    sender: PublicEncryptionKey,
    nonce: [u8; 12],
    sealed: Vec<u8>,
}

/// Reads a compact JWE of at most `limit` characters.
pub fn parse(text: &str, limit: usize) -> Result<Jwe, JweError> {
    if text.len() > limit {
        return Err(JweError::TooLong {
            length: text.len(),
            limit,
        });
    }
    let parts: Vec<&str> = text.splitn(6, '.').collect();
    let [protected, "", nonce, content, tag] = parts[..] else {
        return Err(JweError::Shape);
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JweError::Shape);
    let limits = Limits {
        bytes: 16 * 1024,
        depth: 8,
        nodes: 256,
    };
    let Value::Object(header) = json::parse(&decode(protected)?, &limits)? else {
        return Err(JweError::Shape);
    };
    refuse_extensions(&header)?;
    let text_of = |name: &str| header.get(name).and_then(Value::as_str);
    let encryption = text_of("enc")
        .and_then(Encryption::from_name)
        .filter(|_| text_of("alg") == Some(ALGORITHM))
        .ok_or(JweError::Algorithm)?;
    let sender = header.get("epk").ok_or(JweError::Member("epk"))?;
    let sender = PublicEncryptionKey::from_jwk(sender).map_err(|_| JweError::Member("epk"))?;
    let tag = decode(tag)?;
    if tag.len() != TAG_LENGTH {
        return Err(JweError::Shape);
    }
    let nonce = decode(nonce)?.try_into().map_err(|_| JweError::Shape)?;
    let mut sealed = decode(content)?;
    sealed.extend_from_slice(&tag);
    Ok(Jwe {
        protected: protected.to_owned(),
        header,
        encryption,
        sender,
        nonce,
        sealed,
    })
}

impl Jwe {
    /// The protected header. Nobody vouches for it before the token is opened.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The header's `kid`: which of the recipient's keys it is for.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// How the content is encrypted.
    pub fn encryption(&self) -> Encryption {
        self.encryption
    }

    /// The content, wiped when dropped.
    pub fn decrypt(&self, recipient: &SecretEncryptionKey) -> Result<Zeroizing<Vec<u8>>, JweError> {
        let key = content_key(recipient, &self.sender, self.encryption, &self.header)?;
        agreement::open(&key, &self.nonce, self.protected.as_bytes(), &self.sealed)
            .map_err(|_| JweError::DoesNotOpen)
    }
}

/// Neither content nor keys.
impl fmt::Debug for Jwe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Jwe({} …)", self.encryption.name())
    }
}

fn refuse_extensions(header: &Map<String, Value>) -> Result<(), JweError> {
    let mut unsupported = ["zip", "crit"].into_iter();
    match unsupported.find(|name| header.contains_key(*name)) {
        Some(name) => Err(JweError::Extension(name)),
        None => Ok(()),
    }
}

/// The key of the content, by the Concat KDF (RFC 7518 §4.6.2). 256 bits at most, so one round of SHA-256 is all of it.
fn content_key(
    secret: &SecretEncryptionKey,
    public: &PublicEncryptionKey,
    encryption: Encryption,
    header: &Map<String, Value>,
) -> Result<Zeroizing<Vec<u8>>, JweError> {
    if secret.curve() != public.curve() {
        return Err(JweError::OtherCurve);
    }
    let party = |name: &'static str| match header.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .filter(|party| party.len() <= LONGEST_PARTY)
            .ok_or(JweError::Member(name)),
        Some(_) => Err(JweError::Member(name)),
    };
    let (apu, apv) = (party("apu")?, party("apv")?);
    let shared =
        agreement::agree(secret.curve(), secret.bytes(), public.bytes()).map_err(|_| JweError::Agreement)?;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let mut hash = Sha256::new();
    hash.update(number(1));
    hash.update(shared.as_slice());
    for part in [encryption.name().as_bytes(), &apu, &apv] {
        hash.update(number(part.len()));
        hash.update(part);
    }
    hash.update(number(encryption.key_length() * 8));
    let mut key = Zeroizing::new(hash.finalize().to_vec());
    key.truncate(encryption.key_length());
    Ok(key)
}

impl Curve {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::P256 => ("EC", "P-256"),
            Self::X25519 => ("OKP", "X25519"),
        }
    }
}

#[cfg(test)]
mod tests;
