//! Status lists of what a developer issued. They are kept in memory: at a restart new lists begin under new addresses,
//! and the old ones are gone, which verifiers then report.

use std::collections::{BTreeMap, HashSet};
use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use proofs::data_integrity::{self, CreateError, Cryptosuite, ProofOptions};
use rand_core::CryptoRng;
use serde::Deserialize;
use serde_json::{Value, json};
use status_list::{ListError, MINIMUM_ENTRIES, Purpose, StatusList};
use utoipa::ToSchema;

use super::Instance;

/// How long a signed list counts.
const LIFE: TimeDelta = TimeDelta::hours(1);
/// Status entries of one credential.
const MOST_ENTRIES: usize = 2;
/// Credentials with a place in one list, which are all kept in memory; far more than a test suite issues.
const MOST_PLACES: usize = 10_000;
/// The longest identifier that is kept to find a place again, in bytes.
const LONGEST_ID: usize = 1_000;

/// A list and what it is about.
pub(crate) struct List {
    id: String,
    bits: StatusList,
    used: HashSet<usize>,
    /// Where a credential's bit is, by the credential's identifier.
    places: BTreeMap<String, usize>,
}

/// Which status entries a credential is to have.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum StatusWanted {
    One(WantedEntry),
    Several(Vec<WantedEntry>),
}

/// A status entry that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WantedEntry {
    /// `BitstringStatusListEntry`.
    #[serde(rename = "type")]
    #[schema(example = "BitstringStatusListEntry")]
    kind: String,
    /// `revocation` or `suspension`.
    #[schema(value_type = String, example = "revocation")]
    status_purpose: Purpose,
}

/// A change of a credential's status (VC-API, "Update Status").
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StatusRequest {
    /// The credential's `id`.
    credential_id: String,
    /// Which status.
    credential_status: WantedEntry,
    /// Whether it is to be set; it is unless this says otherwise.
    #[serde(default = "yes")]
    status: bool,
}

fn yes() -> bool {
    true
}

