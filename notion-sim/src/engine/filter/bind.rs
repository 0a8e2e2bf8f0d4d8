//! Holding a filter against a schema: do the columns exist, and does the comparison fit their kind?

use serde_json::Value;

use super::super::column::{self, Column};
use super::super::container::DataSource;
use super::super::formula::Type;
use super::super::kind::Kind;
use super::super::reader::Reader;
use super::super::value::PropertyValue;
use super::parse::{Filter, Test};
use crate::refusal::Refusal;

/// A filter that fits the data source.
#[derive(Debug, Clone)]
pub(crate) enum Bound<'a> {
    And(Vec<Bound<'a>>),
    Or(Vec<Bound<'a>>),
    Cell(&'a Column, &'a Test),
    Created(&'a Test),
    Edited(&'a Test),
}

/// Finds the columns of a filter.
///
/// # Errors
///
/// A column that does not exist, or one of another kind than the filter compares with.
pub(crate) fn bind<'a>(
    reader: &Reader<'_>,
    source: &'a DataSource,
    filter: &'a Filter,
) -> Result<Bound<'a>, Refusal> {
    let all = |parts: &'a [Filter]| {
        parts
            .iter()
            .map(|part| bind(reader, source, part))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match filter {
        Filter::And(parts) => Bound::And(all(parts)?),
        Filter::Or(parts) => Bound::Or(all(parts)?),
        Filter::Created(test) => Bound::Created(test),
        Filter::Edited(test) => Bound::Edited(test),
        Filter::Property { property, key, test } => {
            let Some(column) = column::find(&source.columns, property) else {
                return Err(Refusal::invalid(format!(
                    "Could not find property with name or id: {property}"
                )));
            };
            if !fits(&column.kind, key) {
                return Err(mismatch(column.kind.name(), key));
            }
            if let (Kind::Formula, Test::Result(wanted)) = (&column.kind, test) {
                let result = result(reader, source, column)
                    .ok_or_else(|| Refusal::invalid("Unable to filter based on a formula of unknown type"))?;
                if result != wanted.0 {
                    return Err(mismatch(
                        &format!("formula {result}"),
                        &format!("formula {}", wanted.0),
                    ));
                }
            }
            Bound::Cell(column, test)
        }
    })
}

/// Text columns answer to `rich_text` as well, and the title to both names.
fn fits(kind: &Kind, key: &str) -> bool {
    let text = matches!(
        kind,
        Kind::Title | Kind::RichText | Kind::Url | Kind::Email | Kind::PhoneNumber
    );
    kind.name() == key || (key == "rich_text" && text)
}

fn mismatch(column: &str, filter: &str) -> Refusal {
    Refusal::invalid(format!(
        "The property type in the database does not match the property type of the filter provided: database property \
         {column} does not match filter {filter}"
    ))
}

/// What filters call the type of a formula: that of its expression, or else of a value that came with a seed.
fn result(reader: &Reader<'_>, source: &DataSource, column: &Column) -> Option<&'static str> {
    match reader.types.of(source.id, column) {
        Type::Number => Some("number"),
        Type::Boolean => Some("checkbox"),
        Type::Date => Some("date"),
        Type::Text | Type::Person | Type::Page | Type::List(_) | Type::Nothing => Some("string"),
        Type::Unknown => {
            let rows = reader.workspace.rows_of(source.id).iter();
            let mut pages = rows.filter_map(|row| reader.workspace.pages.get(row));
            pages.find_map(|page| match page.value(&column.id)? {
                PropertyValue::Raw(seeded) => seeded_result(seeded),
                _ => None,
            })
        }
    }
}

fn seeded_result(payload: &Value) -> Option<&'static str> {
    match payload.get("type")?.as_str()? {
        "number" => Some("number"),
        "boolean" => Some("checkbox"),
        "date" => Some("date"),
        "string" => Some("string"),
        _ => None,
    }
}
