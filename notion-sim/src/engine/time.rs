//! How Notion writes times.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::Value;

/// The first instant that can be written with four digits for the year: `0000-01-01T00:00:00Z`.
pub(crate) const EARLIEST: Timestamp = Timestamp::constant(-62_167_219_200, 0);

/// The start of the minute. Notion keeps most times no finer.
pub(crate) fn floor_minute(at: Timestamp) -> Timestamp {
    let seconds = at.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(at)
}

/// `2026-06-27T16:57:00.000Z`: pages, blocks, data sources.
pub(crate) fn minute_z(at: Timestamp) -> String {
    format!("{}.000Z", floor_minute(at).strftime("%Y-%m-%dT%H:%M:%S"))
}

/// `2026-06-27T16:56:48.041+00:00`: databases and views.
pub(crate) fn milli_offset(at: Timestamp) -> String {
    format!("{}+00:00", at.strftime("%Y-%m-%dT%H:%M:%S.%3f"))
}

/// `2026-06-27T16:56:48.041Z`: the control endpoints.
pub(crate) fn milli_z(at: Timestamp) -> String {
    format!("{}Z", at.strftime("%Y-%m-%dT%H:%M:%S.%3f"))
}

/// A local time with its offset at minute precision, as date properties show it: never `Z`, always milliseconds.
pub(crate) fn local_minute(local: DateTime, offset: Offset) -> String {
    let total = offset.seconds() / 60;
    let sign = if total < 0 { '-' } else { '+' };
    let (hours, minutes) = (total.abs() / 60, total.abs() % 60);
    format!(
        "{}:00.000{sign}{hours:02}:{minutes:02}",
        local.strftime("%Y-%m-%dT%H:%M")
    )
}

/// The time a record of the API carries; `fallback` where it has none that can be read.
pub(crate) fn read(value: Option<&Value>, fallback: Timestamp) -> Timestamp {
    value
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .unwrap_or(fallback)
}

/// Midnight (UTC) of the day of `at`, and of the next day.
pub(crate) fn day_of(at: Timestamp) -> (Timestamp, Timestamp) {
    let seconds = at.as_second();
    let start = Timestamp::from_second(seconds - seconds.rem_euclid(86_400)).unwrap_or(at);
    (start, shift_days(start, 1))
}

/// `at` moved by whole days.
pub(crate) fn shift_days(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(at)
}

/// `at` moved by calendar months, in UTC.
pub(crate) fn shift_months(at: Timestamp, months: i32) -> Timestamp {
    at.to_zoned(TimeZone::UTC)
        .checked_add(months.months())
        .map_or(at, |moved| moved.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_formats() {
        let at: Timestamp = "2026-06-27T16:56:48.041Z".parse().expect("a time");
        assert_eq!(minute_z(at), "2026-06-27T16:56:00.000Z");
        assert_eq!(milli_offset(at), "2026-06-27T16:56:48.041+00:00");
        assert_eq!(
            local_minute(
                "2026-01-02T03:04:05".parse().expect("a time"),
                Offset::from_seconds(-12_600).expect("an offset")
            ),
            "2026-01-02T03:04:00.000-03:30"
        );
    }

    #[test]
    fn the_earliest_time_reads_back() {
        assert_eq!(EARLIEST.to_string(), "0000-01-01T00:00:00Z");
        assert_eq!(minute_z(EARLIEST).parse().ok(), Some(EARLIEST));
    }

    #[test]
    fn months_are_calendar_months() {
        let at: Timestamp = "2026-03-31T10:00:00Z".parse().expect("a time");
        assert_eq!(shift_months(at, -1).to_string(), "2026-02-28T10:00:00Z");
    }
}
