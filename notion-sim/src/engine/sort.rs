//! Sorts: the shape of the request, and the order of rows.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::column::{self, Column};
use super::container::DataSource;
use super::filter::View;
use super::page::Page;
use super::reader::Reader;
use super::time;
use super::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// One sort of a request.
#[derive(Debug, Clone)]
pub(crate) struct Sort {
    by: By,
    descending: bool,
}

#[derive(Debug, Clone)]
enum By {
    Property(String),
    Created,
    Edited,
}

/// Checks the list of sorts.
pub(crate) fn check(items: &[Value], path: &Path) -> Result<Vec<Sort>, Refusal> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| check_one(&Fields::of(item, path.at(at))?))
        .collect()
}

fn check_one(fields: &Fields<'_>) -> Result<Sort, Refusal> {
    fields.only(&["property", "timestamp", "direction"])?;
    let by = match fields.optional_string("property")? {
        Some(property) => By::Property(property.to_owned()),
        None => match fields.word("timestamp", &["created_time", "last_edited_time"])? {
            "created_time" => By::Created,
            _ => By::Edited,
        },
    };
    let direction = fields.word("direction", &["ascending", "descending"])?;
    Ok(Sort {
        by,
        descending: direction == "descending",
    })
}

/// What a row is compared by.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Empty,
    Text(String),
    Number(f64),
    Flag(bool),
    Time(Timestamp),
    /// Positions of options in their column.
    Options(Vec<usize>),
}

/// Puts rows into order. Rows that compare equal stay in the order they came in.
///
/// # Errors
///
/// A sort by a column that does not exist.
pub(crate) fn run(
    reader: &Reader<'_>,
    source: &DataSource,
    sorts: &[Sort],
    rows: Vec<Uuid>,
) -> Result<Vec<Uuid>, Refusal> {
    let columns: Vec<Option<&Column>> = sorts
        .iter()
        .map(|sort| match &sort.by {
            By::Property(name) => column::find(&source.columns, name).map(Some).ok_or_else(|| {
                Refusal::invalid(format!("Could not find sort property with name or id: {name}"))
            }),
            By::Created | By::Edited => Ok(None),
        })
        .collect::<Result<_, _>>()?;
    if sorts.is_empty() {
        return Ok(rows);
    }
    let positions: Vec<Positions> = columns.iter().map(|column| positions(*column)).collect();
    let mut keyed: Vec<(Vec<Key>, Uuid)> = rows
        .into_iter()
        .filter_map(|row| {
            let page = reader.workspace.pages.get(&row)?;
            let keys = sorts
                .iter()
                .zip(&columns)
                .zip(&positions)
                .map(|((sort, column), positions)| key(reader, page, sort, *column, positions));
            Some((keys.collect(), row))
        })
        .collect();
    let descending: Vec<bool> = sorts.iter().map(|sort| sort.descending).collect();
    arrange(&mut keyed, &descending);
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

/// Puts things into the order of their keys, of which the first counts most. `descending` says it for each key.
pub(crate) fn arrange<T>(keyed: &mut [(Vec<Key>, T)], descending: &[bool]) {
    keyed.sort_by(|(a, _), (b, _)| {
        let each = a.iter().zip(b).zip(descending).map(|((a, b), descending)| {
            let order = compare(a, b);
            if *descending { order.reverse() } else { order }
        });
        each.fold(Ordering::Equal, Ordering::then)
    });
}

/// Where each option stands in its column, by its id.
pub(crate) type Positions = HashMap<Arc<str>, usize>;

fn positions(column: Option<&Column>) -> Positions {
    let options = column.into_iter().flat_map(Column::options);
    options.enumerate().map(|(at, option)| (option.id, at)).collect()
}

fn key(reader: &Reader<'_>, page: &Page, sort: &Sort, column: Option<&Column>, positions: &Positions) -> Key {
    let Some(column) = column else {
        let at = if matches!(sort.by, By::Created) {
            page.created_time
        } else {
            page.last_edited_time
        };
        return Key::Time(time::floor_minute(at));
    };
    Key::of(reader.workspace, &View::of(reader, page, column), positions)
}

impl Key {
    /// What a value is compared by. `positions` are those of its options.
    pub(crate) fn of(workspace: &Workspace, view: &View<'_>, positions: &Positions) -> Self {
        match view {
            View::Text(text) => Self::Text(text.to_lowercase()),
            View::Number(number) => Self::Number(*number),
            View::Checkbox(on) => Self::Flag(*on),
            View::Date(at, _) => Self::Time(*at),
            View::Choices(choices) if choices.is_empty() => Self::Empty,
            View::Choices(choices) => {
                let position = |id: &Arc<str>| positions.get(id).copied().unwrap_or(usize::MAX);
                Self::Options(choices.iter().map(|choice| position(&choice.id)).collect())
            }
            View::Ids(ids) => ids.first().map_or(Self::Empty, |id| {
                let title = workspace.pages.get(id).map(Page::title_text);
                Self::Text(
                    title
                        .unwrap_or_else(|| workspace.user_name(*id).to_owned())
                        .to_lowercase(),
                )
            }),
            View::Files(count) => Self::Number(*count as f64),
            View::Empty | View::Elements(_) | View::Verification(_) => Self::Empty,
        }
    }
}

/// Empty values come last when ascending, and so first when descending.
fn compare(a: &Key, b: &Key) -> Ordering {
    match (a, b) {
        (Key::Empty, Key::Empty) => Ordering::Equal,
        (Key::Empty, _) => Ordering::Greater,
        (_, Key::Empty) => Ordering::Less,
        (Key::Text(a), Key::Text(b)) => a.cmp(b),
        (Key::Number(a), Key::Number(b)) => a.total_cmp(b),
        (Key::Flag(a), Key::Flag(b)) => a.cmp(b),
        (Key::Time(a), Key::Time(b)) => a.cmp(b),
        (Key::Options(a), Key::Options(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
