//! What a register's list means for one credential: `specs/accreditation/`, section 6.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use serde::Serialize;

use crate::{
    claim::ScopeClaim,
    evaluation::{ChainResult, assess},
    list::{Freshness, VerifiedList},
    model::{Proof, Status},
    receipts::time_used,
};

/// What is asked about a credential whose signature was found to be right.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who issued it.
    pub issuer: &'a Did,
    /// The key that signed it.
    pub kid: &'a DidUrl,
    /// What it says.
    pub claim: &'a ScopeClaim,
    /// When it was issued, by the issuer's own word.
    pub claimed: DateTime<Utc>,
    /// When the register received the commitment to it, where a receipt proves that.
    pub received_at: Option<DateTime<Utc>>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// What follows from the register alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Active then and now, in scope.
    Accredited,
    /// Active at a proven time, and not active now.
    ValidWhenIssued,
    /// Not active then.
    NotAccreditedThen,
    /// Active then, until a later decision withdrew it for that moment as well.
    WithdrawnRetroactively,
    /// More than the issuer might issue.
    OutOfScope,
    /// Not known to the register.
    UnknownIssuer,
    /// There is no list, or an old one that says nothing against the issuer.
    RegisterUnavailable,
    /// Active then by the issuer's own word alone, and not active now.
    IssueDateUnproven,
    /// The key did not count then.
    KeyDidNotCount,
    /// The credential leaves unsaid what is limited.
    ScopeUnstated,
}

impl Verdict {
    /// The code of the message.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accredited => "ACC-001",
            Self::ValidWhenIssued => "ACC-002",
            Self::NotAccreditedThen => "ACC-003",
            Self::WithdrawnRetroactively => "ACC-004",
            Self::OutOfScope => "ACC-005",
            Self::UnknownIssuer => "ACC-006",
            Self::RegisterUnavailable => "ACC-007",
            Self::IssueDateUnproven => "ACC-008",
            Self::KeyDidNotCount => "ACC-009",
            Self::ScopeUnstated => "SCP-002",
        }
    }

    /// `red`, `grey`, `amber` or `green`; never shown without words.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Accredited => "green",
            Self::ValidWhenIssued | Self::IssueDateUnproven => "amber",
            Self::UnknownIssuer | Self::RegisterUnavailable | Self::ScopeUnstated => "grey",
            Self::NotAccreditedThen
            | Self::WithdrawnRetroactively
            | Self::OutOfScope
            | Self::KeyDidNotCount => "red",
        }
    }
}

/// Judges the issuer of a credential at the time that counts as that of issuance, and now.
///
/// A date on which the issuer was not admitted is not mended by a receipt that came when it was.
pub fn assess_issuance(
    list: &VerifiedList,
    issuer: &Did,
    claim: &ScopeClaim,
    (claimed, used): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, ChainResult)> {
    let at_claimed = assess(list, issuer, claim, claimed, now)?;
    if used == claimed || at_claimed.at_issuance != Status::Active {
        return Some((claimed, at_claimed));
    }
    Some((used, assess(list, issuer, claim, used, now)?))
}

/// What the register's list means for a credential; `None` stands for a register that cannot be reached or believed.
///
/// Red goes before grey, grey before amber, amber before green. An old list counts for what it says against an issuer,
/// and for nothing in its favour.
pub fn judge(list: Option<&VerifiedList>, question: &Question<'_>) -> Verdict {
    let Some(list) = list else {
        return Verdict::RegisterUnavailable;
    };
    let Question {
        issuer,
        kid,
        claim,
        claimed,
        received_at,
        now,
    } = *question;
    let is_fresh = list.freshness(now) == Freshness::Fresh;
    let used = received_at.map_or(claimed, |received| time_used(claimed, received));
    let Some((_, chain)) = assess_issuance(list, issuer, claim, (claimed, used), now) else {
        return match is_fresh {
            true => Verdict::UnknownIssuer,
            false => Verdict::RegisterUnavailable,
        };
    };
    let proof = received_at.map(|received_at| Proof { received_at, used });
    let key = list
        .key(kid)
        .filter(|registered| registered.entity.dids.contains(issuer));
    if key.is_none_or(|registered| kid.did() != issuer || !registered.key.counts(claimed, proof, now)) {
        return Verdict::KeyDidNotCount;
    }
    if chain.at_issuance != Status::Active {
        return match chain.retroactive {
            true => Verdict::WithdrawnRetroactively,
            false => Verdict::NotAccreditedThen,
        };
    }
    if !chain.in_scope {
        return Verdict::OutOfScope;
    }
    match (is_fresh, chain.unstated.is_empty(), chain.now, proof) {
        (false, ..) => Verdict::RegisterUnavailable,
        (true, false, ..) => Verdict::ScopeUnstated,
        (true, true, Status::Active, _) => Verdict::Accredited,
        (true, true, _, Some(_)) => Verdict::ValidWhenIssued,
        (true, true, _, None) => Verdict::IssueDateUnproven,
    }
}
