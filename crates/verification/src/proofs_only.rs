//! Data model and proofs alone, without status, dates of validity or register: the policy `proof`.
//!
//! For integrators who ask the rest elsewhere, and for the public test suites. Every proof of a set must hold, with
//! every proof that it says it was made over, be made for the expected purpose, not have ended, and answer the
//! challenge and the domain that were given. A credential's issuer must have made one of its proofs if the issuer is a
//! DID; another identifier says nothing about keys, which the report then warns of.

mod envelope;
mod report;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use credentials::data_model::{
    check_credential, check_presentation, is_enveloped_credential, is_enveloped_presentation,
};
use credentials::{Did, DidUrl, numeric_date};
use proofs::PublicKey;
use proofs::data_integrity::{self, Expected, Unexpected, VerifiedProof};
use proofs::did::{Document, LookupError, Purpose, resolve_local};
use proofs::json_ld::{self, Contexts};
use proofs::related_resource;
use serde_json::Value;

pub use report::{ProblemDetails, ProofsReport};

use report::{Kind, of_expectation, of_proof, of_violation};

/// DIDs of one document that are resolved; those of more keep their proofs from holding.
const MOST_DIDS: usize = 24;

/// What a check is made with.
#[derive(Clone, Debug)]
pub struct ProofsCheck {
    /// The moment of the check.
    pub at: DateTime<Utc>,
    /// What the proof must answer, if anything was asked.
    pub challenge: Option<String>,
    /// For whom the proof must be, if that matters.
    pub domain: Option<String>,
    /// The documents of the DIDs that [`dids`] named, or why there is none.
    pub documents: BTreeMap<Did, Result<Document, String>>,
}

impl ProofsCheck {
    /// A check in which nothing was asked and only DIDs that carry their key are known.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self {
            at,
            challenge: None,
            domain: None,
            documents: BTreeMap::new(),
        }
    }

    fn key(&self, kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
        let unresolved = |reason: String| LookupError::Unresolved {
            did: kid.did().clone(),
            reason,
        };
        match resolve_local(kid.did()) {
            Some(document) => document
                .map_err(|error| unresolved(error.to_string()))?
                .key(kid, purpose),
            None => match self.documents.get(kid.did()) {
                Some(Ok(document)) => document.key(kid, purpose),
                Some(Err(reason)) => Err(unresolved(reason.clone())),
                None => Err(unresolved("it was not resolved".to_owned())),
            },
        }
    }
}

/// The DIDs whose documents have to be fetched before a check, without those that carry their key.
pub fn dids(document: &Value) -> Vec<Did> {
    let enveloped = envelope::presentation(document).ok();
    let enclosed: Vec<Value> = match &enveloped {
        Some(secured) => secured.credentials().iter().map(envelope::enclosed).collect(),
        None => document
            .get("verifiableCredential")
            .map_or(&[][..], as_list)
            .to_vec(),
    };
    let of_presentation = enveloped.and_then(|secured| secured.kid().cloned());
    let mut found: Vec<Did> = Vec::new();
    for part in std::iter::once(document).chain(&enclosed).take(2 * MOST_DIDS) {
        let mut methods = match envelope::credential(part) {
            Ok(secured) => secured.kid().cloned().into_iter().collect(),
            Err(_) => data_integrity::verification_methods(part),
        };
        methods.extend(of_presentation.clone());
        for method in methods {
            let did = method.did();
            if resolve_local(did).is_none() && !found.contains(did) && found.len() < MOST_DIDS {
                found.push(did.clone());
            }
        }
    }
    found
}

/// Checks a credential: an object, one in an envelope, or a token.
pub fn check_proofs_of_credential(credential: &Value, check: &ProofsCheck) -> ProofsReport {
    let mut findings = Findings::new(check);
    findings.credential(credential, "", &[]);
    findings.report()
}

/// Checks a presentation, and every credential in it.
///
/// A credential without a proof is taken as its holder's own word if the holder is its issuer and signed the
/// presentation.
pub fn check_proofs_of_presentation(presentation: &Value, check: &ProofsCheck) -> ProofsReport {
    let mut findings = Findings::new(check);
    findings.presentation(presentation);
    findings.report()
}

struct Findings<'a> {
    check: &'a ProofsCheck,
    warnings: Vec<ProblemDetails>,
    errors: Vec<ProblemDetails>,
}

