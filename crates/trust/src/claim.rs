//! What a credential says, held against what may be issued.

use chrono::{DateTime, Utc};
use credentials::{Text, award::Sector};

use crate::{
    chain::Chain,
    list::VerifiedList,
    model::{Accreditation, Framework, Profile},
    scope::{Dimension, Scope, SizeRange, SizeUnit},
};

/// What a credential says that an accreditation may limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScopeClaim {
    /// The sector of education. When absent, the sectors of [`framework`](Self::framework) count.
    pub sector: Option<Sector>,
    /// The quality framework's id.
    pub framework: Option<String>,
    /// The level.
    pub eqf: Option<u8>,
    /// The level in the Dutch framework, `1` to `8` or `4+`.
    pub nlqf: Option<String>,
    /// The size, in every unit the credential states.
    pub sizes: Vec<(SizeUnit, f64)>,
    /// The type of achievement.
    pub credential_type: Option<String>,
    /// The ISCED-F field.
    pub field: Option<String>,
    /// The country.
    pub country: Option<String>,
}

/// A claim, and the sectors it may be about.
pub(crate) struct Claim<'a> {
    stated: &'a ScopeClaim,
    /// Any of these has to be allowed; empty when neither sector nor framework is known.
    sectors: Vec<Sector>,
}

/// What came of holding a claim against a chain and the profiles of its framework.
#[derive(Default)]
pub(crate) struct Comparison<'a> {
    /// What each link does not allow, from the issuer upwards.
    pub(crate) links: Vec<Option<Text>>,
    /// The profile that allows it.
    pub(crate) profile: Option<&'a Profile>,
    /// Why no profile allows it.
    pub(crate) no_profile: Option<Text>,
    /// What is limited and not stated.
    pub(crate) unstated: Vec<Dimension>,
}

impl<'a> Claim<'a> {
    /// A sector that is not stated is one of those that agreed on the framework.
    pub(crate) fn new(list: &VerifiedList, stated: &'a ScopeClaim) -> Self {
        let of_framework =
            || framework(list, stated.framework.as_deref()?).map(|framework| framework.sectors.clone());
        let sectors = match stated.sector {
            Some(sector) => vec![sector],
            None => of_framework().unwrap_or_default(),
        };
        Self { stated, sectors }
    }

    /// Compares with every link, with how each hangs below the next, and with what the framework allowed at `at`.
    pub(crate) fn compare<'l>(
        &self,
        list: &'l VerifiedList,
        chain: &Chain<'_>,
        at: DateTime<Utc>,
    ) -> Comparison<'l> {
        let links = chain
            .hops
            .iter()
            .enumerate()
            .map(|(position, hop)| {
                chain
                    .misfit(list, position)
                    .or_else(|| self.outside(hop.accreditation))
            })
            .collect();
        let admitted = chain
            .hops
            .first()
            .and_then(|issuer| issuer.accreditation.framework.as_deref());
        let framework = admitted.and_then(|id| framework(list, id));
        let (profile, no_profile) = match framework.filter(|framework| !framework.profiles.is_empty()) {
            Some(framework) => self.profile(framework, at),
            None => (None, None),
        };
        let limits: Vec<&Scope> = chain
            .hops
            .iter()
            .map(|hop| &hop.accreditation.scope)
            .chain(profile.map(|profile| &profile.scope))
            .collect();
        let limits_framework = chain.hops.iter().any(|hop| hop.accreditation.framework.is_some());
        Comparison {
            links,
            profile,
            no_profile,
            unstated: self.unstated(&limits, limits_framework),
        }
    }

    /// Whether every scope of a chain allows what is claimed. A framework may be succeeded by another, so which one it
    /// is does not count.
    pub(crate) fn concerns(&self, chain: &Chain<'_>) -> bool {
        let mut hops = chain.hops.iter();
        hops.all(|hop| self.outside_scope(&hop.accreditation.scope).is_none())
    }

    /// The first profile that counted at `at` and allows the claim, or why none does.
    fn profile<'l>(
        &self,
        framework: &'l Framework,
        at: DateTime<Utc>,
    ) -> (Option<&'l Profile>, Option<Text>) {
        let concerns = |profile: &&Profile| {
            self.sectors.is_empty() || self.sectors.iter().any(|sector| profile.sectors.contains(sector))
        };
        let mut counting = framework
            .profiles
            .iter()
            .filter(|profile| profile.counted(at))
            .filter(concerns)
            .peekable();
        if counting.peek().is_none() {
            let name = Dimension::Window.name();
            let text = |name: Option<String>, why: &str| format!("{} ({why})", name.unwrap_or_default());
            let none = Text::new(
                text(name.nl, "het kader gold toen niet voor deze sector"),
                text(name.en, "the framework did not apply to this sector then"),
            );
            return (None, Some(none));
        }
        let mut refused = None;
        for profile in counting {
            match self.outside_scope(&profile.scope) {
                None => return (Some(profile), None),
                Some(outside) => refused = refused.or(Some(outside)),
            }
        }
        (None, refused)
    }
}

fn framework<'a>(list: &'a VerifiedList, id: &str) -> Option<&'a Framework> {
    list.list().frameworks.iter().find(|framework| framework.id == id)
}

impl Claim<'_> {
    /// What of the claim the accreditation forbids, in words. What is not stated is not forbidden.
    fn outside(&self, accreditation: &Accreditation) -> Option<Text> {
        if let (Some(admitted), Some(framework)) = (&accreditation.framework, &self.stated.framework)
            && admitted != framework
        {
            return Some(refusal(
                Dimension::Framework,
                framework,
                "",
                std::slice::from_ref(admitted),
            ));
        }
        self.outside_scope(&accreditation.scope)
    }

    /// What of the claim a scope forbids.
    fn outside_scope(&self, scope: &Scope) -> Option<Text> {
        let Claim { stated, sectors } = self;
        let Scope {
            sectors: in_sectors,
            jurisdictions,
            eqf,
            nlqf,
            fields,
            sizes,
            credential_types,
        } = scope;
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
        if let (Some(admitted), Some(level)) = (nlqf, &stated.nlqf)
            && !admitted.contains(level)
        {
            return Some(refusal(Dimension::Level, level, "NLQF ", admitted));
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

    /// Level, size, type and framework are always to be stated where they are limited.
    fn unstated(&self, limits: &[&Scope], limits_framework: bool) -> Vec<Dimension> {
        let Self { stated, .. } = self;
        let limited = |limit: fn(&Scope) -> bool| limits.iter().any(|scope| limit(scope));
        let mut unstated = Vec::new();
        let no_eqf = stated.eqf.is_none() && limited(|scope| scope.eqf.is_some());
        // Without a European level to compare, the national one has to be there.
        let no_nlqf = stated.nlqf.is_none()
            && limited(|scope| scope.nlqf.is_some())
            && !limited(|scope| scope.eqf.is_some());
        if no_eqf || no_nlqf {
            unstated.push(Dimension::Level);
        }
        if stated.sizes.is_empty() && limited(|scope| scope.sizes.is_some()) {
            unstated.push(Dimension::Size);
        }
        if stated.credential_type.is_none() && limited(|scope| scope.credential_types.is_some()) {
            unstated.push(Dimension::Type);
        }
        if stated.framework.is_none() && limits_framework {
            unstated.push(Dimension::Framework);
        }
        unstated
    }
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
