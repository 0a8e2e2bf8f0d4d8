//! Templates: pages of a data source that are no rows, and what becomes of a page to which one is applied.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use super::block;
use super::carry::Carried;
use super::parent::Parent;
use super::rich_text;
use super::value::PropertyValue;
use super::workspace::Workspace;
use crate::validate::Path;

/// How much of a template is copied, so that copies of copies do not fill the memory.
const MAX_COPIED: usize = 10_000;

/// A template of a data source.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) page: Uuid,
    pub(crate) is_default: bool,
}

/// Who applies a template, when, and where that is.
#[derive(Debug, Clone)]
pub(crate) struct Occasion {
    pub(crate) by: Uuid,
    pub(crate) now: Timestamp,
    /// What day it is depends on it.
    pub(crate) zone: TimeZone,
}

impl Workspace {
    /// The templates of a data source that are not in the trash.
    pub(crate) fn templates_of(&self, source: Uuid) -> impl Iterator<Item = &Template> {
        let all = self.templates.get(&source).into_iter().flatten();
        all.filter(|template| self.pages.get(&template.page).is_some_and(|page| !page.in_trash))
    }

    /// Whether a page is a template of a data source and so no row.
    pub(crate) fn is_template(&self, page: Uuid, source: Uuid) -> bool {
        let mut all = self.templates.get(&source).into_iter().flatten();
        all.any(|template| template.page == page)
    }
}

/// Applies a template to a page: values for the columns that are not `kept`, icon and cover where there is none, and the
/// content after what is there.
pub(crate) fn apply(
    workspace: &mut Workspace,
    template: Uuid,
    page: Uuid,
    kept: &[Arc<str>],
    occasion: &Occasion,
) {
    let (Some(from), Some(to)) = (workspace.pages.get(&template), workspace.pages.get(&page)) else {
        return;
    };
    let source = match to.parent {
        Parent::DataSource { data_source, .. } => Some(data_source),
        _ => None,
    };
    let (icon, cover) = (from.icon.clone(), from.cover.clone());
    let mut carried = Carried::collect(workspace, from, source);
    carried.retain(|column| !kept.contains(&column.id));
    carried.change(|value| {
        if let PropertyValue::Text(text) = value {
            text.items
                .iter_mut()
                .for_each(|item| fill_in(item, workspace, occasion));
        }
    });
    carried.put(workspace, page, source);
    if let Some(page) = workspace.pages.get_mut(&page) {
        if page.icon.is_null() {
            page.icon = icon;
        }
        if page.cover.is_null() {
            page.cover = cover;
        }
    }
    copy_children(workspace, template, page, occasion);
}

/// Copies what is in one page or block to the end of another: blocks and pages with all that is in them. Databases are
/// left out, since a copy of one would be a table of its own.
pub(crate) fn copy_children(workspace: &mut Workspace, from: Uuid, to: Uuid, occasion: &Occasion) {
    // The tree is walked before anything is copied, because the target may be somewhere in it.
    let mut found: Vec<(Uuid, Option<usize>)> = Vec::new();
    let mut next = 0;
    let mut above = (from, None);
    loop {
        let children = workspace.children.get(&above.0).into_iter().flatten();
        let living = children.filter(|id| block::any_in_trash(workspace, **id) == Some(false));
        let room = MAX_COPIED - found.len();
        found.extend(living.take(room).map(|id| (*id, above.1)));
        let Some((id, _)) = found.get(next) else { break };
        above = (*id, Some(next));
        next += 1;
    }
    let mut copies: Vec<Option<Parent>> = Vec::with_capacity(found.len());
    for (id, above) in found {
        let parent = match above {
            None if workspace.pages.contains_key(&to) => Some(Parent::Page(to)),
            None => Some(Parent::Block(to)),
            Some(at) => copies.get(at).cloned().flatten(),
        };
        let copy = parent.and_then(|parent| copy(workspace, id, parent, occasion));
        copies.push(copy);
    }
}

/// Copies one block or page, without what is in it. Says as what the copy is the parent of others.
fn copy(workspace: &mut Workspace, id: Uuid, parent: Parent, occasion: &Occasion) -> Option<Parent> {
    let (by, now) = (occasion.by, occasion.now);
    if let Some(block) = workspace.blocks.get(&id) {
        let mut copy = block.copy(parent, by, now);
        copy.payload
            .values_mut()
            .for_each(|value| fill_in(value, workspace, occasion));
        let id = copy.id;
        workspace.blocks.insert(id, copy);
        workspace.attach(id);
        return Some(Parent::Block(id));
    }
    let tick = workspace.next_tick();
    let copy = workspace.pages.get(&id)?.copy(parent, by, now, tick);
    let id = copy.id;
    workspace.add_page(copy);
    Some(Parent::Page(id))
}

/// Puts today, now and me in place of the mentions that stand for them.
fn fill_in(value: &mut Value, workspace: &Workspace, occasion: &Occasion) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| fill_in(item, workspace, occasion)),
        Value::Object(map) => match map
            .get("mention")
            .and_then(|mention| mention.get("template_mention"))
        {
            Some(placeholder) => {
                let mention = match placeholder.get("template_mention_date").and_then(Value::as_str) {
                    None => json!({"user": {"id": occasion.by}}),
                    Some(word) => json!({"date": {"start": start(word, occasion)}}),
                };
                let item = json!([{"mention": mention, "annotations": map.get("annotations").unwrap_or(&json!({}))}]);
                if let Ok(items) = rich_text::check(&item, &Path::body())
                    && let Some(item) = rich_text::resolve(&items, workspace).items.into_iter().next()
                {
                    *value = item;
                }
            }
            None => map
                .values_mut()
                .for_each(|value| fill_in(value, workspace, occasion)),
        },
        _ => {}
    }
}

fn start(word: &str, occasion: &Occasion) -> String {
    let there = occasion.now.to_zoned(occasion.zone.clone());
    match word {
        "now" => there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        _ => there.strftime("%Y-%m-%d").to_string(),
    }
}
