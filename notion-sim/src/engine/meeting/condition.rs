//! What a filter asks of one property of meeting notes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use uuid::Uuid;

use crate::engine::date::DatePoint;
use crate::engine::{id, time};
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

const EMPTY: [&str; 2] = ["is_empty", "is_not_empty"];
const TEXT: [&str; 6] = [
    "string_is",
    "string_is_not",
    "string_contains",
    "string_does_not_contain",
    "string_starts_with",
    "string_ends_with",
];
const DATE: [&str; 7] = [
    "date_is",
    "date_is_before",
    "date_is_after",
    "date_is_on_or_before",
    "date_is_on_or_after",
    "date_is_within",
    "date_is_relative_to",
];
const PERSON: [&str; 2] = ["person_contains", "person_does_not_contain"];
/// Names of days, in days and months from today.
const DAYS: [(&str, i64, i32); 7] = [
    ("today", 0, 0),
    ("tomorrow", 1, 0),
    ("yesterday", -1, 0),
    ("one_week_ago", -7, 0),
    ("one_week_from_now", 7, 0),
    ("one_month_ago", 0, -1),
    ("one_month_from_now", 0, 1),
];
const UNITS: [&str; 4] = ["day", "week", "month", "year"];

/// A condition whose shape is right.
#[derive(Debug)]
pub(super) enum Condition {
    Empty(bool),
    Text(String, String),
    Date(String, Span),
    People { ids: Vec<Uuid>, wanted: bool },
}

/// A stretch of time, which may depend on when it is asked for.
#[derive(Debug)]
pub(super) enum Span {
    /// From a time to another, which is no longer inside.
    Exact(Timestamp, Timestamp),
    /// A day, so many days and months from today.
    Day(i64, i32),
    /// The last or the next days and months, with today.
    Around(i64, i32),
}

impl Condition {
    /// Checks the filter of a property.
    pub(super) fn check(property: &str, fields: &Fields<'_>) -> Result<Self, Refusal> {
        let own: &[&str] = match property {
            "title" => &TEXT,
            "created_time" | "last_edited_time" => &DATE,
            _ => &PERSON,
        };
        let operator = fields.word("operator", &[own, &EMPTY].concat())?;
        if EMPTY.contains(&operator) {
            fields.only(&["operator"])?;
            return Ok(Self::Empty(operator == "is_empty"));
        }
        fields.only(&["operator", "value"])?;
        Ok(if TEXT.contains(&operator) {
            let value = fields.object("value")?;
            value.word("type", &["exact"])?;
            Self::Text(operator.to_owned(), value.string("value")?.to_lowercase())
        } else if DATE.contains(&operator) {
            Self::Date(operator.to_owned(), Span::check(&fields.object("value")?)?)
        } else {
            Self::People {
                ids: people_asked_for(fields.required("value")?, &fields.place("value"))?,
                wanted: operator == "person_contains",
            }
        })
    }

    /// Whether a block, as the API shows it, passes.
    pub(super) fn passes(&self, block: &Value, property: &str, now: Timestamp) -> bool {
        match self {
            Self::Empty(wanted) => {
                let is_empty = match property {
                    "title" => title(block).is_empty(),
                    "created_time" | "last_edited_time" => false,
                    _ => people(block, property).next().is_none(),
                };
                is_empty == *wanted
            }
            Self::Text(operator, wanted) => {
                let own = title(block).to_lowercase();
                match operator.as_str() {
                    "string_is" => own == *wanted,
                    "string_is_not" => own != *wanted,
                    "string_contains" => own.contains(wanted),
                    "string_does_not_contain" => !own.contains(wanted),
                    "string_starts_with" => own.starts_with(wanted),
                    _ => own.ends_with(wanted),
                }
            }
            Self::Date(operator, span) => {
                let Ok(own) = time_text(block, property).parse::<Timestamp>() else {
                    return false;
                };
                let (start, end) = span.at(now);
                match operator.as_str() {
                    "date_is_before" => own < start,
                    "date_is_after" => own >= end,
                    "date_is_on_or_before" => own < end,
                    "date_is_on_or_after" => own >= start,
                    _ => own >= start && own < end,
                }
            }
            Self::People { ids, wanted } => people(block, property).any(|own| ids.contains(&own)) == *wanted,
        }
    }
}

