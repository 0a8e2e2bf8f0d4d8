//! What there is to tell: the difference between records as they were and as they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::engine::block::Block;
use crate::engine::change::{Changed, Changes};
use crate::engine::column::Column;
use crate::engine::comment::Comment;
use crate::engine::container::{DataSource, Database};
use crate::engine::page::Page;
use crate::engine::parent::Parent;
use crate::engine::upload::{Status, Upload};
use crate::engine::workspace::Workspace;

/// Records as they were before the changes that are to be told.
#[derive(Debug, Default)]
pub(super) struct Before {
    pages: HashMap<Uuid, Option<Page>>,
    databases: HashMap<Uuid, Option<Database>>,
    data_sources: HashMap<Uuid, Option<DataSource>>,
    blocks: HashMap<Uuid, Option<Block>>,
    children: HashMap<Uuid, Option<Vec<Uuid>>>,
    comments: HashMap<Uuid, Option<Comment>>,
    uploads: HashMap<Uuid, Option<Upload>>,
}

/// Something that happened to a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Happening {
    /// `page.created` and the like.
    pub(super) kind: String,
    pub(super) entity: Uuid,
    /// `page`, `database`, `data_source`, `block`, `comment` or `file_upload`.
    pub(super) entity_kind: &'static str,
    /// The record that has to be shared with whoever is told; `None` for what belongs to no page.
    pub(super) place: Option<Uuid>,
    pub(super) data: Map<String, Value>,
}

impl Before {
    /// Adds more changes. What was there first stays.
    pub(super) fn add(&mut self, changes: Changes) {
        keep_oldest(&mut self.pages, changes.pages);
        keep_oldest(&mut self.databases, changes.databases);
        keep_oldest(&mut self.data_sources, changes.data_sources);
        keep_oldest(&mut self.blocks, changes.blocks);
        keep_oldest(&mut self.children, changes.children);
        keep_oldest(&mut self.comments, changes.comments);
        keep_oldest(&mut self.uploads, changes.uploads);
    }

    /// What happened since then.
    pub(super) fn happenings(&self, workspace: &Workspace) -> Vec<Happening> {
        let mut teller = Teller {
            workspace,
            told: Vec::new(),
        };
        for (id, before) in sorted(&self.databases) {
            if let Some(now) = workspace.databases.get(id) {
                let state = |database: &Database| (database.in_trash, database.parent.clone());
                teller.life(
                    "database",
                    *id,
                    before.as_ref().map(state),
                    state(now),
                    &now.parent,
                );
            }
        }
        for (id, before) in sorted(&self.data_sources) {
            if let Some(now) = workspace.data_sources.get(id) {
                teller.data_source(before.as_ref(), now);
            }
        }
        for (id, before) in sorted(&self.pages) {
            if let Some(now) = workspace.pages.get(id) {
                teller.page(before.as_ref(), now);
            }
        }
        self.contents(&mut teller);
        for (id, before) in sorted(&self.comments) {
            teller.comment(*id, before.as_ref(), workspace.comments.get(id));
        }
        for (id, before) in sorted(&self.uploads) {
            if let Some(now) = workspace.uploads.get(id) {
                teller.upload(before.as_ref(), now);
            }
        }
        teller.told
    }

