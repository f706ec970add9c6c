//! What a log says about how it is to be read ("did:webvh DID Method Parameters").

use serde_json::{Map, Value};

use super::Fault;
use super::entry::multihash;
use super::witness::Rule;
use crate::keys::{Algorithm, PublicKey};

const METHOD: &str = "did:webvh:1.0";
/// The most keys, hashes or witnesses in one list.
const MOST: usize = 64;

/// The parameters in force after an entry.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parameters {
    pub(super) update_keys: Vec<String>,
    pub(super) next_key_hashes: Vec<String>,
    pub(super) witness: Option<Rule>,
    pub(super) portable: bool,
    pub(super) deactivated: bool,
    pub(super) ttl: u32,
}

impl Parameters {
    /// The parameters after an entry, given those before it.
    pub(super) fn after(before: Option<&Self>, entry: &Map<String, Value>) -> Result<Self, Fault> {
        const KNOWN: [&str; 9] = [
            "method",
            "scid",
            "updateKeys",
            "nextKeyHashes",
            "witness",
            "watchers",
            "portable",
            "deactivated",
            "ttl",
        ];
        if entry.keys().any(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Fault::Parameter("an unknown one"));
        }
        let is_first = before.is_none();
        match entry.get("method") {
            Some(Value::String(method)) if method == METHOD => {}
            None if !is_first => {}
            _ => return Err(Fault::Parameter("method")),
        }
        if entry.contains_key("scid") != is_first {
            return Err(Fault::Parameter("scid"));
        }
        let mut now = before.cloned().unwrap_or(Self {
            update_keys: Vec::new(),
            next_key_hashes: Vec::new(),
            witness: None,
            portable: false,
            deactivated: false,
            ttl: 3_600,
        });
        let announced = std::mem::take(&mut now.next_key_hashes);
        now.next_key_hashes = match entry.get("nextKeyHashes") {
            // Once keys are announced, every entry says so anew.
            None if !announced.is_empty() => return Err(Fault::Parameter("nextKeyHashes")),
            None => Vec::new(),
            Some(value) => list(value, "nextKeyHashes")?,
        };
        match entry.get("updateKeys") {
            None if is_first || !announced.is_empty() => return Err(Fault::Parameter("updateKeys")),
            None => {}
            Some(value) => now.update_keys = list(value, "updateKeys")?,
        }
        if is_first && now.update_keys.is_empty() {
            return Err(Fault::Parameter("updateKeys"));
        }
        for key in &now.update_keys {
            let is_ed25519 =
                PublicKey::from_multikey(key).is_ok_and(|key| key.algorithm() == Algorithm::EdDsa);
            if !is_ed25519 {
                return Err(Fault::Parameter("updateKeys"));
            }
            if !announced.is_empty() && !announced.contains(&multihash(key.as_bytes())) {
                return Err(Fault::KeyNotAnnounced);
            }
        }
        if let Some(witness) = entry.get("witness") {
            now.witness = Rule::read(witness)?;
        }
        if let Some(watchers) = entry.get("watchers") {
            list(watchers, "watchers")?;
        }
        match entry.get("portable") {
            None => {}
            Some(Value::Bool(true)) if !is_first => return Err(Fault::Parameter("portable")),
            Some(Value::Bool(portable)) => now.portable = *portable,
            Some(_) => return Err(Fault::Parameter("portable")),
        }
        match entry.get("deactivated") {
            None => {}
            Some(Value::Bool(deactivated)) => now.deactivated = *deactivated,
            Some(_) => return Err(Fault::Parameter("deactivated")),
        }
        match entry.get("ttl") {
            None => {}
            Some(Value::Null) => now.ttl = 3_600,
            Some(ttl) => {
                now.ttl = ttl
                    .as_u64()
                    .and_then(|ttl| u32::try_from(ttl).ok())
                    .filter(|ttl| *ttl <= 1 << 31)
                    .ok_or(Fault::Parameter("ttl"))?;
            }
        }
        Ok(now)
    }
}

/// A list of texts; `null`, which early logs have, is an empty one.
pub(super) fn list(value: &Value, name: &'static str) -> Result<Vec<String>, Fault> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(entries) if entries.len() <= MOST => entries
            .iter()
            .map(|entry| entry.as_str().map(str::to_owned).ok_or(Fault::Parameter(name)))
            .collect(),
        _ => Err(Fault::Parameter(name)),
    }
}
