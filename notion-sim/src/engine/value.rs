//! Property values as rows hold them: parsed once, so that filters and sorts need not look at JSON.

use serde_json::{Number, Value, json};
use uuid::Uuid;

use super::column::{Choice, Column};
use super::date::DateValue;
use super::formula::Work;
use super::kind::Kind;
use super::page::Page;
use super::reader::{Nesting, Reader};
use super::rich_text::RichText;
use super::workspace::Workspace;
use super::{calculation, id, rollup, time};

/// How many references a value shows inside a page.
pub(crate) const MAX_REFERENCES: usize = 25;

/// The stored value of one cell. Values that Notion works out itself are not stored; see [`read`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PropertyValue {
    Text(RichText),
    Number(Number),
    Choice(Choice),
    Choices(Vec<Choice>),
    Date(DateValue),
    People(Vec<Person>),
    /// Items as the API returns them.
    Files(Vec<Value>),
    Checkbox(bool),
    /// An address, e-mail address or phone number.
    Line(String),
    Relation(Vec<Uuid>),
    UniqueId(u64),
    /// What stands under the key of the kind, for kinds without rules here and for seeded computed values.
    Raw(Value),
}

/// Somebody in a people value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    /// How it came with a seed; shown where the workspace does not know the id (a group, a guest).
    pub(crate) seeded: Option<Value>,
}

impl PropertyValue {
    /// Reads the payload of a value as the API returned it. `None` is the empty value.
    pub(crate) fn from_json(kind: &Kind, payload: &Value) -> Option<Self> {
        let list = || payload.as_array().map(Vec::as_slice).unwrap_or_default();
        let value = match kind {
            Kind::Title | Kind::RichText => Self::Text(RichText::from_json(payload)),
            Kind::Number => Self::Number(payload.as_number()?.clone()),
            Kind::Select | Kind::Status => Self::Choice(Choice::from_json(payload)?),
            Kind::MultiSelect => Self::Choices(list().iter().filter_map(Choice::from_json).collect()),
            Kind::Date => Self::Date(DateValue::from_json(payload)?),
            Kind::People => Self::People(list().iter().filter_map(Person::from_json).collect()),
            Kind::Files => Self::Files(list().to_vec()),
            Kind::Checkbox => Self::Checkbox(payload.as_bool()?),
            Kind::Url | Kind::Email | Kind::PhoneNumber => Self::Line(payload.as_str()?.to_owned()),
            Kind::Relation => Self::Relation(
                list()
                    .iter()
                    .filter_map(|item| item.get("id")?.as_str())
                    .filter_map(id::parse)
                    .collect(),
            ),
            Kind::UniqueId => Self::UniqueId(payload.get("number")?.as_u64()?),
            Kind::CreatedTime | Kind::CreatedBy | Kind::LastEditedTime | Kind::LastEditedBy => return None,
            Kind::Formula
            | Kind::Rollup
            | Kind::Place
            | Kind::Button
            | Kind::Verification
            | Kind::Other(_) => Self::Raw(payload.clone()),
        };
        (!value.is_empty()).then_some(value)
    }

    /// Whether this is the same as no value at all.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.items.is_empty(),
            Self::Choices(items) => items.is_empty(),
            Self::People(items) => items.is_empty(),
            Self::Files(items) => items.is_empty(),
            Self::Relation(items) => items.is_empty(),
            Self::Checkbox(on) => !on,
            Self::Raw(value) => value.is_null(),
            Self::Number(_) | Self::Choice(_) | Self::Date(_) | Self::Line(_) | Self::UniqueId(_) => false,
        }
    }
}

impl Person {
    fn from_json(value: &Value) -> Option<Self> {
        let id = value.get("id")?.as_str().and_then(id::parse)?;
        Some(Self {
            id,
            seeded: Some(value.clone()),
        })
    }

    /// The user as values show it.
    pub(crate) fn to_json(&self, workspace: &Workspace) -> Value {
        match (workspace.users.contains_key(&self.id), &self.seeded) {
            (false, Some(seeded)) => seeded.clone(),
            _ => workspace.user_json(self.id),
        }
    }
}

/// A number as Notion keeps it, which has doubles only: `3.0` is `3`, and whole numbers beyond 2^53 lose their last digits.
pub(crate) fn number(double: f64) -> Option<Number> {
    let whole = double.fract() == 0.0 && double.abs() < 9e18;
    if whole {
        Some(Number::from(double as i64))
    } else {
        Number::from_f64(double)
    }
}

