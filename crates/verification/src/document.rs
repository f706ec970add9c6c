//! The credential inside the input, and who says to have signed it.

use chrono::{DateTime, Duration, Utc};
use credentials::{
    Did, DidUrl, dutch_day,
    facts::{Facts, FactsError, Group},
    numeric_date, open_badges,
    open_badges::minimum_context::Claim,
    sd_jwt_vc as claims, start_of_dutch_day,
};
use proofs::{
    PublicKey,
    data_integrity::{self, Cryptosuite, ProofError, VerifiedProof},
    did::{LookupError, Purpose},
    json_ld::{self, Contexts, JsonLdError},
    jws,
    sd_jwt::{Path, Processed, SdJwt, SdJwtError},
    sd_jwt_vc::{self, SecuredSdJwtVc},
    vc_jose::{self, SecuredCredential, SecuredPresentation},
};
use serde_json::Value;

pub(crate) mod data_model_1;
mod hidden;
mod jose;

use crate::{Input, check::Check, link::Shared};

/// A credential that was read, with nothing verified.
pub(crate) struct Document {
    pub(crate) credential: Value,
    pub(crate) facts: Result<Facts, FactsError>,
    /// The key the signature names.
    pub(crate) kid: Option<DidUrl>,
    pub(crate) secured: Secured,
    /// The link it came from, where it came from one.
    pub(crate) shared: Option<Shared>,
    /// The presentation it came in, where that is a token of its own.
    pub(crate) presented: Option<SecuredPresentation>,
}

pub(crate) enum Secured {
    /// A W3C credential as a JWT or an SD-JWT.
    Jose(Box<SecuredCredential>),
    SdJwtVc(Box<SecuredSdJwtVc>),
    DataIntegrity {
        /// As it was signed; readers' names of VCDM 2.0 are not in it where it follows VCDM 1.1.
        signed: Box<Value>,
        /// How the issuer's proof says it was made, if that is known here.
        cryptosuite: Option<Cryptosuite>,
        /// When the issuer's proof says it was made.
        created: Option<DateTime<Utc>>,
        /// When it says it ends.
        expires: Option<DateTime<Utc>>,
    },
}

/// What checking the signature gave.
pub(crate) enum Signature {
    Sound,
    Wrong(String),
    /// There is no key to check it with.
    NoKey(LookupError),
    /// It is made in a way that is not known here.
    Unknown(String),
    /// The document uses terms that are not known here, so that it is not clear what was signed.
    UnknownTerms {
        term: String,
        detail: String,
    },
    /// It is the proof that the holder keeps to derive others from.
    Base,
    /// It is sound, and made for another purpose than issuing.
    OtherPurpose,
}

/// Why there is no document to check.
pub(crate) enum Unreadable {
    /// It does not follow the standard.
    Broken(String),
    /// It carries something that the issuer did not sign.
    Tampered(String),
    /// It is signed in a way that is not supported.
    Unsupported(String),
}

impl Document {
    pub(crate) fn read(input: &Input) -> Result<Self, Unreadable> {
        match input {
            Input::SdJwt(text) => Self::of_sd_jwt(text),
            Input::Jwt(text) => jose::read(text).map(Self::of_jose),
            Input::Presented(presented) => Ok(Self {
                presented: Some(presented.presentation.clone()),
                ..Self::read(&presented.credential)?
            }),
            Input::Shared(shared) => Ok(Self {
                shared: Some(Shared::clone(shared)),
                ..Self::of_sd_jwt(&shared.share.presentation)?
            }),
            Input::DataIntegrity(signed) => {
                let credential = data_model_1::in_names_of_2(signed);
                let facts = open_badges::facts(&credential);
                let issuer = facts.as_ref().ok().and_then(|facts| facts.issuer.did.clone());
                let proof = issuers_proof(signed, issuer.as_ref());
                let text = |name: &str| proof.and_then(|proof| proof.get(name)).and_then(Value::as_str);
                Ok(Self {
                    facts,
                    kid: text("verificationMethod").and_then(|kid| kid.parse().ok()),
                    secured: Secured::DataIntegrity {
                        cryptosuite: proof.and_then(Cryptosuite::of_proof),
                        created: text("created").and_then(parse_moment),
                        expires: text("expires").and_then(parse_moment),
                        signed: Box::new(signed.clone()),
                    },
                    credential,
                    shared: None,
                    presented: None,
                })
            }
        }
    }

    fn of_sd_jwt(text: &str) -> Result<Self, Unreadable> {
        let token = SdJwt::parse(text).map_err(unreadable_token)?;
        if sd_jwt_vc::is_one(&token) {
            return Self::of_sd_jwt_vc(token);
        }
        vc_jose::from_sd_jwt(token)
            .map(Self::of_jose)
            .map_err(jose::unreadable)
    }

