//! Moments as the W3C data model writes them.

use chrono::{DateTime, Utc};

/// No moment anybody means takes more characters.
const LONGEST: usize = 64;

/// A moment with its zone: `dateTimeStamp` of
/// [XML Schema 1.1 part 2](https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp) §3.4.28, as VCDM 2.0 §4.9 asks for.
///
/// Years may have more than four digits and a sign, a day may end at `24:00:00`, fractions of a second may have any
/// number of digits (nine count), and there is no leap second. Stamps compare as moments: `12:00:00+02:00` is
/// `10:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTimeStamp {
    /// Since 1970 in UTC, in the proleptic Gregorian calendar.
    seconds: i64,
    nanoseconds: u32,
}

impl DateTimeStamp {
    /// Reads a stamp; `None` if the text is none, or has no zone.
    pub fn parse(text: &str) -> Option<Self> {
        let (stamp, has_zone) = read(text)?;
        has_zone.then_some(stamp)
    }

    /// As [`DateTimeStamp::parse`], and a moment without a zone counts as UTC: what processors may make of proofs
    /// that others wrote so (Data Integrity 1.0 §2.1, `created` and `expires`).
    pub fn parse_or_assume_utc(text: &str) -> Option<Self> {
        read(text).map(|(stamp, _)| stamp)
    }

    /// The moment; one beyond the range of dates becomes the last or the first that there is.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.seconds, self.nanoseconds).unwrap_or(if self.seconds < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }
}

fn read(text: &str) -> Option<(DateTimeStamp, bool)> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let (date, time) = text.split_once('T')?;
    let days = days(date)?;
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at_checked(zone_at)?;
    let (of_day, nanoseconds) = time_of_day(time)?;
    let offset = offset(zone)?;
    let seconds = days * 86_400 + of_day - offset.unwrap_or_default();
    Some((DateTimeStamp { seconds, nanoseconds }, offset.is_some()))
}

/// Days since 1970-01-01 of a date such as `2026-11-22`.
fn days(date: &str) -> Option<i64> {
    let (sign, unsigned) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date),
    };
    let (year, rest) = unsigned.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    // Years of more than four digits have no leading nought; nine digits are a billion years.
    let has_sound_length = year.len() == 4 || (5..=9).contains(&year.len()) && !year.starts_with('0');
    if !has_sound_length {
        return None;
    }
    let year = sign * digits(year)?;
    let month = two_digits(month).filter(|month| (1..=12).contains(month))?;
    let day = two_digits(day).filter(|day| (1..=length_of(year, month)).contains(day))?;
    // Days before a date in the Gregorian calendar, counted in years that begin in March.
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn length_of(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds and nanoseconds since midnight of a time such as `10:00:00.25`.
fn time_of_day(time: &str) -> Option<(i64, u32)> {
    let (whole, fraction) = match time.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (time, None),
    };
    let mut parts = whole.splitn(3, ':');
    let mut part = || two_digits(parts.next()?);
    let (hours, minutes, seconds) = (part()?, part()?, part()?);
    let nanoseconds = match fraction {
        None => 0,
        Some(fraction) => {
            if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
            nine.parse().ok()?
        }
    };
    let is_end_of_day =
        hours == 24 && minutes == 0 && seconds == 0 && fraction.unwrap_or("0").bytes().all(|b| b == b'0');
    let is_time = hours < 24 && minutes < 60 && seconds < 60;
    (is_time || is_end_of_day).then_some((hours * 3600 + minutes * 60 + seconds, nanoseconds))
}

/// Seconds that a zone is ahead of UTC; `Some(None)` where none is given.
fn offset(zone: &str) -> Option<Option<i64>> {
    let (sign, rest) = match zone.split_at_checked(1) {
        None => return Some(None),
        Some(("Z", "")) => return Some(Some(0)),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let is_zone = minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0));
    is_zone.then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2).then(|| digits(text)).flatten()
}

fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTimeStamp {
        DateTimeStamp::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn moments_of_the_schema_are_read_and_compare_across_zones() {
        assert_eq!(
            moment("2026-11-22T10:00:00Z").to_utc().to_rfc3339(),
            "2026-11-22T10:00:00+00:00"
        );
        assert_eq!(
            moment("2026-11-22T12:00:00+02:00"),
            moment("2026-11-22T10:00:00.000Z")
        );
        assert_eq!(moment("2026-11-21T24:00:00Z"), moment("2026-11-22T00:00:00Z"));
        assert_eq!(
            moment("2024-02-29T00:00:00-14:00"),
            moment("2024-02-29T14:00:00Z")
        );
        assert!(moment("12026-01-01T00:00:00Z") > moment("9999-12-31T23:59:59.999999999999Z"));
        assert!(moment("-0044-03-15T12:00:00Z") < moment("0001-01-01T00:00:00Z"));
        assert_eq!(moment("1969-12-31T23:59:59Z").to_utc().timestamp(), -1);
        assert_eq!(
            moment("999999999-01-01T00:00:00Z").to_utc(),
            DateTime::<Utc>::MAX_UTC
        );
    }

    #[test]
    fn what_the_schema_does_not_allow_is_no_moment() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T10:00:00",
            "2026-11-22 10:00:00Z",
            "2026-11-22t10:00:00z",
            "2026-11-22T10:00Z",
            "2026-11-22T10:00:60Z",
            "2026-11-22T24:00:01Z",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00+15:00",
            "2026-11-22T10:00:00+0200",
            "2026-11-22T10:00:00ZZ",
            "2026-02-29T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "02026-01-01T10:00:00Z",
            "226-01-01T10:00:00Z",
            "+2026-01-01T10:00:00Z",
            "2026-11-22T10:00:00Z ",
            "1-1-1T1:1:1Z",
            "٢٠٢٦-11-22T10:00:00Z",
        ] {
            assert_eq!(DateTimeStamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn moment_without_a_zone_is_utc_only_where_that_is_asked_for() {
        let text = "2026-11-22T10:00:00";
        assert_eq!(DateTimeStamp::parse(text), None);
        assert_eq!(
            DateTimeStamp::parse_or_assume_utc(text),
            DateTimeStamp::parse("2026-11-22T10:00:00Z")
        );
        assert_eq!(DateTimeStamp::parse_or_assume_utc("yesterday"), None);
    }
}
