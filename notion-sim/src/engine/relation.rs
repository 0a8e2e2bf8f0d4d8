//! Two-way relations: writing one side writes the other in the same moment.

use std::sync::Arc;

use uuid::Uuid;

use super::column::Column;
use super::parent::Parent;
use super::value::PropertyValue;
use super::workspace::Workspace;

/// Sets the related pages of a cell, and mends the other side where the relation has one.
pub(crate) fn set(workspace: &mut Workspace, page: Uuid, column: &Column, related: Vec<Uuid>) {
    let before = match workspace.pages.get(&page).and_then(|page| page.value(&column.id)) {
        Some(PropertyValue::Relation(ids)) => ids.clone(),
        _ => Vec::new(),
    };
    let mirror = mirror_id(workspace, column);
    if let Some(mirror) = mirror.filter(|mirror| *mirror != column.id) {
        for gone in before.iter().filter(|id| !related.contains(id)) {
            unlink(workspace, *gone, &mirror, page);
        }
        for new in related.iter().filter(|id| !before.contains(id)) {
            link(workspace, *new, &mirror, page);
        }
    }
    if let Some(page) = workspace.pages.get_mut(&page) {
        page.set(&column.id, Some(PropertyValue::Relation(related)));
    }
}

/// The wire id of the other half of a two-way relation.
fn mirror_id(workspace: &Workspace, column: &Column) -> Option<Arc<str>> {
    let decoded = column.mirror()?;
    let target = workspace.data_sources.get(&column.relation_target()?)?;
    target
        .columns
        .iter()
        .find(|other| *other.decoded == *decoded)
        .map(|other| other.id.clone())
}

/// Writes the links of a relation that has become two-way to its new other side.
pub(crate) fn mirror(workspace: &mut Workspace, source: Uuid, column: &Arc<str>) {
    let Some(from) = workspace.data_sources.get(&source) else {
        return;
    };
    let own = from.columns.iter().find(|own| own.id == *column);
    let Some(other) = own.and_then(|own| mirror_id(workspace, own)) else {
        return;
    };
    for row in workspace.rows_of(source).to_vec() {
        if let Some(PropertyValue::Relation(ids)) = workspace
            .pages
            .get(&row)
            .and_then(|page| page.value(column))
            .cloned()
        {
            for id in ids {
                link(workspace, id, &other, row);
            }
        }
    }
}

fn link(workspace: &mut Workspace, row: Uuid, column: &Arc<str>, to: Uuid) {
    let Some(page) = workspace.pages.get_mut(&row) else {
        return;
    };
    match page.value_mut(column) {
        Some(PropertyValue::Relation(ids)) if ids.contains(&to) => {}
        Some(PropertyValue::Relation(ids)) => ids.push(to),
        _ => page.set(column, Some(PropertyValue::Relation(vec![to]))),
    }
}

fn unlink(workspace: &mut Workspace, row: Uuid, column: &Arc<str>, to: Uuid) {
    let Some(page) = workspace.pages.get_mut(&row) else {
        return;
    };
    if let Some(PropertyValue::Relation(ids)) = page.value_mut(column) {
        ids.retain(|id| *id != to);
        if ids.is_empty() {
            page.set(column, None);
        }
    }
}

/// Whether a page is a row of a data source.
pub(crate) fn is_row_of(workspace: &Workspace, page: Uuid, source: Uuid) -> bool {
    workspace.pages.get(&page).is_some_and(
        |page| matches!(page.parent, Parent::DataSource { data_source, .. } if data_source == source),
    )
}