impl Span {
    fn check(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["type", "value", "direction", "unit", "count"])?;
        fields.word("type", &["relative", "exact"])?;
        let value = fields.required("value")?;
        let direction = fields.optional_enum("direction", &["past", "future"])?;
        let unit = fields.optional_enum("unit", &UNITS)?;
        if let (Some(direction), Some(unit)) = (direction, unit) {
            let count = fields.get("count").map_or(Some(1), Value::as_i64);
            let count = count.filter(|count| (0..=10_000).contains(count));
            let count = count.ok_or_else(|| {
                fields
                    .place("count")
                    .should("a number or `undefined`", fields.get("count"))
            })?;
            let count = if direction == "past" { -count } else { count };
            let (days, months) = match unit {
                "day" => (count, 0),
                "week" => (7 * count, 0),
                "month" => (0, count),
                _ => (0, 12 * count),
            };
            return Ok(Self::Around(days, i32::try_from(months).unwrap_or_default()));
        }
        let path = fields.place("value");
        match value {
            Value::String(word) => {
                let day = DAYS.iter().find(|(name, ..)| name == word);
                if let Some((_, days, months)) = day {
                    return Ok(Self::Day(*days, *months));
                }
                match DatePoint::parse(word, None) {
                    Some(point) => Ok(Self::of(&point)),
                    None => Err(path.should("a valid date or the name of a day", Some(value))),
                }
            }
            _ => Self::check_exact(&Fields::of(value, path)?),
        }
    }

    fn check_exact(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["type", "start_date", "start_time", "end_date", "time_zone"])?;
        fields.word("type", &["date", "datetime", "daterange"])?;
        let zone = match fields.optional_string("time_zone")? {
            None => None,
            Some(name) => Some(TimeZone::get(name).map_err(|_| {
                fields
                    .place("time_zone")
                    .should("a valid time zone or `undefined`", fields.get("time_zone"))
            })?),
        };
        let read = |key: &str, clock: Option<&str>| {
            let date = fields.string(key)?;
            let text = clock.map_or_else(|| date.to_owned(), |clock| format!("{date}T{clock}"));
            DatePoint::parse(&text, zone.as_ref())
                .ok_or_else(|| fields.place(key).should("a valid date", fields.get(key)))
        };
        let start = Self::of(&read("start_date", fields.optional_string("start_time")?)?);
        let Some(_) = fields.get("end_date") else {
            return Ok(start);
        };
        let end = Self::of(&read("end_date", None)?);
        Ok(match (start, end) {
            (Self::Exact(start, _), Self::Exact(_, end)) => Self::Exact(start, end),
            (start, _) => start,
        })
    }

    fn of(point: &DatePoint) -> Self {
        if point.day_only {
            let (start, end) = time::day_of(point.at);
            return Self::Exact(start, end);
        }
        let minute = jiff::SignedDuration::from_mins(1);
        Self::Exact(point.at, point.at.checked_add(minute).unwrap_or(point.at))
    }

    fn at(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let moved = |days, months| time::shift_months(time::shift_days(now, days), months);
        let today = time::day_of(now);
        match *self {
            Self::Exact(start, end) => (start, end),
            Self::Day(days, months) => time::day_of(moved(days, months)),
            Self::Around(days, months) => {
                let (start, end) = time::day_of(moved(days, months));
                (start.min(today.0), end.max(today.1))
            }
        }
    }
}

/// The title of meeting notes.
pub(super) fn title(block: &Value) -> String {
    let items = block["meeting_notes"]["title"].as_array().into_iter().flatten();
    items.filter_map(|item| item["plain_text"].as_str()).collect()
}

/// When they were made or last edited.
pub(super) fn time_text<'a>(block: &'a Value, property: &str) -> &'a str {
    block[property].as_str().unwrap_or_default()
}

/// Who made or edited them, or was there.
pub(super) fn people(block: &Value, property: &str) -> impl Iterator<Item = Uuid> {
    let one = std::iter::once(&block[property]["id"]);
    let attendees = block["meeting_notes"]["calendar_event"]["attendees"].as_array();
    let of_event = attendees
        .into_iter()
        .flatten()
        .filter(move |_| property == "attendees");
    let ids: Vec<Uuid> = one
        .chain(of_event)
        .filter_map(Value::as_str)
        .filter_map(id::parse)
        .collect();
    ids.into_iter()
}

fn people_asked_for(value: &Value, path: &Path) -> Result<Vec<Uuid>, Refusal> {
    let one = |value: &Value, path: Path| {
        let fields = Fields::of(value, path)?;
        fields.word("type", &["exact"])?;
        let user = fields.object("value")?;
        user.word("table", &["notion_user"])?;
        user.uuid("id")
    };
    match value.as_array() {
        None => Ok(vec![one(value, path.clone())?]),
        Some(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| one(item, path.at(at)))
            .collect(),
    }
}
