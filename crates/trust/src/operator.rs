//! The keys of a register's operator: pinned by readers, and changed without pinning anew.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, json};
use proofs::{PublicKey, SignError, Signer, jws};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::list::hexadecimal;

/// The `typ` of a signed change of key.
pub const KEY_CHANGE_TYPE: &str = "mc-key-change+jwt";

/// A list never has more changes of key.
pub const MOST_KEY_CHANGES: usize = 64;

/// A change is never longer, in characters of its compact serialisation.
const LONGEST: usize = 4 * 1024;

const LIMITS: json::Limits = json::Limits {
    bytes: LONGEST,
    depth: 4,
    nodes: 64,
};

/// A register operator trusted by configuration, and the key its lists must be signed with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrustAnchor {
    /// The operator, as its lists name it in `iss`.
    pub iss: Did,
    /// The operator's public key.
    pub jwk: Value,
    /// The thumbprint (RFC 7638) of the only key that may follow on this one, when the operator has made it already.
    #[serde(
        default,
        rename = "nextKeyThumbprint",
        alias = "next_key_thumbprint",
        skip_serializing_if = "Option::is_none"
    )]
    pub next_key_thumbprint: Option<String>,
    /// Where this operator's list is, when that is another register than the reader's first.
    #[serde(
        default,
        rename = "registerUrl",
        alias = "register_url",
        skip_serializing_if = "Option::is_none"
    )]
    pub register_url: Option<String>,
}

/// One key of an operator takes the place of another; signed with the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyChange {
    /// Who operates the register.
    pub iss: Did,
    /// The place among the operator's changes of key, from 1.
    pub number: u64,
    /// `sha-256:` and the hexadecimal SHA-256 of the change before, as signed; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// The new key.
    pub public_key_jwk: Value,
    /// From when the new key signs.
    pub effective_from: DateTime<Utc>,
    /// Whether somebody else may have the old key. Then nothing that it signed counts any longer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub compromised: bool,
    /// The thumbprint (RFC 7638) of the only key that may follow on the new one, when that is made already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_key_thumbprint: Option<String>,
}

/// Why an operator's keys cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyChangeError {
    /// Nobody configured vouches for this operator.
    #[error("no trust anchor names the operator")]
    UnknownOperator,
    /// Too many.
    #[error("there are more than {MOST_KEY_CHANGES} changes of key")]
    TooMany,
    /// Not a compact JWS of [`KEY_CHANGE_TYPE`] with the members of a change.
    #[error("change of key {0} is not one")]
    NotAChange(u64),
    /// Its number, operator, date or what it says of the one before does not fit its place.
    #[error("change of key {0} does not follow on the one before")]
    OutOfOrder(u64),
    /// It brings a key that was used before.
    #[error("change of key {0} brings back an earlier key")]
    UsedBefore(u64),
    /// It brings another key than was announced.
    #[error("change of key {0} brings another key than was announced")]
    NotAnnounced(u64),
    /// Not signed with the key before it.
    #[error("change of key {0} is not signed with the key before it")]
    WrongSignature(u64),
    /// No pinned key is among the operator's.
    #[error("no pinned key leads to the operator's present one")]
    NotPinned,
}

/// The keys of one operator that a reader believes in: those pinned, and those that followed on them.
#[derive(Clone, Debug)]
pub struct OperatorKeys {
    iss: String,
    keys: Vec<OperatorKey>,
    changes: u64,
}

#[derive(Clone, Debug)]
struct OperatorKey {
    key: PublicKey,
    /// Until when what it signed counts; absent for a key that is in use.
    until: Option<DateTime<Utc>>,
}

impl KeyChange {
    /// Signs this change with the old key, as a compact JWS with `typ` [`KEY_CHANGE_TYPE`].
    pub fn sign(&self, old: &dyn Signer, kid: &DidUrl) -> Result<String, SignError> {
        let header = json!({ "alg": old.algorithm().jose_name(), "typ": KEY_CHANGE_TYPE, "kid": kid });
        jws::sign(&header, json!(self).to_string().as_bytes(), old)
    }

    /// What a text says that claims to be a change; nobody vouches for it.
    pub fn peek(signed: &str) -> Option<Self> {
        read(signed).map(|(_, change)| change)
    }
}

/// What the next change gives as `previous`.
pub fn key_change_hash(signed: &str) -> String {
    hexadecimal(&Sha256::digest(signed.as_bytes()))
}

fn read(signed: &str) -> Option<(jws::Jws, KeyChange)> {
    let jws = jws::parse(signed, LONGEST).ok()?;
    if jws.typ() != Some(KEY_CHANGE_TYPE) {
        return None;
    }
    let content = json::parse(jws.payload(), &LIMITS).ok()?;
    Some((jws, serde_json::from_value(content).ok()?))
}

/// A change whose place in the order was checked, and not yet whose signature.
struct Step {
    jws: jws::Jws,
    change: KeyChange,
    key: PublicKey,
    thumbprint: String,
}

impl OperatorKeys {
    /// The pinned keys of operator `iss` alone.
    pub fn pinned(iss: &str, anchors: &[TrustAnchor]) -> Result<Self, KeyChangeError> {
        Self::follow(iss, anchors, &[])
    }

