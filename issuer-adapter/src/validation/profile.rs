//! The numbers of the national agreements, as data with dates.
//!
//! Which profile counts follows from the sector and the day of the award, never from today: the
//! agreements changed before and will change again.

use chrono::NaiveDate;
use credentials::award::Sector;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One version of the agreements on size and level.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Profile {
    /// Its name, such as `NL-HO-2021`.
    pub id: String,
    /// The first day of award it counts for.
    pub from: NaiveDate,
    /// The last day of award it counts for.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// The announced end of a pilot of which no extension is on record.
    #[serde(default)]
    pub announced_end: Option<NaiveDate>,
    /// The limits, by sector.
    pub sectors: BTreeMap<String, Limits>,
}

/// What counts in one sector.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// European credits.
    #[serde(default)]
    pub ec: Option<Range>,
    /// Hours of study.
    #[serde(default)]
    pub hours: Option<Range>,
    /// Study load hours of vocational education.
    #[serde(default)]
    pub sbu: Option<Range>,
    /// How many hours one credit stands for.
    #[serde(default)]
    pub hours_per_ec: Option<f64>,
    /// Below this level staff are asked to confirm.
    pub lowest_usual_level: u8,
    /// Above this level staff are asked to confirm.
    #[serde(default)]
    pub highest_usual_level: Option<u8>,
}

/// From `min` to `max`; between `min` and `usual_min` there is something to say.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Range {
    /// The smallest size.
    pub min: f64,
    /// The largest size, where there is one.
    #[serde(default)]
    pub max: Option<f64>,
    /// The smallest size outside experiments and exceptions.
    #[serde(default)]
    pub usual_min: Option<f64>,
}

impl Range {
    /// Whether `size` lies in the range.
    pub fn contains(&self, size: f64) -> bool {
        self.min <= size && self.max.is_none_or(|max| size <= max)
    }

    /// Whether `size` is allowed though smaller than usual.
    pub fn is_unusually_small(&self, size: f64) -> bool {
        self.contains(size) && self.usual_min.is_some_and(|usual| size < usual)
    }
}

/// Every profile, oldest first.
pub fn profiles() -> &'static [Profile] {
    static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
        // A test reads the file; were it unreadable, no profile would apply and every award be refused.
        serde_json::from_str(include_str!("../../data/profiles.json")).unwrap_or_default()
    });
    &PROFILES
}

/// The profile and limits for an award of `sector` on `date`: the latest that had begun and not ended.
pub fn applying(sector: Sector, date: NaiveDate) -> Option<(&'static Profile, &'static Limits)> {
    profiles()
        .iter()
        .filter(|profile| profile.from <= date && profile.until.is_none_or(|until| date <= until))
        .filter_map(|profile| Some((profile, profile.sectors.get(sector.as_str())?)))
        .max_by_key(|(profile, _)| profile.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_follows_from_sector_and_day_of_award() {
        for (sector, date, expected) in [
            (Sector::Hbo, "2021-09-30", None),
            (Sector::Hbo, "2021-10-01", Some("NL-HO-2021")),
            (Sector::Wo, "2025-04-30", Some("NL-HO-2021")),
            (Sector::Wo, "2025-05-01", Some("NL-HO-EXP")),
            (Sector::Wo, "2027-04-30", Some("NL-HO-EXP")),
            (Sector::Wo, "2027-05-01", Some("NL-HO-2021")),
            (Sector::Mbo, "2024-02-29", None),
            (Sector::Mbo, "2026-09-01", Some("NL-MBO-2024")),
        ] {
            let found = applying(sector, date.parse().unwrap()).map(|(profile, _)| profile.id.as_str());
            assert_eq!(found, expected, "{sector:?} {date}");
        }
    }
}
