//! Holding a filter against a schema: do the columns exist, and does the comparison fit their kind?

use super::super::column::{self, Column};
use super::super::container::DataSource;
use super::super::kind::Kind;
use super::super::workspace::Workspace;
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
    workspace: &Workspace,
    source: &'a DataSource,
    filter: &'a Filter,
) -> Result<Bound<'a>, Refusal> {
    let all = |parts: &'a [Filter]| {
        parts
            .iter()
            .map(|part| bind(workspace, source, part))
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
                return Err(Refusal::invalid(format!(
                    "The property type in the database does not match the property type of the filter provided: database \
                     property {} does not match filter {key}",
                    column.kind.name()
                )));
            }
            let rows = || {
                workspace
                    .rows_of(source.id)
                    .iter()
                    .filter_map(|row| workspace.pages.get(row))
            };
            if column.kind == Kind::Formula
                && rows().all(|page| page.value(&column.id).is_none())
                && !workspace.rows_of(source.id).is_empty()
            {
                return Err(Refusal::invalid(
                    "Unable to filter based on a formula of unknown type",
                ));
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
