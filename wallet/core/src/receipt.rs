//! Checking what an issuer gave before it is kept.

use credentials::Did;
use credentials::open_badges::Facts;
use openid4vc::issuance::client::ReceivedCredential;
use proofs::{PublicKey, vc_jose};
use serde_json::Value;
use verification::{Axis, Outcome, VerificationReport};

use crate::shape::{self, Format, Shape};

/// Why a received copy was not kept. The configuration is the issuer's name for the kind of copy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is not of the announced format, or breaks the rules of that format.
    #[error("the copy {0} is malformed")]
    Malformed(String),
    /// It is bound to another key than the one made for it.
    #[error("the copy {0} is not bound to the holder's key")]
    OtherHolder(String),
    /// It is well formed, and not an Open Badges credential.
    #[error("the copy {0} is not an Open Badges credential")]
    OtherKind(String),
    /// Its signature does not hold, or the key was not the issuer's to use.
    #[error("the signature of the copy {0} does not hold")]
    Signature(String),
}

impl ReceiptError {
    /// A stable name, such as `received-other-holder`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "received-malformed",
            Self::OtherHolder(_) => "received-other-holder",
            Self::OtherKind(_) => "received-other-kind",
            Self::Signature(_) => "received-bad-signature",
        }
    }

    /// For the learner, in Dutch.
    pub fn nl(&self) -> String {
        let what = match self {
            Self::Malformed(_) => "Wat de onderwijsinstelling stuurde is geen goed bewijs.",
            Self::OtherHolder(_) => "Wat de onderwijsinstelling stuurde is niet aan jouw wallet gekoppeld.",
            Self::OtherKind(_) => {
                "Wat de onderwijsinstelling stuurde is een ander soort bewijs dan deze wallet kent."
            }
            Self::Signature(_) => "De handtekening klopt niet van wat de onderwijsinstelling stuurde.",
        };
        format!(
            "{what} Het is niet bewaard. Meld het bij je onderwijsinstelling en vraag om een nieuw aanbod."
        )
    }

    /// For the learner, in English.
    pub fn en(&self) -> String {
        let what = match self {
            Self::Malformed(_) => "What the institution sent is not a sound credential.",
            Self::OtherHolder(_) => "What the institution sent is not bound to your wallet.",
            Self::OtherKind(_) => {
                "What the institution sent is another kind of credential than this wallet knows."
            }
            Self::Signature(_) => "The signature of what the institution sent does not hold.",
        };
        format!("{what} It was not kept. Tell your institution and ask for a new offer.")
    }
}

/// Checks all that needs nobody else: the format's own rules, and that the copy is bound to one of `keys`. Gives
/// the place of that key.
pub(crate) fn check(
    received: &ReceivedCredential,
    keys: &[(usize, PublicKey)],
) -> Result<(usize, Facts), ReceiptError> {
    let configuration = || received.configuration_id.clone();
    let malformed = || ReceiptError::Malformed(configuration());
    let other_holder = || ReceiptError::OtherHolder(configuration());

    let (claims, key) = match (Format::of(&received.format), &received.credential) {
        (Some(format), Value::String(text)) => {
            let (token, claims) = match format {
                Format::VcSdJwt => {
                    let secured = vc_jose::read(text).map_err(|_| malformed())?;
                    secured.require_issuer().map_err(|_| malformed())?;
                    let token = secured.sd_jwt().ok_or_else(malformed)?;
                    (token.clone(), secured.credential().clone())
                }
                Format::DcSdJwt => shape::token(format, text).ok_or_else(malformed)?,
            };
            if token.key_binding().is_some() {
                return Err(malformed());
            }
            // Without `cnf` nobody could tell who presents it.
            let bound = token.holder_key().ok().flatten().ok_or_else(other_holder)?;
            let key = keys.iter().find(|(_, key)| *key == bound);
            if let (Some(subject), Some((_, key))) = (subject(&claims), key)
                && !names(subject, key)
            {
                return Err(other_holder());
            }
            (claims, key)
        }
        (None, credential @ Value::Object(members)) => {
            if !members.contains_key("proof") {
                return Err(malformed());
            }
            let subject = subject(credential).ok_or_else(other_holder)?;
            let key = keys.iter().find(|(_, key)| names(subject, key));
            (credential.clone(), key)
        }
        _ => return Err(malformed()),
    };
    let (place, _) = key.ok_or_else(other_holder)?;
    let facts = Shape::of(&received.format, &claims).facts(&claims);
    let facts = facts.map_err(|_| ReceiptError::OtherKind(configuration()))?;
    Ok((*place, facts))
}

/// Refuses a copy whose signature was checked and does not hold; `Ok(false)` when it could not be checked.
pub(crate) fn judge(report: &VerificationReport, configuration_id: &str) -> Result<bool, ReceiptError> {
    let outcome = |axis| {
        report
            .axis(axis)
            .map_or(Outcome::Inconclusive, |report| report.outcome)
    };
    if outcome(Axis::Signature) == Outcome::Failed || outcome(Axis::IssuerKey) == Outcome::Failed {
        return Err(ReceiptError::Signature(configuration_id.to_owned()));
    }
    Ok(outcome(Axis::Signature) == Outcome::Passed)
}

fn subject(credential: &Value) -> Option<&str> {
    credential.pointer("/credentialSubject/id")?.as_str()
}

fn names(subject: &str, key: &PublicKey) -> bool {
    Did::parse(subject).is_ok_and(|did| did == key.to_did_key() || did == key.to_did_jwk())
}
