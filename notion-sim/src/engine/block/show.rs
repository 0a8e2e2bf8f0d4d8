//! How blocks read back. Pages and databases are blocks too: `child_page` and `child_database`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::container::Database;
use super::super::page::Page;
use super::super::parent::Parent;
use super::super::workspace::Workspace;
use super::super::{mention, time};
use super::record::Block;

/// Any record that is a block, as the newest API version returns it.
pub(crate) fn any_to_json(workspace: &Workspace, id: Uuid) -> Option<Value> {
    if let Some(block) = workspace.blocks.get(&id) {
        return Some(block.to_json(workspace));
    }
    if let Some(page) = workspace.pages.get(&id) {
        return Some(page_to_json(workspace, page));
    }
    workspace
        .databases
        .get(&id)
        .map(|database| database_to_json(workspace, database))
}

/// Whether a record is itself in the trash; `None` where there is no such record.
pub(crate) fn any_in_trash(workspace: &Workspace, id: Uuid) -> Option<bool> {
    let block = workspace.blocks.get(&id).map(|block| block.in_trash);
    let page = || workspace.pages.get(&id).map(|page| page.in_trash);
    let database = || workspace.databases.get(&id).map(|database| database.in_trash);
    block.or_else(page).or_else(database)
}

/// What a block contains, without what is in the trash. The copy of a synced block contains what its original does.
pub(crate) fn living_children(workspace: &Workspace, id: Uuid) -> impl Iterator<Item = Uuid> + '_ {
    let original = workspace.blocks.get(&id).and_then(Block::original);
    let all = workspace.children.get(&original.unwrap_or(id));
    all.into_iter()
        .flatten()
        .copied()
        .filter(|id| any_in_trash(workspace, *id) == Some(false))
}

impl Block {
    /// The block as the newest API version returns it.
    pub(crate) fn to_json(&self, workspace: &Workspace) -> Value {
        let source = self.original().unwrap_or(self.id);
        let known = workspace
            .children
            .get(&source)
            .is_some_and(|children| !children.is_empty());
        let mut out = frame(
            self.id,
            &self.parent,
            (self.created_time, self.last_edited_time),
            (self.created_by, self.last_edited_by),
            if known {
                has_children(workspace, self.id)
            } else {
                self.seeded_children
            },
            self.in_trash,
        );
        let mut payload = Value::Object(self.payload.clone());
        mention::refresh_all(&mut payload, workspace);
        out.insert("type".into(), json!(self.kind));
        out.insert(self.kind.clone(), payload);
        out.extend(self.extra.clone());
        Value::Object(out)
    }
}

fn page_to_json(workspace: &Workspace, page: &Page) -> Value {
    let mut out = frame(
        page.id,
        &page.parent,
        (page.created_time, page.last_edited_time),
        (page.created_by, page.last_edited_by),
        has_children(workspace, page.id),
        page.in_trash,
    );
    out.insert("type".into(), json!("child_page"));
    out.insert("child_page".into(), json!({"title": page.title_text()}));
    Value::Object(out)
}

fn database_to_json(workspace: &Workspace, database: &Database) -> Value {
    let source = database
        .data_sources
        .first()
        .and_then(|id| workspace.data_sources.get(id));
    let by = source.map_or(workspace.bot, |source| source.created_by);
    let mut out = frame(
        database.id,
        &database.parent,
        (database.created_time, database.last_edited_time),
        (by, source.map_or(by, |source| source.last_edited_by)),
        false,
        database.in_trash,
    );
    out.insert("type".into(), json!("child_database"));
    out.insert("child_database".into(), json!({"title": database.title.text()}));
    Value::Object(out)
}

fn has_children(workspace: &Workspace, id: Uuid) -> bool {
    living_children(workspace, id).next().is_some()
}

fn frame(
    id: Uuid,
    parent: &Parent,
    times: (Timestamp, Timestamp),
    users: (Uuid, Uuid),
    has_children: bool,
    in_trash: bool,
) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("object".into(), json!("block"));
    out.insert("id".into(), json!(id));
    out.insert("parent".into(), parent.to_json());
    out.insert("created_time".into(), json!(time::minute_z(times.0)));
    out.insert("last_edited_time".into(), json!(time::minute_z(times.1)));
    out.insert("created_by".into(), json!({"object": "user", "id": users.0}));
    out.insert("last_edited_by".into(), json!({"object": "user", "id": users.1}));
    out.insert("has_children".into(), json!(has_children));
    out.insert("in_trash".into(), json!(in_trash));
    out
}
