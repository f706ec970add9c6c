//! How much is awarded: numbers that issuers hand in to the register, and what of them may be published.
//!
//! An issuer counts its awards of a calendar year by sector, level and size, signs the numbers and hands them in.
//! What is published tells nobody apart: see [`published`].

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, FixedOffset, Utc};
use credentials::award::{Sector, Size};
use credentials::{Did, DidUrl, json};
use proofs::{SignError, Signer, jws};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::VerifiedList;
use crate::issuer_signature::{IssuerSignatureError, check_issuer};
use crate::list::CLOCK_TOLERANCE;

/// The `typ` of numbers that an issuer signed.
pub const STATISTICS_TYPE: &str = "mc-statistics+jwt";

/// A published number is never smaller than this.
pub const SMALLEST: u32 = 5;
/// A published number is a multiple of this.
pub const ROUNDED_TO: u32 = 5;

/// Numbers are never longer, in characters of their compact serialisation.
const LONGEST: usize = 32 * 1024;
/// No issuer awards more than this of one kind within a year.
const MOST: u32 = 10_000_000;
const LIMITS: json::Limits = json::Limits {
    bytes: LONGEST,
    depth: 4,
    nodes: 2_000,
};

/// The size of an achievement, as coarse as it is counted.
///
/// The classes of credits are those of the pilots' agreements; vocational education has none of its own yet, so its
/// hours are cut at the lower bound of 240 and twice and four times that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SizeClass {
    /// Up to 5 EC.
    #[serde(rename = "ec-to-5")]
    EcTo5,
    /// More than 5, up to 10 EC.
    #[serde(rename = "ec-to-10")]
    EcTo10,
    /// More than 10 EC.
    #[serde(rename = "ec-over-10")]
    EcOver10,
    /// Up to 480 hours.
    #[serde(rename = "hours-to-480")]
    HoursTo480,
    /// More than 480, up to 960 hours.
    #[serde(rename = "hours-to-960")]
    HoursTo960,
    /// More than 960 hours.
    #[serde(rename = "hours-over-960")]
    HoursOver960,
}

impl SizeClass {
    /// The class of a size: by its credits if it tells any, else by its hours; nothing if it tells neither.
    pub fn of(size: &Size) -> Option<Self> {
        if let Some(ec) = size.ec {
            return Some(match ec {
                ..=5.0 => Self::EcTo5,
                ..=10.0 => Self::EcTo10,
                _ => Self::EcOver10,
            });
        }
        Some(match size.sbu.or(size.hours)? {
            0..=480 => Self::HoursTo480,
            481..=960 => Self::HoursTo960,
            _ => Self::HoursOver960,
        })
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Class {
    /// The sector of education.
    pub sector: Sector,
    /// The EQF level, 1 to 8.
    pub eqf: u8,
    /// The size.
    pub size: SizeClass,
}

/// How many awards there are of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// The class.
    #[serde(flatten)]
    pub class: Class,
    /// How many, those revoked since left out.
    pub awards: u32,
}

/// What an issuer awarded in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// Who issues.
    pub issuer: Did,
    /// The calendar year, in the Netherlands, in which the awards are dated.
    pub year: i32,
    /// When it was counted.
    pub as_of: DateTime<Utc>,
    /// The numbers, by class in rising order; a class without awards is left out.
    pub counts: Vec<Count>,
}

