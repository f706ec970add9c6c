//! Decides whether an issuer may say so: then, now, and within its scope.
//!
//! The chain is walked from the issuer's accreditation to a root's. A chain is as good as its worst link, and
//! an accreditation that is wider than the one it was derived from allows nothing. The anchors vouch for the
//! list, and the list for its roots; a chain that ends anywhere else does not exist.

use chrono::{DateTime, Utc};
use credentials::{Did, Text, award::Sector};
use serde::Serialize;

use crate::{
    list::VerifiedList,
    model::{Accreditation, Entity, EntityKind, Layer, Status},
    scope::{Dimension, Scope, SizeRange, SizeUnit},
};

/// The most links that are walked.
const LONGEST_CHAIN: usize = 8;

/// What a credential says that an accreditation may limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScopeClaim {
    /// The sector of education. When absent, the sectors of [`framework`](Self::framework) count.
    pub sector: Option<Sector>,
    /// The quality framework's id.
    pub framework: Option<String>,
    /// The level.
    pub eqf: Option<u8>,
    /// The size, in every unit the credential states.
    pub sizes: Vec<(SizeUnit, f64)>,
    /// The type of achievement.
    pub credential_type: Option<String>,
    /// The ISCED-F field.
    pub field: Option<String>,
    /// The country.
    pub country: Option<String>,
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
    /// Whether no link forbids what the credential says.
    pub in_scope: bool,
    /// What lies outside, in words, when something does.
    pub out_of_scope: Option<Text>,
    /// What is limited by level, size or type and left unsaid by the credential, so that it cannot be compared.
    pub unstated: Vec<Dimension>,
    /// Since when the chain has not been active, when it is not active now.
    pub inactive_since: Option<DateTime<Utc>>,
    /// Why the chain is not active now, in the register's own words.
    pub inactive_reason: Option<Text>,
    /// Whether the chain was active at issuance until a later decision withdrew it for that moment as well.
    pub retroactive: bool,
    /// The last spell between issuance and now in which the chain was not active, once it is active again.
    pub interruption: Option<Interruption>,
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

/// Judges `issuer` at the moment of issuance `at` and at `now`, with all that is recorded by `now`.
///
/// `None` when the register does not know the issuer at all. An issuer with several accreditations is judged
/// by the one that serves it best.
pub fn evaluate(
    list: &VerifiedList,
    issuer: &Did,
    claim: &ScopeClaim,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<ChainResult> {
    evaluate_known_at(list, issuer, claim, at, now, now)
}

/// As [`evaluate`], with what was recorded by `known_at`: what did we know then?
pub fn evaluate_known_at(
    list: &VerifiedList,
    issuer: &Did,
    claim: &ScopeClaim,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> Option<ChainResult> {
    let entity = list.entity(issuer)?;
    let claim = with_sectors(list, claim);
    let accreditations = entity
        .accreditations
        .iter()
        .filter(|accreditation| accreditation.layer == Layer::L3);
    let results = accreditations.map(|accreditation| {
        judge(
            issuer,
            &walk(list, entity, accreditation),
            &claim,
            at,
            now,
            known_at,
        )
    });
    let best = results.max_by_key(|result| {
        (
            result.at_issuance == Status::Active,
            result.in_scope,
            result.unstated.is_empty(),
            result.now == Status::Active,
        )
    });
    Some(best.unwrap_or_else(|| absent(issuer, entity)))
}

struct Claim<'a> {
    stated: &'a ScopeClaim,
    /// Any of these has to be allowed; empty when neither sector nor framework is known.
    sectors: Vec<Sector>,
}

fn with_sectors<'a>(list: &VerifiedList, claim: &'a ScopeClaim) -> Claim<'a> {
    let of_framework = || {
        let id = claim.framework.as_ref()?;
        let framework = list
            .list()
            .frameworks
            .iter()
            .find(|framework| framework.id == *id)?;
        Some(framework.sectors.clone())
    };
    let sectors = match claim.sector {
        Some(sector) => vec![sector],
        None => of_framework().unwrap_or_default(),
    };
    Claim {
        stated: claim,
        sectors,
    }
}