    /// Which blocks of which pages, and which rows of which data sources, are others than before.
    fn contents(&self, teller: &mut Teller<'_>) {
        let workspace = teller.workspace;
        let mut pages: BTreeMap<Uuid, Vec<(Uuid, &'static str)>> = BTreeMap::new();
        let mut note = |container: Uuid, id: Uuid| {
            let page = workspace.page_around(container);
            if let Some(page) = page {
                let blocks = pages.entry(page).or_default();
                if !blocks.iter().any(|(known, _)| *known == id) {
                    blocks.push((id, kind_of(workspace, id)));
                }
            }
        };
        for (id, before) in sorted(&self.blocks) {
            let now = workspace.blocks.get(id);
            let container = now.or(before.as_ref()).and_then(|block| block.parent.id());
            if let Some(container) = container {
                note(container, *id);
            }
        }
        for (id, before) in sorted(&self.children) {
            let none = Vec::new();
            let before = before.as_ref().unwrap_or(&none);
            let now = workspace.children.get(id).unwrap_or(&none);
            let (was, is): (HashSet<_>, HashSet<_>) = (before.iter().collect(), now.iter().collect());
            let gone = before.iter().filter(|child| !is.contains(child));
            let new = now.iter().filter(|child| !was.contains(child));
            for child in gone.chain(new) {
                note(*id, *child);
            }
        }
        for (page, blocks) in pages {
            // The content of a page that is only just there is part of its creation.
            let is_new = matches!(self.pages.get(&page), Some(None));
            if let Some(now) = workspace.pages.get(&page).filter(|_| !is_new) {
                teller.content("page", page, &now.parent, &blocks);
            }
        }
        let mut sources: BTreeMap<Uuid, Vec<(Uuid, &'static str)>> = BTreeMap::new();
        for (id, before) in sorted(&self.pages) {
            let shown = |page: &Page| match page.parent {
                Parent::DataSource { data_source, .. } if !page.in_trash => Some(data_source),
                _ => None,
            };
            let was = before.as_ref().and_then(shown);
            let is = workspace.pages.get(id).and_then(shown);
            if was != is {
                for source in was.into_iter().chain(is) {
                    sources.entry(source).or_default().push((*id, "page"));
                }
            }
        }
        for (source, rows) in sources {
            let is_new = matches!(self.data_sources.get(&source), Some(None));
            if let Some(now) = workspace.data_sources.get(&source).filter(|_| !is_new) {
                teller.content("data_source", source, &Parent::Database(now.database), &rows);
            }
        }
    }
}

fn keep_oldest<T>(known: &mut HashMap<Uuid, Option<T>>, changed: Changed<T>) {
    for (id, before) in changed {
        known.entry(id).or_insert(before);
    }
}

/// In an order that does not depend on chance.
fn sorted<K: Ord + Hash, V>(map: &HashMap<K, V>) -> Vec<(&K, &V)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(id, _)| *id);
    entries
}

fn kind_of(workspace: &Workspace, id: Uuid) -> &'static str {
    if workspace.pages.contains_key(&id) {
        "page"
    } else if workspace.databases.contains_key(&id) {
        "database"
    } else {
        "block"
    }
}

/// Collects what happened.
struct Teller<'a> {
    workspace: &'a Workspace,
    told: Vec<Happening>,
}