    fn of_jose(secured: SecuredCredential) -> Self {
        let credential = if secured.is_earlier() {
            data_model_1::in_names_of_2(secured.credential())
        } else {
            secured.credential().clone()
        };
        Self {
            facts: open_badges::facts(&credential),
            credential,
            kid: secured.kid().cloned(),
            secured: Secured::Jose(Box::new(secured)),
            shared: None,
            presented: None,
        }
    }

    fn of_sd_jwt_vc(token: SdJwt) -> Result<Self, Unreadable> {
        let secured = sd_jwt_vc::from_sd_jwt(token).map_err(|error| match error {
            sd_jwt_vc::ReadError::SdJwt(error) => unreadable_token(error),
            error => Unreadable::Broken(error.to_string()),
        })?;
        Ok(Self {
            facts: claims::facts(secured.claims()),
            credential: secured.claims().clone(),
            kid: secured.kid().cloned(),
            secured: Secured::SdJwtVc(Box::new(secured)),
            shared: None,
            presented: None,
        })
    }

    /// The issuer, if it is one whose key can be found.
    pub(crate) fn issuer(&self) -> Option<Did> {
        let member = match self.secured {
            Secured::SdJwtVc(_) => "iss",
            Secured::Jose(_) | Secured::DataIntegrity { .. } => "issuer",
        };
        let issuer = self.credential.get(member)?;
        let id = issuer.as_str().or_else(|| issuer.get("id")?.as_str())?;
        id.parse().ok()
    }

    /// When the issuer says to have signed: the proof's date where it has one, else that of the award.
    pub(crate) fn signed_at(&self) -> Option<DateTime<Utc>> {
        let of_proof = match &self.secured {
            Secured::Jose(_) | Secured::SdJwtVc(_) => self.numeric_date("iat"),
            Secured::DataIntegrity { created, .. } => *created,
        };
        of_proof.or(self.facts.as_ref().ok()?.awarded_on)
    }

    /// The latest moment at which the issuer may have signed by its own word: where that tells the day alone,
    /// the end of it.
    pub(crate) fn signed_by(&self) -> Option<DateTime<Utc>> {
        let signed = self.signed_at()?;
        match self.secured {
            Secured::SdJwtVc(_) => signed.checked_add_signed(Duration::days(1) - Duration::seconds(1)),
            Secured::Jose(_) | Secured::DataIntegrity { .. } => Some(signed),
        }
    }

    /// The earliest moment of the award by the issuer's own word.
    pub(crate) fn awarded_from(&self) -> Option<DateTime<Utc>> {
        let awarded = self.facts.as_ref().ok()?.awarded_on?;
        Some(match self.secured {
            Secured::SdJwtVc(_) => start_of_dutch_day(dutch_day(awarded)),
            Secured::Jose(_) | Secured::DataIntegrity { .. } => awarded,
        })
    }

    /// A date of RFC 7519, which a token may have beside those of the credential.
    pub(crate) fn numeric_date(&self, claim: &str) -> Option<DateTime<Utc>> {
        self.claims()?.get(claim).and_then(numeric_date)
    }

    /// Whether a date of RFC 7519 is there and is none, so that it cannot be held against the token.
    pub(crate) fn has_unreadable_numeric_date(&self) -> bool {
        let is_unreadable = |claims: &Value| {
            let dates = ["iat", "nbf", "exp"].into_iter();
            dates
                .filter_map(|claim| claims.get(claim))
                .any(|date| numeric_date(date).is_none())
        };
        self.claims().is_some_and(is_unreadable)
    }

    /// The claims of the token, if it is one.
    fn claims(&self) -> Option<&Value> {
        match &self.secured {
            Secured::Jose(secured) => Some(secured.claims()),
            Secured::SdJwtVc(_) => Some(&self.credential),
            Secured::DataIntegrity { .. } => None,
        }
    }

    /// Whether it may follow the data model 1.1: not in the forms that came with the data model 2.0.
    pub(crate) fn may_be_old(&self) -> bool {
        match &self.secured {
            Secured::Jose(secured) => secured.is_earlier(),
            Secured::SdJwtVc(_) => false,
            Secured::DataIntegrity { .. } => true,
        }
    }

