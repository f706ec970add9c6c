//! Decides whether an issuer may say so: at a moment, and then and now.
//!
//! The chain is walked from the issuer's accreditation to a root's. A chain is as good as its worst link, and
//! an accreditation that is wider than the one it was derived from allows nothing. The anchors vouch for the
//! list, and the list for its roots; a chain that ends anywhere else does not exist.

use chrono::{DateTime, SubsecRound as _, Utc};
use credentials::{Did, Text};
use serde::Serialize;

use crate::{
    chain::{Basis, Chain, in_words},
    claim::{Claim, Comparison, ScopeClaim},
    list::VerifiedList,
    model::{Entity, EntityKind, Layer, Status},
    scope::Dimension,
};

/// What an issuer was at a moment, by what was known at another, and what that rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The worst link.
    pub status: Status,
    /// Why, in the words of the link that decided.
    pub reason: Text,
    /// Whether no link and no agreement of that time forbids what is claimed.
    pub in_scope: bool,
    /// What lies outside, when something does.
    pub out_of_scope: Option<Text>,
    /// What is limited by level, size, type or framework and left unsaid, so that it cannot be compared.
    pub unstated: Vec<Dimension>,
    /// The profile of the framework that allows it, such as `NL-HO-2021`.
    pub profile: Option<String>,
    /// From the issuer upwards.
    pub links: Vec<Finding>,
}

/// What one organisation in the chain was at the moment asked about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Its place in the chain.
    pub role: EntityKind,
    /// The register's name for it.
    pub entity: String,
    /// Who.
    pub did: Did,
    /// What people call it.
    pub name: Text,
    /// Under which accreditation; empty when there is none.
    pub accreditation: String,
    /// What that accreditation was.
    pub status: Status,
    /// Why.
    pub reason: Text,
    /// What the status rests on.
    pub basis: Basis,
    /// Whether it allows what is claimed.
    pub in_scope: bool,
    /// What it does not allow.
    pub out_of_scope: Option<Text>,
}

/// The chain from an issuer to the root, judged at two moments.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainResult {
    /// From the issuer upwards, by the accreditation that serves the issuer best at issuance.
    pub links: Vec<Link>,
    /// The worst link at issuance.
    pub at_issuance: Status,
    /// What the issuer is now, by the accreditation that serves it best now.
    pub now: Status,
    /// That accreditation.
    pub now_by: Option<String>,
    /// Whether no link and no agreement of the time of issuance forbids what the credential says.
    pub in_scope: bool,
    /// Whether any accreditation of the issuer, in force or not, is for what the credential says.
    #[serde(skip)]
    pub is_concerned: bool,
    /// What lies outside, in words, when something does.
    pub out_of_scope: Option<Text>,
    /// What is limited by level, size or type and left unsaid by the credential, so that it cannot be compared.
    pub unstated: Vec<Dimension>,
    /// The profile of the framework that allowed it, such as `NL-HO-2021`.
    pub profile: Option<String>,
    /// Whether it was awarded before awards were foreseen, and from when they were.
    pub before_awards: Option<DateTime<Utc>>,
    /// Since when the issuer has not been active, when it is not active now.
    pub inactive_since: Option<DateTime<Utc>>,
    /// Why it is not active now, in the register's own words.
    pub inactive_reason: Option<Text>,
    /// Whether the chain was active at issuance until a later decision withdrew it for that moment as well.
    pub retroactive: bool,
    /// The last spell between issuance and now in which the issuer was not active, once it is active again.
    pub interruption: Option<Interruption>,
    /// Who took over from the issuer, or from the organisation it is part of.
    pub successor: Option<Successor>,
}

/// Who took over.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Successor {
    /// The register's name for it.
    pub entity: String,
    /// What people call it.
    pub name: Text,
    /// From when.
    pub since: DateTime<Utc>,
    /// What it is itself now.
    pub now: Status,
}

/// A spell in which an issuer did not take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interruption {
    /// When it began.
    pub from: DateTime<Utc>,
    /// When it was over.
    pub until: DateTime<Utc>,
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