/// Why there is no such status.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unavailable {
    #[error(
        "status entries of the type BitstringStatusListEntry are made here, at most two and of different purposes"
    )]
    Entry,
    #[error("a credential that was issued here with that identifier and purpose is not known")]
    Unknown,
    #[error("a credential with that identifier has a status already")]
    Taken,
    #[error("a credential with a status has an identifier of at most {LONGEST_ID} bytes here")]
    Identifier,
    #[error(
        "the status list is full: {MOST_PLACES} credentials have a place in it; \
         whoever runs this installation gets empty ones by starting it anew"
    )]
    Full,
    #[error(transparent)]
    List(#[from] ListError),
    #[error("the status list could not be signed")]
    Sign(#[from] CreateError),
}

const KIND: &str = "BitstringStatusListEntry";

impl Instance {
    /// Takes places in the lists and gives the entries that name them.
    pub(super) fn status_entries(
        &self,
        wanted: &StatusWanted,
        credential: Option<&str>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Value, Unavailable> {
        let (entries, is_list) = match wanted {
            StatusWanted::One(entry) => (std::slice::from_ref(entry), false),
            StatusWanted::Several(entries) => (entries.as_slice(), true),
        };
        let purposes: HashSet<Purpose> = entries.iter().map(|entry| entry.status_purpose).collect();
        let is_sound = (1..=MOST_ENTRIES).contains(&entries.len())
            && purposes.len() == entries.len()
            && entries.iter().all(|entry| entry.kind == KIND);
        if !is_sound {
            return Err(Unavailable::Entry);
        }
        if credential.is_some_and(|id| id.len() > LONGEST_ID) {
            return Err(Unavailable::Identifier);
        }
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |purpose: Purpose| {
            let list = lists.get(&purpose);
            credential.is_some_and(|id| list.is_some_and(|list| list.places.contains_key(id)))
        };
        if entries.iter().any(|entry| is_taken(entry.status_purpose)) {
            return Err(Unavailable::Taken);
        }
        // Before any place is taken, so that a credential has all of its entries or none.
        if purposes.iter().any(|purpose| {
            lists
                .get(purpose)
                .is_some_and(|list| list.used.len() >= MOST_PLACES)
        }) {
            return Err(Unavailable::Full);
        }
        let mut made = Vec::new();
        for entry in entries {
            let purpose = entry.status_purpose;
            let list = match lists.entry(purpose) {
                std::collections::hash_map::Entry::Occupied(list) => list.into_mut(),
                std::collections::hash_map::Entry::Vacant(place) => place.insert(List::new(rng)?),
            };
            let index = status_list::random_index(list.bits.len(), &|index| list.used.contains(&index), rng)?;
            list.used.insert(index);
            if let Some(id) = credential {
                list.places.insert(id.to_owned(), index);
            }
            made.push(status_list::entry(&self.list_address(&list.id), purpose, index));
        }
        let single = if is_list { None } else { made.pop() };
        Ok(single.unwrap_or(Value::Array(made)))
    }

    fn list_address(&self, id: &str) -> String {
        format!("{}/status-lists/{id}", self.base)
    }

    /// Sets or clears a credential's bit.
    pub(crate) fn change_status(&self, request: &StatusRequest) -> Result<(), Unavailable> {
        if request.credential_status.kind != KIND {
            return Err(Unavailable::Entry);
        }
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.get_mut(&request.credential_status.status_purpose);
        let list = list.ok_or(Unavailable::Unknown)?;
        let index = *list
            .places
            .get(&request.credential_id)
            .ok_or(Unavailable::Unknown)?;
        Ok(list.bits.set(index, request.status)?)
    }

    /// The list of that name, signed now.
    pub(crate) fn status_list(&self, id: &str, now: DateTime<Utc>) -> Result<Value, Unavailable> {
        let unsigned = {
            let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            let found = lists.iter().find(|(_, list)| list.id == id);
            let (purpose, list) = found.ok_or(Unavailable::Unknown)?;
            let address = self.list_address(id);
            status_list::credential(&list.bits, &address, *purpose, &self.did, now, now + LIFE)
        };
        // A list is shown whole, so its proof is not one to derive from.
        let cryptosuite = match self.way.cryptosuite {
            Cryptosuite::EcdsaSd2023 => Cryptosuite::EcdsaRdfc2019,
            other => other,
        };
        let method = self.key.public_key().to_did_key_url();
        let options = ProofOptions::assertion(method, now).with(cryptosuite);
        Ok(data_integrity::sign(&unsigned, &options, &self.key)?)
    }

    /// What `GET /vc-api` says of this instance.
    pub(crate) fn description(&self) -> Value {
        json!({
            "name": self.way.name,
            "issuer": self.did,
            "cryptosuite": self.way.cryptosuite.name(),
            "issue": format!("{}/credentials/issue", self.base),
            "derive": (self.way.cryptosuite == Cryptosuite::EcdsaSd2023)
                .then(|| format!("{}/credentials/derive", self.base)),
            "status": format!("{}/credentials/status", self.base),
        })
    }
}

impl List {
    fn new(rng: &mut dyn CryptoRng) -> Result<Self, ListError> {
        let mut id = [0; 12];
        rng.fill_bytes(&mut id);
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(id),
            bits: StatusList::new(MINIMUM_ENTRIES)?,
            used: HashSet::new(),
            places: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use http_service::system_random;

    use super::*;
    use crate::developer::Instances;

    fn wanted(purposes: &[&str]) -> StatusWanted {
        let entries = purposes
            .iter()
            .map(|purpose| json!({"type": KIND, "statusPurpose": purpose}));
        serde_json::from_value(Value::Array(entries.collect())).unwrap()
    }

    #[test]
    fn lists_grow_to_a_bound_and_a_refusal_takes_no_place_in_another() {
        let folder = tempfile::tempdir().unwrap();
        let instances = Instances::load(folder.path(), "https://issuer.example").unwrap();
        let instance = instances.named("eddsa-rdfc-2022").unwrap();
        let rng = &mut system_random();
        for number in 0..MOST_PLACES {
            let id = format!("urn:example:{number}");
            instance
                .status_entries(&wanted(&["revocation"]), Some(&id), rng)
                .unwrap();
        }

        let full = instance.status_entries(&wanted(&["suspension", "revocation"]), None, rng);
        let other = instance.status_entries(&wanted(&["suspension"]), None, rng);
        let long = instance.status_entries(&wanted(&["suspension"]), Some(&"i".repeat(1_001)), rng);

        assert!(matches!(full, Err(Unavailable::Full)), "{full:?}");
        assert!(full.unwrap_err().to_string().contains("10000 credentials"));
        assert!(other.is_ok());
        assert!(matches!(long, Err(Unavailable::Identifier)), "{long:?}");
        let lists = instance.lists.lock().unwrap();
        assert_eq!(lists[&Purpose::Revocation].used.len(), MOST_PLACES);
        assert_eq!(lists[&Purpose::Suspension].used.len(), 1);
    }
}
