//! Blocks, in their first form: seeded ones are kept and shown, pages and databases appear as blocks, anything can be trashed.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::container::Database;
use super::page::Page;
use super::parent::Parent;
use super::workspace::Workspace;
use super::{seeded, time};

const KNOWN: [&str; 12] = [
    "object",
    "id",
    "parent",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "has_children",
    "in_trash",
    "archived",
    "type",
    "request_id",
];

/// A block that is neither a page nor a database.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    created_time: Timestamp,
    last_edited_time: Timestamp,
    created_by: Uuid,
    last_edited_by: Uuid,
    /// What a seed said about children that the seed does not hold.
    has_children: bool,
    pub(crate) in_trash: bool,
    kind: String,
    payload: Value,
    extra: Map<String, Value>,
}

impl Block {
    /// Reads a block as the API returned it.
    pub(crate) fn from_json(id: Uuid, value: &Value, now: Timestamp) -> Self {
        let user = |key: &str| seeded::user(value, key);
        let flag = |key: &str| seeded::flag(value, key);
        let kind = value
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or("unsupported")
            .to_owned();
        let created_time = time::read(value.get("created_time"), now);
        let mut extra = seeded::unknown(value, &KNOWN);
        extra.shift_remove(&kind);
        Self {
            id,
            parent: Parent::from_json(value.get("parent").unwrap_or(&Value::Null)),
            created_time,
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            created_by: user("created_by"),
            last_edited_by: user("last_edited_by"),
            has_children: flag("has_children"),
            in_trash: seeded::in_trash(value),
            payload: value.get(&kind).cloned().unwrap_or_else(|| json!({})),
            extra,
            kind,
        }
    }

    /// The block as the newest API version returns it.
    pub(crate) fn to_json(&self, workspace: &Workspace) -> Value {
        let inside = workspace
            .children
            .get(&self.id)
            .is_some_and(|children| !children.is_empty());
        let mut out = frame(
            self.id,
            &self.parent,
            (self.created_time, self.last_edited_time),
            (self.created_by, self.last_edited_by),
            self.has_children || inside,
            self.in_trash,
        );
        out.insert("type".into(), json!(self.kind));
        out.insert(self.kind.clone(), self.payload.clone());
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    /// Notes an edit.
    pub(crate) fn touch(&mut self, by: Uuid, now: Timestamp) {
        self.last_edited_by = by;
        self.last_edited_time = now;
    }
}

/// Any record that is a block, as a block: pages and databases show as `child_page` and `child_database`.
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

fn page_to_json(workspace: &Workspace, page: &Page) -> Value {
    let inside = workspace.children.get(&page.id).is_some_and(|children| {
        children
            .iter()
            .any(|id| any_in_trash(workspace, *id) == Some(false))
    });
    let mut out = frame(
        page.id,
        &page.parent,
        (page.created_time, page.last_edited_time),
        (page.created_by, page.last_edited_by),
        inside,
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

/// Whether a record is itself in the trash; `None` where there is no such record.
pub(crate) fn any_in_trash(workspace: &Workspace, id: Uuid) -> Option<bool> {
    let block = workspace.blocks.get(&id).map(|block| block.in_trash);
    let page = || workspace.pages.get(&id).map(|page| page.in_trash);
    let database = || workspace.databases.get(&id).map(|database| database.in_trash);
    block.or_else(page).or_else(database)
}

/// What a block contains, without what is in the trash.
pub(crate) fn living_children(workspace: &Workspace, id: Uuid) -> impl Iterator<Item = Uuid> + '_ {
    let all = workspace.children.get(&id);
    all.into_iter()
        .flatten()
        .copied()
        .filter(|id| any_in_trash(workspace, *id) == Some(false))
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
