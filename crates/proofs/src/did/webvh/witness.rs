//! Witnesses: others who approve each version before it is published ("DID Witnesses").

use std::collections::BTreeMap;

use credentials::json;
use serde_json::{Value, json};

use super::entry::{signer_of, verify};
use super::parameters::Parameters;
use super::{Fault, LogError};
use crate::keys::{Algorithm, PublicKey};

/// The most witnesses of a log, and the most proofs in their file.
const MOST_WITNESSES: usize = 32;
const MOST_PROOFS: usize = 256;

/// Who must approve a version.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) threshold: usize,
    /// Their Multikeys.
    witnesses: Vec<String>,
}

impl Rule {
    /// Reads `witness`; an empty object means that nobody has to.
    pub(super) fn read(value: &Value) -> Result<Option<Self>, Fault> {
        let fault = Fault::Parameter("witness");
        let members = match value {
            Value::Null => return Ok(None),
            Value::Object(members) if members.is_empty() => return Ok(None),
            Value::Object(members) => members,
            _ => return Err(fault),
        };
        let listed = members
            .get("witnesses")
            .and_then(Value::as_array)
            .filter(|listed| listed.len() <= MOST_WITNESSES)
            .ok_or_else(|| fault.clone())?;
        let mut witnesses: Vec<String> = Vec::with_capacity(listed.len());
        for witness in listed {
            let key = witness
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| id.strip_prefix("did:key:"))
                .filter(|key| {
                    PublicKey::from_multikey(key).is_ok_and(|key| key.algorithm() == Algorithm::EdDsa)
                })
                .ok_or_else(|| fault.clone())?;
            if witnesses.iter().any(|known| known == key) {
                return Err(fault);
            }
            witnesses.push(key.to_owned());
        }
        let threshold = members
            .get("threshold")
            .and_then(Value::as_u64)
            .and_then(|threshold| usize::try_from(threshold).ok())
            .filter(|threshold| (1..=witnesses.len()).contains(threshold))
            .ok_or(fault)?;
        Ok(Some(Self { threshold, witnesses }))
    }

    /// The rule for an entry: that in force before it, or, when there was none, the one it brings.
    pub(super) fn of(before: Option<&Parameters>, now: &Parameters) -> Option<Self> {
        before
            .and_then(|before| before.witness.clone())
            .or_else(|| now.witness.clone())
    }

    /// How many of its witnesses approved the entry, or a later one.
    pub(super) fn approved(&self, approvals: &BTreeMap<String, usize>, entry: usize) -> usize {
        let approves = |witness: &&String| approvals.get(*witness).is_some_and(|last| *last >= entry);
        self.witnesses.iter().filter(approves).count()
    }
}

/// The last entry (from 0) that each witness approved, by Multikey. Proofs that do not hold and those for versions
/// that are not published count for nothing.
pub(super) fn approvals(file: &[u8], versions: &[&str]) -> Result<BTreeMap<String, usize>, LogError> {
    let value = json::parse(file, &json::Limits::default())
        .map_err(|error| LogError::WitnessFile(error.to_string()))?;
    let entries = value
        .as_array()
        .ok_or_else(|| LogError::WitnessFile("it is not a list".into()))?;
    let mut approvals = BTreeMap::new();
    let mut seen = 0;
    for entry in entries {
        let Some(id) = entry.get("versionId").and_then(Value::as_str) else {
            continue;
        };
        let Some(index) = versions.iter().position(|version| *version == id) else {
            continue;
        };
        let proofs = match entry.get("proof") {
            Some(Value::Array(proofs)) => proofs.as_slice(),
            Some(proof @ Value::Object(_)) => std::slice::from_ref(proof),
            _ => continue,
        };
        seen += proofs.len();
        if seen > MOST_PROOFS {
            return Err(LogError::WitnessFile(format!(
                "it has more than {MOST_PROOFS} proofs"
            )));
        }
        for proof in proofs {
            let Some(signer) = signer_of(proof) else { continue };
            if verify(&json!({"versionId": id}), proof, &signer).is_some() {
                let last = approvals.entry(signer).or_insert(index);
                *last = index.max(*last);
            }
        }
    }
    Ok(approvals)
}
