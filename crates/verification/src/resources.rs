//! What a check needs from outside, and how callers hand it over. Nothing here fetches.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trust::{KeyChangesSeen, TrustAnchor, VerifiedList};

use crate::{elsewhere::KnownIssuerList, policy::Policy};

/// How a check is made: whom to trust and how strict to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Where the register's signed list is, such as `https://register.example/v1/list`.
    #[serde(alias = "register_url")]
    pub register_url: String,
    /// Whose lists to believe. An anchor with an address of its own is of a further register, which is asked too.
    pub anchors: Vec<TrustAnchor>,
    /// The exact origins, such as `http://localhost:4701`, that may be reached without https.
    #[serde(default, alias = "loopback_origins")]
    pub loopback_origins: Vec<String>,
    /// How old a presentation may be.
    #[serde(default = "five", alias = "freshness_minutes")]
    pub freshness_minutes: u32,
    /// What turns the axes into a verdict.
    #[serde(default)]
    pub policy: Policy,
    /// What the holder was asked to answer, when a challenge was given.
    #[serde(default)]
    pub challenge: Option<String>,
    /// The audience presentations are made for.
    #[serde(default = "shown")]
    pub audience: String,
    /// The highest sequence number this verifier has seen; an older list is not believed.
    #[serde(default)]
    pub minimum_sequence: u64,
    /// The same for further registers, by the address of the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub minimum_sequences: BTreeMap<String, u64>,
    /// The changes of key seen of each operator, by the address of the list. A list that does not begin with them is not
    /// believed, since a key that was replaced may be in other hands.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen_key_changes: BTreeMap<String, KeyChangesSeen>,
    /// Whether all that is handed over was kept from before, since nothing can be fetched: the report then says of
    /// when it is, however short ago that was.
    #[serde(default, skip_serializing_if = "is_false")]
    pub offline: bool,
    /// How far the clock of this check is ahead of one that the caller trusts more, such as that of its own
    /// server; negative when it is behind, absent when it was not compared.
    #[serde(default, alias = "clock_ahead_seconds")]
    pub clock_ahead_seconds: Option<i64>,
    /// Whether an issuer that the register does not list is asked for its keys and status lists. It then learns
    /// that somebody checks, and the verdict stays grey at best.
    #[serde(default, alias = "ask_unknown_issuers")]
    pub ask_unknown_issuers: bool,
    /// Lists of known issuers that are looked at besides. Who is on one is shown as listed, and nobody is admitted by it.
    #[serde(default, alias = "known_issuer_lists", skip_serializing_if = "Vec::is_empty")]
    pub known_issuer_lists: Vec<KnownIssuerList>,
}

fn five() -> u32 {
    5
}

/// More registers than this are not asked.
const MOST_REGISTERS: usize = 16;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn shown() -> String {
    "urn:waarmerk:show".to_owned()
}

impl Settings {
    /// The settings of an employer who trusts one register.
    pub fn new(register_url: impl Into<String>, anchors: Vec<TrustAnchor>) -> Self {
        Self {
            register_url: register_url.into(),
            anchors,
            loopback_origins: Vec::new(),
            freshness_minutes: five(),
            policy: Policy::default(),
            challenge: None,
            audience: shown(),
            minimum_sequence: 0,
            minimum_sequences: BTreeMap::new(),
            seen_key_changes: BTreeMap::new(),
            offline: false,
            clock_ahead_seconds: None,
            ask_unknown_issuers: false,
            known_issuer_lists: Vec::new(),
        }
    }

    /// The addresses of all lists that are asked for: that of `register_url` first, then those of anchors.
    pub fn register_urls(&self) -> Vec<&str> {
        let mut urls = vec![self.register_url.as_str()];
        for anchor in &self.anchors {
            match anchor.register_url.as_deref() {
                Some(url) if !urls.contains(&url) && urls.len() < MOST_REGISTERS => urls.push(url),
                _ => {}
            }
        }
        urls
    }

    /// The changes of key that a list has to begin with.
    pub(crate) fn key_changes_seen(&self) -> KeyChangesSeen {
        let seen = self.seen_key_changes.get(&self.register_url);
        seen.cloned().unwrap_or_default()
    }

    /// The settings of a reader who trusts one of the registers alone: its address, its anchors, its last number.
    ///
    /// No anchor counts for the list of another register.
    pub fn for_register(&self, url: &str) -> Cow<'_, Self> {
        let is_first = url == self.register_url;
        let is_its = |anchor: &&TrustAnchor| match anchor.register_url.as_deref() {
            Some(own) => own == url,
            None => is_first,
        };
        if is_first && self.anchors.iter().all(|anchor| is_its(&anchor)) {
            return Cow::Borrowed(self);
        }
        let minimum_sequence = match is_first {
            true => self.minimum_sequence,
            false => self.minimum_sequences.get(url).copied().unwrap_or_default(),
        };
        Cow::Owned(Self {
            register_url: url.to_owned(),
            anchors: self.anchors.iter().filter(is_its).cloned().collect(),
            minimum_sequence,
            minimum_sequences: BTreeMap::new(),
            ..self.clone()
        })
    }
}

/// What was fetched so far, by address.
///
/// In JSON: `{"<url>": {"status": 200, "body": "…", "fetchedAt": "…"}, "<url>": {"unreachable": "why"}}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Resources {
    by_url: BTreeMap<String, Resource>,
    #[serde(skip)]
    known_lists: Vec<KnownList>,
}

/// A register list whose signature was verified before, so that it need not be verified for every check.
///
/// It is used for exactly the text and the anchors it was verified with; its dates are looked at each time.
#[derive(Clone)]
pub struct KnownList {
    signed: Arc<str>,
    anchors: Arc<[TrustAnchor]>,
    list: Arc<VerifiedList>,
}

