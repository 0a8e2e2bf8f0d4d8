//! Filters of meeting notes, which have a grammar of their own.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::notes::Property;
use super::span::Span;
use crate::engine::block::Block;
use crate::engine::date::DatePoint;
use crate::engine::filter::{self, Context, DateTest, Moment, RELATIVE, Test, TextTest};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

type Checked<T> = Result<T, Refusal>;

/// How many combinations can be inside of each other.
const LEVELS: usize = 3;
const EMPTY: [(&str, Test); 2] = [("is_empty", Test::Empty), ("is_not_empty", Test::NotEmpty)];
const TEXT: [(&str, TextTest); 6] = [
    ("string_is", TextTest::Equals),
    ("string_is_not", TextTest::DoesNotEqual),
    ("string_contains", TextTest::Contains),
    ("string_does_not_contain", TextTest::DoesNotContain),
    ("string_starts_with", TextTest::StartsWith),
    ("string_ends_with", TextTest::EndsWith),
];
const DATE: [(&str, DateTest); 5] = [
    ("date_is", DateTest::Equals),
    ("date_is_before", DateTest::Before),
    ("date_is_after", DateTest::After),
    ("date_is_on_or_before", DateTest::OnOrBefore),
    ("date_is_on_or_after", DateTest::OnOrAfter),
];
const SPAN: [&str; 2] = ["date_is_within", "date_is_relative_to"];
const PERSON: [(&str, bool); 2] = [("person_contains", true), ("person_does_not_contain", false)];

/// A filter whose shape is right.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Property(Property, Test),
    Within(Property, Span),
}

impl Filter {
    /// Whether some notes pass.
    pub(super) fn matches(&self, notes: &Block, now: Timestamp) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(notes, now)),
            // Where nothing is asked, everything passes.
            Self::Or(parts) => parts.is_empty() || parts.iter().any(|part| part.matches(notes, now)),
            Self::Property(property, test) => {
                filter::passes(test, &property.of(notes), Context { now, me: None })
            }
            Self::Within(property, span) => match property.of(notes) {
                filter::View::Date(at, _) => span.has(at, now),
                _ => false,
            },
        }
    }
}

/// Checks the shape of a filter: one condition, or a combination of them.
pub(crate) fn check(fields: &Fields<'_>) -> Checked<Filter> {
    check_at(fields, LEVELS)
}

fn check_at(fields: &Fields<'_>, levels: usize) -> Checked<Filter> {
    let Some(deeper) = levels.checked_sub(1).filter(|_| fields.get("property").is_none()) else {
        return condition(fields);
    };
    let operator = fields.word("operator", &["and", "or"])?;
    fields.only(&["operator", "filters"])?;
    if levels < LEVELS {
        fields.required("filters")?;
    }
    let items = fields.optional_array("filters")?.unwrap_or_default();
    let place = fields.place("filters");
    let part = |(at, item)| check_at(&Fields::of(item, place.at(at))?, deeper);
    let parts = items.iter().enumerate().map(part).collect::<Checked<_>>()?;
    Ok(match operator {
        "and" => Filter::And(parts),
        _ => Filter::Or(parts),
    })
}

fn condition(fields: &Fields<'_>) -> Checked<Filter> {
    let property = Property::check(fields)?;
    fields.only(&["property", "filter"])?;
    let filter = fields.object("filter")?;
    filter.only(&["operator", "value"])?;
    let operator = filter.word("operator", &operators(property))?;
    if let Some(test) = find(&EMPTY, operator) {
        return Ok(Filter::Property(property, test));
    }
    if let Some(test) = find(&TEXT, operator) {
        let value = filter.object("value")?;
        value.word("type", &["exact"])?;
        value.only(&["type", "value"])?;
        let wanted = value.string("value")?.to_lowercase();
        return Ok(Filter::Property(property, Test::Text(test, wanted)));
    }
    if let Some(wanted) = find(&PERSON, operator) {
        return people(property, wanted, &filter);
    }
    let value = filter.object("value")?;
    if let Some(test) = find(&DATE, operator) {
        return Ok(Filter::Property(property, Test::Date(test, moment(&value)?)));
    }
    Ok(Filter::Within(property, Span::check(&value)?))
}