type Chain<'a> = Vec<(&'a Entity, &'a Accreditation)>;

/// The accreditation and its ancestors, as far as they are there; whether they end at a root is for the caller.
fn walk<'a>(list: &'a VerifiedList, entity: &'a Entity, accreditation: &'a Accreditation) -> Chain<'a> {
    let mut chain = vec![(entity, accreditation)];
    let mut parent = accreditation.parent.as_deref();
    while let Some((entity, accreditation)) = parent.and_then(|id| list.accreditation(id)) {
        if chain.len() == LONGEST_CHAIN {
            break;
        }
        chain.push((entity, accreditation));
        parent = accreditation.parent.as_deref();
    }
    chain
}

fn judge(
    issuer: &Did,
    chain: &Chain<'_>,
    claim: &Claim<'_>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> ChainResult {
    let links: Vec<Link> = chain
        .iter()
        .enumerate()
        .map(|(position, (entity, accreditation))| {
            let reason = wider_than_parent(chain, position).or_else(|| outside(accreditation, claim));
            Link {
                role: entity.kind,
                // The issuer is named as in the credential, should it have had other DIDs.
                did: if position == 0 {
                    issuer
                } else {
                    entity.dids.first().unwrap_or(issuer)
                }
                .clone(),
                name: entity.display_name.clone(),
                accreditation: accreditation.accreditation_id.clone(),
                at_issuance: accreditation.status_at(at, known_at),
                now: accreditation.status_at(now, known_at),
                in_scope: reason.is_none(),
                reason,
            }
        })
        .collect();

    let ends_at_root = chain
        .last()
        .is_some_and(|(entity, top)| entity.kind == EntityKind::Root && top.parent.is_none());
    let worst = |status: fn(&Link) -> Status| {
        let worst = links.iter().map(status).max().unwrap_or(Status::Absent);
        if ends_at_root { worst } else { Status::Absent }
    };
    let not_then = || {
        chain
            .iter()
            .filter(|(_, link)| link.status_at(at, known_at) != Status::Active)
    };
    let (inactive_since, inactive_reason) = inactivity(chain, now, known_at);
    ChainResult {
        at_issuance: worst(|link| link.at_issuance),
        now: worst(|link| link.now),
        in_scope: links.iter().all(|link| link.in_scope),
        out_of_scope: links.iter().find_map(|link| link.reason.clone()),
        unstated: unstated(chain, claim.stated),
        inactive_since,
        inactive_reason,
        retroactive: ends_at_root
            && not_then().next().is_some()
            && not_then().all(|(_, link)| link.withdrawn_retroactively(at, known_at)),
        interruption: interruption(chain, at, now, known_at),
        links,
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
        in_scope: false,
        out_of_scope: None,
        unstated: Vec::new(),
        inactive_since: None,
        inactive_reason: None,
        retroactive: false,
        interruption: None,
    }
}

/// The last spell between two moments in which some link was not active, if the chain was active at both.
fn interruption(
    chain: &Chain<'_>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> Option<Interruption> {
    let is_active = |moment: DateTime<Utc>| {
        chain
            .iter()
            .all(|(_, link)| link.status_at(moment, known_at) == Status::Active)
    };
    let events = chain.iter().flat_map(|(_, link)| &link.status_history);
    let mut changes: Vec<_> = events
        .map(|event| event.effective_from)
        .filter(|moment| at < *moment && *moment <= now)
        .collect();
    changes.sort_unstable();
    changes.dedup();
    let states: Vec<_> = changes
        .into_iter()
        .map(|moment| (moment, is_active(moment)))
        .collect();
    let last_inactive = states.iter().rposition(|(_, active)| !active)?;
    let (until, _) = states.get(last_inactive + 1)?;
    let began = states
        .iter()
        .take(last_inactive)
        .rposition(|(_, active)| *active)
        .map_or(0, |active| active + 1);
    let (from, _) = states.get(began)?;
    Some(Interruption {
        from: *from,
        until: *until,
    })
}

