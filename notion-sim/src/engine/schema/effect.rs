//! What a change of columns does once it is decided: to the columns, and to the rows.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::engine::column::Column;
use crate::engine::kind::Kind;
use crate::engine::page::Page;
use crate::engine::value::PropertyValue;
use crate::engine::workspace::Workspace;
use crate::engine::{convert, relation};

/// What happens to the rows.
pub(super) enum Effect {
    Clear {
        source: Uuid,
        column: Arc<str>,
    },
    Convert {
        column: Arc<str>,
        from: Kind,
    },
    KeepOptions {
        column: Arc<str>,
    },
    /// A one-way relation became two-way: the other side gets to know the links there are.
    Mirror {
        column: Arc<str>,
    },
    Number {
        column: Arc<str>,
    },
}

/// An edit that passed all checks and no longer borrows the workspace.
pub(crate) struct Ready {
    pub(super) own: Uuid,
    pub(super) drafts: HashMap<Uuid, Vec<Column>>,
    pub(super) effects: Vec<Effect>,
}

impl Ready {
    /// Makes the change.
    pub(crate) fn commit(self, workspace: &mut Workspace) {
        for (source, columns) in self.drafts {
            if let Some(source) = workspace.data_sources.get_mut(&source) {
                source.columns = columns;
            }
        }
        for effect in self.effects {
            match effect {
                Effect::Clear { source, column } => {
                    each_row(workspace, source, |page, _| page.set(&column, None));
                }
                Effect::Convert { column, from } => convert::column(workspace, self.own, &column, &from),
                Effect::Mirror { column } => relation::mirror(workspace, self.own, &column),
                Effect::KeepOptions { column } => keep_options(workspace, self.own, &column),
                Effect::Number { column } => number_rows(workspace, self.own, &column),
            }
        }
    }
}

/// Calls `change` with every row of a data source and its position.
fn each_row(workspace: &mut Workspace, source: Uuid, mut change: impl FnMut(&mut Page, usize)) {
    let rows = workspace.rows_of(source).to_vec();
    for (at, row) in rows.iter().enumerate() {
        if let Some(page) = workspace.pages.get_mut(row) {
            change(page, at);
        }
    }
}

/// Takes options that are gone out of the rows.
fn keep_options(workspace: &mut Workspace, source: Uuid, column: &Arc<str>) {
    let options: Vec<Arc<str>> = workspace
        .data_sources
        .get(&source)
        .and_then(|source| source.columns.iter().find(|own| own.id == *column))
        .map(|column| column.options().map(|option| option.id).collect())
        .unwrap_or_default();
    each_row(workspace, source, |page, _| {
        let left = match page.value(column) {
            Some(PropertyValue::Choice(choice)) if !options.contains(&choice.id) => None,
            Some(PropertyValue::Choices(choices)) => Some(PropertyValue::Choices(
                choices
                    .iter()
                    .filter(|choice| options.contains(&choice.id))
                    .cloned()
                    .collect(),
            )),
            _ => return,
        };
        page.set(column, left);
    });
}

/// Gives every row its number. Notion does this a little later; here it is done when the column appears.
fn number_rows(workspace: &mut Workspace, source: Uuid, column: &Arc<str>) {
    let mut last = 0;
    each_row(workspace, source, |page, at| {
        last = at as u64 + 1;
        page.set(column, Some(PropertyValue::UniqueId(last)));
    });
    workspace.number_above(source, last);
}
