//! The shape of a filter.

use jiff::Timestamp;
use serde_json::Value;

use super::super::date::DatePoint;
use super::super::id;
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

type Checked<T> = Result<T, Refusal>;

/// A filter whose shape is right.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    /// `key` is the kind the request compares with, which need not be that of the column.
    Property {
        property: String,
        key: String,
        test: Test,
    },
    Created(Test),
    Edited(Test),
}

/// What is asked of a value.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Empty,
    NotEmpty,
    Text(TextTest, String),
    Number(NumberTest, f64),
    Checkbox(bool),
    /// Any of these names, or none of them.
    Named {
        names: Vec<String>,
        wanted: bool,
    },
    /// This user or page. `None` is `"me"`.
    Reference {
        id: Option<String>,
        wanted: bool,
    },
    Date(DateTest, Moment),
    Window(Window),
    Verification {
        state: String,
        wanted: bool,
    },
    /// A condition on the elements of a rollup.
    Elements(Elements, Box<(String, Test)>),
    /// A condition on the result of a formula or rollup.
    Result(Box<(String, Test)>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TextTest {
    Equals,
    DoesNotEqual,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NumberTest {
    Equals,
    DoesNotEqual,
    GreaterThan,
    LessThan,
    AtLeast,
    AtMost,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum DateTest {
    Equals,
    Before,
    After,
    OnOrBefore,
    OnOrAfter,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Elements {
    Any,
    Every,
    None,
}

/// A day or a time, given or relative to now.
#[derive(Debug, Clone)]
pub(crate) enum Moment {
    Day(Timestamp),
    Minute(Timestamp),
    Relative(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Window {
    PastWeek,
    PastMonth,
    PastYear,
    ThisWeek,
    NextWeek,
    NextMonth,
    NextYear,
}

/// The words for days that are relative to now.
pub(crate) const RELATIVE: [&str; 7] = [
    "today",
    "tomorrow",
    "yesterday",
    "one_week_ago",
    "one_week_from_now",
    "one_month_ago",
    "one_month_from_now",
];

const WINDOWS: [(&str, Window); 7] = [
    ("past_week", Window::PastWeek),
    ("past_month", Window::PastMonth),
    ("past_year", Window::PastYear),
    ("this_week", Window::ThisWeek),
    ("next_week", Window::NextWeek),
    ("next_month", Window::NextMonth),
    ("next_year", Window::NextYear),
];

/// The kinds that can be filtered on.
const KEYS: [&str; 22] = [
    "title",
    "rich_text",
    "url",
    "email",
    "phone_number",
    "number",
    "unique_id",
    "checkbox",
    "select",
    "status",
    "multi_select",
    "date",
    "created_time",
    "last_edited_time",
    "people",
    "created_by",
    "last_edited_by",
    "files",
    "relation",
    "formula",
    "rollup",
    "verification",
];

/// The kinds that the values of a rollup can be filtered as, which are those of the official types: all text goes as
/// `rich_text`, and all times as `date`.
const ELEMENTS: [&str; 10] = [
    "rich_text",
    "number",
    "checkbox",
    "select",
    "multi_select",
    "relation",
    "date",
    "people",
    "files",
    "status",
];

/// Checks a filter. Compound filters nest two levels deep.
pub(crate) fn check(value: &Value, path: Path) -> Checked<Filter> {
    check_level(&Fields::of(value, path)?, 2)
}

fn check_level(fields: &Fields<'_>, levels: usize) -> Checked<Filter> {
    for (key, make) in [
        ("and", Filter::And as fn(Vec<Filter>) -> Filter),
        ("or", Filter::Or),
    ] {
        let Some(value) = fields.get(key) else { continue };
        if levels == 0 {
            return Err(fields.place(key).should("not present", Some(value)));
        }
        fields.only(&[key])?;
        let items = fields.optional_array(key)?.unwrap_or_default();
        let path = fields.place(key);
        let parts = items
            .iter()
            .enumerate()
            .map(|(at, item)| check_level(&Fields::of(item, path.at(at))?, levels - 1));
        return Ok(make(parts.collect::<Checked<_>>()?));
    }
    if fields.get("timestamp").is_some() {
        let which = fields.word("timestamp", &["created_time", "last_edited_time"])?;
        fields.only(&["timestamp", "type", which])?;
        let test = check_test("date", &fields.object(which)?)?;
        return Ok(if which == "created_time" {
            Filter::Created(test)
        } else {
            Filter::Edited(test)
        });
    }
    if fields.get("property").is_none() {
        let paths = ["or", "and", "property", "timestamp"].map(|key| fields.place(key));
        return Err(validate::either(&paths));
    }
    let property = fields.string("property")?.to_owned();
    let Some((key, value)) = fields
        .map
        .iter()
        .find(|(key, _)| !["property", "type"].contains(&key.as_str()))
    else {
        let wanted = fields.get("type").and_then(Value::as_str).unwrap_or("rich_text");
        return Err(fields.place(wanted).should("defined", None));
    };
    if !KEYS.contains(&key.as_str()) {
        return Err(fields.place(key).should("not present", Some(value)));
    }
    fields.only(&["property", "type", key])?;
    let test = check_test(key, &fields.object(key)?)?;
    Ok(Filter::Property {
        property,
        key: key.clone(),
        test,
    })
}

fn check_test(key: &str, fields: &Fields<'_>) -> Checked<Test> {
    let Some((operator, value)) = fields.map.iter().next() else {
        return Err(fields.place(first_operator(key)).should("defined", None));
    };
    fields.only(&[operator.as_str()])?;
    let path = fields.place(operator);
    let emptiness = !matches!(key, "checkbox" | "verification" | "formula" | "rollup");
    if emptiness && matches!(operator.as_str(), "is_empty" | "is_not_empty") {
        if value != &Value::Bool(true) {
            return Err(path.should("`true`", Some(value)));
        }
        return Ok(if operator == "is_empty" {
            Test::Empty
        } else {
            Test::NotEmpty
        });
    }
    let test = match key {
        "title" | "rich_text" | "url" | "email" | "phone_number" | "string" => {
            text_test(operator, value, &path)?
        }
        "number" | "unique_id" => number_test(operator, value, &path)?,
        "checkbox" => match operator.as_str() {
            "equals" | "does_not_equal" => {
                let on = value
                    .as_bool()
                    .ok_or_else(|| path.should("a boolean", Some(value)))?;
                Some(Test::Checkbox(on == (operator == "equals")))
            }
            _ => None,
        },
        "select" | "status" => named(operator, value, &path, ["equals", "does_not_equal"])?,
        "multi_select" => named(operator, value, &path, ["contains", "does_not_contain"])?,
        "date" | "created_time" | "last_edited_time" => date_test(operator, value, &path)?,
        "people" | "created_by" | "last_edited_by" | "relation" => reference(key, operator, value, &path)?,
        "verification" => match operator.as_str() {
            "status" | "does_not_equal" => {
                let state = fields.word(operator, &["verified", "expired", "none"])?;
                Some(Test::Verification {
                    state: state.to_owned(),
                    wanted: operator == "status",
                })
            }
            _ => None,
        },
        "formula" => match operator.as_str() {
            "string" | "number" | "checkbox" | "date" => {
                Some(nested(operator, value, path.clone()).map(Test::Result)?)
            }
            _ => None,
        },
        "rollup" => match operator.as_str() {
            "number" | "date" => Some(nested(operator, value, path.clone()).map(Test::Result)?),
            "any" => Some(Test::Elements(Elements::Any, element(value, path.clone())?)),
            "every" => Some(Test::Elements(Elements::Every, element(value, path.clone())?)),
            "none" => Some(Test::Elements(Elements::None, element(value, path.clone())?)),
            _ => None,
        },
        _ => None,
    };
    test.ok_or_else(|| path.should("not present", Some(value)))
}

fn first_operator(key: &str) -> &'static str {
    match key {
        "people" | "created_by" | "last_edited_by" | "relation" | "multi_select" => "contains",
        "files" => "is_empty",
        "formula" => "string",
        "rollup" => "any",
        "verification" => "status",
        _ => "equals",
    }
}

fn nested(key: &str, value: &Value, path: Path) -> Checked<Box<(String, Test)>> {
    Ok(Box::new((
        key.to_owned(),
        check_test(key, &Fields::of(value, path)?)?,
    )))
}

fn element(value: &Value, path: Path) -> Checked<Box<(String, Test)>> {
    let fields = Fields::of(value, path)?;
    let Some((key, value)) = fields
        .map
        .iter()
        .find(|(key, _)| ELEMENTS.contains(&key.as_str()))
    else {
        return Err(fields.place("rich_text").should("defined", None));
    };
    fields.only(&[key.as_str()])?;
    nested(key, value, fields.place(key))
}

fn text_test(operator: &str, value: &Value, path: &Path) -> Checked<Option<Test>> {
    let test = match operator {
        "equals" => TextTest::Equals,
        "does_not_equal" => TextTest::DoesNotEqual,
        "contains" => TextTest::Contains,
        "does_not_contain" => TextTest::DoesNotContain,
        "starts_with" => TextTest::StartsWith,
        "ends_with" => TextTest::EndsWith,
        _ => return Ok(None),
    };
    let text = value
        .as_str()
        .ok_or_else(|| path.should("a string", Some(value)))?;
    Ok(Some(Test::Text(test, text.to_lowercase())))
}

fn number_test(operator: &str, value: &Value, path: &Path) -> Checked<Option<Test>> {
    let test = match operator {
        "equals" => NumberTest::Equals,
        "does_not_equal" => NumberTest::DoesNotEqual,
        "greater_than" => NumberTest::GreaterThan,
        "less_than" => NumberTest::LessThan,
        "greater_than_or_equal_to" => NumberTest::AtLeast,
        "less_than_or_equal_to" => NumberTest::AtMost,
        _ => return Ok(None),
    };
    let number = value
        .as_f64()
        .ok_or_else(|| path.should("a number", Some(value)))?;
    Ok(Some(Test::Number(test, number)))
}

fn named(operator: &str, value: &Value, path: &Path, [yes, no]: [&str; 2]) -> Checked<Option<Test>> {
    if operator != yes && operator != no {
        return Ok(None);
    }
    let names = match value {
        Value::String(name) => vec![name.to_lowercase()],
        Value::Array(items) => {
            validate::max_length(path, items.len())?;
            let text = |(at, item): (usize, &Value)| {
                item.as_str()
                    .map(str::to_lowercase)
                    .ok_or_else(|| path.at(at).should("a string", Some(item)))
            };
            items.iter().enumerate().map(text).collect::<Checked<_>>()?
        }
        other => return Err(path.should("a string", Some(other))),
    };
    Ok(Some(Test::Named {
        names,
        wanted: operator == yes,
    }))
}

fn reference(key: &str, operator: &str, value: &Value, path: &Path) -> Checked<Option<Test>> {
    let wanted = match operator {
        "contains" => true,
        "does_not_contain" => false,
        _ => return Ok(None),
    };
    let text = value
        .as_str()
        .ok_or_else(|| path.should("a string", Some(value)))?;
    let me = key != "relation" && text == "me";
    let id = id::parse(text).map(|id| id.to_string());
    if id.is_none() && !me {
        return Err(path.should("a valid uuid", Some(value)));
    }
    Ok(Some(Test::Reference { id, wanted }))
}

fn date_test(operator: &str, value: &Value, path: &Path) -> Checked<Option<Test>> {
    if let Some((_, window)) = WINDOWS.iter().find(|(name, _)| *name == operator) {
        return match value.as_object() {
            Some(_) => Ok(Some(Test::Window(*window))),
            None => Err(path.should("an object", Some(value))),
        };
    }
    let test = match operator {
        "equals" => DateTest::Equals,
        "before" => DateTest::Before,
        "after" => DateTest::After,
        "on_or_before" => DateTest::OnOrBefore,
        "on_or_after" => DateTest::OnOrAfter,
        _ => return Ok(None),
    };
    let text = value
        .as_str()
        .ok_or_else(|| path.should("a string", Some(value)))?;
    if let Some(word) = RELATIVE.iter().find(|word| **word == text) {
        return Ok(Some(Test::Date(test, Moment::Relative(word))));
    }
    let point = DatePoint::parse(text, None)
        .ok_or_else(|| path.should("a valid ISO 8601 date string", Some(value)))?;
    let moment = if point.day_only {
        Moment::Day(point.at)
    } else {
        Moment::Minute(point.at)
    };
    Ok(Some(Test::Date(test, moment)))
}