impl<'a> Findings<'a> {
    fn new(check: &'a ProofsCheck) -> Self {
        Self {
            check,
            warnings: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn report(self) -> ProofsReport {
        ProofsReport {
            verified: self.errors.is_empty(),
            checks: vec!["dataModel", "proof"],
            warnings: self.warnings,
            errors: self.errors,
        }
    }

    fn presentation(&mut self, presentation: &Value) {
        if presentation.is_string() || is_enveloped_presentation(presentation) {
            self.presentation_token(presentation);
            return;
        }
        if let Err(violations) = check_presentation(presentation) {
            self.errors.extend(violations.iter().map(of_violation));
            return;
        }
        let purpose = Purpose::Authentication;
        let proofs = self.proofs(presentation, "", purpose);
        let signers: Vec<Did> = proofs.into_iter().map(|proof| proof.controller).collect();
        if let Some(holder) = identifier(presentation, "holder").and_then(|holder| Did::parse(holder).ok())
            && !signers.is_empty()
            && !signers.contains(&holder)
        {
            let why = "the presentation is signed by another party than its holder";
            self.errors.push(Kind::ProofVerification.at("/holder", why));
        }
        let credentials = presentation.get("verifiableCredential");
        match credentials {
            Some(Value::Array(credentials)) => {
                for (index, credential) in credentials.iter().enumerate() {
                    self.credential(credential, &format!("/verifiableCredential/{index}"), &signers);
                }
            }
            Some(single) => self.credential(single, "/verifiableCredential", &signers),
            None => {}
        }
    }

    fn credential(&mut self, credential: &Value, pointer: &str, holders: &[Did]) {
        if credential.is_string() || is_enveloped_credential(credential) {
            self.token(credential, pointer);
            return;
        }
        if !self.data_model(credential, pointer) {
            return;
        }
        let issuer = identifier(credential, "issuer").unwrap_or_default();
        let issuer_did = Did::parse(issuer).ok();
        if credential.get("proof").is_none() && issuer_did.as_ref().is_some_and(|did| holders.contains(did)) {
            return;
        }
        // What a presentation answers is not asked of the credentials in it.
        let is_presented = !pointer.is_empty();
        let check = self.check.clone();
        let unasked = ProofsCheck {
            challenge: None,
            domain: None,
            ..check
        };
        let proofs = if is_presented {
            let mut inner = Findings::new(&unasked);
            let proofs = inner.proofs(credential, pointer, Purpose::AssertionMethod);
            self.errors.append(&mut inner.errors);
            proofs
        } else {
            self.proofs(credential, pointer, Purpose::AssertionMethod)
        };
        if proofs.is_empty() {
            return;
        }
        match issuer_did {
            Some(did) if data_integrity::require_issuer(&proofs, &did).is_err() => {
                let why = "none of the proofs was made by the issuer";
                let place = format!("{pointer}/issuer");
                self.errors.push(Kind::InvalidVerificationMethod.at(&place, why));
            }
            Some(_) => {}
            None => {
                let why = "the issuer is no DID, so nothing ties the key to it";
                let place = format!("{pointer}/issuer");
                self.warnings.push(Kind::NotChecked.at(&place, why));
            }
        }
    }

    /// Whether a credential follows the data model, and names resources as they are.
    fn data_model(&mut self, credential: &Value, pointer: &str) -> bool {
        if let Err(violations) = check_credential(credential) {
            let placed = violations.iter().map(of_violation).map(|problem| ProblemDetails {
                pointer: format!("{pointer}{}", problem.pointer),
                ..problem
            });
            self.errors.extend(placed);
            return false;
        }
        let resources = related_resource::check(credential);
        for place in &resources.changed {
            let why = "the resource is another than the one whose digest is given";
            self.errors
                .push(Kind::Cryptographic.at(&format!("{pointer}{place}"), why));
        }
        for place in &resources.unknown {
            let why = "the resource was not fetched";
            self.warnings
                .push(Kind::NotChecked.at(&format!("{pointer}{place}"), why));
        }
        resources.changed.is_empty()
    }

    /// The proofs of a document, if all hold and are what is expected.
    fn proofs(&mut self, document: &Value, pointer: &str, purpose: Purpose) -> Vec<VerifiedProof> {
        let resolve = |kid: &DidUrl, purpose| self.check.key(kid, purpose);
        let contexts = Contexts::bundled_with_own_terms();
        let proofs = match data_integrity::verify_with(document, &resolve, contexts) {
            Ok(proofs) => proofs,
            Err(error) => {
                self.errors.push(of_proof(&error, pointer));
                return Vec::new();
            }
        };
        let expected = Expected {
            purpose,
            at: self.check.at,
            domain: self.check.domain.as_deref(),
            challenge: self.check.challenge.as_deref(),
        };
        for proof in &proofs {
            if let Err(error) = proof.require(&expected) {
                self.errors.push(of_expectation(&error, pointer));
                return Vec::new();
            }
        }
        // These suites sign JSON and leave open what it means.
        if proofs.iter().any(|proof| proof.cryptosuite.signs_json())
            && let Err(error) = json_ld::canonicalize(&without_proof(document), contexts)
        {
            self.errors.push(Kind::DataLoss.at(pointer, error));
            return Vec::new();
        }
        proofs
    }

    fn presentation_token(&mut self, envelope: &Value) {
        let secured = match envelope::presentation(envelope) {
            Ok(secured) => secured,
            Err(why) => return self.errors.push(Kind::Parsing.at("", why)),
        };
        if let Err(violations) = check_presentation(secured.presentation()) {
            return self.errors.extend(violations.iter().map(of_violation));
        }
        let Some(kid) = secured.kid() else {
            let why = "the header names no verification method of the holder";
            return self.errors.push(Kind::InvalidVerificationMethod.at("", why));
        };
        let signed = match self.check.key(kid, Purpose::Authentication) {
            Err(error) => Err(Kind::InvalidVerificationMethod.at("", error)),
            Ok(key) => secured
                .verify(&key)
                .map_err(|error| Kind::Cryptographic.at("", error)),
        };
        if let Err(error) = signed {
            return self.errors.push(error);
        }
        if secured.require_holder().is_err() {
            let why = "the presentation is signed by another party than its holder";
            self.errors.push(Kind::ProofVerification.at("/holder", why));
        }
        if secured.ends().is_some_and(|end| end < self.check.at) {
            let why = "the signature of the presentation has ended";
            self.errors.push(Kind::ProofVerification.at("/exp", why));
        }
        let says = |claim: &str, wanted: &str| match secured.presentation().get(claim) {
            Some(Value::Array(values)) => values.iter().any(|value| value == wanted),
            Some(value) => value == wanted,
            None => false,
        };
        if self
            .check
            .challenge
            .as_ref()
            .is_some_and(|challenge| !says("nonce", challenge))
        {
            self.errors.push(of_expectation(&Unexpected::Challenge, ""));
        }
        if self
            .check
            .domain
            .as_ref()
            .is_some_and(|domain| !says("aud", domain))
        {
            self.errors.push(of_expectation(&Unexpected::Domain, ""));
        }
        let signer = [kid.did().clone()];
        for (index, enclosed) in secured.credentials().iter().enumerate() {
            let place = format!("/verifiableCredential/{index}");
            self.credential(&envelope::enclosed(enclosed), &place, &signer);
        }
    }

    fn token(&mut self, envelope: &Value, pointer: &str) {
        let secured = match envelope::credential(envelope) {
            Ok(secured) => secured,
            Err(why) => {
                self.errors.push(Kind::Parsing.at(pointer, why));
                return;
            }
        };
        if !self.data_model(secured.credential(), pointer) {
            return;
        }
        let Some(kid) = secured.kid() else {
            let why = "the header names no verification method of the issuer";
            self.errors.push(Kind::InvalidVerificationMethod.at(pointer, why));
            return;
        };
        match self.check.key(kid, Purpose::AssertionMethod) {
            Err(error) => self
                .errors
                .push(Kind::InvalidVerificationMethod.at(pointer, error)),
            Ok(key) => {
                if let Err(error) = secured.verify(&key) {
                    self.errors.push(Kind::Cryptographic.at(pointer, error));
                } else if let Err(error) = secured.require_issuer() {
                    self.errors
                        .push(Kind::InvalidVerificationMethod.at(pointer, error));
                }
            }
        }
        let ends = secured.claims().get("exp").and_then(numeric_date);
        if ends.is_some_and(|end| end < self.check.at) {
            let why = "the signature of the token has ended";
            self.errors.push(Kind::ProofVerification.at(pointer, why));
        }
        // What is asked of a presentation is answered by its own token; one of an issuer answers nobody.
        let by_itself = pointer.is_empty();
        if by_itself && self.check.challenge.is_some() {
            self.errors.push(of_expectation(&Unexpected::Challenge, ""));
        }
        if by_itself && self.check.domain.is_some() {
            self.errors.push(of_expectation(&Unexpected::Domain, ""));
        }
    }
}

fn without_proof(document: &Value) -> Value {
    let mut bare = document.clone();
    if let Some(members) = bare.as_object_mut() {
        members.remove("proof");
    }
    bare
}

/// A member that is an identifier or an object with one.
fn identifier<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    let party = document.get(member)?;
    party.as_str().or_else(|| party.get("id")?.as_str())
}

fn as_list(value: &Value) -> &[Value] {
    match value {
        Value::Array(entries) => entries.as_slice(),
        single => std::slice::from_ref(single),
    }
}
