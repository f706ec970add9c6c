//! Decides whether an issuer may say so: then, now, and within its scope.

use chrono::{DateTime, Utc};
use credentials::{Did, Text, award::Sector};
use serde::{Deserialize, Serialize};

use crate::{
    list::VerifiedList,
    model::{EntityKind, SizeUnit, Status},
};

/// What a credential says that an accreditation may limit. What is absent is not checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScopeClaim {
    /// The sector of education.
    pub sector: Option<Sector>,
    /// The quality framework's id; its sectors count when `sector` is absent.
    pub framework: Option<String>,
    /// The level.
    pub eqf: Option<u8>,
    /// The size, in every unit the credential states.
    pub sizes: Vec<(SizeUnit, f64)>,
    /// The type of achievement.
    pub credential_type: String,
    /// The ISCED-F field.
    pub field: Option<String>,
}

/// The chain from an issuer to the root, judged at two moments.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainResult {
    /// From the issuer upwards.
    pub links: Vec<Link>,
    /// The worst link at issuance.
    pub at_issuance: Status,
    /// The worst link now.
    pub now: Status,
    /// Whether every link allows what the credential says.
    pub in_scope: bool,
    /// What lies outside, when something does.
    pub out_of_scope: Option<Text>,
    /// Since when the chain has not been active, when it is not active now.
    pub inactive_since: Option<DateTime<Utc>>,
    /// Why the chain is not active now, in the register's own words.
    pub inactive_reason: Option<Text>,
    /// Whether the chain was active at issuance until a later decision looked back.
    pub retroactive: bool,
}

/// One organisation in the chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Its place in the chain.
    pub role: EntityKind,
    /// Who.
    pub did: Did,
    /// What people call it.
    pub name: Text,
    /// Under which accreditation.
    pub accreditation: String,
    /// What that accreditation was at issuance.
    pub at_issuance: Status,
    /// What it is now.
    pub now: Status,
    /// Whether it allows what the credential says.
    pub in_scope: bool,
    /// What it does not allow.
    pub reason: Option<Text>,
}

/// Judges `issuer` at the moment of issuance `at` and at `now`, knowing all that is recorded by `now`.
///
/// `None` when the register does not know the issuer at all.
pub fn evaluate(
    list: &VerifiedList,
    issuer: &Did,
    claim: &ScopeClaim,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<ChainResult> {
    let _ = (list, issuer, claim, at, now);
    None
}