impl Teller<'_> {
    fn tell(
        &mut self,
        kind: String,
        (entity_kind, entity): (&'static str, Uuid),
        parent: &Parent,
        more: Option<(&str, Value)>,
    ) {
        let mut data = Map::new();
        data.insert("parent".into(), self.parent(parent));
        data.extend(more.map(|(key, value)| (key.to_owned(), value)));
        self.told.push(Happening {
            kind,
            entity,
            entity_kind,
            place: Some(entity),
            data,
        });
    }

    /// Coming to be, going into and out of the trash, and moving.
    fn life(
        &mut self,
        kind: &'static str,
        id: Uuid,
        before: Option<(bool, Parent)>,
        (in_trash, above): (bool, Parent),
        parent: &Parent,
    ) {
        let what = match before {
            None => "created",
            Some((was_in_trash, _)) if was_in_trash != in_trash => match in_trash {
                true => "deleted",
                false => "undeleted",
            },
            Some((_, was_above)) if was_above != above => "moved",
            Some(_) => return,
        };
        self.tell(format!("{kind}.{what}"), (kind, id), parent, None);
    }

    fn page(&mut self, before: Option<&Page>, now: &Page) {
        let state = |page: &Page| (page.in_trash, page.parent.clone());
        self.life("page", now.id, before.map(state), state(now), &now.parent);
        let Some(before) = before else { return };
        let entity = ("page", now.id);
        if before.is_locked != now.is_locked {
            let what = if now.is_locked { "locked" } else { "unlocked" };
            self.tell(format!("page.{what}"), entity, &now.parent, None);
        }
        let columns = before.differing(now);
        if !columns.is_empty() {
            let columns = columns.iter().map(|id| json!(&**id));
            let more = ("updated_properties", columns.collect());
            self.tell("page.properties_updated".into(), entity, &now.parent, Some(more));
        }
    }

    fn data_source(&mut self, before: Option<&DataSource>, now: &DataSource) {
        let state = |source: &DataSource| (source.in_trash, Parent::Database(source.database));
        let parent = Parent::Database(now.database);
        self.life("data_source", now.id, before.map(state), state(now), &parent);
        let columns = before.map(|before| differing(&before.columns, &now.columns));
        if let Some(columns) = columns.filter(|columns| !columns.is_empty()) {
            let more = ("updated_properties", Value::Array(columns));
            let entity = ("data_source", now.id);
            self.tell("data_source.schema_updated".into(), entity, &parent, Some(more));
        }
    }

    fn comment(&mut self, id: Uuid, before: Option<&Comment>, now: Option<&Comment>) {
        let what = match (before, now) {
            (None, Some(_)) => "created",
            (Some(_), Some(_)) => "updated",
            (Some(_), None) => "deleted",
            (None, None) => return,
        };
        let Some(above) = now.or(before).map(|comment| &comment.parent) else {
            return;
        };
        let page = above.id().and_then(|id| self.workspace.page_around(id));
        let mut data = Map::new();
        data.insert("page_id".into(), json!(page));
        data.insert("parent".into(), self.parent(above));
        self.told.push(Happening {
            kind: format!("comment.{what}"),
            entity: id,
            entity_kind: "comment",
            place: page,
            data,
        });
    }

    fn upload(&mut self, before: Option<&Upload>, now: &Upload) {
        let was = before.map(Upload::settled);
        let kind = match (was, now.settled()) {
            (None, _) => "file_upload.created",
            (Some(Status::Pending), Status::Uploaded) => "file_upload.completed",
            (Some(Status::Pending), Status::Failed) => "file_upload.upload_failed",
            _ => return,
        };
        let result = now
            .import_result()
            .filter(|_| kind == "file_upload.upload_failed");
        let data = result.map(|result| ("file_import_result".to_owned(), result.clone()));
        self.told.push(Happening {
            kind: kind.to_owned(),
            entity: now.id,
            entity_kind: "file_upload",
            place: None,
            data: data.into_iter().collect(),
        });
    }

    fn content(&mut self, kind: &'static str, id: Uuid, parent: &Parent, parts: &[(Uuid, &'static str)]) {
        let parts = parts.iter().map(|(id, kind)| json!({"id": id, "type": kind}));
        let more = ("updated_blocks", parts.collect());
        self.tell(format!("{kind}.content_updated"), (kind, id), parent, Some(more));
    }

    fn parent(&self, parent: &Parent) -> Value {
        match parent {
            Parent::Page(id) => json!({"id": id, "type": "page"}),
            Parent::Block(id) => json!({"id": id, "type": "block"}),
            Parent::Database(id) => json!({"id": id, "type": "database"}),
            Parent::DataSource {
                data_source,
                database,
            } => {
                json!({"id": database, "type": "database", "data_source_id": data_source})
            }
            Parent::Workspace | Parent::Other(_) => json!({"id": self.workspace.id, "type": "space"}),
        }
    }
}

/// Columns that came, went or changed.
fn differing(before: &[Column], now: &[Column]) -> Vec<Value> {
    let entry =
        |column: &Column, action: &str| json!({"id": &*column.id, "name": column.name, "action": action});
    let find = |columns: &[Column], id: &str| columns.iter().position(|column| *column.id == *id);
    let new_or_other = now.iter().filter_map(|column| match find(before, &column.id) {
        None => Some(entry(column, "created")),
        Some(at) if before[at].to_json() != column.to_json() => Some(entry(column, "updated")),
        Some(_) => None,
    });
    let gone = before
        .iter()
        .filter(|column| find(now, &column.id).is_none())
        .map(|column| entry(column, "deleted"));
    new_or_other.chain(gone).collect()
}
