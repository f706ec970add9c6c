//! Reading proofs.

use chrono::{DateTime, Utc};
use credentials::{DateTimeStamp, Did, DidUrl};
use serde_json::{Map, Value};

use super::{Cryptosuite, ProofError, Unexpected};
use crate::did::Purpose;

/// A proof whose signature holds.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    /// How it was made.
    pub cryptosuite: Cryptosuite,
    /// The key that signed.
    pub verification_method: DidUrl,
    /// Whose key it is.
    pub controller: Did,
    /// What the proof is for.
    pub purpose: Purpose,
    /// When the signer says it was made.
    pub created: Option<DateTime<Utc>>,
    /// When the signer says it ends. Not compared with any clock.
    pub expires: Option<DateTime<Utc>>,
    /// For whom it is.
    pub domain: Vec<String>,
    /// What it answers.
    pub challenge: Option<String>,
}

/// What a verifier asks of a proof whose signature holds (Data Integrity 1.0 §4.4).
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// What the proof must be for.
    pub purpose: Purpose,
    /// The moment of the check, at which the proof must not have ended.
    pub at: DateTime<Utc>,
    /// For whom it must be, if that matters.
    pub domain: Option<&'a str>,
    /// What it must answer, if anything was asked.
    pub challenge: Option<&'a str>,
}

impl VerifiedProof {
    /// Holds the proof against what is expected of it.
    pub fn require(&self, expected: &Expected<'_>) -> Result<(), Unexpected> {
        if self.purpose != expected.purpose {
            return Err(Unexpected::Purpose(self.purpose));
        }
        if let Some(end) = self.expires.filter(|end| *end < expected.at) {
            return Err(Unexpected::Expired(end));
        }
        if let Some(domain) = expected.domain
            && !self.domain.iter().any(|named| named == domain)
        {
            return Err(Unexpected::Domain);
        }
        if expected.challenge.is_some() && expected.challenge != self.challenge.as_deref() {
            return Err(Unexpected::Challenge);
        }
        Ok(())
    }
}

/// A proof whose members were read and whose signature was not checked.
pub(super) struct ReadProof {
    /// What holds if the signature does.
    pub(super) verified: VerifiedProof,
    pub(super) value: String,
    /// All members but the value.
    pub(super) options: Map<String, Value>,
    /// The proofs it was made over.
    pub(super) previous: Vec<Value>,
}

impl ReadProof {
    pub(super) fn read(
        proof: &Value,
        unsecured: &Map<String, Value>,
        all: &[Value],
    ) -> Result<Self, ProofError> {
        let members = proof.as_object().ok_or(ProofError::Malformed("proof"))?;
        let text = |name: &'static str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(ProofError::Malformed(name)),
        };
        let required = |name: &'static str| text(name)?.ok_or(ProofError::Malformed(name));
        let date = |name: &'static str| match text(name)? {
            None => Ok(None),
            Some(date) => match DateTimeStamp::parse_or_assume_utc(date) {
                Some(date) => Ok(Some(date.to_utc())),
                None => Err(ProofError::Malformed(name)),
            },
        };
        if required("type")? == super::cryptosuite::PROOF_TYPE {
            required("cryptosuite")?;
        }
        let cryptosuite = Cryptosuite::of_members(members).ok_or(ProofError::Unsupported)?;
        let verification_method = DidUrl::parse(required("verificationMethod")?)
            .map_err(|_| ProofError::Malformed("verificationMethod"))?;
        let purpose =
            Purpose::from_name(required("proofPurpose")?).ok_or(ProofError::Malformed("proofPurpose"))?;
        let value = required("proofValue")?.to_owned();
        // Another proof may name it (Data Integrity 1.0 §2.1).
        if let Some(id) = text("id")?
            && !id.contains(':')
        {
            return Err(ProofError::Malformed("id"));
        }
        let mut options = members.clone();
        options.remove("proofValue");
        // The proof is read with the document's contexts; one that asks for others is not understood.
        if options
            .get("@context")
            .is_some_and(|context| Some(context) != unsecured.get("@context"))
        {
            return Err(ProofError::Malformed("@context"));
        }
        Ok(Self {
            verified: VerifiedProof {
                cryptosuite,
                controller: verification_method.did().clone(),
                purpose,
                created: date("created")?,
                expires: date("expires")?,
                domain: texts(members, "domain")?,
                challenge: text("challenge")?.map(str::to_owned),
                verification_method,
            },
            value,
            options,
            previous: previous_proofs(members, all)?,
        })
    }
}

/// A member that is one text or a list of them.
fn texts(members: &Map<String, Value>, name: &'static str) -> Result<Vec<String>, ProofError> {
    let entries = match members.get(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    entries
        .iter()
        .map(|entry| {
            entry
                .as_str()
                .map(str::to_owned)
                .ok_or(ProofError::Malformed(name))
        })
        .collect()
}

/// The proofs of the same document that a proof says it was made over (Data Integrity 1.0 §2.1.2).
pub(super) fn previous_proofs(members: &Map<String, Value>, all: &[Value]) -> Result<Vec<Value>, ProofError> {
    texts(members, "previousProof")?
        .iter()
        .map(|id| {
            let mut named = all
                .iter()
                .filter(|proof| proof.get("id").and_then(Value::as_str) == Some(id));
            match (named.next(), named.next()) {
                (Some(proof), None) => Ok(proof.clone()),
                _ => Err(ProofError::Malformed("previousProof")),
            }
        })
        .collect()
}
