//! Rollups: what a column of related pages comes to.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Value, json};

use super::column::Column;
use super::date::{DatePoint, DateValue};
use super::filter::View;
use super::formula::{TOO_COSTLY, Type};
use super::kind::Kind;
use super::page::Page;
use super::reader::{self, Nesting, Reader};
use super::value::{self, Detail, PropertyValue};
use super::{id, time};

/// What the property-item endpoint does not work out.
const NO_ITEM: [&str; 5] = [
    "show_unique",
    "unique",
    "median",
    "count_per_group",
    "percent_per_group",
];

/// What it costs to read a page, in steps of formulas.
const STEPS_PER_PAGE: usize = 5;

/// The relation that a rollup follows, among the columns of its data source.
pub(crate) fn relation<'a>(rollup: &Column, columns: &'a [Column]) -> Option<&'a Column> {
    named(rollup, "relation_property_id", columns)
}

/// The column that a rollup takes its values from, among those of the related data source.
pub(crate) fn rolled_up<'a>(rollup: &Column, columns: &'a [Column]) -> Option<&'a Column> {
    named(rollup, "rollup_property_id", columns)
}

fn named<'a>(rollup: &Column, key: &str, columns: &'a [Column]) -> Option<&'a Column> {
    let id = id::decode(rollup.config.get(key).and_then(Value::as_str)?);
    columns.iter().find(|column| *column.decoded == *id)
}

fn function(rollup: &Column) -> &str {
    let function = rollup.config.get("function").and_then(Value::as_str);
    function.unwrap_or_default()
}

/// The type that formulas find in a rollup. `rolled` is that of the column it takes its values from.
pub(crate) fn result_type(rollup: &Column, rolled: Type) -> Type {
    match (function(rollup), rolled) {
        ("show_original" | "show_unique", Type::List(item)) => Type::List(item),
        ("show_original" | "show_unique", item) => Type::list(item),
        ("earliest_date" | "latest_date" | "date_range", _) => Type::Date,
        ("count_per_group" | "percent_per_group", _) => Type::Unknown,
        _ => Type::Number,
    }
}

/// The related pages of a rollup, and the column of theirs that is rolled up.
pub(crate) struct Rolled<'a> {
    pub(crate) column: &'a Column,
    pages: Vec<&'a Page>,
    /// Whether the workspace holds all pages the relation points at.
    complete: bool,
}

impl<'a> Rolled<'a> {
    /// Follows the relation of a rollup, to at most `limit` pages. `None` where a column it builds on is gone.
    pub(crate) fn find(reader: &Reader<'a>, page: &Page, rollup: &Column, limit: usize) -> Option<Self> {
        let workspace = reader.workspace;
        let relation = relation(rollup, workspace.columns_of(page)?)?;
        let target = workspace.data_sources.get(&relation.relation_target()?)?;
        let column = rolled_up(rollup, &target.columns)?;
        let ids = match page.value(&relation.id) {
            Some(PropertyValue::Relation(ids)) => ids.as_slice(),
            _ => &[],
        };
        let pages = workspace
            .living(ids)
            .take(limit)
            .filter_map(|id| workspace.pages.get(&id));
        Some(Self {
            column,
            pages: pages.collect(),
            complete: ids.iter().all(|id| workspace.pages.contains_key(id)),
        })
    }

    /// The payload of each page, as the property-item endpoint shows it.
    pub(crate) fn items(&self, reader: &Reader<'_>) -> Vec<Value> {
        let read = |page: &&Page| value::read(reader, page, self.column, Detail::Item);
        self.pages.iter().map(read).collect()
    }

    /// The payload of each page for another value; `None` where that costs too much.
    fn values(&self, reader: &Reader<'_>, inside: Nesting<'_>) -> Option<Vec<Value>> {
        let read = |page: &&Page| {
            inside.work.spend(STEPS_PER_PAGE).ok()?;
            Some(value::read_at(reader, page, self.column, Detail::Item, inside))
        };
        self.pages.iter().map(read).collect()
    }
}

