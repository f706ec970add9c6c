//! Logs of `did:webvh` identifiers, right or with a fault put in.

use credentials::{Did, jcs};
use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{Institution, key};

/// A log in the making; every entry is chained and signed.
#[derive(Clone)]
pub struct DidLog {
    scid: String,
    /// Its entries; change them to put a fault in.
    pub entries: Vec<Value>,
}

impl DidLog {
    /// A log of one entry of 1 January 2026 for this place, such as `college.example:unit`. Its update key is
    /// `first`; `parameters` are added to it.
    pub fn at(place: &str, parameters: Value) -> Self {
        Self::dated(place, "2026-01-01T00:00:00Z", parameters)
    }

    /// The same with another `versionTime`.
    pub fn dated(place: &str, time: &str, parameters: Value) -> Self {
        let mut all = json!({"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": [multikey("first")]});
        for (name, value) in parameters.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        let id = format!("did:webvh:{{SCID}}:{place}");
        let draft = json!({
            "versionId": "{SCID}", "versionTime": time, "parameters": all,
            "state": {"@context": ["https://www.w3.org/ns/did/v1"], "id": id},
        });
        let scid = hash(&canonical(&draft));
        let text = draft.to_string().replace("{SCID}", &scid);
        let mut log = Self {
            scid,
            entries: Vec::new(),
        };
        log.push(serde_json::from_str(&text).expect("still JSON"), "first");
        log
    }

    /// The log of an institution's unit, and the institution: its second entry lists the keys the unit signs with.
    /// `host` is such as `college.example`; `parameters` are those of the first entry.
    pub fn of_an_institution(host: &str, parameters: Value) -> (Self, Institution) {
        let mut log = Self::at(&format!("{host}:energie"), parameters);
        let unit = log.did();
        let did = unit.as_str().trim_end_matches(":energie");
        let name = (
            "Hogeschool Vechtstroom",
            "Vechtstroom University of Applied Sciences",
        );
        let institution = Institution::known_as(did, "vechtstroom", name.0, name.1);
        let state = institution.did_document(&["assertionMethod"]);
        let entry = json!({"versionTime": "2026-01-02T00:00:00Z", "parameters": {}, "state": state});
        log.push(entry, "first");
        (log, institution)
    }

    /// Adds an entry a day after the last, with a small change of the document, signed by the key of this name.
    pub fn then(mut self, parameters: Value, signer: &str) -> Self {
        let day = self.entries.len() + 1;
        let mut document = self.entries[day - 2]["state"].clone();
        document["alsoKnownAs"] = json!([format!("https://college.example/{day}")]);
        let entry = json!({
            "versionTime": format!("2026-01-{day:02}T00:00:00Z"), "parameters": parameters, "state": document,
        });
        self.push(entry, signer);
        self
    }

    /// Chains and signs an entry.
    pub fn push(&mut self, mut entry: Value, signer: &str) {
        entry["versionId"] = match self.entries.last() {
            Some(last) => last["versionId"].clone(),
            None => json!(self.scid),
        };
        let number = self.entries.len() + 1;
        entry["versionId"] = json!(format!("{number}-{}", hash(&canonical(&entry))));
        entry["proof"] = json!([proof(&entry, signer)]);
        self.entries.push(entry);
    }

    /// The identifier's own part.
    pub fn scid(&self) -> &str {
        &self.scid
    }

    /// The identifier, as the first entry has it.
    pub fn did(&self) -> Did {
        let id = self.entries[0]["state"]["id"].as_str().expect("a text");
        id.parse().expect("a DID")
    }

    /// The identifier of a version, by its place from 0.
    pub fn version_id(&self, index: usize) -> &str {
        self.entries[index]["versionId"].as_str().expect("a text")
    }

    /// The log as it is published.
    pub fn text(&self) -> String {
        self.entries.iter().map(|entry| format!("{entry}\n")).collect()
    }

    /// The witnesses' file in which these approve one version.
    pub fn approved(&self, index: usize, witnesses: &[&str]) -> Value {
        let id = self.version_id(index);
        let proofs: Vec<Value> = witnesses
            .iter()
            .map(|witness| proof(&json!({"versionId": id}), witness))
            .collect();
        json!([{"versionId": id, "proof": proofs}])
    }

    /// The `did:key` Multikey of this name.
    pub fn multikey(name: &str) -> String {
        multikey(name)
    }

    /// What announces the key of this name.
    pub fn key_hash(name: &str) -> String {
        hash(&multikey(name))
    }
}

fn secret(name: &str) -> SecretKey {
    key(Algorithm::EdDsa, name)
}

fn multikey(name: &str) -> String {
    secret(name).public_key().to_multikey()
}

fn canonical(value: &Value) -> String {
    jcs::canonicalize(value).expect("plain JSON")
}

/// A base58btc multihash with SHA-256.
fn hash(text: &str) -> String {
    let mut multihash = vec![0x12, 0x20];
    multihash.extend_from_slice(&Sha256::digest(text));
    bs58::encode(multihash).into_string()
}

/// An `eddsa-jcs-2022` proof.
fn proof(content: &Value, signer: &str) -> Value {
    let multikey = multikey(signer);
    let mut proof = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": format!("did:key:{multikey}#{multikey}"), "created": "2026-01-01T00:00:00Z",
    });
    let mut hashed = Sha256::digest(canonical(&proof)).to_vec();
    hashed.extend_from_slice(&Sha256::digest(canonical(content)));
    let signature = secret(signer).sign(&hashed).expect("a key in memory signs");
    proof["proofValue"] = json!(format!("z{}", bs58::encode(signature).into_string()));
    proof
}
