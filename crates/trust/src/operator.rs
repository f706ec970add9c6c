//! The keys of a register's operator: pinned by readers, and changed without pinning anew.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, json};
use proofs::{Algorithm, PublicKey, SignError, Signer, jws};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::list::{Discontinuity, hexadecimal};

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
    /// Whether somebody else may have the old key, or one before it. Then nothing that these signed counts any longer.
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
    /// It is of later than the list that tells of it.
    #[error("the last change of key is of later than the list")]
    FromTheFuture,
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
    changes: Vec<String>,
    /// From when the last change is.
    changed: Option<DateTime<Utc>>,
}

/// What a reader keeps of an operator's changes of key, to know them again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyChangesSeen {
    /// How many there were.
    pub number: u64,
    /// The [`key_change_hash`] of the last; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
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

    /// Whether that change was signed with this key.
    pub fn is_signed_with(signed: &str, key: &PublicKey) -> bool {
        read(signed).is_some_and(|(jws, _)| jws.verify(key).is_ok())
    }

    /// What a text says that claims to be a change; nobody vouches for it.
    pub fn peek(signed: &str) -> Option<Self> {
        read(signed).map(|(_, change)| change)
    }
}

/// Reads the texts of `keyChanges`, for which nobody vouches yet, within bounds: of those that are too many one is
/// left, and of one that is too long nothing, so that they are refused for what they are.
pub(crate) fn bounded<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Changes;
    impl<'de> serde::de::Visitor<'de> for Changes {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("changes of key")
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
            let mut changes = Vec::new();
            while changes.len() <= MOST_KEY_CHANGES {
                match given.next_element::<String>()? {
                    Some(change) if change.len() > LONGEST => changes.push(String::new()),
                    Some(change) => changes.push(change),
                    None => return Ok(changes),
                }
            }
            while given.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok(changes)
        }
    }
    deserializer.deserialize_seq(Changes)
}

/// What the next change gives as `previous`.
pub fn key_change_hash(signed: &str) -> String {
    hexadecimal(&Sha256::digest(signed.as_bytes()))
}

fn read(signed: &str) -> Option<(jws::Jws, KeyChange)> {
    let jws = jws::parse(signed, LONGEST).ok()?;
    if jws.typ() != Some(KEY_CHANGE_TYPE) || !may_sign(jws.algorithm()) {
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
            let placed = placed(&steps, pinned);
            check_announced(&steps, &placed)?;
            let first = placed.into_iter().min_by_key(|(place, _, _)| *place);
            let (begin, key, _) = first.ok_or(KeyChangeError::NotPinned)?;
            keys = followed(&steps, begin, key)?;
        }
        Ok(Self {
            iss: iss.to_owned(),
            keys,
            changes: changes.to_vec(),
            changed: steps.last().map(|last| last.change.effective_from),
        })
    }

    /// For an operator's own content, which it need not verify.
    pub(crate) fn none(iss: &Did) -> Self {
        Self {
            iss: iss.to_string(),
            keys: Vec::new(),
            changes: Vec::new(),
            changed: None,
        }
    }

    /// How many changes of key there were.
    pub fn changes(&self) -> u64 {
        self.changes.len() as u64
    }

    /// From when the last change of key is.
    pub(crate) fn changed(&self) -> Option<DateTime<Utc>> {
        self.changed
    }

    /// What to keep of the changes of key.
    pub fn seen(&self) -> KeyChangesSeen {
        KeyChangesSeen {
            number: self.changes(),
            last: self.changes.last().map(|last| key_change_hash(last)),
        }
    }

    /// Whether the changes of key begin with these, as they were signed.
    pub fn begins_with(&self, changes: &[String]) -> bool {
        self.changes.starts_with(changes)
    }

    /// Whether the changes of key may come after those that were seen: they must begin with them.
    pub fn check_continues(&self, seen: &KeyChangesSeen) -> Result<(), Discontinuity> {
        let Some(place) = seen.number.checked_sub(1) else {
            return Ok(());
        };
        let there = usize::try_from(place)
            .ok()
            .and_then(|place| self.changes.get(place));
        let there = key_change_hash(there.ok_or(Discontinuity::RolledBack)?);
        match seen.last.as_ref().is_none_or(|last| *last == there) {
            true => Ok(()),
            false => Err(Discontinuity::Forked),
        }
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
        let key = PublicKey::from_jwk(&change.public_key_jwk).ok();
        let key = key.filter(|key| may_sign(key.algorithm()));
        let key = key.ok_or(KeyChangeError::NotAChange(number))?;
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

/// The algorithms of lists, and so of the keys that follow on each other.
fn may_sign(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::EdDsa | Algorithm::Es256)
}

fn announces_another(announced: Option<&str>, thumbprint: &str) -> bool {
    announced.is_some_and(|announced| announced != thumbprint)
}

/// A pinned key among the operator's: how many changes came before it, the key, and what its anchor announces.
type Placed<'a> = (usize, PublicKey, Option<&'a str>);

fn placed<'a>(steps: &[Step], pinned: Vec<(PublicKey, &'a TrustAnchor)>) -> Vec<Placed<'a>> {
    let place = |key: &PublicKey| {
        // The operator's first key is in no change: it signed the first.
        if steps.first()?.jws.verify(key).is_ok() {
            return Some(0);
        }
        let thumbprint = key.thumbprint();
        let brought = steps.iter().position(|step| step.thumbprint == thumbprint)?;
        Some(brought + 1)
    };
    let placed = pinned
        .into_iter()
        .filter_map(|(key, anchor)| Some((place(&key)?, key, anchor.next_key_thumbprint.as_deref())));
    placed.collect()
}

/// Every pinned key is followed by the one that its anchor announces, if it does.
fn check_announced(steps: &[Step], placed: &[Placed<'_>]) -> Result<(), KeyChangeError> {
    let mut following = placed
        .iter()
        .filter_map(|(place, _, announced)| Some((steps.get(*place)?, *announced)));
    match following.find(|(step, announced)| announces_another(*announced, &step.thumbprint)) {
        Some((step, _)) => Err(KeyChangeError::NotAnnounced(step.change.number)),
        None => Ok(()),
    }
}

/// The keys from a pinned one on, each of which was signed for with the one before.
fn followed(steps: &[Step], begin: usize, key: PublicKey) -> Result<Vec<OperatorKey>, KeyChangeError> {
    let mut keys = Vec::new();
    let pinned = key.thumbprint();
    let mut present = key;
    for step in steps.iter().skip(begin) {
        let number = step.change.number;
        if pinned == step.thumbprint {
            return Err(KeyChangeError::UsedBefore(number));
        }
        step.jws
            .verify(&present)
            .map_err(|_| KeyChangeError::WrongSignature(number))?;
        match step.change.compromised {
            // Nor do the keys before it: what they signed is handed out signed anew.
            true => keys.clear(),
            false => keys.push(OperatorKey {
                key: present,
                until: Some(step.change.effective_from),
            }),
        }
        present = step.key.clone();
    }
    keys.push(OperatorKey {
        key: present,
        until: None,
    });
    Ok(keys)
}
