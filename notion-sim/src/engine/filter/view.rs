//! A value as filters and sorts look at it, whatever kind it has.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::super::column::{Choice, Column};
use super::super::date::DateValue;
use super::super::kind::Kind;
use super::super::page::Page;
use super::super::reader::Reader;
use super::super::value::{self, Detail, PropertyValue};
use super::super::workspace::Workspace;
use super::super::{id, time};

/// A value, seen for comparing.
#[derive(Debug, Clone)]
pub(crate) enum View<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(f64),
    Checkbox(bool),
    Choices(Cow<'a, [Choice]>),
    /// The instant, and whether it stands for a whole day.
    Date(Timestamp, bool),
    Ids(Vec<Uuid>),
    Files(usize),
    /// Rolled-up elements: kind and payload each.
    Elements(Vec<(Kind, Value)>),
    Verification(String),
}

impl<'a> View<'a> {
    /// The cell of a row.
    pub(crate) fn of(reader: &Reader<'a>, page: &'a Page, column: &'a Column) -> Self {
        match &column.kind {
            Kind::CreatedTime => Self::Date(time::floor_minute(page.created_time), false),
            Kind::LastEditedTime => Self::Date(time::floor_minute(page.last_edited_time), false),
            Kind::CreatedBy => Self::Ids(vec![page.created_by]),
            Kind::LastEditedBy => Self::Ids(vec![page.last_edited_by]),
            Kind::Checkbox => Self::Checkbox(matches!(
                page.value(&column.id),
                Some(PropertyValue::Checkbox(true))
            )),
            Kind::Rollup | Kind::Formula => {
                let payload = value::read(reader, page, column, Detail::Item);
                Self::of_payload(&column.kind, &payload)
            }
            kind => page
                .value(&column.id)
                .map_or(Self::Empty, |value| Self::of_value(reader.workspace, kind, value)),
        }
    }

    fn of_value(workspace: &'a Workspace, kind: &Kind, value: &'a PropertyValue) -> Self {
        match value {
            PropertyValue::Text(text) => Self::Text(text.text().into()).unless_blank(),
            PropertyValue::Number(number) => number.as_f64().map_or(Self::Empty, Self::Number),
            PropertyValue::Choice(choice) => Self::Choices(Cow::Borrowed(std::slice::from_ref(choice))),
            PropertyValue::Choices(choices) => Self::Choices(Cow::Borrowed(choices)),
            PropertyValue::Date(date) => Self::Date(date.start.at, date.start.day_only),
            PropertyValue::People(people) => Self::Ids(people.iter().map(|person| person.id).collect()),
            PropertyValue::Files(files) => Self::Files(files.len()),
            PropertyValue::Checkbox(on) => Self::Checkbox(*on),
            PropertyValue::Line(text) => Self::Text(text.as_str().into()).unless_blank(),
            PropertyValue::Relation(ids) => {
                let ids: Vec<Uuid> = workspace.living(ids).collect();
                if ids.is_empty() {
                    Self::Empty
                } else {
                    Self::Ids(ids)
                }
            }
            PropertyValue::UniqueId(number) => Self::Number(*number as f64),
            PropertyValue::Raw(raw) => Self::of_payload(kind, raw),
        }
    }

