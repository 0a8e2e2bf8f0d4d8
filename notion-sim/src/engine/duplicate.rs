//! Copies of pages with everything inside, into this or another workspace.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::block::Block;
use super::column::Column;
use super::container::{DataSource, Database};
use super::expression::Form;
use super::page::Page;
use super::parent::Parent;
use super::workspace::Workspace;
use super::{block, id, value};

/// Keys that tell who made the original and where it is to be found, which is not so of a copy.
const ORIGINAL: [&str; 6] = [
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "url",
    "public_url",
];

/// A page that was copied and not put anywhere yet. Everything in it has a new id already.
#[derive(Debug, Default)]
pub(crate) struct Duplicate {
    root: Uuid,
    databases: Vec<(Uuid, Value)>,
    data_sources: Vec<(Uuid, Value)>,
    pages: Vec<(Uuid, Value)>,
    blocks: Vec<(Uuid, Value)>,
    children: Vec<(Uuid, Vec<Uuid>)>,
    /// Oldest first, and the highest number in unique id columns.
    rows: Vec<(Uuid, Vec<Uuid>)>,
}

impl Duplicate {
    /// Copies a page; `None` where there is none, or where it is in the trash. What is in the trash inside is left out.
    pub(crate) fn of(workspace: &Workspace, page: Uuid) -> Option<Self> {
        let inside = inside(workspace, page)?;
        let ids: HashMap<Uuid, Uuid> = inside.iter().map(|old| (*old, id::fresh())).collect();
        let new = |old: &Uuid| ids.get(old).copied();
        let list = |old: &[Uuid]| old.iter().filter_map(new).collect();
        let mut copy = Self {
            root: new(&page)?,
            ..Self::default()
        };
        for old in &inside {
            let Some(id) = new(old) else { continue };
            let moved = |mut record: Value| {
                rename(&mut record, &ids);
                (id, record)
            };
            if let Some(page) = workspace.pages.get(old) {
                let stored = |column: &Column| value::stored(workspace, page, column);
                copy.pages.push(moved(page.to_json(workspace, stored)));
            } else if let Some(database) = workspace.databases.get(old) {
                copy.databases.push(moved(database.to_json(workspace)));
            } else if let Some(source) = workspace.data_sources.get(old) {
                copy.data_sources
                    .push(moved(source.to_json(workspace, Form::Names)));
                copy.rows.push((id, list(workspace.rows_of(*old))));
            } else if let Some(block) = workspace.blocks.get(old) {
                copy.blocks.push(moved(block.to_json(workspace)));
            }
            if let Some(children) = workspace.children.get(old) {
                copy.children.push((id, list(children)));
            }
        }
        let root = copy.pages.iter_mut().find(|(id, _)| *id == copy.root);
        if let Some((_, root)) = root {
            root["parent"] = Parent::Workspace.to_json();
        }
        Some(copy)
    }

    /// Puts the copy at the top of a workspace, as made by `by` now. The id of the page.
    pub(crate) fn paste(mut self, workspace: &mut Workspace, by: Uuid, now: Timestamp) -> Uuid {
        let user = json!({"object": "user", "id": by});
        let all = [
            &mut self.databases,
            &mut self.data_sources,
            &mut self.pages,
            &mut self.blocks,
        ];
        for record in all
            .into_iter()
            .flatten()
            .filter_map(|(_, record)| record.as_object_mut())
        {
            record.retain(|key, _| !ORIGINAL.contains(&key.as_str()));
            record.insert("created_by".into(), user.clone());
            record.insert("last_edited_by".into(), user.clone());
        }
        for (id, record) in &self.databases {
            workspace
                .databases
                .insert(*id, Database::from_json(*id, record, now));
        }
        for (id, record) in &self.data_sources {
            let mut source = DataSource::from_json(*id, record, now);
            source.edited = workspace.next_tick();
            workspace.data_sources.insert(*id, source);
        }
        for (id, record) in &self.pages {
            let parent = record.get("parent").map(Parent::from_json);
            let source = parent.and_then(|parent| parent.id());
            let source = source.and_then(|id| workspace.data_sources.get(&id));
            let columns = source.map(|source| source.columns.clone()).unwrap_or_default();
            let mut page = Page::from_json(*id, record, &columns, now);
            page.edited = workspace.next_tick();
            workspace.pages.insert(*id, page);
        }
        for (id, record) in &self.blocks {
            workspace.blocks.insert(*id, Block::from_json(*id, record, now));
        }
        for (id, children) in self.children {
            workspace.children.insert(id, children);
        }
        for (source, rows) in self.rows {
            let count = rows.len();
            workspace.set_rows(source, rows, u64::try_from(count).unwrap_or(u64::MAX));
        }
        self.root
    }
}