/// The payload of a rollup cell.
pub(crate) fn read(
    reader: &Reader<'_>,
    page: &Page,
    rollup: &Column,
    detail: Detail,
    nesting: Nesting<'_>,
) -> Value {
    let seeded = match page.value(&rollup.id) {
        Some(PropertyValue::Raw(seeded)) => Some(seeded.clone()),
        _ => None,
    };
    let limit = match detail {
        Detail::Answer => value::MAX_REFERENCES,
        Detail::Item | Detail::Stored => usize::MAX,
    };
    let function = function(rollup);
    let unsupported = |reason: &str| {
        reader.unsupported(rollup, reason, nesting);
        json!({"type": "unsupported", "unsupported": {}, "function": function})
    };
    let Some(inside) = nesting.deeper() else {
        return unsupported(reader::TOO_DEEP);
    };
    match (Rolled::find(reader, page, rollup, limit), seeded) {
        // Where a seed knows less than the workspace it was taken from, what that said is right.
        (None, Some(seeded)) => seeded,
        (Some(rolled), Some(seeded)) if !rolled.complete => seeded,
        (None, None) => unsupported("a property that it builds on is gone"),
        (Some(rolled), _) => {
            let Some(values) = rolled.values(reader, inside) else {
                return unsupported(TOO_COSTLY);
            };
            // Elements show what they are, and pages can be counted. Any other result would be wrong.
            let is_missing = |value: &Value| value.get("type").is_some_and(|kind| kind == "unsupported");
            if !["count", "show_original"].contains(&function) && values.iter().any(is_missing) {
                return unsupported("a value that it builds on is unsupported");
            }
            match compute(function, &rolled.column.kind, &values) {
                Some(result) => result.to_json(function),
                None => unsupported(&format!("what {function} gives is not known well enough")),
            }
        }
    }
}

/// The payload of a rollup as the property-item endpoint gives it beside its items.
pub(crate) fn read_item(reader: &Reader<'_>, page: &Page, rollup: &Column, last: bool) -> Value {
    let function = function(rollup);
    if NO_ITEM.contains(&function) {
        return json!({"type": "unsupported", "unsupported": {}, "function": function});
    }
    if !last {
        return json!({"type": "incomplete", "incomplete": {}, "function": function});
    }
    let mut whole = value::read(reader, page, rollup, Detail::Item);
    // The elements are what the endpoint lists.
    if let Some(array) = whole.get_mut("array") {
        *array = json!([]);
    }
    whole
}

/// What a rollup comes to.
#[derive(Debug, PartialEq)]
enum Outcome {
    Number(Option<f64>),
    Date(Option<DateValue>),
    Array(Vec<Value>),
}

impl Outcome {
    fn to_json(&self, function: &str) -> Value {
        match self {
            Self::Number(number) => {
                let number = number.and_then(value::number);
                json!({"type": "number", "number": number, "function": function})
            }
            Self::Date(date) => {
                json!({"type": "date", "date": date.as_ref().map(DateValue::to_json), "function": function})
            }
            Self::Array(array) => json!({"type": "array", "array": array, "function": function}),
        }
    }
}

/// `None` for functions whose results are not known well enough.
fn compute(function: &str, kind: &Kind, payloads: &[Value]) -> Option<Outcome> {
    let views: Vec<View<'_>> = payloads
        .iter()
        .map(|payload| View::of_payload(kind, payload))
        .collect();
    let pages = payloads.len() as f64;
    let share = |count: f64| if pages == 0.0 { 0.0 } else { count / pages };
    let empty = views.iter().filter(|view| view.is_empty()).count() as f64;
    let checked = views
        .iter()
        .filter(|view| matches!(view, View::Checkbox(true)))
        .count() as f64;
    let number = |number: f64| Some(Outcome::Number(Some(number)));
    match function {
        "count" => number(pages),
        "count_values" => number(views.iter().map(View::count).sum::<usize>() as f64),
        "empty" => number(empty),
        "not_empty" => number(pages - empty),
        "percent_empty" => number(share(empty)),
        "percent_not_empty" => number(share(pages - empty)),
        "checked" => number(checked),
        "unchecked" => number(pages - checked),
        "percent_checked" => number(share(checked)),
        "percent_unchecked" => number(share(pages - checked)),
        "unique" => number(distinct(kind, payloads, &views).len() as f64),
        "show_unique" => Some(Outcome::Array(distinct(kind, payloads, &views))),
        "show_original" => Some(Outcome::Array(
            payloads.iter().map(|payload| element(kind, payload)).collect(),
        )),
        "sum" | "average" | "median" | "min" | "max" | "range" => {
            Some(Outcome::Number(of_numbers(function, &numbers(&views))))
        }
        "earliest_date" | "latest_date" | "date_range" => {
            Some(Outcome::Date(of_dates(function, kind, payloads)))
        }
        _ => None,
    }
}

fn element(kind: &Kind, payload: &Value) -> Value {
    let mut element = json!({"type": kind.name()});
    element[kind.name()] = payload.clone();
    element
}

