//! What a row says, in one form for all readers and writers: a text for each column.

use jiff::Timestamp;
use jiff::civil::Date;
use notion_core::prelude::*;
use notion_core::{DateOrTime, FileRef, Formula, Rollup, UniqueId};
use serde_json::Value;

/// What a row says.
pub(crate) trait ToFacts {
    /// A text for each column, in their order.
    fn facts(&self) -> Vec<String>;
}

/// What a value says.
pub(crate) trait Said {
    fn said(&self) -> String;
}

/// What the JSON of a row's properties says, in a response or in a request.
pub(crate) fn of_json(columns: &[(&str, &str)], properties: &Value) -> Vec<String> {
    columns
        .iter()
        .map(|(what, name)| said(what, &properties[name]))
        .collect()
}

/// The value of a property, of which only the part that everybody reads is looked at.
fn said(what: &str, property: &Value) -> String {
    let (kind, result) = what
        .split_once('_')
        .filter(|(kind, _)| matches!(*kind, "formula" | "rollup"))
        .unwrap_or((what, ""));
    let mut value = &property[kind];
    if !result.is_empty() {
        value = &value[result];
    }
    let each = |key: &str| {
        joined(
            value
                .as_array()
                .into_iter()
                .flatten()
                .map(|item| text(&item[key])),
        )
    };
    match kind {
        "title" | "rich_text" => value
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| text(item["text"].get("content").unwrap_or(&item["plain_text"])))
            .collect(),
        "select" | "status" => text(&value["name"]),
        "multi_select" | "files" => each("name"),
        "relation" | "people" => each("id"),
        "date" => joined([&value["start"], &value["end"]].map(|date| moment(&text(date)))),
        "created_time" | "last_edited_time" => moment(&text(value)),
        "created_by" | "last_edited_by" => text(&value["id"]),
        "unique_id" => number(&value["number"]),
        "number" => number(value),
        _ if result == "number" => number(value),
        _ => text(value),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn number(value: &Value) -> String {
    value
        .as_f64()
        .map(|number| number.to_string())
        .unwrap_or_default()
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    Vec::from_iter(parts).join("|")
}

/// A day, or a moment without its offset, because one of the rivals throws that away.
fn moment(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(moment) => moment.to_string(),
        Err(_) => text
            .parse::<Date>()
            .map(|day| day.to_string())
            .unwrap_or_default(),
    }
}

impl Said for String {
    fn said(&self) -> String {
        self.clone()
    }
}

impl Said for f64 {
    fn said(&self) -> String {
        self.to_string()
    }
}

impl Said for bool {
    fn said(&self) -> String {
        self.to_string()
    }
}

impl Said for Timestamp {
    fn said(&self) -> String {
        self.to_string()
    }
}

impl Said for DateOrRange {
    fn said(&self) -> String {
        let one = |date: DateOrTime| moment(&date.to_string());
        joined([one(self.start), self.end.map(one).unwrap_or_default()])
    }
}

impl Said for UserRef {
    fn said(&self) -> String {
        self.id.to_string()
    }
}

impl Said for PageId {
    fn said(&self) -> String {
        self.to_string()
    }
}

impl Said for FileRef {
    fn said(&self) -> String {
        self.name.clone()
    }
}

impl Said for UniqueId {
    fn said(&self) -> String {
        (self.number as f64).to_string()
    }
}

impl<T: Said> Said for Option<T> {
    fn said(&self) -> String {
        self.as_ref().map(Said::said).unwrap_or_default()
    }
}

impl<T: Said> Said for Vec<T> {
    fn said(&self) -> String {
        joined(self.iter().map(Said::said))
    }
}

impl<T: Said> Said for Formula<T> {
    fn said(&self) -> String {
        self.value().map(Said::said).unwrap_or_default()
    }
}

impl<T: Said> Said for Rollup<T> {
    fn said(&self) -> String {
        self.value().map(Said::said).unwrap_or_default()
    }
}