    /// `vc+sd-jwt`, `vc+jwt`, `jwt_vc_json`, `dc+sd-jwt` or `ldp_vc`.
    pub(crate) fn format(&self) -> &'static str {
        match &self.secured {
            Secured::Jose(secured) => secured.format(),
            Secured::SdJwtVc(_) => sd_jwt_vc::TYPE,
            Secured::DataIntegrity { .. } => "ldp_vc",
        }
    }

    /// The cryptosuite of the issuer's proof.
    pub(crate) fn cryptosuite(&self) -> Option<Cryptosuite> {
        match self.secured {
            Secured::DataIntegrity { cryptosuite, .. } => cryptosuite,
            Secured::Jose(_) | Secured::SdJwtVc(_) => None,
        }
    }

    pub(crate) fn sd_jwt(&self) -> Option<&SdJwt> {
        match &self.secured {
            Secured::Jose(secured) => secured.sd_jwt(),
            Secured::SdJwtVc(secured) => Some(secured.sd_jwt()),
            Secured::DataIntegrity { .. } => None,
        }
    }

    /// Places in which something was left out; what it is cannot be known.
    pub(crate) fn hidden_in(&self) -> Vec<String> {
        let processed = match &self.secured {
            Secured::Jose(secured) => secured.processed().map(Processed::hidden_in),
            Secured::SdJwtVc(secured) => Some(secured.processed().hidden_in()),
            // A derived proof does not tell whether anything was left out, so it may have been, anywhere.
            Secured::DataIntegrity {
                cryptosuite: Some(Cryptosuite::EcdsaSd2023),
                ..
            } => return vec![String::new()],
            Secured::DataIntegrity { .. } => None,
        };
        let processed: &[Path] = processed.unwrap_or_default();
        processed.iter().map(ToString::to_string).collect()
    }

    /// Whether more was left out beside the credential's own members than the profile lets its holder hide there. It
    /// might be anything: an end, or where to see whether it was revoked.
    ///
    /// A derived proof does not tell how much was left out.
    pub(crate) fn hides_unknown_members(&self) -> bool {
        let at_the_top = self.hidden_in().iter().filter(|place| place.is_empty()).count();
        let accounted_for = match &self.secured {
            Secured::SdJwtVc(_) => hidden::absent_of_sd_jwt_vc(&self.credential),
            Secured::Jose(_) => usize::from(self.credential.get("evidence").is_none()),
            Secured::DataIntegrity { .. } => return self.is_derived(),
        };
        at_the_top > accounted_for
    }

    /// Whether anything was left out in this member of the credential.
    pub(crate) fn hides_within(&self, member: &str) -> bool {
        let is_within = |place: &str| {
            place
                .strip_prefix('/')
                .is_some_and(|place| place.split('/').next() == Some(member))
        };
        self.hidden_in().iter().any(|place| is_within(place))
    }

    /// Whether this claim may be among what was left out.
    pub(crate) fn may_hide(&self, claim: Claim) -> bool {
        let hidden = self.hidden_in();
        match self.secured {
            Secured::SdJwtVc(_) => hidden::may_be_in_sd_jwt_vc(claim, &hidden),
            Secured::Jose(_) => hidden::may_be_in_w3c(claim, &self.credential, &hidden),
            // What was derived may lack anything.
            Secured::DataIntegrity { .. } => !hidden.is_empty(),
        }
    }

    /// Whether what is shown was derived from a proof over more, of which nobody knows how much.
    pub(crate) fn is_derived(&self) -> bool {
        match &self.secured {
            Secured::DataIntegrity {
                signed,
                cryptosuite: Some(Cryptosuite::EcdsaSd2023),
                ..
            } => !data_integrity::ecdsa_sd::is_base(signed),
            Secured::Jose(_) | Secured::SdJwtVc(_) | Secured::DataIntegrity { .. } => false,
        }
    }

    /// The groups the holder chose not to show: those that are absent where something was left out.
    pub(crate) fn hidden_groups(&self) -> Vec<Group> {
        let Ok(facts) = &self.facts else { return Vec::new() };
        match self.secured {
            Secured::SdJwtVc(_) => hidden::of_sd_jwt_vc(&self.credential, facts, &self.hidden_in()),
            Secured::DataIntegrity {
                cryptosuite: Some(Cryptosuite::EcdsaSd2023),
                ..
            } => facts.hidden.clone(),
            Secured::Jose(_) | Secured::DataIntegrity { .. } => hidden::of_w3c(facts, self.hidden_in()),
        }
    }

    /// What the issuer signed: for an SD-JWT, with digests in the place of what can be hidden.
    pub(crate) fn signed(&self) -> &Value {
        self.sd_jwt().map_or(&self.credential, SdJwt::signed_payload)
    }

    /// Checks the issuer's signature with the key that `check` finds.
    pub(crate) fn verify(&self, check: &Check<'_>) -> Signature {
        match &self.secured {
            Secured::Jose(secured) => signature(check, secured.kid(), |key| secured.verify(key)),
            Secured::SdJwtVc(secured) => signature(check, secured.kid(), |key| secured.verify(key)),
            Secured::DataIntegrity { signed, .. } => self.verify_data_integrity(check, signed),
        }
    }

    fn verify_data_integrity(&self, check: &Check<'_>, signed: &Value) -> Signature {
        match data_integrity::verify(signed, &|kid, purpose| check.key(kid, purpose)) {
            Ok(proofs) => {
                if let Some(error) = meaningless_term(&proofs, signed) {
                    return unknown_terms(&error);
                }
                let by_issuer = self
                    .issuer()
                    .map(|issuer| data_integrity::require_issuer(&proofs, &issuer).is_ok());
                let names_issuer = self.kid.as_ref().map(DidUrl::did).cloned() == self.issuer();
                match by_issuer {
                    Some(false) if names_issuer => Signature::OtherPurpose,
                    _ => Signature::Sound,
                }
            }
            Err(ProofError::Key(error)) => Signature::NoKey(error),
            Err(error @ (ProofError::Signature | ProofError::Algorithm(_) | ProofError::Malformed(_))) => {
                Signature::Wrong(error.to_string())
            }
            Err(
                error @ (ProofError::Absent
                | ProofError::TooMany
                | ProofError::Unsupported
                | ProofError::Jcs(_)),
            ) => Signature::Unknown(error.to_string()),
            Err(ProofError::BaseProof) => Signature::Base,
            Err(ProofError::JsonLd(error)) => unknown_terms(&error),
        }
    }
}