/// The elements that are not empty, each value once.
fn distinct(kind: &Kind, payloads: &[Value], views: &[View<'_>]) -> Vec<Value> {
    let mut seen = HashSet::new();
    let filled = payloads.iter().zip(views).filter(|(_, view)| !view.is_empty());
    filled
        .filter(|(payload, view)| {
            let key = match view {
                View::Text(text) => text.to_string(),
                _ => payload.to_string(),
            };
            seen.insert(key)
        })
        .map(|(payload, _)| element(kind, payload))
        .collect()
}

fn numbers(views: &[View<'_>]) -> Vec<f64> {
    let number = |view: &View<'_>| match view {
        View::Number(number) => Some(*number),
        _ => None,
    };
    views.iter().filter_map(number).collect()
}

fn of_numbers(function: &str, numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let sum: f64 = numbers.iter().sum();
    if function == "sum" {
        return Some(sum);
    }
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    let middle = sorted.len() / 2;
    match function {
        "average" => Some(sum / numbers.len() as f64),
        "median" if sorted.len().is_multiple_of(2) => {
            Some(f64::midpoint(*sorted.get(middle - 1)?, *sorted.get(middle)?))
        }
        "median" => sorted.get(middle).copied(),
        "min" => Some(first),
        "max" => Some(last),
        _ => Some(last - first),
    }
}

/// The first start, the last end, or both.
fn of_dates(function: &str, kind: &Kind, payloads: &[Value]) -> Option<DateValue> {
    let dates: Vec<DateValue> = payloads
        .iter()
        .filter_map(|payload| date(kind, payload))
        .collect();
    let by_instant = |a: &&DatePoint, b: &&DatePoint| -> Ordering { a.at.cmp(&b.at) };
    let first = dates.iter().map(|date| &date.start).min_by(by_instant)?.clone();
    let last = dates
        .iter()
        .map(|date| date.end.as_ref().unwrap_or(&date.start))
        .max_by(by_instant)?
        .clone();
    let (start, end) = match function {
        "earliest_date" => (first, None),
        "latest_date" => (last, None),
        _ => (first, Some(last)),
    };
    Some(DateValue {
        start,
        end,
        time_zone: None,
    })
}

fn date(kind: &Kind, payload: &Value) -> Option<DateValue> {
    match kind {
        Kind::CreatedTime | Kind::LastEditedTime => {
            let at = time::floor_minute(payload.as_str()?.parse().ok()?);
            Some(DateValue {
                start: DatePoint {
                    text: time::milli_offset(at),
                    at,
                    day_only: false,
                },
                end: None,
                time_zone: None,
            })
        }
        Kind::Formula | Kind::Rollup => DateValue::from_json(payload.get("date")?),
        _ => DateValue::from_json(payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rolled(function: &str, kind: &Kind, payloads: &[Value]) -> Value {
        compute(function, kind, payloads).map_or(Value::Null, |outcome| {
            let json = outcome.to_json(function);
            json[json["type"].as_str().unwrap_or_default()].clone()
        })
    }

    #[test]
    fn numbers_are_aggregated() {
        let some = [json!(3), Value::Null, json!(1), json!(8.5)];
        for (function, wanted) in [
            ("count", json!(4)),
            ("count_values", json!(3)),
            ("empty", json!(1)),
            ("percent_not_empty", json!(0.75)),
            ("sum", json!(12.5)),
            ("median", json!(3)),
            ("min", json!(1)),
            ("max", json!(8.5)),
            ("range", json!(7.5)),
            ("unique", json!(3)),
            ("count_per_group", Value::Null),
        ] {
            assert_eq!(rolled(function, &Kind::Number, &some), wanted, "{function}");
        }
        assert_eq!(rolled("median", &Kind::Number, &[json!(1), json!(4)]), json!(2.5));
    }

    #[test]
    fn nothing_has_a_type_too() {
        assert_eq!(rolled("count", &Kind::Title, &[]), json!(0));
        assert_eq!(rolled("sum", &Kind::Number, &[]), json!(0));
        assert_eq!(rolled("average", &Kind::Number, &[]), Value::Null);
        assert_eq!(
            compute("earliest_date", &Kind::Date, &[]),
            Some(Outcome::Date(None))
        );
        assert_eq!(rolled("show_original", &Kind::Title, &[]), json!([]));
    }

    #[test]
    fn dates_have_a_first_and_a_last() {
        let some = [
            json!({"start": "2026-03-01", "end": "2026-03-09", "time_zone": null}),
            json!({"start": "2026-02-01", "end": null, "time_zone": null}),
        ];
        assert_eq!(rolled("earliest_date", &Kind::Date, &some)["start"], "2026-02-01");
        assert_eq!(rolled("latest_date", &Kind::Date, &some)["start"], "2026-03-09");
        assert_eq!(rolled("date_range", &Kind::Date, &some)["end"], "2026-03-09");
    }

    #[test]
    fn elements_are_values_without_ids() {
        let choice = json!({"id": "a", "name": "A", "color": "red"});
        let some = [choice.clone(), choice.clone(), Value::Null];
        let wanted = json!({"type": "select", "select": choice});
        assert_eq!(rolled("show_unique", &Kind::Select, &some), json!([wanted]));
        assert_eq!(
            rolled("show_original", &Kind::Select, &some)[2],
            json!({"type": "select", "select": null})
        );
        let two = json!([{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]);
        assert_eq!(
            rolled("count_values", &Kind::MultiSelect, &[two, json!([])]),
            json!(2)
        );
    }
}