/// How much of a value is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Detail {
    /// As answers show it: at most 25 references, none to pages in the trash, and at most 25 mentioned records by name. What is
    /// worked out from references is worked out from as many.
    Answer,
    /// Every reference, none to pages in the trash: the property-item endpoint, filters and sorts.
    Item,
    /// All that is stored, so that nothing is lost when it is read back.
    Stored,
}

/// The payload of a cell as a page shows it, computed values filled in.
pub(crate) fn read(reader: &Reader<'_>, page: &Page, column: &Column, detail: Detail) -> Value {
    let work = Work::new();
    read_at(reader, page, column, detail, Nesting::outermost(&work))
}

/// The same inside of other computed values.
pub(crate) fn read_at(
    reader: &Reader<'_>,
    page: &Page,
    column: &Column,
    detail: Detail,
    nesting: Nesting<'_>,
) -> Value {
    match &column.kind {
        Kind::Rollup => rollup::read(reader, page, column, detail, nesting),
        Kind::Formula => calculation::read(reader, page, column, detail, nesting),
        _ => plain(reader.workspace, page, column, detail),
    }
}

/// The payload of a cell as it is stored, which is nothing for rollups and formulas, unless they came with a seed.
pub(crate) fn stored(workspace: &Workspace, page: &Page, column: &Column) -> Option<Value> {
    let is_computed = matches!(column.kind, Kind::Rollup | Kind::Formula);
    (!is_computed || page.value(&column.id).is_some()).then(|| plain(workspace, page, column, Detail::Stored))
}

/// The payload of a cell that needs no other cells.
fn plain(workspace: &Workspace, page: &Page, column: &Column, detail: Detail) -> Value {
    match &column.kind {
        Kind::CreatedTime => json!(time::minute_z(page.created_time)),
        Kind::LastEditedTime => json!(time::minute_z(page.last_edited_time)),
        Kind::CreatedBy => workspace.user_json(page.created_by),
        Kind::LastEditedBy => workspace.user_json(page.last_edited_by),
        kind => match page.value(&column.id) {
            Some(value) => payload(workspace, column, value, detail),
            None => empty(kind, column),
        },
    }
}

fn payload(workspace: &Workspace, column: &Column, value: &PropertyValue, detail: Detail) -> Value {
    let limit = if detail == Detail::Answer {
        MAX_REFERENCES
    } else {
        usize::MAX
    };
    match value {
        PropertyValue::Text(text) if detail == Detail::Stored => text.to_json(),
        PropertyValue::Text(text) => text.show(workspace, limit),
        PropertyValue::Number(number) => Value::Number(number.clone()),
        PropertyValue::Choice(choice) => current(column, choice).to_json(),
        PropertyValue::Choices(choices) => choices
            .iter()
            .map(|choice| current(column, choice).to_json())
            .collect(),
        PropertyValue::Date(date) => date.to_json(),
        PropertyValue::People(people) => people
            .iter()
            .take(limit)
            .map(|person| person.to_json(workspace))
            .collect(),
        PropertyValue::Files(files) => Value::Array(files.clone()),
        PropertyValue::Checkbox(on) => json!(on),
        PropertyValue::Line(text) => json!(text),
        PropertyValue::Relation(ids) if detail == Detail::Stored => {
            ids.iter().map(|id| json!({"id": id})).collect()
        }
        PropertyValue::Relation(ids) => workspace
            .living(ids)
            .take(limit)
            .map(|id| json!({"id": id}))
            .collect(),
        PropertyValue::UniqueId(number) => json!({"prefix": column.prefix(), "number": number}),
        PropertyValue::Raw(value) => value.clone(),
    }
}

/// The option as its column has it now; a row that came with a seed may know one its column does not.
fn current(column: &Column, choice: &Choice) -> Choice {
    column.option(&choice.id).unwrap_or_else(|| choice.clone())
}

/// The payload of a cell without a value.
fn empty(kind: &Kind, column: &Column) -> Value {
    match kind {
        Kind::Title | Kind::RichText | Kind::MultiSelect | Kind::People | Kind::Files | Kind::Relation => {
            json!([])
        }
        Kind::Checkbox => json!(false),
        Kind::UniqueId => json!({"prefix": column.prefix(), "number": null}),
        Kind::Button => json!({}),
        _ => Value::Null,
    }
}