/// Since when, and why, the first link that stopped is not active.
fn inactivity(
    chain: &Chain<'_>,
    now: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> (Option<DateTime<Utc>>, Option<Text>) {
    let stopped = chain
        .iter()
        .filter_map(|(_, link)| Some((link.inactive_since(now, known_at)?, link)));
    let Some((since, link)) = stopped.min_by_key(|(since, _)| *since) else {
        return (None, None);
    };
    let event = link
        .event_at(now, known_at)
        .filter(|event| event.status == link.status_at(now, known_at));
    let reason = event.map(|event| Text::new(event.reason.nl.clone(), event.reason.en.clone()));
    (Some(since), reason.filter(|reason| !reason.is_empty()))
}

/// Whether the accreditation at `position` claims more than the one it was derived from, or hangs wrongly.
fn wider_than_parent(chain: &Chain<'_>, position: usize) -> Option<Text> {
    let (entity, accreditation) = chain.get(position)?;
    let (parent_entity, parent) = chain.get(position + 1)?;
    let given_by_another = accreditation
        .accreditor
        .as_ref()
        .is_some_and(|did| !parent_entity.dids.contains(did));
    let part_of_another = entity.kind == EntityKind::Unit
        && entity
            .parent_entity
            .as_ref()
            .is_some_and(|institution| *institution != parent_entity.entity_id);
    let hangs_wrongly = parent_entity.kind >= entity.kind || parent.layer != accreditation.layer;
    let dimension = if hangs_wrongly || given_by_another || part_of_another {
        Dimension::Depth
    } else {
        accreditation.exceeds(parent, u8::try_from(position + 1).unwrap_or(u8::MAX))?
    };
    let name = dimension.name();
    Some(Text::new(
        format!(
            "{} (ruimer dan van wie de toelating gaf)",
            name.nl.unwrap_or_default()
        ),
        format!(
            "{} (wider than that of whoever gave the admission)",
            name.en.unwrap_or_default()
        ),
    ))
}

/// What of the claim the accreditation forbids, in words. What is not stated is not forbidden.
fn outside(accreditation: &Accreditation, claim: &Claim<'_>) -> Option<Text> {
    let Claim { stated, sectors } = claim;
    let Scope {
        sectors: in_sectors,
        jurisdictions,
        eqf,
        fields,
        sizes,
        credential_types,
    } = &accreditation.scope;

    if let (Some(admitted), Some(framework)) = (&accreditation.framework, &stated.framework)
        && admitted != framework
    {
        return Some(refusal(
            Dimension::Framework,
            framework,
            "",
            std::slice::from_ref(admitted),
        ));
    }
    if let Some(admitted) = in_sectors
        && !sectors.is_empty()
        && !sectors.iter().any(|sector| admitted.contains(sector))
    {
        let words = |sectors: &[Sector]| {
            sectors
                .iter()
                .map(|sector| sector.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        return Some(refusal(
            Dimension::Sector,
            &words(sectors).join("/"),
            "",
            &words(admitted),
        ));
    }
    if let (Some(admitted), Some(level)) = (eqf, stated.eqf)
        && !admitted.contains(&level)
    {
        let admitted: Vec<_> = admitted.iter().map(u8::to_string).collect();
        return Some(refusal(Dimension::Level, &level.to_string(), "EQF ", &admitted));
    }
    if let Some(admitted) = sizes
        && let Some(text) = size_outside(admitted, &stated.sizes)
    {
        return Some(text);
    }
    if let (Some(admitted), Some(kind)) = (credential_types, &stated.credential_type)
        && !admitted.contains(kind)
    {
        return Some(refusal(Dimension::Type, kind, "", admitted));
    }
    if let (Some(admitted), Some(field)) = (fields, &stated.field)
        && !admitted
            .iter()
            .any(|admitted| field.starts_with(admitted.as_str()))
    {
        return Some(refusal(Dimension::Field, field, "ISCED-F ", admitted));
    }
    if let (Some(admitted), Some(country)) = (jurisdictions, &stated.country)
        && !admitted.contains(country)
    {
        return Some(refusal(Dimension::Country, country, "", admitted));
    }
    None
}

/// Every stated size needs a range of its unit that holds it, and some stated size needs a range at all.
fn size_outside(admitted: &[SizeRange], stated: &[(SizeUnit, f64)]) -> Option<Text> {
    let ranges_of = |unit: SizeUnit| admitted.iter().filter(move |range| range.unit == unit);
    let misfit = stated.iter().find(|(unit, value)| {
        ranges_of(*unit).next().is_some() && !ranges_of(*unit).any(|range| range.contains(*value))
    });
    let none_has_a_range = !stated.iter().any(|(unit, _)| ranges_of(*unit).next().is_some());
    let (unit, value) = misfit.or_else(|| stated.first().filter(|_| none_has_a_range))?;

    let words = |language_nl: bool| {
        let number = |value: f64| {
            let text = value.to_string();
            if language_nl { text.replace('.', ",") } else { text }
        };
        let measure = |unit: SizeUnit| match (unit, language_nl) {
            (SizeUnit::Ec, true) => "EC",
            (SizeUnit::Ec, false) => "ECTS",
            (SizeUnit::Hour, true) => "uur",
            (SizeUnit::Hour, false) => "hours",
            (SizeUnit::Sbu, _) => "SBU",
        };
        let range = |range: &SizeRange| {
            let (min, max) = (number(range.min), number(range.max));
            match (range.step, language_nl) {
                (Some(step), true) => format!("{min}–{max} {} per {}", measure(range.unit), number(step)),
                (Some(step), false) => {
                    format!("{min}–{max} {} in steps of {}", measure(range.unit), number(step))
                }
                (None, _) => format!("{min}–{max} {}", measure(range.unit)),
            }
        };
        let ranges: Vec<_> = admitted.iter().map(range).collect();
        (
            format!("{} {}", number(*value), measure(*unit)),
            ranges.join(", "),
        )
    };
    let ((nl, nl_ranges), (en, en_ranges)) = (words(true), words(false));
    Some(Text::new(
        format!("omvang {nl} (toegelaten: {nl_ranges})"),
        format!("size {en} (admitted: {en_ranges})"),
    ))
}

fn refusal(dimension: Dimension, stated: &str, prefix: &str, admitted: &[String]) -> Text {
    let name = dimension.name();
    let stated: String = stated.chars().take(200).collect();
    let admitted = admitted.join(", ");
    let text = |name: Option<String>, word: &str| {
        format!(
            "{} {prefix}{stated} ({word}: {admitted})",
            name.unwrap_or_default()
        )
    };
    Text::new(text(name.nl, "toegelaten"), text(name.en, "admitted"))
}

/// Level, size, type and framework are always to be stated where they are limited.
fn unstated(chain: &Chain<'_>, stated: &ScopeClaim) -> Vec<Dimension> {
    let limits = |limited: fn(&Scope) -> bool| chain.iter().any(|(_, link)| limited(&link.scope));
    let mut unstated = Vec::new();
    if stated.eqf.is_none() && limits(|scope| scope.eqf.is_some()) {
        unstated.push(Dimension::Level);
    }
    if stated.sizes.is_empty() && limits(|scope| scope.sizes.is_some()) {
        unstated.push(Dimension::Size);
    }
    if stated.credential_type.is_none() && limits(|scope| scope.credential_types.is_some()) {
        unstated.push(Dimension::Type);
    }
    if stated.framework.is_none() && chain.iter().any(|(_, link)| link.framework.is_some()) {
        unstated.push(Dimension::Framework);
    }
    unstated
}
