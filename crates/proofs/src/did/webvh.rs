//! `did:webvh`: a `did:web` with a history that can be checked.
//!
//! The host publishes a log (`did.jsonl`), one entry a version. Each entry names the hash of the one before, and the
//! identifier holds the hash of the first: the host can neither swap the document nor rewrite its past. This module
//! says where the log lies and checks it after [did:webvh 1.0]; loading is the caller's part.
//!
//! A log is accepted or refused whole: versions before a faulty entry are not served.
//!
//! [did:webvh 1.0]: https://identity.foundation/didwebvh/v1.0/

mod entry;
mod parameters;
mod witness;

use chrono::{DateTime, TimeDelta, Utc};
use credentials::{Did, json};
use serde_json::Value;
use url::Url;

use self::entry::Entry;
use self::parameters::Parameters;
use self::witness::Rule;
use super::{LoopbackOrigins, WebError, web_url};

/// The longest log that is read, in bytes.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The most versions a log may have.
const MOST_ENTRIES: usize = 1_000;
/// How far ahead of our clock an entry may be dated.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Why a log is not believed. `entry` counts from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The log is too long, has too many entries, or none.
    #[error("a did:webvh log has between one and {MOST_ENTRIES} entries and at most {MOST_BYTES} bytes")]
    Size,
    /// An entry breaks a rule.
    #[error("entry {entry} of the did:webvh log is not valid: {fault}")]
    Entry {
        /// Which entry.
        entry: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// No version has the identifier that was asked for.
    #[error("the log is another identifier's")]
    OtherIdentifier,
    /// The witnesses' file cannot be read.
    #[error("the file with the witnesses' proofs cannot be read: {0}")]
    WitnessFile(String),
    /// Too few witnesses approved.
    #[error("entry {entry} was approved by {approved} of its witnesses; {needed} are needed")]
    Witnesses {
        /// Which entry.
        entry: usize,
        /// How many distinct witnesses approved it.
        approved: usize,
        /// How many its log asks for.
        needed: usize,
    },
}

/// What is wrong with one entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a JSON object of the right shape.
    #[error("{0}")]
    Shape(String),
    /// A parameter is missing, malformed or may not stand there.
    #[error("parameter `{0}` is missing, malformed or not allowed here")]
    Parameter(&'static str),
    /// `versionId` does not continue the log.
    #[error("`versionId` does not continue the log")]
    Version,
    /// The entry's hash is not that of its content and of the entry before.
    #[error("its hash is not that of its content")]
    Hash,
    /// The identifier's own part is not the hash of the first entry.
    #[error("the identifier does not follow from it")]
    Scid,
    /// Not in UTC, not after the entry before, or ahead of our clock.
    #[error("`versionTime` is not a moment in UTC after the entry before and before now")]
    Time,
    /// The document is another identifier's, or moved although that was ruled out.
    #[error("its document is not one of this identifier's")]
    Document,
    /// The proof is missing, does not hold or was made with a key that may not update the log.
    #[error("no key that may update the log signed it")]
    Proof,
    /// A key was not announced in the entry before.
    #[error("an update key was not announced in the entry before")]
    KeyNotAnnounced,
    /// The identifier was given up in an earlier entry.
    #[error("the identifier was given up before it")]
    Deactivated,
}

/// Where a `did:webvh`'s log lies: https, or http when its origin is listed.
pub fn log_url(did: &Did, loopback: &LoopbackOrigins) -> Result<Url, WebError> {
    let (_, place) = scid_and_place(did).ok_or(WebError::Malformed)?;
    let web = Did::parse(&format!("did:web:{place}")).map_err(|_| WebError::Malformed)?;
    let mut url = web_url(&web, loopback)?;
    let path = format!("{}l", url.path());
    url.set_path(&path);
    Ok(url)
}

/// Where the proofs of its witnesses lie.
pub fn witness_url(log: &Url) -> Url {
    let mut url = log.clone();
    let folder = url.path().trim_end_matches("did.jsonl").to_owned();
    url.set_path(&format!("{folder}did-witness.json"));
    url
}

/// The self-certifying part, and the rest: host, port and path as in a `did:web`.
fn scid_and_place(did: &Did) -> Option<(&str, &str)> {
    if did.method() != "webvh" {
        return None;
    }
    let (scid, place) = did.method_specific_id().split_once(':')?;
    let is_hash = scid.len() == 46 && bs58::decode(scid).into_vec().is_ok();
    is_hash.then_some((scid, place))
}