impl KnownList {
    /// Verifies a list for `settings` as of `at`; `None` when it is not to be believed.
    pub fn verify(signed: &str, settings: &Settings, at: DateTime<Utc>) -> Option<Self> {
        let list = trust::verify_list(signed, &settings.anchors, at).ok()?;
        Some(Self {
            signed: signed.into(),
            anchors: settings.anchors.as_slice().into(),
            list: Arc::new(list),
        })
    }

    /// The same, ready to be kept for long: without the organisations that were asked for, once they are many.
    #[must_use]
    pub fn lean(self) -> Self {
        match self.list.has_made_many() {
            true => Self {
                list: Arc::new(VerifiedList::clone(&self.list)),
                ..self
            },
            false => self,
        }
    }

    /// Whether it was made of this text.
    pub fn is_of(&self, signed: &str) -> bool {
        *self.signed == *signed
    }
}

impl PartialEq for KnownList {
    fn eq(&self, other: &Self) -> bool {
        self.signed == other.signed && self.anchors == other.anchors
    }
}

impl std::fmt::Debug for KnownList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownList({})", self.list.list().sequence)
    }
}

/// One answer, or that there was none.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Resource {
    /// A server answered.
    Fetched(Fetched),
    /// No server answered.
    Unreachable {
        /// Why, for people who look closer.
        unreachable: String,
    },
}

impl Resource {
    /// The body of a good answer.
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Fetched(fetched) if fetched.status == 200 => Some(&fetched.body),
            Self::Fetched(_) | Self::Unreachable { .. } => None,
        }
    }
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fetched(fetched) => write!(f, "Fetched({}, {} bytes)", fetched.status, fetched.body.len()),
            Self::Unreachable { unreachable } => write!(f, "Unreachable({unreachable})"),
        }
    }
}

/// A server's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: String,
    /// When it was fetched; older answers are allowed, and reported as of their own date.
    pub fetched_at: DateTime<Utc>,
}

impl Resources {
    /// Nothing fetched yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps what came from `url`.
    pub fn insert(&mut self, url: impl Into<String>, resource: Resource) {
        self.by_url.insert(url.into(), resource);
    }

    /// Keeps a good answer from `url`.
    pub fn insert_body(
        &mut self,
        url: impl Into<String>,
        body: impl Into<String>,
        fetched_at: DateTime<Utc>,
    ) {
        self.insert(
            url,
            Resource::Fetched(Fetched {
                status: 200,
                body: body.into(),
                fetched_at,
            }),
        );
    }

    /// Keeps that `url` could not be reached.
    pub fn insert_unreachable(&mut self, url: impl Into<String>, why: impl Into<String>) {
        self.insert(
            url,
            Resource::Unreachable {
                unreachable: why.into(),
            },
        );
    }

    /// What came from `url`.
    pub fn get(&self, url: &str) -> Option<&Resource> {
        self.by_url.get(url)
    }

    /// Every answer that came from a server, and its address.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &Fetched)> {
        self.by_url.iter().filter_map(|(url, resource)| match resource {
            Resource::Fetched(fetched) => Some((url.as_str(), fetched)),
            Resource::Unreachable { .. } => None,
        })
    }

    /// Hands over a register list that was verified before.
    pub fn add_known_list(&mut self, known: KnownList) {
        if !self.known_lists.contains(&known) {
            self.known_lists.push(known);
        }
    }

    /// The list with this text, when it was verified before with the same anchors and its dates allow it at `at`.
    pub(crate) fn known_list(
        &self,
        signed: &str,
        settings: &Settings,
        at: DateTime<Utc>,
    ) -> Option<Arc<VerifiedList>> {
        let is_same = |known: &&KnownList| known.is_of(signed) && *known.anchors == *settings.anchors;
        let known = self.known_lists.iter().find(is_same)?;
        // One from the future is refused by the whole verification, with its reason.
        let began = known.list.list().issued_at <= at;
        began.then(|| known.list.clone())
    }

    /// When the oldest of the good answers was fetched; those below `lasting` stay true and do not count.
    pub(crate) fn oldest(&self, lasting: &[String]) -> Option<DateTime<Utc>> {
        let lasts = |url: &String| lasting.iter().any(|below| url.starts_with(below));
        let passing = self.by_url.iter().filter(|(url, _)| !lasts(url));
        let fetched = passing.filter_map(|(_, resource)| match resource {
            Resource::Fetched(fetched) if fetched.status == 200 => Some(fetched.fetched_at),
            Resource::Fetched(_) | Resource::Unreachable { .. } => None,
        });
        fetched.min()
    }

    /// The good answer that came from `url`.
    pub(crate) fn body(&self, url: &str) -> Option<&Fetched> {
        match self.get(url)? {
            Resource::Fetched(fetched) if fetched.status == 200 => Some(fetched),
            Resource::Fetched(_) | Resource::Unreachable { .. } => None,
        }
    }
}

/// Something to fetch before the check can be complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// Where it is. Callers still guard against private addresses.
    pub url: String,
    /// What to ask for in the `Accept` header.
    pub accept: &'static str,
    /// What it is.
    pub kind: NeedKind,
}

/// What a [`Need`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NeedKind {
    /// The register's signed list.
    Register,
    /// A status list of the issuer.
    Status,
    /// The DID document of an issuer the register does not know, or its log and the proofs of the log's witnesses.
    Did,
    /// Receipts that the register gave the issuer, or the leaves of a batch.
    Receipts,
    /// A list of known issuers.
    #[serde(rename = "known-issuers")]
    KnownIssuers,
}
