//! What the maker of a proof decides.

use chrono::{DateTime, SecondsFormat, Utc};
use credentials::DidUrl;
use serde_json::{Map, Value, json};

use super::cryptosuite::{Cryptosuite, PROOF_TYPE};
use crate::did::Purpose;

/// What goes into a proof besides the signature.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    /// How the proof is made.
    pub cryptosuite: Cryptosuite,
    /// The key that signs.
    pub verification_method: DidUrl,
    /// What the proof is for.
    pub purpose: Purpose,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires: Option<DateTime<Utc>>,
    /// For whom it is.
    pub domain: Option<String>,
    /// What it answers.
    pub challenge: Option<String>,
    /// Its name, a URL, by which a later proof can cover it.
    pub id: Option<String>,
    /// The names of earlier proofs of the document that this one is made over: a proof chain (Data Integrity 1.0
    /// §2.1.2).
    pub previous_proof: Vec<String>,
}

impl ProofOptions {
    /// A proof by an issuer, with `eddsa-rdfc-2022`.
    pub fn assertion(verification_method: DidUrl, created: DateTime<Utc>) -> Self {
        Self {
            cryptosuite: Cryptosuite::EddsaRdfc2022,
            verification_method,
            purpose: Purpose::AssertionMethod,
            created: Some(created),
            expires: None,
            domain: None,
            challenge: None,
            id: None,
            previous_proof: Vec::new(),
        }
    }

    /// These options with another cryptosuite.
    #[must_use]
    pub fn with(self, cryptosuite: Cryptosuite) -> Self {
        Self { cryptosuite, ..self }
    }

    pub(super) fn to_json(&self) -> Map<String, Value> {
        let date = |date: DateTime<Utc>| json!(date.to_rfc3339_opts(SecondsFormat::Secs, true));
        let previous = match self.previous_proof.as_slice() {
            [] => None,
            [one] => Some(json!(one)),
            several => Some(json!(several)),
        };
        [
            ("id", self.id.as_ref().map(|id| json!(id))),
            ("previousProof", previous),
            ("type", Some(json!(PROOF_TYPE))),
            ("cryptosuite", Some(json!(self.cryptosuite.name()))),
            ("created", self.created.map(date)),
            ("expires", self.expires.map(date)),
            ("verificationMethod", Some(json!(self.verification_method))),
            ("proofPurpose", Some(json!(self.purpose.name()))),
            ("domain", self.domain.as_ref().map(|domain| json!(domain))),
            (
                "challenge",
                self.challenge.as_ref().map(|challenge| json!(challenge)),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}