/// What `subject` was at `at`, by everything recorded up to and including `known_at`.
///
/// `None` when the register does not know the subject at all. Of several accreditations the one that serves it best
/// answers.
pub fn evaluate(
    list: &VerifiedList,
    subject: &Did,
    claim: &ScopeClaim,
    at: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> Option<Evaluation> {
    let entity = list.entity(subject)?;
    let claim = Claim::new(list, claim);
    let in_use = entity.used(subject, at);
    let best = chains(list, entity, known_at)
        .into_iter()
        .map(|chain| (claim.compare(list, &chain, at), chain))
        .max_by_key(|(comparison, chain)| merit(chain.status(at), comparison));
    let Some((comparison, chain)) = best else {
        return Some(nothing(subject, entity));
    };
    let links = chain.hops.iter().enumerate().map(|(position, hop)| {
        let of_issuer = position == 0;
        let out_of_scope = comparison.links.get(position).cloned().flatten();
        let (status, reason) = match of_issuer && !in_use {
            true => (Status::Absent, not_in_use()),
            false => (hop.status(at), hop.reason(at)),
        };
        Finding {
            role: hop.entity.kind,
            entity: hop.entity.entity_id.clone(),
            // The issuer is named as in the question, should it have had other DIDs.
            did: match of_issuer {
                true => subject.clone(),
                false => hop.entity.dids.first().unwrap_or(subject).clone(),
            },
            name: hop.entity.display_name.clone(),
            accreditation: hop.accreditation.accreditation_id.clone(),
            status,
            reason,
            basis: hop.basis(at),
            in_scope: out_of_scope.is_none(),
            out_of_scope,
        }
    });
    let links: Vec<_> = links.collect();
    let worst = links.iter().rev().max_by_key(|link| link.status);
    let (status, reason) = match worst {
        Some(link) if chain.ends_at_root => (link.status, link.reason.clone()),
        _ => (Status::Absent, no_root()),
    };
    let out_of_scope = first_outside(&comparison);
    Some(Evaluation {
        status,
        reason,
        in_scope: out_of_scope.is_none(),
        out_of_scope,
        profile: comparison.profile.map(|profile| profile.id.clone()),
        unstated: comparison.unstated,
        links,
    })
}

/// Judges `issuer` at the moment of issuance `at` and at `now`, by all that the list says.
///
/// `None` when the register does not know the issuer at all. A list signed a little ahead of our clock counts with
/// all it holds: `now` is then its `issuedAt`.
pub fn assess(
    list: &VerifiedList,
    issuer: &Did,
    claim: &ScopeClaim,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<ChainResult> {
    let now = now.max(list.list().issued_at);
    assess_known_at(list, issuer, claim, at, now, now)
}

/// As [`assess`], with what was recorded by `known_at`: what did we know then?
pub fn assess_known_at(
    list: &VerifiedList,
    issuer: &Did,
    claim: &ScopeClaim,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> Option<ChainResult> {
    let entity = list.entity(issuer)?;
    let claim = Claim::new(list, claim);
    let in_use = entity.used(issuer, at);
    let status_then = |chain: &Chain<'_>| match in_use {
        true => chain.status(at),
        false => Status::Absent,
    };
    let chains = chains(list, entity, known_at);
    let compared = chains.iter().map(|chain| (claim.compare(list, chain, at), chain));
    let best = compared.max_by_key(|(comparison, chain)| {
        let (then, in_scope, all_stated) = merit(status_then(chain), comparison);
        (then, in_scope, all_stated, chain.is_active(now))
    });
    let Some((comparison, chain)) = best else {
        return Some(absent(issuer, entity));
    };
    let out_of_scope = first_outside(&comparison);
    // An admission for something else says nothing of what this credential rests on.
    let mut concerned: Vec<&Chain<'_>> = chains.iter().filter(|chain| claim.concerns(chain)).collect();
    let is_concerned = !concerned.is_empty();
    if !is_concerned {
        concerned = chains.iter().collect();
    }
    let serving = concerned.iter().min_by_key(|chain| chain.status(now));
    let (inactive_since, inactive_reason) = inactivity(&concerned, now);
    let links = chain.hops.iter().enumerate().map(|(position, hop)| {
        let reason = comparison.links.get(position).cloned().flatten();
        Link {
            role: hop.entity.kind,
            did: match position {
                0 => issuer.clone(),
                _ => hop.entity.dids.first().unwrap_or(issuer).clone(),
            },
            name: hop.entity.display_name.clone(),
            accreditation: hop.accreditation.accreditation_id.clone(),
            at_issuance: match in_use || position > 0 {
                true => hop.status(at),
                false => Status::Absent,
            },
            now: hop.status(now),
            in_scope: reason.is_none(),
            reason,
        }
    });
    Some(ChainResult {
        links: links.collect(),
        at_issuance: status_then(chain),
        now: serving.map_or(Status::Absent, |chain| chain.status(now)),
        now_by: serving
            .and_then(|chain| chain.hops.first())
            .map(|hop| hop.accreditation.accreditation_id.clone()),
        in_scope: out_of_scope.is_none(),
        is_concerned,
        out_of_scope,
        unstated: comparison.unstated,
        profile: comparison.profile.map(|profile| profile.id.clone()),
        before_awards: comparison
            .profile
            .and_then(|profile| profile.awards_from)
            .filter(|from| at < *from),
        inactive_since,
        inactive_reason,
        retroactive: in_use && chain.withdrawn_retroactively(at),
        interruption: interruption(&concerned, at, now),
        successor: successor(list, entity, now, known_at),
    })
}

/// The chains of an organisation's participation in the quality framework, in the order of the list.
pub(crate) fn chains<'a>(
    list: &'a VerifiedList,
    entity: &'a Entity,
    known_at: DateTime<Utc>,
) -> Vec<Chain<'a>> {
    entity
        .accreditations
        .iter()
        .filter(|accreditation| accreditation.layer == Layer::L3)
        .map(|accreditation| Chain::walk(list, entity, accreditation, known_at))
        .collect()
}

