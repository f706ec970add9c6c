//! The encrypted share: a compact JWE (RFC 7516) with a key that is in the link alone.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use credentials::json::{self, Limits};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::link::{ShareId, ShareLink};
use crate::terms::{Terms, read, written};

/// The most characters that a sealed share may have: 64 KiB.
pub const MAX_SEALED_CHARACTERS: usize = 64 * 1024;

const TYPE: &str = "share+jwe";
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// The length is rounded up to this, so that it tells a store little about what is inside.
const STEP: usize = 1024;

/// What is shared. Opening it proves nothing about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    /// A compact SD-JWT+KB whose audience is the share's URI and whose nonce is [`Terms::digest`].
    pub presentation: String,
    /// What it is for and how long it lasts.
    pub terms: Terms,
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({:?})", self.terms)
    }
}

/// What can be read without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Which share it is.
    pub id: ShareId,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// Why nothing was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It would be longer than [`MAX_SEALED_CHARACTERS`].
    #[error("the share is too large")]
    TooLarge,
}

/// Why a sealed share was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is longer than [`MAX_SEALED_CHARACTERS`].
    #[error("the share is too large")]
    TooLarge,
    /// It is not a compact JWE with the header of a share.
    #[error("this is not a sealed share")]
    NotAShare,
    /// It is the share of another link.
    #[error("this is another share than the link names")]
    OtherShare,
    /// It was changed since it was sealed.
    #[error("the sealed share was changed")]
    Changed,
    /// It was decrypted, and what is in it is not as it should be.
    #[error("the content of the share is not as it should be")]
    Content,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    enc: String,
    typ: String,
    kid: String,
    exp: i64,
}

#[derive(Serialize, Deserialize)]
struct Content {
    presentation: String,
    purpose: String,
    created: String,
    until: String,
}

/// Encrypts a share for whoever has `link`.
pub fn seal(share: &Share, link: &ShareLink, rng: &mut dyn CryptoRng) -> Result<String, SealError> {
    let header = json!({
        "alg": "dir",
        "enc": "A256GCM",
        "typ": TYPE,
        "kid": link.id().uri(),
        "exp": share.terms.until().timestamp(),
    });
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let content = Content {
        presentation: share.presentation.clone(),
        purpose: share.terms.purpose().to_owned(),
        created: written(share.terms.created()),
        until: written(share.terms.until()),
    };
    let mut plain = Zeroizing::new(serde_json::to_vec(&content).map_err(|_| SealError::TooLarge)?);
    let padded = plain.len().next_multiple_of(STEP);
    plain.resize(padded, b' ');
    if plain.len() > MAX_SEALED_CHARACTERS {
        return Err(SealError::TooLarge);
    }

    let mut nonce = [0; NONCE_LENGTH];
    rng.fill_bytes(&mut nonce);
    let encrypted = cipher(link)
        .and_then(|cipher| {
            let payload = Payload {
                msg: &plain,
                aad: header.as_bytes(),
            };
            cipher.encrypt(&Nonce::from(nonce), payload).ok()
        })
        .ok_or(SealError::TooLarge)?;
    let (ciphertext, tag) = encrypted.split_at(encrypted.len() - TAG_LENGTH);
    let [nonce, ciphertext, tag] =
        [nonce.as_slice(), ciphertext, tag].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    let sealed = format!("{header}..{nonce}.{ciphertext}.{tag}");
    if sealed.len() > MAX_SEALED_CHARACTERS {
        return Err(SealError::TooLarge);
    }
    Ok(sealed)
}

/// Decrypts the share that `link` names. Whether it has ended is for the caller.
pub fn open(sealed: &str, link: &ShareLink) -> Result<Share, OpenError> {
    let Parts {
        header,
        envelope,
        nonce,
        encrypted,
    } = parts(sealed)?;
    if envelope.id != *link.id() {
        return Err(OpenError::OtherShare);
    }
    let payload = Payload {
        msg: &encrypted,
        aad: header.as_bytes(),
    };
    let plain = cipher(link)
        .and_then(|cipher| cipher.decrypt(&Nonce::from(nonce), payload).ok())
        .map(Zeroizing::new)
        .ok_or(OpenError::Changed)?;
    let content: Content = parsed(&plain).ok_or(OpenError::Content)?;
    let (created, until) = read(&content.created)
        .zip(read(&content.until))
        .ok_or(OpenError::Content)?;
    let terms = Terms::new(&content.purpose, created, until).map_err(|_| OpenError::Content)?;
    if terms.purpose() != content.purpose || until != envelope.until {
        return Err(OpenError::Content);
    }
    Ok(Share {
        presentation: content.presentation,
        terms,
    })
}

/// What a store can read of a sealed share. It is what the sealer wrote; only the key's holder can check it.
pub fn envelope(sealed: &str) -> Result<Envelope, OpenError> {
    parts(sealed).map(|parts| parts.envelope)
}

struct Parts<'a> {
    header: &'a str,
    envelope: Envelope,
    nonce: [u8; NONCE_LENGTH],
    /// Ciphertext and tag.
    encrypted: Vec<u8>,
}

fn parts(sealed: &str) -> Result<Parts<'_>, OpenError> {
    if sealed.len() > MAX_SEALED_CHARACTERS {
        return Err(OpenError::TooLarge);
    }
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| OpenError::NotAShare);
    let mut parts = sealed.split('.');
    let all = [(); 5].map(|()| parts.next());
    // The second part would be an encrypted key: with `dir` there is none.
    let ([Some(header), Some(""), Some(nonce), Some(ciphertext), Some(tag)], None) = (all, parts.next())
    else {
        return Err(OpenError::NotAShare);
    };
    let known: Header = parsed(&decoded(header)?).ok_or(OpenError::NotAShare)?;
    if known.alg != "dir" || known.enc != "A256GCM" || known.typ != TYPE {
        return Err(OpenError::NotAShare);
    }
    let id = ShareId::from_uri(&known.kid).ok_or(OpenError::NotAShare)?;
    let until = DateTime::from_timestamp(known.exp, 0).ok_or(OpenError::NotAShare)?;
    let nonce = decoded(nonce)?.try_into().map_err(|_| OpenError::NotAShare)?;
    let mut encrypted = decoded(ciphertext)?;
    let tag = decoded(tag)?;
    if encrypted.is_empty() || tag.len() != TAG_LENGTH {
        return Err(OpenError::NotAShare);
    }
    encrypted.extend(tag);
    Ok(Parts {
        header,
        envelope: Envelope { id, until },
        nonce,
        encrypted,
    })
}

/// JSON that is small, flat and says nothing twice.
fn parsed<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let limits = Limits {
        bytes: MAX_SEALED_CHARACTERS,
        depth: 3,
        ..Limits::default()
    };
    let value: Value = json::parse(bytes, &limits).ok()?;
    serde_json::from_value(value).ok()
}

fn cipher(link: &ShareLink) -> Option<Aes256Gcm> {
    Aes256Gcm::new_from_slice(link.key_bytes()).ok()
}
