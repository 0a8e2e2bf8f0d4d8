//! Writing a seed document.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{FORMAT, oauth};
use crate::engine::access::Access;
use crate::engine::index::Index;
use crate::engine::search::{self, Search};
use crate::engine::time;
use crate::engine::value::Detail;
use crate::engine::workspace::Workspace;
use crate::state::State;

/// The state as a seed document. `secrets` says whether tokens are in it, which only the data file needs.
pub(crate) fn dump(state: &State, secrets: bool) -> Value {
    let workspace = state.home();
    let mut out = Map::new();
    out.insert("format".into(), json!(FORMAT));
    out.insert("notion_version".into(), json!("2026-03-11"));
    out.insert(
        "workspace".into(),
        json!({"id": workspace.id, "name": workspace.name, "icon": workspace.icon}),
    );
    out.insert(
        "bot".into(),
        json!({"id": workspace.bot, "name": workspace.bot_name(workspace.bot)}),
    );
    let users = workspace.user_order.iter().map(|id| workspace.whole_user(*id));
    out.insert("users".into(), users.collect());
    let mut pages: Vec<_> = workspace.pages.values().collect();
    pages.sort_by_key(|page| (time::floor_minute(page.created_time), page.id));
    out.insert(
        "pages".into(),
        pages
            .iter()
            .map(|page| page.to_json(workspace, Detail::Stored, |_| true))
            .collect(),
    );
    let mut databases: Vec<_> = workspace.databases.values().collect();
    databases.sort_by_key(|database| (database.created_time.as_millisecond(), database.id));
    out.insert(
        "databases".into(),
        databases
            .iter()
            .map(|database| database.to_json(workspace))
            .collect(),
    );
    let mut sources: Vec<_> = workspace.data_sources.values().collect();
    sources.sort_by_key(|source| (time::floor_minute(source.created_time), source.id));
    let sources = sources.iter().map(|source| {
        let mut value = source.to_json(workspace);
        value["in_trash"] = json!(source.in_trash);
        value
    });
    out.insert("data_sources".into(), sources.collect());
    let mut blocks: Vec<_> = workspace.blocks.values().collect();
    blocks.sort_by_key(|block| block.id);
    out.insert(
        "blocks".into(),
        blocks.iter().map(|block| block.to_json(workspace)).collect(),
    );
    let mut views: Vec<_> = workspace.views.values().collect();
    views.sort_by_key(|view| view.made);
    out.insert(
        "views".into(),
        views.iter().map(|view| view.to_json(workspace)).collect(),
    );
    let mut templates: Vec<_> = workspace.templates.iter().collect();
    templates.sort_unstable_by_key(|(source, _)| **source);
    let templates = templates.into_iter().flat_map(|(source, all)| {
        all.iter().map(move |template| {
            json!({"data_source_id": source, "page_id": template.page, "is_default": template.is_default})
        })
    });
    out.insert("templates".into(), templates.collect());
    for (key, values) in &workspace.kept {
        out.insert((*key).to_owned(), Value::Array(values.clone()));
    }
    out.insert("order".into(), order(workspace));
    out.insert("absent".into(), sorted(workspace.absent.iter()));
    if !workspace.shared.all {
        out.insert("shared".into(), sorted(workspace.shared.roots.iter()));
    }
    out.insert("oauth".into(), oauth::write(&state.oauth, secrets));
    Value::Object(out)
}

fn order(workspace: &Workspace) -> Value {
    let mut out = Map::new();
    for lists in [&workspace.children, &workspace.tabs] {
        let mut lists: Vec<_> = lists.iter().filter(|(_, list)| !list.is_empty()).collect();
        lists.sort_unstable();
        for (id, list) in lists {
            out.insert(id.to_string(), json!(list));
        }
    }
    let mut sources: Vec<_> = workspace.data_sources.values().collect();
    sources.sort_by_key(|source| source.id);
    for source in sources {
        let rows: Vec<&Uuid> = workspace.rows_of(source.id).iter().rev().collect();
        if !rows.is_empty() {
            out.insert(source.id.to_string(), json!(rows));
        }
    }
    out.insert("users".into(), json!(workspace.user_order));
    let everything = Access::everything();
    let index = Index::current();
    let mut found = search::run(workspace, &everything, &index, &Search::default());
    found.extend(search::run(
        workspace,
        &everything,
        &index,
        &Search {
            in_trash: true,
            pages: Some(true),
            ..Search::default()
        },
    ));
    out.insert("search".into(), json!(found));
    Value::Object(out)
}

fn sorted<'a>(ids: impl Iterator<Item = &'a Uuid>) -> Value {
    let mut ids: Vec<&Uuid> = ids.collect();
    ids.sort();
    json!(ids)
}