/// How well a chain serves an issuer.
fn merit(status: Status, comparison: &Comparison<'_>) -> (bool, bool, bool) {
    (
        status == Status::Active,
        first_outside(comparison).is_none(),
        comparison.unstated.is_empty(),
    )
}

fn first_outside(comparison: &Comparison<'_>) -> Option<Text> {
    let of_link = comparison.links.iter().flatten().next();
    of_link.or(comparison.no_profile.as_ref()).cloned()
}

/// Since when, and why, no chain is active: by the one that stopped last, and in it the link that stopped first.
fn inactivity(chains: &[&Chain<'_>], now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<Text>) {
    if chains.iter().any(|chain| chain.is_active(now)) {
        return (None, None);
    }
    let stopped = chains.iter().filter_map(|chain| chain.stopped(now));
    let Some((since, link)) = stopped.max_by_key(|(since, _)| *since) else {
        return (None, None);
    };
    let reason = match link.status(now) {
        // The dates say it; there is no decision to quote.
        Status::Expired | Status::Absent => None,
        _ => Some(
            link.deciding_event(now)
                .map_or_else(|| link.reason(now), in_words),
        ),
    };
    (Some(since), reason.filter(|reason| !reason.is_empty()))
}

/// Looks back from now: the last spell without any active chain that began after issuance, and that is over.
fn interruption(chains: &[&Chain<'_>], at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Interruption> {
    let is_active = |moment| chains.iter().any(|chain| chain.is_active(moment));
    let (mut until, mut was_active_before) = (None, is_active(at));
    let mut moment = chains.iter().filter_map(|chain| chain.change_by(now)).max();
    let mut from = None;
    while let Some(change) = moment.filter(|change| at < *change) {
        match (is_active(change), from) {
            // The spell is whole.
            (true, Some(_)) => {
                was_active_before = true;
                break;
            }
            (true, None) => until = Some(change),
            (false, _) => from = Some(change),
        }
        let before = change.checked_sub_signed(chrono::TimeDelta::nanoseconds(1))?;
        moment = chains.iter().filter_map(|chain| chain.change_by(before)).max();
    }
    Some(Interruption {
        from: from.filter(|_| was_active_before)?.trunc_subsecs(6),
        until: until?,
    })
}

fn successor(
    list: &VerifiedList,
    entity: &Entity,
    now: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> Option<Successor> {
    let above = || {
        entity
            .parent_entity
            .as_deref()
            .and_then(|id| list.entity_by_id(id))
    };
    let succession = entity
        .successor_at(now, known_at)
        .or_else(|| above().and_then(|entity| entity.successor_at(now, known_at)))?;
    let taker = list.entity_by_id(&succession.entity)?;
    let standing = chains(list, taker, known_at)
        .iter()
        .map(|chain| chain.status(now))
        .min();
    Some(Successor {
        entity: taker.entity_id.clone(),
        name: taker.display_name.clone(),
        since: succession.effective_from,
        now: standing.unwrap_or(Status::Absent),
    })
}

fn not_in_use() -> Text {
    Text::new(
        "deze DID was toen niet in gebruik",
        "this DID was not in use then",
    )
}

fn no_root() -> Text {
    Text::new(
        "de keten van toelatingen komt niet bij een stelselbeheerder uit",
        "the chain of admissions does not lead up to a root",
    )
}

fn nothing(subject: &Did, entity: &Entity) -> Evaluation {
    let reason = Text::new("nooit toegelaten", "never admitted");
    Evaluation {
        status: Status::Absent,
        reason: reason.clone(),
        in_scope: false,
        out_of_scope: None,
        unstated: Vec::new(),
        profile: None,
        links: vec![Finding {
            role: entity.kind,
            entity: entity.entity_id.clone(),
            did: subject.clone(),
            name: entity.display_name.clone(),
            accreditation: String::new(),
            status: Status::Absent,
            reason,
            basis: Basis::Nothing,
            in_scope: false,
            out_of_scope: None,
        }],
    }
}

/// The result for an organisation that is listed without being admitted.
fn absent(issuer: &Did, entity: &Entity) -> ChainResult {
    let link = Link {
        role: entity.kind,
        did: issuer.clone(),
        name: entity.display_name.clone(),
        accreditation: String::new(),
        at_issuance: Status::Absent,
        now: Status::Absent,
        in_scope: false,
        reason: None,
    };
    ChainResult {
        links: vec![link],
        at_issuance: Status::Absent,
        now: Status::Absent,
        now_by: None,
        in_scope: false,
        is_concerned: false,
        out_of_scope: None,
        unstated: Vec::new(),
        profile: None,
        before_awards: None,
        inactive_since: None,
        inactive_reason: None,
        retroactive: false,
        interruption: None,
        successor: None,
    }
}