/// A record and everything inside that is not in the trash, from the outside in.
fn inside(workspace: &Workspace, page: Uuid) -> Option<Vec<Uuid>> {
    if !workspace.pages.contains_key(&page) || workspace.trashed(page) {
        return None;
    }
    let mut found = Vec::new();
    let mut open = VecDeque::from([page]);
    while let Some(id) = open.pop_front() {
        let source = workspace.data_sources.get(&id);
        let trashed = source.map(|source| source.in_trash);
        if trashed.or_else(|| block::any_in_trash(workspace, id)) != Some(false) {
            continue;
        }
        found.push(id);
        let sources = workspace
            .databases
            .get(&id)
            .map(|database| &*database.data_sources);
        let children = workspace.children.get(&id).map(Vec::as_slice);
        open.extend(sources.into_iter().flatten());
        open.extend(children.into_iter().flatten());
        open.extend(workspace.rows_of(id));
    }
    Some(found)
}

/// Puts new ids in place of old ones, wherever they stand.
fn rename(value: &mut Value, ids: &HashMap<Uuid, Uuid>) {
    match value {
        Value::String(text) => {
            if let Some(new) = id::parse(text).and_then(|old| ids.get(&old)) {
                *text = new.to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, ids)),
        Value::Object(map) => Map::values_mut(map).for_each(|item| rename(item, ids)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::rich_text::RichText;
    use crate::engine::value::PropertyValue;

    #[test]
    fn everything_inside_comes_along_under_new_ids() {
        let now: Timestamp = "2026-06-27T17:01:00Z".parse().expect("a time");
        let mut from = Workspace::fresh(now);
        let old = from.pages.values().next().map(|page| page.id).expect("a page");
        let named = |parent: Parent, title: &str, trashed: bool| {
            let mut page = Page::new(parent, from.bot, now, 0);
            page.set(&"title".into(), Some(PropertyValue::Text(RichText::plain(title))));
            page.in_trash = trashed;
            page
        };
        let (inner, trashed) = (
            named(Parent::Page(old), "Inner", false),
            named(Parent::Page(old), "Gone", true),
        );
        from.add_page(inner);
        from.add_page(trashed);
        let mut to = Workspace::fresh(now);
        let person = to.first_person();
        let new = Duplicate::of(&from, old)
            .expect("a copy")
            .paste(&mut to, person, now);
        let copy = to.pages.get(&new).expect("the page");
        assert_eq!(
            (copy.title_text().as_str(), &copy.parent),
            ("Shared page", &Parent::Workspace)
        );
        assert_eq!(copy.created_by, person);
        let [child] = to.children.get(&new).expect("children")[..] else {
            panic!("what is in the trash stays there");
        };
        let child = to.pages.get(&child).expect("the inner page");
        assert_eq!(
            (child.title_text().as_str(), &child.parent),
            ("Inner", &Parent::Page(new))
        );
        assert!(child.id != old && !from.pages.contains_key(&child.id));
        assert!(Duplicate::of(&from, id::fresh()).is_none());
    }
}
