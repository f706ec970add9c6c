//! A document's statements under the names that were signed, in the order that was signed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::crypto::Hash;
use crate::json_ld::{Contexts, Dataset, JsonLdError};

/// The statements of a whole credential, each blank node named by a keyed hash of its canonical name
/// (ECDSA cryptosuites §3.4.4), sorted.
pub(super) struct Statements {
    pub(super) dataset: Dataset,
    /// The lines in order, each with its index in the dataset.
    pub(super) lines: Vec<(String, usize)>,
    /// The keyed hash for each blank node.
    names: HashMap<usize, Vec<u8>>,
}

impl Statements {
    pub(super) fn of(document: &Value, hmac_key: &[u8], contexts: &Contexts) -> Result<Self, JsonLdError> {
        let dataset = Dataset::of(document, contexts)?;
        let all: Vec<usize> = (0..dataset.len()).collect();
        let names: HashMap<usize, Vec<u8>> = dataset
            .labels(&all, Hash::Sha256)?
            .into_iter()
            .map(|(blank, label)| (blank, keyed_hash(hmac_key, &label)))
            .collect();
        let labels = names
            .iter()
            .map(|(blank, name)| (*blank, written(name)))
            .collect();
        let mut lines: Vec<(String, usize)> = all
            .into_iter()
            .map(|index| (dataset.line(index, &labels), index))
            .collect();
        lines.sort();
        Ok(Self {
            dataset,
            lines,
            names,
        })
    }

    /// The names to give with a part of the statements: from the number in a blank node's canonical name, in the
    /// part alone, to its keyed hash.
    pub(super) fn label_map(&self, part: &BTreeSet<usize>) -> Result<BTreeMap<usize, Vec<u8>>, JsonLdError> {
        let part: Vec<usize> = part.iter().copied().collect();
        let labels = self.dataset.labels(&part, Hash::Sha256)?;
        let number = |label: &str| label.strip_prefix("c14n")?.parse().ok();
        Ok(labels
            .iter()
            .filter_map(|(blank, label)| Some((number(label)?, self.names.get(blank)?.clone())))
            .collect())
    }
}

/// The statements of a shown part under the names that were signed, sorted; `None` if the names are not exactly
/// one for each blank node.
pub(crate) fn renamed(
    document: &Value,
    label_map: &BTreeMap<usize, Vec<u8>>,
    contexts: &Contexts,
) -> Result<Option<Vec<String>>, JsonLdError> {
    let dataset = Dataset::of(document, contexts)?;
    let all: Vec<usize> = (0..dataset.len()).collect();
    let canonical = dataset.labels(&all, Hash::Sha256)?;
    let distinct: BTreeSet<&Vec<u8>> = label_map.values().collect();
    // Two blank nodes under one name would be one node to whoever signed.
    if canonical.len() != label_map.len() || distinct.len() != label_map.len() {
        return Ok(None);
    }
    let name = |label: &str| label_map.get(&label.strip_prefix("c14n")?.parse().ok()?);
    let labels: Option<HashMap<usize, String>> = canonical
        .iter()
        .map(|(blank, label)| Some((*blank, written(name(label)?))))
        .collect();
    Ok(labels.map(|labels| {
        let mut lines: Vec<String> = all
            .into_iter()
            .map(|index| dataset.line(index, &labels))
            .collect();
        lines.sort();
        lines
    }))
}

/// The hash of statements that were signed together.
pub(crate) fn joint_hash<'a>(lines: impl Iterator<Item = &'a String>) -> Vec<u8> {
    let text: String = lines.map(String::as_str).collect();
    Hash::Sha256.digest(text.as_bytes())
}

fn written(name: &[u8]) -> String {
    format!("u{}", URL_SAFE_NO_PAD.encode(name))
}

fn keyed_hash(key: &[u8], label: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(label.as_bytes());
            mac.finalize().into_bytes().to_vec()
        },
    )
}
