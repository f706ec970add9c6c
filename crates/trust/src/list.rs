//! Signing a register list, and deciding whether one can be relied on.

mod canonical;
mod consistency;
pub mod delta;
mod entities;

use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use credentials::{Did, DidUrl, json};
use proofs::{SignError, Signer, jws};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    history::History,
    model::{Accreditation, Entity, Key, LIST_VERSION, ListHead, RegisterList},
    operator::{self, KeyChangeError, OperatorKeys, TrustAnchor},
};
use entities::{Entities, Reading};

/// The `typ` in the header of a signed list.
pub const LIST_TYPE: &str = "mc-register+jwt";

/// The largest list that is read, in characters of its compact serialisation.
pub const MAX_LIST_CHARACTERS: usize = 16 * 1024 * 1024;

/// How long a list may be relied on, at most.
pub const LONGEST_VALIDITY: Duration = Duration::hours(24);

/// How far the register's clock may be ahead of ours.
pub(crate) const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

/// The members that signing afresh changes.
const DATES: [&str; 2] = ["issuedAt", "nextUpdate"];

const LIMITS: json::Limits = json::Limits {
    bytes: MAX_LIST_CHARACTERS,
    depth: 16,
    nodes: 2_000_000,
};

/// Why a register list cannot be relied on, or was not made.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Larger than [`MAX_LIST_CHARACTERS`].
    #[error("the register list is longer than {MAX_LIST_CHARACTERS} characters")]
    TooLarge,
    /// Not a compact JWS.
    #[error("the register list is not a signed list")]
    NotSigned(#[source] jws::ParseError),
    /// A JWS of another type.
    #[error("the register list has type {0:?}, expected {LIST_TYPE:?}")]
    WrongType(String),
    /// The content is not acceptable JSON.
    #[error("the register list is not acceptable JSON")]
    Json(#[from] json::JsonError),
    /// The content is JSON of another shape.
    #[error("the register list has an unexpected shape")]
    Shape(#[source] serde_json::Error),
    /// The format has a version that this reader does not know.
    #[error("the register list has version {0}, and versions up to {LIST_VERSION} are known here")]
    UnknownVersion(u64),
    /// Nobody configured vouches for this operator.
    #[error("no trust anchor for register operator {0:?}")]
    UnknownOperator(String),
    /// The operator's changes of key cannot be followed from a pinned key.
    #[error("the changes of key in the register list cannot be followed")]
    KeyChanges(#[source] KeyChangeError),
    /// The signature is not by a pinned key, or one that took its place.
    #[error("the signature of the register list is wrong")]
    WrongSignature,
    /// The dates contradict the rules.
    #[error("the register list {0}")]
    WrongDates(&'static str),
    /// The list contradicts itself; its operator has to mend it.
    #[error("the register list contradicts itself: {0}")]
    Inconsistent(String),
    /// The signer refused.
    #[error("the register list could not be signed")]
    Signing(#[from] SignError),
}

/// Why a list cannot come after one that was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Discontinuity {
    /// Another operator's.
    #[error("the register list is of another operator than the one before")]
    OtherOperator,
    /// Its number is lower.
    #[error("the register list is older than one seen before")]
    RolledBack,
    /// It does not commit to the one before, or says something else under the same number.
    #[error("the register list does not continue the one seen before")]
    Forked,
}

/// A list whose signature, type, dates and inner consistency were checked.
///
/// Made by [`verify_list`], and of an operator's own content by [`own`](Self::own). It may be stale: ask [`freshness`](Self::freshness).
///
/// It keeps the texts of organisations, packed where they are long, and makes an organisation of its text when that is first asked
/// for. A clone shares the texts and has made none.
#[derive(Clone, Debug)]
pub struct VerifiedList {
    head: ListHead,
    content_hash: String,
    entities: Entities,
    operator: OperatorKeys,
}

/// A key the register knows, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct RegisteredKey<'a> {
    /// Whose key it is.
    pub entity: &'a Entity,
    /// The key and its window.
    pub key: &'a Key,
}

/// Whether a list may still be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The next list is not due yet.
    Fresh,
    /// The next list was due at this moment.
    Stale {
        /// The `nextUpdate` of the list.
        since: DateTime<Utc>,
    },
}

/// Signs a list as a compact JWS with `typ` [`LIST_TYPE`] in its header.
///
/// Refuses a list that [`verify_list`] would refuse, so an operator learns of a mistake before readers do.
pub fn sign_list(list: &RegisterList, signer: &dyn Signer, kid: &DidUrl) -> Result<String, ListError> {
    let head = list.head();
    check_dates(&head, head.issued_at)?;
    let entities = checked(list)?;
    let header = json!({ "alg": signer.algorithm().jose_name(), "typ": LIST_TYPE, "kid": kid });
    // In canonical JSON, so that a delta from the list before is small.
    let mut payload = String::new();
    write(&content(&head)?, &entities, &[], |text| payload.push_str(text));
    let signed = jws::sign(&header, payload.as_bytes(), signer)?;
    if signed.len() > MAX_LIST_CHARACTERS {
        return Err(ListError::TooLarge);
    }
    Ok(signed)
}

/// Reads a signed list: signature by an anchor's pinned key, type, dates, bounds and inner consistency.
///
/// A list past its `nextUpdate` is still read, since what it says of the past stays useful; a list from the
/// future is not.
pub fn verify_list(
    signed: &str,
    anchors: &[TrustAnchor],
    at: DateTime<Utc>,
) -> Result<VerifiedList, ListError> {
    verify_larger_list(signed, anchors, at, MAX_LIST_CHARACTERS)
}

/// As [`verify_list`], for a reader who is to take a list of up to `most` characters: the bounds of the format are for readers
/// who were told nothing else. The number of values grows with it.
pub fn verify_larger_list(
    signed: &str,
    anchors: &[TrustAnchor],
    at: DateTime<Utc>,
    most: usize,
) -> Result<VerifiedList, ListError> {
    let signed = signed.trim();
    if signed.len() > most {
        return Err(ListError::TooLarge);
    }
    let jws = jws::parse(signed, most).map_err(ListError::NotSigned)?;
    match jws.typ() {
        Some(LIST_TYPE) => {}
        other => {
            return Err(ListError::WrongType(
                other.unwrap_or_default().chars().take(64).collect(),
            ));
        }
    }

    // Whose list it is, and that it is theirs, comes before reading all of it.
    let head: Head = serde_json::from_slice(jws.payload()).map_err(ListError::Shape)?;
    let keys = OperatorKeys::follow(&head.iss, anchors, &head.key_changes);
    let operator = keys.map_err(|error| match error {
        KeyChangeError::UnknownOperator => ListError::UnknownOperator(head.iss.chars().take(256).collect()),
        error => ListError::KeyChanges(error),
    })?;
    if !operator.signed_now(&jws) {
        return Err(ListError::WrongSignature);
    }

    let limits = json::Limits {
        bytes: most,
        nodes: LIMITS
            .nodes
            .max(most.saturating_mul(LIMITS.nodes / 1024) / (MAX_LIST_CHARACTERS / 1024)),
        ..LIMITS
    };
    let (mut reading, mut fault) = (Reading::default(), None);
    // Each is gone again before the next is read: all at once would take many times the room of their texts.
    let content = json::parse_with_elements(&jws.into_payload(), &limits, "entities", &mut |entity| {
        let text = canonical::without(&entity, &[]);
        match (serde_json::from_value::<Entity>(entity), &fault) {
            (_, Some(ListError::Shape(_))) => {}
            (Err(error), _) => fault = Some(ListError::Shape(error)),
            (Ok(entity), None) => fault = reading.add(&entity, &text).err(),
            (Ok(_), Some(_)) => {}
        }
    })?;
    let version = content.get("version").map_or(Some(1), Value::as_u64);
    if let Some(version) = version.filter(|version| !(1..=u64::from(LIST_VERSION)).contains(version)) {
        return Err(ListError::UnknownVersion(version));
    }
    if content
        .get("entities")
        .is_some_and(|entities| !entities.is_array())
    {
        let error = <serde_json::Error as serde::de::Error>::custom("`entities` is no list");
        return Err(ListError::Shape(error));
    }
    let head: ListHead = ListHead::deserialize(&content).map_err(ListError::Shape)?;
    if let Some(fault @ ListError::Shape(_)) = fault {
        return Err(fault);
    }
    check_dates(&head, at)?;
    if operator.changed().is_some_and(|changed| changed > head.issued_at) {
        return Err(ListError::KeyChanges(KeyChangeError::FromTheFuture));
    }
    consistency::check_frameworks(&head.frameworks)?;
    let entities = fault.map_or_else(|| reading.finish(), Err)?;
    let Value::Object(content) = content else {
        return Err(ListError::NotSigned(jws::ParseError::Shape));
    };
    Ok(VerifiedList {
        head,
        content_hash: hash(&content, &entities),
        entities,
        operator,
    })
}

/// Of a list whose signature was not checked yet, whose it says to be and how its keys followed on each other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    #[serde(default)]
    iss: String,
    #[serde(default, deserialize_with = "operator::bounded")]
    key_changes: Vec<String>,
}

fn check_dates(list: &ListHead, at: DateTime<Utc>) -> Result<(), ListError> {
    if list.issued_at > at + CLOCK_TOLERANCE {
        return Err(ListError::WrongDates("was signed in the future"));
    }
    if list.next_update <= list.issued_at {
        return Err(ListError::WrongDates("ends before it begins"));
    }
    if list.next_update - list.issued_at > LONGEST_VALIDITY {
        return Err(ListError::WrongDates("claims to hold for more than 24 hours"));
    }
    Ok(())
}

/// What a later list's `previousHash` commits to: `sha-256:` and the hexadecimal SHA-256 of the list in
/// canonical JSON (RFC 8785) without `issuedAt` and `nextUpdate`, so that signing afresh does not change it.
pub fn content_hash(list: &RegisterList) -> Result<String, ListError> {
    let mut reading = Reading::default();
    for entity in &list.entities {
        reading.keep(&text(entity)?);
    }
    Ok(hash(&content(&list.head())?, &reading.unchecked()))
}

/// The organisations of a list of our own, unless it contradicts itself.
fn checked(list: &RegisterList) -> Result<Entities, ListError> {
    consistency::check_frameworks(&list.frameworks)?;
    let mut reading = Reading::default();
    for entity in &list.entities {
        reading.add(entity, &text(entity)?)?;
    }
    reading.finish()
}

/// An organisation in canonical JSON.
fn text(entity: &Entity) -> Result<String, ListError> {
    let value = serde_json::to_value(entity).map_err(ListError::Shape)?;
    Ok(canonical::without(&value, &[]))
}

/// What a list holds, with an empty array of organisations.
fn content(head: &ListHead) -> Result<Map<String, Value>, ListError> {
    let mut content = match serde_json::to_value(head).map_err(ListError::Shape)? {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    content.insert("entities".to_owned(), json!([]));
    Ok(content)
}

/// Writes a list in canonical JSON, without some of its members.
fn write(content: &Map<String, Value>, entities: &Entities, left_out: &[&str], mut out: impl FnMut(&str)) {
    if !content.contains_key("entities") {
        return out(&canonical::without(&Value::Object(content.clone()), left_out));
    }
    let (before, after) = canonical::around(content, left_out, "entities");
    out(&before);
    let mut is_first = true;
    entities.for_each_text(|text| {
        if !std::mem::take(&mut is_first) {
            out(",");
        }
        out(text);
    });
    out(&after);
}

fn hash(content: &Map<String, Value>, entities: &Entities) -> String {
    let mut hasher = Sha256::new();
    write(content, entities, &DATES, |text| hasher.update(text.as_bytes()));
    hexadecimal(&hasher.finalize())
}

/// The content hash of a list in canonical JSON without its dates.
fn content_hash_of(canonical: &str) -> String {
    hexadecimal(&Sha256::digest(canonical.as_bytes()))
}

/// `sha-256:` and a digest in lower-case hexadecimal.
pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold("sha-256:".to_owned(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl VerifiedList {
    /// The list as its own operator holds it, before it is signed; checked for contradictions alone.
    ///
    /// Never for what came from elsewhere: that is [`verify_list`]'s.
    pub fn own(list: RegisterList) -> Result<Self, ListError> {
        let (head, entities) = (list.head(), checked(&list)?);
        Ok(Self {
            content_hash: hash(&content(&head)?, &entities),
            operator: OperatorKeys::none(&head.iss),
            head,
            entities,
        })
    }

    /// What the list says of itself, and the frameworks.
    pub fn list(&self) -> &ListHead {
        &self.head
    }

    /// All organisations, in the order of the list.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter()
    }

    /// The whole list, made for this alone.
    pub fn to_list(&self) -> RegisterList {
        self.head.clone().with(self.entities.all())
    }

    /// Whether so many organisations were asked for that whoever keeps the list for long had better go on with a clone,
    /// which takes no more than the texts.
    pub fn has_made_many(&self) -> bool {
        self.entities.made_many()
    }

    /// The keys of its operator that count by what the reader pinned and this list tells.
    pub fn operator(&self) -> &OperatorKeys {
        &self.operator
    }

    /// The [`content_hash`] of this list, over everything it holds, known to this version or not.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// The organisation that uses `did`, or used it.
    pub fn entity(&self, did: &Did) -> Option<&Entity> {
        self.entities.by_did(did.as_str())
    }

    /// The organisation with this [`entity_id`](Entity::entity_id).
    pub fn entity_by_id(&self, id: &str) -> Option<&Entity> {
        self.entities.by_id(id)
    }

    /// The organisations that another administration knows by this identifier, such as `BRIN` `99ZZ`.
    pub fn identified<'a>(&'a self, scheme: &'a str, value: &'a str) -> impl Iterator<Item = &'a Entity> {
        self.entities().filter(move |entity| {
            let mut known = entity.other_identifiers.iter();
            known.any(|identifier| identifier.scheme == scheme && identifier.value == value)
        })
    }

    /// The key that signatures name `kid`.
    pub fn key(&self, kid: &DidUrl) -> Option<RegisteredKey<'_>> {
        let entity = self.entities.by_kid(kid.as_str())?;
        let key = entity.keys.iter().find(|key| key.kid == *kid)?;
        Some(RegisteredKey { entity, key })
    }

    /// The accreditation with this id, and who holds it.
    pub fn accreditation(&self, id: &str) -> Option<(&Entity, &Accreditation)> {
        let entity = self.entities.by_accreditation(id)?;
        let mut own = entity.accreditations.iter();
        Some((entity, own.find(|one| one.accreditation_id == id)?))
    }

    /// The history of one of this list's accreditations, as far as it was recorded by `known_at`.
    pub(crate) fn history<'a>(&'a self, of: &'a Accreditation, known_at: DateTime<Utc>) -> History<'a> {
        let kept = self.entities.order(&of.accreditation_id);
        History::new(&of.status_history, kept, known_at)
    }

    /// Whether the list may be relied on at `at`.
    pub fn freshness(&self, at: DateTime<Utc>) -> Freshness {
        if at <= self.head.next_update {
            Freshness::Fresh
        } else {
            Freshness::Stale {
                since: self.head.next_update,
            }
        }
    }

    /// Whether this list may follow `previous`; see [`check_follows`](Self::check_follows).
    pub fn follows(&self, previous: &Self) -> bool {
        self.check_follows(previous).is_ok()
    }

    /// Why this list may not take the place of `previous`: it must keep or raise the number, commit to what it
    /// replaces, and take back no change of key.
    ///
    /// A gap of several numbers is allowed, since a reader need not see every list.
    pub fn check_follows(&self, previous: &Self) -> Result<(), Discontinuity> {
        if self.head.iss != previous.head.iss {
            return Err(Discontinuity::OtherOperator);
        }
        let (keys, keys_before) = (&self.head.key_changes, &previous.head.key_changes);
        if keys.len() < keys_before.len() {
            return Err(Discontinuity::RolledBack);
        }
        if !keys.starts_with(keys_before) {
            return Err(Discontinuity::Forked);
        }
        let commits = match self.head.sequence.checked_sub(previous.head.sequence) {
            None => return Err(Discontinuity::RolledBack),
            Some(0) => self.content_hash == previous.content_hash,
            Some(1) => self.head.previous_hash.as_deref() == Some(previous.content_hash.as_str()),
            Some(_) => true,
        };
        if commits {
            Ok(())
        } else {
            Err(Discontinuity::Forked)
        }
    }
}
