//! Points in time (S3.1.6).
//!
//! In: the W3C profile of ISO 8601 (`2024-03-01T12:00:00Z`, parts left out from the right) or epoch seconds. Out:
//! [`Instant`], ordered. A date without time is midnight UTC, a time without zone is UTC.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// A point in time, to the nanosecond; epoch seconds may lie beyond what a calendar can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i128);

const NANOSECONDS: i128 = 1_000_000_000;

impl Instant {
    /// Reads a date, a date with time, or epoch seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        epoch(text).or_else(|| calendar(text)).map(Self)
    }

    /// The instant of so many nanoseconds since 1970.
    pub fn from_nanoseconds(nanoseconds: i128) -> Self {
        Self(nanoseconds)
    }

    /// Nanoseconds since 1970.
    pub fn nanoseconds(&self) -> i128 {
        self.0
    }
}

impl fmt::Display for Instant {
    /// A text that reads as the same instant: `2026-01-31T00:00:00Z`; outside the years 0 to 9999, epoch seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = Timestamp::from_nanosecond(self.0).ok();
        if let Some(timestamp) = timestamp.filter(|timestamp| timestamp.to_zoned(TimeZone::UTC).year() >= 0) {
            return write!(f, "{timestamp}");
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let (seconds, rest) = (self.0.abs() / NANOSECONDS, self.0.abs() % NANOSECONDS);
        write!(f, "{sign}{seconds:05}")?;
        if rest == 0 { Ok(()) } else { write!(f, ".{rest:09}") }
    }
}

/// More than four digits, or a sign: `2024` alone is a year of the W3C profile.
fn epoch(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let year = whole.len() == 4 && !text.contains('.');
    if digits.is_empty() || year || !digits.bytes().all(|byte| byte.is_ascii_digit()) || text.ends_with('.') {
        return None;
    }
    let nanoseconds = i128::from(digits.parse::<i64>().ok()?) * NANOSECONDS + i128::from(subsecond(fraction)?);
    Some(if whole.starts_with('-') { -nanoseconds } else { nanoseconds })
}

/// A fraction of a second in nanoseconds; nothing finer can be told apart, so nothing finer is read.
fn subsecond(fraction: &str) -> Option<u32> {
    let (kept, finer) = fraction.split_at_checked(9).unwrap_or((fraction, ""));
    let readable = kept.bytes().all(|byte| byte.is_ascii_digit()) && finer.bytes().all(|byte| byte == b'0');
    readable.then(|| format!("{kept:0<9}").parse().ok())?
}

fn calendar(text: &str) -> Option<i128> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut fields = date.split('-');
    let year = field(fields.next()?, 4)?;
    let month = fields.next().map_or(Some(1), |text| field(text, 2))?;
    let day = fields.next().map_or(Some(1), |text| field(text, 2))?;
    if fields.next().is_some() {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let Some(time) = time else {
        return Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_nanosecond());
    };
    // A time belongs to a full date only.
    if date_fields(text) != 3 {
        return None;
    }
    let (clock, zone) = split_zone(time)?;
    let mut fields = clock.split(':');
    let hour = field(fields.next()?, 2)?;
    let minute = field(fields.next()?, 2)?;
    let (second, fraction) = match fields.next() {
        None => (0, ""),
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
            (field(whole, 2)?, fraction)
        }
    };
    if fields.next().is_some() || clock.ends_with('.') {
        return None;
    }
    let nanosecond = i32::try_from(subsecond(fraction)?).ok()?;
    let small = |value: i16| i8::try_from(value).ok();
    let clock = jiff::civil::Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond).ok()?;
    let zone = TimeZone::fixed(Offset::from_seconds(zone).ok()?);
    Some(date.to_datetime(clock).to_zoned(zone).ok()?.timestamp().as_nanosecond())
}

fn date_fields(text: &str) -> usize {
    text.split(['T', 't']).next().unwrap_or_default().split('-').count()
}

fn field(text: &str, width: usize) -> Option<i16> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The clock and the offset from UTC in seconds.
fn split_zone(time: &str) -> Option<(&str, i32)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(index) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (clock, zone) = time.split_at_checked(index)?;
    let (sign, digits) = zone.split_at_checked(1)?;
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes) = (i32::from(field(hours, 2)?), i32::from(field(minutes, 2)?));
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    Some((clock, if sign == "-" { -seconds } else { seconds }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_has_many_texts() {
        let noon = Instant::parse("2024-03-01T12:00:00Z");
        assert!(noon.is_some());
        for same in ["2024-03-01T14:00:00+02:00", "2024-03-01T12:00Z", "2024-03-01T12:00:00.000", "1709294400"] {
            assert_eq!(Instant::parse(same), noon, "{same}");
        }
        assert_eq!(Instant::parse("2024-03-01"), Instant::parse("2024-03-01T00:00:00Z"));
        assert_eq!(Instant::parse("2024-03"), Instant::parse("2024-03-01"));
        assert_eq!(Instant::parse("2024"), Instant::parse("2024-01-01"));
        assert!(Instant::parse("1709294400.5") > noon);
        assert!(Instant::parse("1709294400000") > Instant::parse("9999-12-31"), "seconds, not milliseconds");
        assert!(Instant::parse("-1.5") < Instant::parse("-1"));
    }

    #[test]
    fn instants_print_as_they_are_read() {
        for text in
            ["2026-01-31T00:00:00Z", "0000-01-01T00:00:00Z", "2026-01-31T00:00:00.000000001Z", "9999-12-30T22:00:00Z"]
        {
            assert_eq!(Instant::parse(text).map(|instant| instant.to_string()).as_deref(), Some(text));
        }
        for nanoseconds in [i128::from(i64::MAX) * NANOSECONDS, -1_000_000_000_000_000_000_005, 0, -1] {
            let instant = Instant(nanoseconds);
            assert_eq!(Instant::parse(&instant.to_string()), Some(instant), "{instant}");
        }
    }

    #[test]
    fn other_texts_are_no_instants() {
        for text in ["", "now", "2024-13-01", "2024-3-1", "2024-03-01T25:00Z", "12:00", "2024-03T12:00Z", "1.", "1e9"] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