/// One version of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Its number and hash, such as `2-Qm…`.
    pub id: String,
    /// Since when it counts, as its controller says.
    pub time: DateTime<Utc>,
    /// The document.
    pub document: Value,
}

/// A log that was checked: every entry chained, signed and, where asked for, witnessed.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    versions: Vec<Version>,
    parameters: Parameters,
}

/// A log whose entries hold and still need their witnesses' approval.
#[derive(Clone, Debug)]
pub struct Unwitnessed {
    history: History,
    /// For each entry, who must approve it.
    rules: Vec<Option<Rule>>,
}

/// What checking a log gives.
#[derive(Clone, Debug)]
pub enum Log {
    /// Everything was checked.
    Checked(History),
    /// The proofs of its witnesses are to be loaded from [`witness_url`] and checked too.
    NeedsWitnesses(Unwitnessed),
}

/// Checks every entry of a log ("Read (Resolve)", steps 1 to 8).
///
/// `at` is our clock: entries dated more than five minutes ahead are refused.
pub fn verify_log(did: &Did, log: &[u8], at: DateTime<Utc>) -> Result<Log, LogError> {
    let (scid, _) = scid_and_place(did).ok_or(LogError::OtherIdentifier)?;
    if log.len() > MOST_BYTES {
        return Err(LogError::Size);
    }
    let lines: Vec<&[u8]> = log
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.is_empty() || lines.len() > MOST_ENTRIES {
        return Err(LogError::Size);
    }
    let mut versions: Vec<Version> = Vec::with_capacity(lines.len());
    let mut parameters: Option<Parameters> = None;
    let mut rules = Vec::with_capacity(lines.len());
    let mut first_id = None;
    for (index, line) in lines.into_iter().enumerate() {
        let checked = read(line)
            .and_then(|value| Entry::read(&value))
            .and_then(|entry| entry.check(scid, versions.last(), parameters.as_ref(), at));
        let (version, now) = checked.map_err(|fault| LogError::Entry {
            entry: index + 1,
            fault,
        })?;
        let id = version.document["id"].as_str().map(str::to_owned);
        let original = first_id.get_or_insert_with(|| id.clone());
        let was_portable = parameters.as_ref().is_none_or(|before| before.portable);
        if *original != id && !(was_portable && now.portable) {
            return Err(LogError::Entry {
                entry: index + 1,
                fault: Fault::Document,
            });
        }
        rules.push(Rule::of(parameters.as_ref(), &now));
        versions.push(version);
        parameters = Some(now);
    }
    let named = |version: &Version| version.document["id"].as_str() == Some(did.as_str());
    if !versions.iter().any(named) {
        return Err(LogError::OtherIdentifier);
    }
    let parameters = parameters.ok_or(LogError::Size)?;
    let history = History { versions, parameters };
    if rules.iter().any(Option::is_some) {
        return Ok(Log::NeedsWitnesses(Unwitnessed { history, rules }));
    }
    Ok(Log::Checked(history))
}

fn read(line: &[u8]) -> Result<Value, Fault> {
    json::parse(line, &json::Limits::default()).map_err(|error| Fault::Shape(error.to_string()))
}

impl Unwitnessed {
    /// Checks the witnesses' proofs ("Verifying Witness Proofs During Resolution").
    pub fn witnessed_by(self, file: &[u8]) -> Result<History, LogError> {
        let versions: Vec<&str> = self
            .history
            .versions
            .iter()
            .map(|version| version.id.as_str())
            .collect();
        let approvals = witness::approvals(file, &versions)?;
        for (index, rule) in self.rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let approved = rule.approved(&approvals, index);
            if approved < rule.threshold {
                return Err(LogError::Witnesses {
                    entry: index + 1,
                    approved,
                    needed: rule.threshold,
                });
            }
        }
        Ok(self.history)
    }
}

impl History {
    /// Every version, oldest first; never empty.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The version in force at a moment, if there was one.
    pub fn at(&self, moment: DateTime<Utc>) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.time <= moment)
    }

    /// The newest version.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Whether its controller gave the identifier up.
    pub fn is_deactivated(&self) -> bool {
        self.parameters.deactivated
    }

    /// For how many seconds its controller lets an answer be kept.
    pub fn ttl(&self) -> u32 {
        self.parameters.ttl
    }

    /// Whether the identifier may still move to another host.
    pub fn is_portable(&self) -> bool {
        self.parameters.portable
    }
}