    /// The payload of a value as the API returned it.
    pub(crate) fn of_payload(kind: &Kind, payload: &Value) -> Self {
        let text = |value: &Value| {
            let text = value.as_str().map(str::to_owned);
            text.map_or(Self::Empty, |text| Self::Text(text.into()).unless_blank())
        };
        let list = || payload.as_array().into_iter().flatten();
        match kind {
            Kind::Title | Kind::RichText => {
                let text: String = list()
                    .filter_map(|item| item.get("plain_text")?.as_str())
                    .collect();
                Self::Text(text.into()).unless_blank()
            }
            Kind::Number => payload.as_f64().map_or(Self::Empty, Self::Number),
            Kind::UniqueId => payload
                .get("number")
                .and_then(Value::as_f64)
                .map_or(Self::Empty, Self::Number),
            Kind::Checkbox => Self::Checkbox(payload.as_bool().unwrap_or(false)),
            Kind::Select | Kind::Status => {
                Choice::from_json(payload).map_or(Self::Empty, |choice| Self::Choices(vec![choice].into()))
            }
            Kind::MultiSelect => {
                let choices: Vec<Choice> = list().filter_map(Choice::from_json).collect();
                if choices.is_empty() {
                    Self::Empty
                } else {
                    Self::Choices(choices.into())
                }
            }
            Kind::Date => DateValue::from_json(payload)
                .map_or(Self::Empty, |date| Self::Date(date.start.at, date.start.day_only)),
            Kind::CreatedTime | Kind::LastEditedTime => payload
                .as_str()
                .and_then(|text| text.parse().ok())
                .map_or(Self::Empty, |at| Self::Date(time::floor_minute(at), false)),
            Kind::People | Kind::Relation => {
                let ids: Vec<Uuid> = list()
                    .filter_map(|item| item.get("id")?.as_str())
                    .filter_map(id::parse)
                    .collect();
                if ids.is_empty() {
                    Self::Empty
                } else {
                    Self::Ids(ids)
                }
            }
            Kind::CreatedBy | Kind::LastEditedBy => {
                let id = payload.get("id").and_then(Value::as_str).and_then(id::parse);
                id.map_or(Self::Empty, |id| Self::Ids(vec![id]))
            }
            Kind::Files => payload
                .as_array()
                .filter(|files| !files.is_empty())
                .map_or(Self::Empty, |files| Self::Files(files.len())),
            Kind::Url | Kind::Email | Kind::PhoneNumber => text(payload),
            Kind::Formula => match payload.get("type").and_then(Value::as_str) {
                Some("string") => payload.get("string").map_or(Self::Empty, text),
                Some("number") => Self::of_payload(&Kind::Number, &payload["number"]),
                Some("boolean") => Self::of_payload(&Kind::Checkbox, &payload["boolean"]),
                Some("date") => Self::of_payload(&Kind::Date, &payload["date"]),
                _ => Self::Empty,
            },
            Kind::Rollup => match payload.get("type").and_then(Value::as_str) {
                Some("number") => Self::of_payload(&Kind::Number, &payload["number"]),
                Some("date") => Self::of_payload(&Kind::Date, &payload["date"]),
                Some("array") => {
                    let items = payload["array"].as_array().into_iter().flatten();
                    Self::Elements(
                        items
                            .filter_map(|item| {
                                let kind = Kind::any(item.get("type")?.as_str()?);
                                let payload = item.get(kind.name())?.clone();
                                Some((kind, payload))
                            })
                            .collect(),
                    )
                }
                _ => Self::Empty,
            },
            Kind::Verification => Self::Verification(
                payload
                    .get("state")
                    .and_then(Value::as_str)
                    .unwrap_or("unverified")
                    .to_owned(),
            ),
            Kind::Place | Kind::Button | Kind::Other(_) => Self::Empty,
        }
    }

    /// Whether there is no value.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Choices(choices) => choices.is_empty(),
            Self::Ids(ids) => ids.is_empty(),
            Self::Elements(elements) => elements.is_empty(),
            Self::Text(_)
            | Self::Number(_)
            | Self::Checkbox(_)
            | Self::Date(..)
            | Self::Files(_)
            | Self::Verification(_) => false,
        }
    }

    /// How many values there are: options, people and files count each.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Choices(choices) => choices.len(),
            Self::Ids(ids) => ids.len(),
            Self::Elements(elements) => elements.len(),
            Self::Files(count) => *count,
            Self::Text(_) | Self::Number(_) | Self::Checkbox(_) | Self::Date(..) | Self::Verification(_) => 1,
        }
    }

    fn unless_blank(self) -> Self {
        match &self {
            Self::Text(text) if text.is_empty() => Self::Empty,
            _ => self,
        }
    }
}
