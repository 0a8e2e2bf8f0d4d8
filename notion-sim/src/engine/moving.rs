//! Moving pages, databases and data sources to where they were not before.

use jiff::Timestamp;
use uuid::Uuid;

use super::carry::Carried;
use super::kind::Kind;
use super::parent::Parent;
use super::value::PropertyValue;
use super::workspace::Workspace;
use super::{relation, write};
use crate::refusal::Refusal;

/// Refuses to put something into itself, by which nobody would find it again.
pub(crate) fn admit(workspace: &Workspace, moved: Uuid, into: Uuid) -> Result<(), Refusal> {
    if workspace.lineage(into).any(|id| id == moved) {
        return Err(into_itself());
    }
    Ok(())
}

/// The refusal of a move into what is moved.
pub(crate) fn into_itself() -> Refusal {
    Refusal::invalid("Cannot move something into itself or into what it contains.")
}

/// Moves a page. As a row it keeps the values that its new data source has columns for, and as a page its title.
///
/// Relations stay symmetric: a row that leaves its data source is no longer related to by those who relate to that.
pub(crate) fn page(workspace: &mut Workspace, id: Uuid, to: Parent) {
    let Some(page) = workspace.pages.get(&id) else {
        return;
    };
    let source = source_of(&to);
    let before = source_of(&page.parent);
    if page.parent == to || (source.is_some() && source == before) {
        return;
    }
    let carried = Carried::collect(workspace, page, source);
    if let Some(before) = before {
        leave(workspace, id, before);
        if workspace.is_template(id, before) {
            workspace
                .templates
                .or_default(before)
                .retain(|template| template.page != id);
        }
    }
    workspace.detach(id);
    if let Some(page) = workspace.pages.get_mut(&id) {
        page.parent = to;
        page.empty();
    }
    workspace.attach(id);
    if let Some(source) = source {
        begin_row(workspace, id, source);
    }
    carried.put(workspace, id, source);
}

/// Moves a database with all that is in it.
pub(crate) fn database(workspace: &mut Workspace, id: Uuid, to: Parent) {
    if workspace
        .databases
        .get(&id)
        .is_none_or(|database| database.parent == to)
    {
        return;
    }
    workspace.detach(id);
    if let Some(database) = workspace.databases.get_mut(&id) {
        database.parent = to;
    }
    workspace.attach(id);
}

/// Moves a data source with its rows into another database, where it gets a first view. Its views so far stay where they
/// are, as linked ones.
pub(crate) fn data_source(workspace: &mut Workspace, id: Uuid, to: Uuid, by: Uuid, now: Timestamp) {
    let Some(source) = workspace
        .data_sources
        .get_mut(&id)
        .filter(|source| source.database != to)
    else {
        return;
    };
    let from = source.database;
    source.move_to(to);
    if let Some(database) = workspace.databases.get_mut(&from) {
        database.data_sources.retain(|source| *source != id);
    }
    if let Some(database) = workspace.databases.get_mut(&to) {
        database.data_sources.push(id);
    }
    let parent = Parent::DataSource {
        data_source: id,
        database: Some(to),
    };
    let inside = |page: &&super::page::Page| source_of(&page.parent) == Some(id);
    let rows: Vec<Uuid> = workspace
        .pages
        .values()
        .filter(inside)
        .map(|page| page.id)
        .collect();
    for row in rows {
        if let Some(page) = workspace.pages.get_mut(&row) {
            page.parent = parent.clone();
        }
    }
    for (source, column) in relations_to(workspace, id) {
        if let Some(source) = workspace.data_sources.get_mut(&source) {
            source.columns[column].config["database_id"] = serde_json::json!(to);
        }
    }
    workspace.add_default_view(id, by, now);
}

/// Gives a new row what every row of its data source has from the beginning: a number, and a status.
pub(crate) fn begin_row(workspace: &mut Workspace, id: Uuid, source: Uuid) {
    let number = workspace.next_number(source);
    let columns = workspace.data_sources.get(&source).map(|source| &*source.columns);
    let Some(page) = workspace.pages.get_mut(&id) else {
        return;
    };
    for column in columns.unwrap_or_default() {
        match column.kind {
            Kind::UniqueId => page.set(&column.id, Some(PropertyValue::UniqueId(number))),
            Kind::Status => page.set(
                &column.id,
                write::default_status(column).map(PropertyValue::Choice),
            ),
            _ => {}
        }
    }
}

/// Ends all relations between a row and others that hang on its data source.
fn leave(workspace: &mut Workspace, id: Uuid, source: Uuid) {
    let columns = workspace
        .data_sources
        .get(&source)
        .map(|source| source.columns.clone());
    for column in columns.unwrap_or_default() {
        if column.kind == Kind::Relation {
            relation::set(workspace, id, &column, Vec::new());
        }
    }
    for (from, column) in relations_to(workspace, source) {
        let column = workspace
            .data_sources
            .get(&from)
            .map(|from| from.columns[column].clone());
        let Some(column) = column else { continue };
        for row in workspace.rows_of(from).to_vec() {
            let value = workspace.pages.get(&row).and_then(|page| page.value(&column.id));
            if let Some(PropertyValue::Relation(ids)) = value
                && ids.contains(&id)
            {
                let left = ids.iter().copied().filter(|other| *other != id).collect();
                relation::set(workspace, row, &column, left);
            }
        }
    }
}

/// The relation columns that point at a data source: the data source they are in, and their position there.
fn relations_to(workspace: &Workspace, target: Uuid) -> Vec<(Uuid, usize)> {
    let sources = workspace.data_sources.values();
    let found = sources.flat_map(|source| {
        let columns = source.columns.iter().enumerate();
        columns
            .filter(|(_, column)| column.kind == Kind::Relation && column.relation_target() == Some(target))
            .map(|(at, _)| (source.id, at))
    });
    found.collect()
}

fn source_of(parent: &Parent) -> Option<Uuid> {
    match parent {
        Parent::DataSource { data_source, .. } => Some(*data_source),
        _ => None,
    }
}
