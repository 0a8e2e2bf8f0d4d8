//! What becomes of the values when a column changes its kind: converted by way of their text, or lost.

use std::sync::Arc;

use uuid::Uuid;

use super::column::{Choice, Column};
use super::kind::Kind;
use super::rich_text::{self, RichText};
use super::value::{self, PropertyValue};
use super::workspace::Workspace;
use super::{color, id, write};

/// Converts a column of a data source, which already has its new kind.
pub(crate) fn column(workspace: &mut Workspace, source: Uuid, column: &Arc<str>, from: &Kind) {
    let Some(at) = workspace.data_sources.get(&source) else {
        return;
    };
    let Some(mut target) = at.columns.iter().find(|own| own.id == *column).cloned() else {
        return;
    };
    for row in workspace.rows_of(source).to_vec() {
        let Some(page) = workspace.pages.get_mut(&row) else {
            continue;
        };
        let text = page.value(column).and_then(|value| as_text(value, from));
        let value = text.and_then(|text| from_text(&mut target, &text));
        page.set(column, value);
    }
    let own = workspace
        .data_sources
        .get_mut(&source)
        .and_then(|source| source.columns.iter_mut().find(|own| own.id == *column));
    if let Some(own) = own {
        *own = target;
    }
}

fn as_text(value: &PropertyValue, from: &Kind) -> Option<String> {
    match value {
        PropertyValue::Text(text) => Some(text.text()),
        PropertyValue::Number(number) => Some(number.to_string()),
        PropertyValue::Choice(choice) => Some(choice.name.to_string()),
        PropertyValue::Choices(choices) => Some(
            choices
                .iter()
                .map(|choice| &*choice.name)
                .collect::<Vec<_>>()
                .join(", "),
        ),
        PropertyValue::Date(date) => Some(rich_text::of_date(date)),
        PropertyValue::Checkbox(on) => Some(if *on { "Yes" } else { "No" }.to_owned()),
        PropertyValue::Line(text) => Some(text.clone()),
        PropertyValue::UniqueId(number) if *from == Kind::UniqueId => Some(number.to_string()),
        _ => None,
    }
}

fn from_text(column: &mut Column, text: &str) -> Option<PropertyValue> {
    if text.is_empty() {
        return None;
    }
    match column.kind {
        Kind::RichText => Some(PropertyValue::Text(RichText::plain(text))),
        Kind::Number => {
            let double: f64 = text.trim().parse().ok()?;
            value::number(double).map(PropertyValue::Number)
        }
        Kind::Url | Kind::Email | Kind::PhoneNumber => Some(PropertyValue::Line(text.to_owned())),
        Kind::Select => Some(PropertyValue::Choice(option(column, text))),
        Kind::MultiSelect => {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            let names: Vec<String> = names.map(str::to_owned).collect();
            Some(PropertyValue::Choices(
                names.iter().map(|name| option(column, name)).collect(),
            ))
        }
        Kind::Status => column
            .option_named(text)
            .or_else(|| write::default_status(column))
            .map(PropertyValue::Choice),
        Kind::Date => rich_text::as_date(text).map(PropertyValue::Date),
        Kind::Checkbox => Some(PropertyValue::Checkbox(text.eq_ignore_ascii_case("yes"))),
        _ => None,
    }
}

fn option(column: &mut Column, name: &str) -> Choice {
    if let Some(option) = column.option_named(name) {
        return option;
    }
    let option = Choice {
        id: id::fresh().to_string().into(),
        name: name.replace(',', " ").into(),
        color: color::next(column.options().count()).into(),
    };
    column.add_option(&option);
    option
}
