//! Writing a seed document.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::section::Section;
use super::{FORMAT, oauth};
use crate::engine::access::Access;
use crate::engine::index::Index;
use crate::engine::search::{self, Search};
use crate::engine::workspace::Workspace;
use crate::state::State;

/// The state as a seed document, without tokens.
pub(crate) fn dump(state: &State) -> Value {
    let workspace = state.home();
    let mut out = frame(workspace);
    for section in Section::ALL {
        let ids = section.ids(workspace).into_iter();
        let records = ids.filter_map(|id| section.record(workspace, id));
        out.insert(section.name().to_owned(), records.collect());
    }
    out.insert("order".into(), order(workspace));
    out.insert("oauth".into(), oauth::write(&state.oauth, false));
    Value::Object(out)
}

/// What a document says besides its lists of records and their order.
pub(crate) fn frame(workspace: &Workspace) -> Map<String, Value> {
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
    let mut templates: Vec<_> = workspace.templates.iter().collect();
    templates.sort_unstable_by_key(|(source, _)| **source);
    let templates = templates.into_iter().flat_map(|(source, all)| {
        all.iter().map(move |template| {
            json!({"data_source_id": source, "page_id": template.page, "is_default": template.is_default})
        })
    });
    out.insert("templates".into(), templates.collect());
    out.insert("absent".into(), sorted(workspace.absent.iter()));
    if !workspace.shared.all {
        out.insert("shared".into(), sorted(workspace.shared.roots.iter()));
    }
    out
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
    let uploads = workspace.newest_uploads();
    let uploads: Vec<Uuid> = uploads.iter().map(|upload| upload.id).collect();
    out.insert("file_uploads".into(), json!(uploads));
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
