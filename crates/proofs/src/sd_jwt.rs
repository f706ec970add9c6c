//! Selective disclosure for JWTs (RFC 9901): issue, read, present, bind to the holder's key.
//!
//! An [`SdJwt`] that was parsed has not been verified. [`SdJwt::verify_issuer`] checks the issuer's
//! signature and [`SdJwt::process`] applies every rule of RFC 9901 §7.1; both are needed before a
//! claim is believed. [`SdJwt::verify_key_binding`] gives what the holder signed; comparing audience,
//! nonce and age is for the caller, who knows what was asked.

mod disclosure;
mod issue;
mod key_binding;
mod path;
mod process;

use std::fmt;

use credentials::json::{self, JsonError, Limits};
use serde_json::Value;

use crate::jws::{self, Jws};
use crate::keys::PublicKey;
use disclosure::Disclosure;

pub use issue::{Decoys, IssueError, issue, issue_with_decoys};
pub use key_binding::{KeyBinding, KeyBindingError};
pub use path::{InvalidPath, Path};
pub use process::Processed;

/// More disclosures than this in one token are refused.
const MOST_DISCLOSURES: usize = 500;

/// Why an SD-JWT was refused, apart from its signatures. Claims are never quoted.
#[derive(Debug, thiserror::Error)]
pub enum SdJwtError {
    /// Not parts joined by `~`, the last one empty or a key binding.
    #[error("an SD-JWT is a token, its disclosures and a key binding or nothing, each followed by `~`")]
    Shape,
    /// Longer than the caller allows.
    #[error("the SD-JWT has {length} characters, more than the {limit} allowed")]
    TooLong {
        /// Its length.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// More disclosures than anybody needs.
    #[error("the SD-JWT has more than {MOST_DISCLOSURES} disclosures")]
    TooManyDisclosures,
    /// The issuer's token or the key binding is not an acceptable JWS.
    #[error(transparent)]
    Jws(#[from] jws::ParseError),
    /// The payload is not an acceptable JSON object.
    #[error("the payload is not an acceptable JSON object")]
    Payload(#[source] Option<JsonError>),
    /// `_sd_alg` is not `sha-256`.
    #[error("the digest algorithm is not sha-256")]
    DigestAlgorithm,
    /// A disclosure is not base64url of `[salt, name, value]` or `[salt, value]`.
    #[error("disclosure {0} is malformed")]
    Disclosure(usize),
    /// Two disclosures are the same.
    #[error("disclosure {0} is there twice")]
    RepeatedDisclosure(usize),
    /// A disclosure that no digest refers to: it was not part of what the issuer signed.
    #[error("disclosure {0} belongs to nothing that was signed")]
    UnreferencedDisclosure(usize),
    /// One digest in two places.
    #[error("a digest occurs twice")]
    RepeatedDigest,
    /// `_sd` is not an array of texts, `...` is not a text alone in an element, or one of them or `_sd_alg`
    /// stands where it may not.
    #[error("`_sd`, `_sd_alg` or `...` is misused at `{0}`")]
    Digests(Path),
    /// A disclosure for an array element where a claim was expected, or the other way round.
    #[error("disclosure {0} is of the wrong kind for its place")]
    WrongKind(usize),
    /// A disclosure named `_sd`, `...` or `_sd_alg`.
    #[error("disclosure {0} has a reserved name")]
    ReservedName(usize),
    /// A disclosure whose claim is there already.
    #[error("disclosure {0} repeats a claim that is there already")]
    ClaimCollision(usize),
    /// Disclosures within disclosures, or values, nested too deeply.
    #[error("the payload with its disclosures is nested too deeply")]
    TooDeep,
}

/// Why a selection could not be presented.
#[derive(Debug, thiserror::Error)]
pub enum PresentError {
    /// The token itself is not sound.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
    /// A path that no disclosure has.
    #[error("nothing at `{0}` can be disclosed or hidden")]
    NotDisclosable(Path),
}

/// An SD-JWT that was read, not verified.
#[derive(Clone)]
pub struct SdJwt {
    issuer: Jws,
    payload: Value,
    disclosures: Vec<Disclosure>,
    key_binding: Option<Jws>,
}

impl SdJwt {
    /// Reads a compact SD-JWT or SD-JWT+KB (RFC 9901 §4) of at most [`jws::LARGEST`] characters.
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        Self::parse_within(text, jws::LARGEST)
    }

    /// Reads a compact SD-JWT or SD-JWT+KB of at most `limit` characters.
    pub fn parse_within(text: &str, limit: usize) -> Result<Self, SdJwtError> {
        if text.len() > limit {
            return Err(SdJwtError::TooLong {
                length: text.len(),
                limit,
            });
        }
        let (before, key_binding) = text.rsplit_once('~').ok_or(SdJwtError::Shape)?;
        let mut parts = before.split('~');
        let issuer = jws::parse(parts.next().unwrap_or_default(), limit)?;
        let payload = match json::parse(
            issuer.payload(),
            &Limits {
                bytes: limit,
                ..Limits::default()
            },
        ) {
            Ok(payload) if payload.is_object() => payload,
            Ok(_) => return Err(SdJwtError::Payload(None)),
            Err(error) => return Err(SdJwtError::Payload(Some(error))),
        };
        let mut disclosures = Vec::new();
        for (number, part) in parts.enumerate() {
            if number == MOST_DISCLOSURES {
                return Err(SdJwtError::TooManyDisclosures);
            }
            disclosures.push(Disclosure::parse(part).ok_or(SdJwtError::Disclosure(number))?);
        }
        let key_binding = match key_binding {
            "" => None,
            token => Some(jws::parse(token, limit)?),
        };
        Ok(Self {
            issuer,
            payload,
            disclosures,
            key_binding,
        })
    }

    /// The issuer's token, whose payload holds digests in place of what can be hidden.
    pub fn issuer_jws(&self) -> &Jws {
        &self.issuer
    }

    /// The issuer's payload as it was signed. What stands here can never be hidden.
    pub fn signed_payload(&self) -> &Value {
        &self.payload
    }

    /// How many disclosures come with the token.
    pub fn disclosure_count(&self) -> usize {
        self.disclosures.len()
    }

    /// The holder's token, if there is one.
    pub fn key_binding(&self) -> Option<&Jws> {
        self.key_binding.as_ref()
    }

    /// Checks the issuer's signature.
    pub fn verify_issuer(&self, key: &PublicKey) -> Result<(), jws::VerifyError> {
        self.issuer.verify(key)
    }

    /// Puts every disclosure in its place (RFC 9901 §7.1, steps 2 to 5) and says what came from where.
    pub fn process(&self) -> Result<Processed, SdJwtError> {
        process::process(&self.payload, &self.disclosures)
    }

    /// The payload with every disclosure in its place and no trace of digests.
    pub fn processed(&self) -> Result<Value, SdJwtError> {
        self.process().map(Processed::into_payload)
    }

    /// The paths of what this token discloses, as places in [`SdJwt::processed`].
    pub fn disclosed(&self) -> Result<Vec<Path>, SdJwtError> {
        Ok(self.process()?.disclosed().to_vec())
    }

    /// A copy that discloses only `keep` and what encloses it. The key binding is left behind, since
    /// it was made for another selection.
    pub fn present(&self, keep: &[Path]) -> Result<Self, PresentError> {
        let processed = self.process()?;
        if let Some(unknown) = keep.iter().find(|path| !processed.disclosed().contains(path)) {
            return Err(PresentError::NotDisclosable(unknown.clone()));
        }
        Ok(self.select(&processed, |path| keep.iter().any(|kept| kept.starts_with(path))))
    }

    /// A copy that discloses what `keep` says yes to. A claim inside another disclosure goes only
    /// together with that one.
    pub fn present_where(&self, mut keep: impl FnMut(&Path) -> bool) -> Result<Self, PresentError> {
        let processed = self.process()?;
        let chosen: Vec<Path> = processed
            .disclosed()
            .iter()
            .filter(|path| keep(path))
            .cloned()
            .collect();
        Ok(self.select(&processed, |path| {
            chosen.iter().any(|kept| kept.starts_with(path))
        }))
    }

    fn select(&self, processed: &Processed, keep: impl Fn(&Path) -> bool) -> Self {
        let disclosures = self
            .disclosures
            .iter()
            .zip(processed.disclosed())
            .filter(|(_, path)| keep(path))
            .map(|(disclosure, _)| disclosure.clone())
            .collect();
        Self {
            issuer: self.issuer.clone(),
            payload: self.payload.clone(),
            disclosures,
            key_binding: None,
        }
    }

    /// The token and its disclosures up to and including the last `~`: what a key binding covers.
    fn without_key_binding(&self) -> String {
        let mut text = self.issuer.as_str().to_owned();
        for disclosure in &self.disclosures {
            text.push('~');
            text.push_str(disclosure.as_str());
        }
        text.push('~');
        text
    }
}

/// The compact form.
impl fmt::Display for SdJwt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.without_key_binding())?;
        formatter.write_str(self.key_binding.as_ref().map_or("", Jws::as_str))
    }
}

impl fmt::Debug for SdJwt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SdJwt({} disclosures …)", self.disclosures.len())
    }
}

#[cfg(test)]
mod tests;