/// What can be asked of a property.
fn operators(property: Property) -> Vec<&'static str> {
    let mut names = match property {
        Property::Title => TEXT.map(|(name, _)| name).to_vec(),
        Property::CreatedTime | Property::EditedTime => {
            let names = DATE.map(|(name, _)| name);
            names.into_iter().chain(SPAN).collect()
        }
        Property::Attendees | Property::CreatedBy | Property::EditedBy => {
            PERSON.map(|(name, _)| name).to_vec()
        }
    };
    names.extend(EMPTY.map(|(name, _)| name));
    names
}

fn find<T: Clone>(known: &[(&str, T)], operator: &str) -> Option<T> {
    let found = known.iter().find(|(name, _)| *name == operator);
    found.map(|(_, test)| test.clone())
}

/// One user or several: any of them, or none of them.
fn people(property: Property, wanted: bool, filter: &Fields<'_>) -> Checked<Filter> {
    let place = filter.place("value");
    let given = filter.required("value")?;
    let values: Vec<(&Value, Path)> = match given {
        Value::Array(items) => {
            validate::max_length(&place, items.len())?;
            let items = items.iter().enumerate();
            items.map(|(at, item)| (item, place.at(at))).collect()
        }
        one => vec![(one, place)],
    };
    let one = |(value, path)| {
        let value = Fields::of(value, path)?;
        value.word("type", &["exact"])?;
        value.only(&["type", "value"])?;
        let user = value.object("value")?;
        user.word("table", &["notion_user"])?;
        user.only(&["table", "id"])?;
        let id = Some(user.uuid("id")?.to_string());
        Ok(Filter::Property(property, Test::Reference { id, wanted }))
    };
    let parts = values.into_iter().map(one).collect::<Checked<_>>()?;
    Ok(if wanted {
        Filter::Or(parts)
    } else {
        Filter::And(parts)
    })
}

fn moment(value: &Fields<'_>) -> Checked<Moment> {
    let kind = value.word("type", &["relative", "exact"])?;
    value.only(&["type", "value"])?;
    if kind == "relative" {
        let word = value.word("value", &RELATIVE)?;
        let known = RELATIVE.iter().find(|known| **known == word);
        return Ok(Moment::Relative(known.copied().unwrap_or("today")));
    }
    let point = match value.required("value")? {
        Value::String(text) => DatePoint::parse(text, None).ok_or_else(|| {
            value
                .place("value")
                .should("a valid ISO 8601 date string", value.get("value"))
        })?,
        _ => point(&value.object("value")?)?,
    };
    Ok(match point.day_only {
        true => Moment::Day(point.at),
        false => Moment::Minute(point.at),
    })
}

/// Reads a `date` or `datetime`.
fn point(fields: &Fields<'_>) -> Checked<DatePoint> {
    let kind = fields.word("type", &["date", "datetime"])?;
    fields.only(&["type", "start_date", "start_time", "time_zone"])?;
    let day = super::span::day(fields, "start_date")?;
    if kind == "date" {
        return Ok(day);
    }
    let zone = match fields.optional_string("time_zone")? {
        None => None,
        Some(name) => Some(TimeZone::get(name).map_err(|_| {
            fields
                .place("time_zone")
                .should("a valid IANA time zone", fields.get("time_zone"))
        })?),
    };
    let clock = fields.optional_string("start_time")?.unwrap_or("00:00");
    let text = format!("{}T{clock}", day.text);
    DatePoint::parse(&text, zone.as_ref()).ok_or_else(|| {
        fields
            .place("start_time")
            .should("a valid time or `undefined`", fields.get("start_time"))
    })
}