    /// Follows `changes`, which nobody vouches for yet, from the pinned keys of operator `iss` to the present key.
    pub fn follow(iss: &str, anchors: &[TrustAnchor], changes: &[String]) -> Result<Self, KeyChangeError> {
        let pinned: Vec<(PublicKey, &TrustAnchor)> = anchors
            .iter()
            .filter(|anchor| anchor.iss.as_str() == iss)
            .filter_map(|anchor| Some((PublicKey::from_jwk(&anchor.jwk).ok()?, anchor)))
            .collect();
        if !anchors.iter().any(|anchor| anchor.iss.as_str() == iss) {
            return Err(KeyChangeError::UnknownOperator);
        }
        let steps = in_order(iss, changes)?;
        let mut keys = Vec::new();
        if steps.is_empty() {
            keys.extend(
                pinned
                    .into_iter()
                    .map(|(key, _)| OperatorKey { key, until: None }),
            );
        } else {
            let (begin, key, next) = beginning(&steps, &pinned).ok_or(KeyChangeError::NotPinned)?;
            keys = followed(&steps, begin, key, next)?;
        }
        Ok(Self {
            iss: iss.to_owned(),
            keys,
            changes: steps.len() as u64,
        })
    }

    /// For an operator's own content, which it need not verify.
    pub(crate) fn none(iss: &Did) -> Self {
        Self {
            iss: iss.to_string(),
            keys: Vec::new(),
            changes: 0,
        }
    }

    /// How many changes of key there were.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether the operator signed it with a key that is in use now.
    pub(crate) fn signed_now(&self, jws: &jws::Jws) -> bool {
        let mut present = self.keys.iter().filter(|key| key.until.is_none());
        present.any(|key| jws.verify(&key.key).is_ok())
    }

    /// Whether operator `iss` is this one, and signed it with a key that counts for what is dated `at`.
    pub(crate) fn signed(&self, jws: &jws::Jws, iss: &Did, at: DateTime<Utc>) -> bool {
        let counts = |key: &&OperatorKey| key.until.is_none_or(|until| at <= until);
        self.iss == iss.as_str()
            && self
                .keys
                .iter()
                .filter(counts)
                .any(|key| jws.verify(&key.key).is_ok())
    }
}

/// Reads the changes, and checks that each is one in its place.
fn in_order(iss: &str, changes: &[String]) -> Result<Vec<Step>, KeyChangeError> {
    if changes.len() > MOST_KEY_CHANGES {
        return Err(KeyChangeError::TooMany);
    }
    let mut steps: Vec<Step> = Vec::with_capacity(changes.len());
    let mut before: Option<&String> = None;
    for (number, signed) in (1..).zip(changes) {
        let (jws, change) = read(signed).ok_or(KeyChangeError::NotAChange(number))?;
        let key =
            PublicKey::from_jwk(&change.public_key_jwk).map_err(|_| KeyChangeError::NotAChange(number))?;
        let last = steps.last();
        let follows = change.number == number
            && change.iss.as_str() == iss
            && change.previous == before.map(|before| key_change_hash(before))
            && last.is_none_or(|last| last.change.effective_from <= change.effective_from);
        if !follows {
            return Err(KeyChangeError::OutOfOrder(number));
        }
        let thumbprint = key.thumbprint();
        if steps.iter().any(|step| step.thumbprint == thumbprint) {
            return Err(KeyChangeError::UsedBefore(number));
        }
        if last.is_some_and(|last| last.change.announces_another(&thumbprint)) {
            return Err(KeyChangeError::NotAnnounced(number));
        }
        before = Some(signed);
        steps.push(Step {
            jws,
            change,
            key,
            thumbprint,
        });
    }
    Ok(steps)
}

impl KeyChange {
    fn announces_another(&self, thumbprint: &str) -> bool {
        announces_another(self.next_key_thumbprint.as_deref(), thumbprint)
    }
}

fn announces_another(announced: Option<&str>, thumbprint: &str) -> bool {
    announced.is_some_and(|announced| announced != thumbprint)
}

/// The earliest pinned key: how many changes came before it, the key, and what its anchor announces.
fn beginning<'a>(
    steps: &[Step],
    pinned: &[(PublicKey, &'a TrustAnchor)],
) -> Option<(usize, PublicKey, Option<&'a str>)> {
    let place = |key: &PublicKey| {
        // The operator's first key is in no change: it signed the first.
        if steps.first()?.jws.verify(key).is_ok() {
            return Some(0);
        }
        let thumbprint = key.thumbprint();
        let brought = steps.iter().position(|step| step.thumbprint == thumbprint)?;
        Some(brought + 1)
    };
    let placed = pinned.iter().filter_map(|(key, anchor)| {
        let announced = anchor.next_key_thumbprint.as_deref();
        Some((place(key)?, key.clone(), announced))
    });
    placed.min_by_key(|(place, _, _)| *place)
}

/// The keys from a pinned one on, each of which was signed for with the one before.
fn followed(
    steps: &[Step],
    begin: usize,
    key: PublicKey,
    announced: Option<&str>,
) -> Result<Vec<OperatorKey>, KeyChangeError> {
    let mut keys = Vec::new();
    let pinned = key.thumbprint();
    let mut present = key;
    for (place, step) in steps.iter().enumerate().skip(begin) {
        let number = step.change.number;
        if place == begin && announces_another(announced, &step.thumbprint) {
            return Err(KeyChangeError::NotAnnounced(number));
        }
        if pinned == step.thumbprint {
            return Err(KeyChangeError::UsedBefore(number));
        }
        step.jws
            .verify(&present)
            .map_err(|_| KeyChangeError::WrongSignature(number))?;
        if !step.change.compromised {
            keys.push(OperatorKey {
                key: present,
                until: Some(step.change.effective_from),
            });
        }
        present = step.key.clone();
    }
    keys.push(OperatorKey {
        key: present,
        until: None,
    });
    Ok(keys)
}
