//! One entry of the log.

use chrono::{DateTime, Utc};
use credentials::{Did, jcs};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::parameters::Parameters;
use super::{Fault, TOLERANCE, Version, scid_and_place};
use crate::keys::{Algorithm, PublicKey};

/// The most proofs one entry may have.
const MOST_PROOFS: usize = 8;
/// Stands for the identifier's own part while that is computed.
const PLACEHOLDER: &str = "{SCID}";

pub(super) struct Entry {
    version_id: String,
    time: DateTime<Utc>,
    parameters: Map<String, Value>,
    document: Value,
    proofs: Vec<Value>,
    /// The entry without its proof.
    unsigned: Value,
}

impl Entry {
    pub(super) fn read(value: &Value) -> Result<Self, Fault> {
        let shape = |member: &str| Fault::Shape(format!("`{member}` is missing or malformed"));
        let members = value
            .as_object()
            .ok_or_else(|| Fault::Shape("it is not a JSON object".into()))?;
        const KNOWN: [&str; 5] = ["versionId", "versionTime", "parameters", "state", "proof"];
        if let Some(unknown) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Fault::Shape(format!("`{unknown}` has no meaning there")));
        }
        let proofs = match members.get("proof") {
            Some(Value::Array(proofs)) if (1..=MOST_PROOFS).contains(&proofs.len()) => proofs.clone(),
            Some(proof @ Value::Object(_)) => vec![proof.clone()],
            _ => return Err(Fault::Proof),
        };
        let mut unsigned = members.clone();
        unsigned.remove("proof");
        Ok(Self {
            version_id: text(members, "versionId")
                .ok_or_else(|| shape("versionId"))?
                .to_owned(),
            time: moment(text(members, "versionTime").ok_or(Fault::Time)?)?,
            parameters: members
                .get("parameters")
                .and_then(Value::as_object)
                .cloned()
                .ok_or_else(|| shape("parameters"))?,
            document: members
                .get("state")
                .filter(|state| state.is_object())
                .cloned()
                .ok_or_else(|| shape("state"))?,
            proofs,
            unsigned: unsigned.into(),
        })
    }

    /// The version this entry makes, and the parameters in force after it.
    pub(super) fn check(
        self,
        scid: &str,
        before: Option<&Version>,
        active: Option<&Parameters>,
        at: DateTime<Utc>,
    ) -> Result<(Version, Parameters), Fault> {
        if active.is_some_and(|active| active.deactivated) {
            return Err(Fault::Deactivated);
        }
        let parameters = Parameters::after(active, &self.parameters)?;
        self.check_version(scid, before)?;
        if self.time > at + TOLERANCE || before.is_some_and(|before| self.time <= before.time) {
            return Err(Fault::Time);
        }
        if before.is_none() {
            self.check_scid(scid)?;
        }
        let id = self
            .document
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_ours =
            Did::parse(id).is_ok_and(|id| scid_and_place(&id).is_some_and(|(its_scid, _)| its_scid == scid));
        if !is_ours {
            return Err(Fault::Document);
        }
        let signers = match active {
            Some(active) if active.next_key_hashes.is_empty() => &active.update_keys,
            _ => &parameters.update_keys,
        };
        for proof in &self.proofs {
            check_proof(&self.signed(), proof, signers)?;
        }
        let version = Version {
            id: self.version_id,
            time: self.time,
            document: self.document,
        };
        Ok((version, parameters))
    }

    /// What the proof is over: the entry as published, without the proof.
    fn signed(&self) -> Value {
        self.unsigned.clone()
    }

    fn check_version(&self, scid: &str, before: Option<&Version>) -> Result<(), Fault> {
        let number_of = |id: &str| -> Option<u32> { id.split_once('-')?.0.parse().ok() };
        let expected = before.map_or(Some(1), |before| number_of(&before.id)?.checked_add(1));
        let (number, hash) = self.version_id.split_once('-').ok_or(Fault::Version)?;
        let canonical = number
            .parse::<u32>()
            .ok()
            .filter(|parsed| parsed.to_string() == number);
        if canonical.is_none() || canonical != expected {
            return Err(Fault::Version);
        }
        let mut content = self.unsigned.clone();
        content["versionId"] = json!(before.map_or(scid, |before| before.id.as_str()));
        if hash != hash_of(&content)? {
            return Err(Fault::Hash);
        }
        Ok(())
    }

    fn check_scid(&self, scid: &str) -> Result<(), Fault> {
        if self.parameters.get("scid").and_then(Value::as_str) != Some(scid) {
            return Err(Fault::Scid);
        }
        let mut content = self.unsigned.clone();
        content["versionId"] = json!(PLACEHOLDER);
        let text = content.to_string().replace(scid, PLACEHOLDER);
        let content = super::read(text.as_bytes())?;
        if scid != hash_of(&content)? {
            return Err(Fault::Scid);
        }
        Ok(())
    }
}

/// `base58btc(multihash(JCS(content)))` with SHA-256, the only hash of version 1.0.
fn hash_of(content: &Value) -> Result<String, Fault> {
    let text = jcs::canonicalize(content).map_err(|error| Fault::Shape(error.to_string()))?;
    Ok(multihash(text.as_bytes()))
}

/// The base58btc multihash of bytes with SHA-256.
pub(super) fn multihash(bytes: &[u8]) -> String {
    let mut hash = vec![0x12, 0x20];
    hash.extend_from_slice(&Sha256::digest(bytes));
    bs58::encode(hash).into_string()
}

/// Holds when the proof is `eddsa-jcs-2022`, made for assertion with one of `signers`.
pub(super) fn check_proof(content: &Value, proof: &Value, signers: &[String]) -> Result<(), Fault> {
    let signer = signer_of(proof)
        .filter(|signer| signers.contains(signer))
        .ok_or(Fault::Proof)?;
    verify(content, proof, &signer).ok_or(Fault::Proof)
}

/// The Multikey in the proof's `did:key:<key>#<key>`, when both are the same.
pub(super) fn signer_of(proof: &Value) -> Option<String> {
    let method = proof.get("verificationMethod")?.as_str()?;
    let (body, fragment) = method.strip_prefix("did:key:")?.split_once('#')?;
    (body == fragment).then(|| body.to_owned())
}

/// Verifies an `eddsa-jcs-2022` proof (VC DI EdDSA, §3.3.2) with the key it names.
pub(super) fn verify(content: &Value, proof: &Value, multikey: &str) -> Option<()> {
    let is = |name: &str, value: &str| proof.get(name).and_then(Value::as_str) == Some(value);
    if !(is("type", "DataIntegrityProof")
        && is("cryptosuite", "eddsa-jcs-2022")
        && is("proofPurpose", "assertionMethod"))
    {
        return None;
    }
    let mut config = proof.clone();
    let value = config.as_object_mut()?.remove("proofValue")?;
    let signature = bs58::decode(value.as_str()?.strip_prefix('z')?).into_vec().ok()?;
    let mut hashed = Sha256::digest(jcs::canonicalize(&config).ok()?).to_vec();
    hashed.extend_from_slice(&Sha256::digest(jcs::canonicalize(content).ok()?));
    let key = PublicKey::from_multikey(multikey).ok()?;
    if key.algorithm() != Algorithm::EdDsa {
        return None;
    }
    key.verify(&hashed, &signature).ok()
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name)?.as_str()
}

/// A moment that says itself that it is in UTC.
fn moment(text: &str) -> Result<DateTime<Utc>, Fault> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| Fault::Time)?;
    if time.offset().local_minus_utc() != 0 {
        return Err(Fault::Time);
    }
    Ok(time.to_utc())
}
