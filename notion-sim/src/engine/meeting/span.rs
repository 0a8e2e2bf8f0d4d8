//! Spans of days in filters.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::engine::date::DatePoint;
use crate::engine::time;
use crate::refusal::Refusal;
use crate::validate::Fields;

/// Spans that have a name: how many days and months they reach, backwards where that is negative.
const ROLLING: [(&str, i64, i32); 6] = [
    ("the_past_week", -7, 0),
    ("the_past_month", 0, -1),
    ("the_past_year", 0, -12),
    ("the_next_week", 7, 0),
    ("the_next_month", 0, 1),
    ("the_next_year", 0, 12),
];
/// The days, weeks, months and years that it is now.
const CURRENT: [(&str, Unit); 4] = [
    ("today", Unit::Day),
    ("this_week", Unit::Week),
    ("this_month", Unit::Month),
    ("this_year", Unit::Year),
];
const UNITS: [(&str, Unit); 4] = [
    ("day", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("year", Unit::Year),
];
/// The most units that a span can have.
const MAX_COUNT: i32 = 10_000;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Span {
    /// From now on, or up to now.
    Rolling { days: i64, months: i32 },
    /// What it is now.
    Current(Unit),
    /// From one instant up to another, if there is one.
    Between(Timestamp, Option<Timestamp>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Span {
    /// Checks the value of a filter.
    pub(super) fn check(value: &Fields<'_>) -> Result<Self, Refusal> {
        let kind = value.word("type", &["relative", "exact"])?;
        if kind == "exact" {
            value.only(&["type", "value"])?;
            return Self::between(&value.object("value")?);
        }
        value.only(&["type", "value", "direction", "unit", "count"])?;
        let rolling = ROLLING.iter().map(|(name, ..)| *name);
        let current = CURRENT.iter().map(|(name, _)| *name);
        let words: Vec<&str> = rolling.chain(current).chain(["surrounding", "custom"]).collect();
        let word = value.word("value", &words)?;
        if let Some((_, days, months)) = ROLLING.iter().find(|(name, ..)| *name == word) {
            let (days, months) = (*days, *months);
            return Ok(Self::Rolling { days, months });
        }
        if let Some((_, unit)) = CURRENT.iter().find(|(name, _)| *name == word) {
            return Ok(Self::Current(*unit));
        }
        let unit = unit(value)?;
        if word == "surrounding" {
            return Ok(Self::Current(unit));
        }
        let sign = match value.word("direction", &["past", "future"])? {
            "past" => -1,
            _ => 1,
        };
        let count = sign * count(value)?;
        let (days, months) = match unit {
            Unit::Day => (count, 0),
            Unit::Week => (7 * count, 0),
            Unit::Month => (0, count),
            Unit::Year => (0, 12 * count),
        };
        Ok(Self::Rolling {
            days: days.into(),
            months,
        })
    }

    fn between(range: &Fields<'_>) -> Result<Self, Refusal> {
        range.word("type", &["daterange"])?;
        range.only(&["type", "start_date", "end_date"])?;
        let start = day(range, "start_date")?.at;
        let end = match range.get("end_date") {
            None => None,
            Some(_) => Some(time::day_of(day(range, "end_date")?.at).1),
        };
        Ok(Self::Between(start, end))
    }

    /// Whether an instant is in it.
    pub(super) fn has(self, at: Timestamp, now: Timestamp) -> bool {
        let (from, to) = match self {
            Self::Rolling { days, months } => {
                let edge = time::shift_months(time::shift_days(now, days), months);
                let (from, to) = (edge.min(now), edge.max(now));
                return at >= time::floor_minute(from) && at <= to;
            }
            Self::Current(unit) => unit.around(now),
            Self::Between(from, to) => (from, to.unwrap_or(Timestamp::MAX)),
        };
        at >= from && at < to
    }
}

impl Unit {
    /// The day, week, month or year around an instant, in UTC. Weeks begin on Sunday, as in queries.
    fn around(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let today = time::day_of(now).0;
        let date = today.to_zoned(TimeZone::UTC).date();
        let first = |date: Date| date.to_zoned(TimeZone::UTC).map_or(today, |at| at.timestamp());
        match self {
            Self::Day => time::day_of(now),
            Self::Week => {
                let start = time::shift_days(today, -i64::from(date.weekday().to_sunday_zero_offset()));
                (start, time::shift_days(start, 7))
            }
            Self::Month => {
                let start = first(date.first_of_month());
                (start, time::shift_months(start, 1))
            }
            Self::Year => {
                let start = first(date.first_of_year());
                (start, time::shift_months(start, 12))
            }
        }
    }
}

/// A day under a key.
pub(super) fn day(fields: &Fields<'_>, key: &str) -> Result<DatePoint, Refusal> {
    let point = DatePoint::parse(fields.string(key)?, None);
    let point = point.filter(|point| point.day_only);
    point.ok_or_else(|| fields.place(key).should("a valid ISO 8601 date", fields.get(key)))
}

fn unit(value: &Fields<'_>) -> Result<Unit, Refusal> {
    let word = value.word("unit", &UNITS.map(|(name, _)| name))?;
    let found = UNITS.iter().find(|(name, _)| *name == word);
    Ok(found.map_or(Unit::Day, |(_, unit)| *unit))
}

fn count(value: &Fields<'_>) -> Result<i32, Refusal> {
    let given = value.required("count")?;
    let whole = given
        .as_f64()
        .filter(|count| count.fract() == 0.0 && *count >= 0.0);
    let count = whole.ok_or_else(|| value.place("count").should("a positive integer", Some(given)))?;
    Ok(count.min(f64::from(MAX_COUNT)) as i32)
}