/// Why numbers are not accepted.
#[derive(Debug, thiserror::Error)]
pub enum StatisticsError {
    /// Not a compact JWS of [`STATISTICS_TYPE`].
    #[error("not signed numbers of awards")]
    NotSigned,
    /// The content is not as it should be.
    #[error("the numbers of awards are not made as they should be: {0}")]
    Shape(&'static str),
    /// Not signed by their issuer.
    #[error(transparent)]
    Signature(#[from] IssuerSignatureError),
}

/// Signs numbers for an issuer.
pub fn sign_statistics(
    statistics: &Statistics,
    signer: &dyn Signer,
    kid: &DidUrl,
) -> Result<String, SignError> {
    let header = json!({ "alg": signer.algorithm().jose_name(), "typ": STATISTICS_TYPE, "kid": kid });
    // Dates, numbers and texts always make JSON.
    let payload = serde_json::to_vec(statistics).unwrap_or_default();
    jws::sign(&header, &payload, signer)
}

/// Checks numbers at the moment `at`: their shape, and a signature by a key of their issuer that counts now.
///
/// Whether the issuer takes part is for the register to say.
pub fn verify_statistics(
    signed: &str,
    list: &VerifiedList,
    at: DateTime<Utc>,
) -> Result<Statistics, StatisticsError> {
    let not_signed = || StatisticsError::NotSigned;
    let jws = jws::parse(signed.trim(), LONGEST).map_err(|_| not_signed())?;
    if jws.typ() != Some(STATISTICS_TYPE) {
        return Err(not_signed());
    }
    let content = json::parse(jws.payload(), &LIMITS).map_err(|_| not_signed())?;
    let statistics: Statistics =
        serde_json::from_value(content).map_err(|_| StatisticsError::Shape("members"))?;
    check_issuer(&jws, &statistics.issuer, list, at)?;
    let counts = &statistics.counts;
    let rules = [
        ((2000..=year_of(at)).contains(&statistics.year), "year"),
        (statistics.as_of <= at + CLOCK_TOLERANCE, "asOf"),
        (
            counts.windows(2).all(|pair| pair[0].class < pair[1].class),
            "counts",
        ),
        (
            counts.iter().all(|count| (1..=8).contains(&count.class.eqf)),
            "eqf",
        ),
        (
            counts.iter().all(|count| (1..=MOST).contains(&count.awards)),
            "awards",
        ),
    ];
    match rules.into_iter().find(|(holds, _)| !holds) {
        Some((_, member)) => Err(StatisticsError::Shape(member)),
        None => Ok(statistics),
    }
}

/// The calendar year of a moment in the Netherlands.
pub fn year_of(at: DateTime<Utc>) -> i32 {
    // The year changes in winter.
    let winter = FixedOffset::east_opt(3600);
    winter.map_or(at.year(), |offset| at.with_timezone(&offset).year())
}

/// What may be published of a number: nothing below [`SMALLEST`], else the nearest multiple of [`ROUNDED_TO`].
///
/// For a sum whose parts are published as well there is [`published_sum`].
pub fn published(awards: u32) -> Option<u32> {
    let half = ROUNDED_TO / 2;
    (awards >= SMALLEST).then(|| awards.saturating_add(half) / ROUNDED_TO * ROUNDED_TO)
}

/// What may be published of the sum of numbers that are published themselves.
///
/// A sum is made of the numbers themselves and then rounded, never of rounded ones. It is left out where it would narrow
/// down what was left out of its parts: each of these must still be able to be any of three numbers at least.
pub fn published_sum(parts: &[u32]) -> Option<u32> {
    let sum = parts.iter().fold(0_u32, |sum, part| sum.saturating_add(*part));
    let told = published(sum)?;
    let half = ROUNDED_TO / 2;
    // What a reader knows of a number that was told.
    let least = |told: u32| SMALLEST.max(told - half);
    let most = |told: u32| told.saturating_add(half);
    let (mut hidden, mut least_shown, mut most_shown) = (0_u32, 0_u32, 0_u32);
    for part in parts.iter().filter(|part| **part > 0) {
        match published(*part) {
            Some(told) => {
                least_shown = least_shown.saturating_add(least(told));
                most_shown = most_shown.saturating_add(most(told));
            }
            None => hidden += 1,
        }
    }
    if hidden == 0 {
        return Some(told);
    }
    let largest = SMALLEST - 1;
    let lowest = least(told).saturating_sub(most_shown).max(hidden);
    let highest = most(told)
        .saturating_sub(least_shown)
        .min(hidden.saturating_mul(largest));
    let others = hidden - 1;
    let from = lowest.saturating_sub(others.saturating_mul(largest)).max(1);
    let to = highest.saturating_sub(others).min(largest);
    (to >= from + 2).then_some(told)
}

/// The sums of several issuers' numbers, by class in rising order.
pub fn sums<'a>(statistics: impl IntoIterator<Item = &'a Statistics>) -> BTreeMap<Class, u32> {
    let mut sums: BTreeMap<Class, u32> = BTreeMap::new();
    for count in statistics.into_iter().flat_map(|one| &one.counts) {
        let sum = sums.entry(count.class).or_default();
        *sum = sum.saturating_add(count.awards);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_falls_in_the_class_of_its_credits_before_that_of_its_hours() {
        let ec = |ec| Size {
            ec: Some(ec),
            hours: Some(9999),
            ..Size::default()
        };
        let classes = [3.0, 5.0, 5.5, 10.0, 10.5, 30.0].map(|size| SizeClass::of(&ec(size)));
        use SizeClass::{EcOver10, EcTo5, EcTo10, HoursOver960, HoursTo480, HoursTo960};
        assert_eq!(
            classes,
            [EcTo5, EcTo5, EcTo10, EcTo10, EcOver10, EcOver10].map(Some)
        );
        let hours = [240, 480, 481, 960, 961].map(|sbu| {
            SizeClass::of(&Size {
                sbu: Some(sbu),
                ..Size::default()
            })
        });
        assert_eq!(
            hours,
            [HoursTo480, HoursTo480, HoursTo960, HoursTo960, HoursOver960].map(Some)
        );
        assert_eq!(SizeClass::of(&Size::default()), None);
    }

    #[test]
    fn a_published_number_never_tells_of_few() {
        let shown = [0, 1, 4, 5, 7, 8, 12, 13].map(published);
        assert_eq!(
            shown,
            [None, None, None, Some(5), Some(5), Some(10), Some(10), Some(15)]
        );
    }

    #[test]
    fn a_sum_is_told_unless_it_tells_what_was_left_out() {
        assert_eq!(published_sum(&[10, 12]), Some(20));
        assert_eq!(
            published_sum(&[4, 4]),
            None,
            "10 can be made of two small numbers in one way only"
        );
        assert_eq!(published_sum(&[3, 3]), Some(5));
        assert_eq!(published_sum(&[1, 1]), None, "small itself");
        assert_eq!(published_sum(&[40, 3]), Some(45));
        assert_eq!(published_sum(&[4, 4, 4, 4, 4]), Some(20), "each may be 2, 3 or 4");
    }

    #[test]
    fn no_sum_leaves_a_small_part_fewer_than_three_numbers() {
        // Everything that rounds to the same, found by trying.
        let seen = |parts: &[u32]| {
            (
                parts.iter().map(|part| published(*part)).collect::<Vec<_>>(),
                published_sum(parts),
            )
        };
        let all: Vec<[u32; 3]> = (1..=9)
            .flat_map(|a| (1..=9).flat_map(move |b| (1..=9).map(move |c| [a, b, c])))
            .collect();
        for parts in &all {
            let view = seen(parts);
            if view.1.is_none() {
                continue;
            }
            let alike: Vec<_> = all.iter().filter(|other| seen(&other[..]) == view).collect();
            for place in (0..3).filter(|place| view.0[*place].is_none()) {
                let mut possible: Vec<_> = alike.iter().map(|other| other[place]).collect();
                possible.sort_unstable();
                possible.dedup();
                assert!(possible.len() >= 3, "{parts:?} shows as {view:?}");
            }
        }
    }

    #[test]
    fn the_year_is_that_in_the_netherlands() {
        assert_eq!(year_of("2025-12-31T22:59:59Z".parse().unwrap()), 2025);
        assert_eq!(year_of("2025-12-31T23:00:00Z".parse().unwrap()), 2026);
    }
}
