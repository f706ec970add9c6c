//! Days as calendars in the Netherlands have them, and moments as tokens do.

use std::ops::RangeInclusive;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, Utc,
};
use serde_json::Value;

/// The years that dates are written with (RFC 3339 §1); beyond them is no date, but a way to break programs.
const YEARS: RangeInclusive<i32> = 0..=9999;

/// The day it is in the Netherlands at a moment. Any moment has one: the last there is has its day in UTC.
pub fn dutch_day(moment: DateTime<Utc>) -> NaiveDate {
    in_the_netherlands(moment).date()
}

/// The time of day it is in the Netherlands at a moment.
pub fn dutch_time(moment: DateTime<Utc>) -> NaiveTime {
    in_the_netherlands(moment).time()
}

fn in_the_netherlands(moment: DateTime<Utc>) -> NaiveDateTime {
    let utc = moment.naive_utc();
    utc.checked_add_offset(offset_at(moment)).unwrap_or(utc)
}

/// The moment at which a day begins in the Netherlands.
pub fn start_of_dutch_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    // Clocks change at one o'clock UTC, so an hour before midnight UTC it is settled which time applies.
    let offset = offset_at(
        midnight
            .checked_sub_signed(TimeDelta::hours(2))
            .unwrap_or(midnight),
    );
    let ahead = TimeDelta::seconds(i64::from(offset.local_minus_utc()));
    midnight.checked_sub_signed(ahead).unwrap_or(midnight)
}

/// Two hours ahead of UTC between the last Sundays of March and October, one hour otherwise (Directive 2000/84/EC).
fn offset_at(moment: DateTime<Utc>) -> FixedOffset {
    let change = |month: u32| {
        let last_day = NaiveDate::from_ymd_opt(moment.year(), month, 31)?;
        let back_to_sunday = u64::from(last_day.weekday().num_days_from_sunday());
        last_day
            .checked_sub_days(Days::new(back_to_sunday))?
            .and_hms_opt(1, 0, 0)
            .map(|time| time.and_utc())
    };
    let is_summer = change(3)
        .zip(change(10))
        .is_some_and(|(spring, autumn)| spring <= moment && moment < autumn);
    let hours = if is_summer { 2 } else { 1 };
    FixedOffset::east_opt(hours * 3600).unwrap_or_else(|| Utc.fix())
}

/// A day as `YYYY-MM-DD`, the full-date of RFC 3339 §5.6.
pub fn full_date(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (YEARS.contains(&day.year()) && day.to_string() == text).then_some(day)
}

/// A date in a token's claims, to the second: seconds since 1970, which may have a fraction (RFC 7519 §2).
///
/// A number outside the years 0 to 9999 is none.
pub fn numeric_date(claim: &Value) -> Option<DateTime<Utc>> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and what is out of range is no date"
    )]
    let seconds = claim.as_f64()?.floor() as i64;
    DateTime::from_timestamp(seconds, 0).filter(|date| YEARS.contains(&date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn late_in_the_evening_in_greenwich_it_is_the_next_day_in_the_netherlands() {
        for (moment, expected) in [
            ("2026-09-13T22:30:00Z", "2026-09-14"),
            ("2026-09-13T21:30:00Z", "2026-09-13"),
            ("2026-03-02T22:30:00Z", "2026-03-02"),
            ("2026-03-29T22:30:00Z", "2026-03-30"),
            ("2026-10-25T22:30:00Z", "2026-10-25"),
        ] {
            assert_eq!(dutch_day(moment.parse().unwrap()), day(expected), "{moment}");
        }
    }

    #[test]
    fn a_day_begins_where_the_one_before_ends_also_when_clocks_change() {
        for (date, begins) in [
            ("2026-09-14", "2026-09-13T22:00:00Z"),
            ("2026-01-14", "2026-01-13T23:00:00Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z"),
            ("2026-03-30", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z"),
            ("2026-10-26", "2026-10-25T23:00:00Z"),
        ] {
            let start = start_of_dutch_day(day(date));
            assert_eq!(start, begins.parse::<DateTime<Utc>>().unwrap(), "{date}");
            assert_eq!(dutch_day(start), day(date));
            assert_eq!(
                dutch_day(start - TimeDelta::seconds(1)),
                day(date).pred_opt().unwrap()
            );
        }
    }

    #[test]
    fn a_number_beyond_the_years_that_dates_are_written_with_is_no_date() {
        let date = |number: &str| numeric_date(&serde_json::from_str(number).unwrap());
        for number in [
            "1e300",
            "-1e300",
            "1e19",
            "9000000000000000000",
            "-9000000000000000000",
            "8210266876799",
            "-8334601228800",
            "253402300800",
            "-62167219201",
        ] {
            assert_eq!(date(number), None, "{number}");
        }
        for (number, expected) in [
            ("253402300799", "9999-12-31T23:59:59Z"),
            ("253402300799.9", "9999-12-31T23:59:59Z"),
            ("-62167219200", "0000-01-01T00:00:00Z"),
            ("-0.5", "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(date(number), Some(expected.parse().unwrap()), "{number}");
        }
    }

    #[test]
    fn a_day_is_a_full_date_and_nothing_else() {
        assert_eq!(full_date("2026-09-14"), Some(day("2026-09-14")));
        for text in [
            "2026-9-14",
            "+12026-01-01",
            "+262142-12-31",
            "-0001-01-01",
            "2026-02-30",
            "2026-09-14Z",
        ] {
            assert_eq!(full_date(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_and_last_moments_there_are_have_a_day() {
        for moment in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(dutch_day(moment).year(), moment.year());
            dutch_time(moment);
            start_of_dutch_day(moment.date_naive());
        }
    }
}