/// Why it is not known what a document says whose proofs sign JSON and leave its terms' meaning open.
fn meaningless_term(proofs: &[VerifiedProof], signed: &Value) -> Option<JsonLdError> {
    if !proofs.iter().any(|proof| proof.cryptosuite.signs_json()) {
        return None;
    }
    let mut bare = signed.clone();
    bare.as_object_mut()?.remove("proof");
    json_ld::canonicalize(&bare, Contexts::bundled()).err()
}

fn unknown_terms(error: &JsonLdError) -> Signature {
    Signature::UnknownTerms {
        term: unknown_term(error),
        detail: error.to_string(),
    }
}

fn signature(
    check: &Check<'_>,
    kid: Option<&DidUrl>,
    verify: impl Fn(&PublicKey) -> Result<(), jws::VerifyError>,
) -> Signature {
    let Some(kid) = kid else {
        return Signature::Unknown("the token names no key of a DID".to_owned());
    };
    match check.key(kid, Purpose::AssertionMethod) {
        Ok(key) => match verify(&key) {
            Ok(()) => Signature::Sound,
            Err(error) => Signature::Wrong(error.to_string()),
        },
        Err(error) => Signature::NoKey(error),
    }
}

/// What in the document has no known meaning, in as few words as possible.
fn unknown_term(error: &JsonLdError) -> String {
    match error {
        JsonLdError::UnknownContext(name)
        | JsonLdError::InlineContext(name)
        | JsonLdError::UndefinedTerm { term: name, .. }
        | JsonLdError::UndefinedType { term: name, .. }
        | JsonLdError::OtherSpelling { name, .. }
        | JsonLdError::NotAnIri(name)
        | JsonLdError::SaysNothing(name)
        | JsonLdError::WrongShape(name)
        | JsonLdError::InexactNumber(name)
        | JsonLdError::Unsupported { keyword: name, .. }
        | JsonLdError::ProtectedTerm(name)
        | JsonLdError::ContextDefinition(name) => name.clone(),
        JsonLdError::NQuads(_) | JsonLdError::TooComplex => "JSON-LD".to_owned(),
    }
}

/// The proof in the issuer's name, or else the first.
fn issuers_proof<'a>(credential: &'a Value, issuer: Option<&Did>) -> Option<&'a Value> {
    let proofs = match credential.get("proof")? {
        Value::Array(proofs) => proofs.as_slice(),
        single => std::slice::from_ref(single),
    };
    let of_issuer = |proof: &&Value| {
        let kid = proof.get("verificationMethod").and_then(Value::as_str);
        let kid = kid.and_then(|kid| DidUrl::parse(kid).ok());
        kid.is_some_and(|kid| Some(kid.did()) == issuer)
    };
    proofs.iter().find(of_issuer).or_else(|| proofs.first())
}

/// A date and time with its zone (VCDM 2.0 §4.9).
pub(crate) fn parse_moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|moment| moment.to_utc())
}

fn unreadable_token(error: SdJwtError) -> Unreadable {
    let text = error.to_string();
    match error {
        SdJwtError::Jws(jws::ParseError::Algorithm | jws::ParseError::Extension(_))
        | SdJwtError::DigestAlgorithm => Unreadable::Unsupported(text),
        SdJwtError::Disclosure(_)
        | SdJwtError::RepeatedDisclosure(_)
        | SdJwtError::UnreferencedDisclosure(_)
        | SdJwtError::WrongKind(_)
        | SdJwtError::ReservedName(_)
        | SdJwtError::ClaimCollision(_) => Unreadable::Tampered(text),
        _ => Unreadable::Broken(text),
    }
}
