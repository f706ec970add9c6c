//! What checking the proofs gave, in the words of the standards.

use credentials::data_model::Violation;
use proofs::data_integrity::{ProofError, Unexpected};
use proofs::did::LookupError;
use serde::Serialize;

/// What a check of data model and proofs gave: the answer of VC-API's verifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofsReport {
    /// Whether the document follows the data model and every one of its proofs holds. It says nothing of status,
    /// validity or accreditation.
    pub verified: bool,
    /// What was checked.
    pub checks: Vec<&'static str>,
    /// What was not checked, or could not be.
    pub warnings: Vec<ProblemDetails>,
    /// Why it is not verified; never empty then.
    pub errors: Vec<ProblemDetails>,
}

/// A problem (RFC 9457, VCDM 2.0 §7.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemDetails {
    /// Which problem: a URL of the standard that names it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The problem in a few words.
    pub title: &'static str,
    /// What happened this time.
    pub detail: String,
    /// Where: a JSON pointer into the document; empty for the whole.
    pub pointer: String,
}

/// Problems by the names that the standards give them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Data Integrity 1.0 §4.6.
    ProofVerification,
    /// The same.
    InvalidDomain,
    /// The same.
    InvalidChallenge,
    /// A term without a meaning (Data Integrity 1.0 §2.4.1).
    DataLoss,
    /// Controlled Identifiers 1.0 §3.5.
    InvalidVerificationMethod,
    /// The same.
    InvalidPurpose,
    /// VCDM 2.0 §7.2.
    Cryptographic,
    /// The same.
    MalformedValue,
    /// The same.
    Parsing,
    /// Not an error of the standards: something that was not checked.
    NotChecked,
}

impl Kind {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::ProofVerification => (
                "https://w3id.org/security#PROOF_VERIFICATION_ERROR",
                "Proof verification error",
            ),
            Self::InvalidDomain => ("https://w3id.org/security#INVALID_DOMAIN_ERROR", "Invalid domain"),
            Self::InvalidChallenge => (
                "https://w3id.org/security#INVALID_CHALLENGE_ERROR",
                "Invalid challenge",
            ),
            Self::DataLoss => (
                "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR",
                "Data loss detected",
            ),
            Self::InvalidVerificationMethod => (
                "https://w3id.org/security#INVALID_VERIFICATION_METHOD",
                "Invalid verification method",
            ),
            Self::InvalidPurpose => (
                "https://w3id.org/security#INVALID_PROOF_PURPOSE_FOR_VERIFICATION_METHOD",
                "Invalid proof purpose",
            ),
            Self::Cryptographic => (
                "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR",
                "Cryptographic security error",
            ),
            Self::MalformedValue => (
                "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                "Malformed value",
            ),
            Self::Parsing => (
                "https://www.w3.org/TR/vc-data-model#PARSING_ERROR",
                "Parsing error",
            ),
            Self::NotChecked => ("about:blank", "Not checked"),
        }
    }

    pub(super) fn at(self, pointer: &str, detail: impl ToString) -> ProblemDetails {
        let (kind, title) = self.names();
        ProblemDetails {
            kind: kind.to_owned(),
            title,
            detail: detail.to_string(),
            pointer: pointer.to_owned(),
        }
    }
}

pub(super) fn of_violation(violation: &Violation) -> ProblemDetails {
    let text = violation.rule.text().en.unwrap_or_default();
    Kind::MalformedValue.at(&violation.pointer, text)
}

pub(super) fn of_proof(error: &ProofError, pointer: &str) -> ProblemDetails {
    let kind = match error {
        ProofError::Key(LookupError::NotForPurpose { .. }) => Kind::InvalidPurpose,
        ProofError::Key(_) => Kind::InvalidVerificationMethod,
        ProofError::JsonLd(_) => Kind::DataLoss,
        ProofError::Absent
        | ProofError::TooMany
        | ProofError::Malformed(_)
        | ProofError::Unsupported
        | ProofError::BaseProof
        | ProofError::Jcs(_)
        | ProofError::Algorithm(_)
        | ProofError::Signature => Kind::ProofVerification,
    };
    kind.at(&format!("{pointer}/proof"), error)
}

pub(super) fn of_expectation(error: &Unexpected, pointer: &str) -> ProblemDetails {
    let kind = match error {
        Unexpected::Domain => Kind::InvalidDomain,
        Unexpected::Challenge => Kind::InvalidChallenge,
        Unexpected::Purpose(_) | Unexpected::Expired(_) => Kind::ProofVerification,
    };
    kind.at(&format!("{pointer}/proof"), error)
}
