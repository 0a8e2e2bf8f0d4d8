//! Values of one page put into another, whose data source may have other columns.
//!
//! A value is carried to the column of the same name and kind, the title to the title. Options go by name, and a select or
//! multi-select that lacks one gets it; a status that lacks one has its default. A relation is carried where both columns
//! point at the same data source. What Notion works out itself stays behind, and so does what finds no column.

use std::sync::Arc;

use uuid::Uuid;

use super::column::{Choice, Column};
use super::kind::Kind;
use super::page::Page;
use super::value::PropertyValue;
use super::workspace::Workspace;
use super::{relation, write};

/// Values with the columns they go to.
#[derive(Debug)]
pub(crate) struct Carried {
    cells: Vec<(Column, PropertyValue)>,
}

impl Carried {
    /// What can be carried from a page into a row of `to`, or into a page of its own.
    pub(crate) fn collect(workspace: &Workspace, page: &Page, to: Option<Uuid>) -> Self {
        let lone = [Column::title("title")];
        let from = workspace.columns_of(page).unwrap_or(&lone);
        let target = to.and_then(|id| workspace.data_sources.get(&id));
        let target = target.map_or(&lone[..], |source| &source.columns);
        let cell = |column: &Column| {
            let own = from.iter().find(|own| fits(own, column))?;
            Some((column.clone(), page.value(&own.id)?.clone()))
        };
        Self {
            cells: target.iter().filter_map(cell).collect(),
        }
    }

    /// Leaves out what goes to columns that are not wanted.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&Column) -> bool) {
        self.cells.retain(|(column, _)| wanted(column));
    }

    /// Changes the values on the way.
    pub(crate) fn change(&mut self, change: impl Fn(&mut PropertyValue)) {
        self.cells.iter_mut().for_each(|(_, value)| change(value));
    }

    /// Puts the values into a row of `to`, or into a page of its own.
    pub(crate) fn put(self, workspace: &mut Workspace, page: Uuid, to: Option<Uuid>) {
        for (column, value) in self.cells {
            let value = match value {
                PropertyValue::Relation(ids) => {
                    relation::set(workspace, page, &column, ids);
                    continue;
                }
                PropertyValue::Choice(choice) => {
                    option(workspace, to, &column.id, &choice).map(PropertyValue::Choice)
                }
                PropertyValue::Choices(choices) => {
                    let options = choices
                        .iter()
                        .filter_map(|choice| option(workspace, to, &column.id, choice));
                    Some(PropertyValue::Choices(options.collect()))
                }
                other => Some(other),
            };
            if let Some(page) = workspace.pages.get_mut(&page) {
                page.set(&column.id, value);
            }
        }
    }
}

fn fits(from: &Column, to: &Column) -> bool {
    let same = from.kind == to.kind && !to.kind.computed();
    match to.kind {
        Kind::Title => same,
        Kind::Relation => same && from.name == to.name && from.relation_target() == to.relation_target(),
        _ => same && from.name == to.name,
    }
}

/// The option of the target's column that stands for this one.
fn option(
    workspace: &mut Workspace,
    source: Option<Uuid>,
    column: &Arc<str>,
    choice: &Choice,
) -> Option<Choice> {
    let columns = &workspace.data_sources.get(&source?)?.columns;
    let found = columns.iter().find(|own| own.id == *column)?;
    let known = found.option(&choice.id);
    if let Some(known) = known.or_else(|| found.option_named(&choice.name)) {
        return Some(known);
    }
    if found.kind == Kind::Status {
        return write::default_status(found);
    }
    let columns = &mut workspace.data_sources.get_mut(&source?)?.columns;
    let own = columns.iter_mut().find(|own| own.id == *column)?;
    own.add_option(choice);
    Some(choice.clone())
}
