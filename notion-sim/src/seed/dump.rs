//! Writing a seed document.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::connections::{self, sorted};
use super::section::Section;
use super::{FORMAT, oauth};
use crate::connection::Kind;
use crate::engine::access::Access;
use crate::engine::capability::Capabilities;
use crate::engine::index::Index;
use crate::engine::search::{self, Search};
use crate::engine::workspace::Workspace;
use crate::secret::Secret;
use crate::state::State;

/// The state as a seed document, without tokens.
pub(crate) fn dump(state: &State) -> Value {
    let mut out = frame(state, false);
    lists(state.home(), &mut out);
    let others = out.get_mut("workspaces").and_then(Value::as_array_mut);
    for (other, workspace) in others.into_iter().flatten().zip(state.spaces.iter().skip(1)) {
        if let Some(other) = other.as_object_mut() {
            lists(workspace, other);
        }
    }
    Value::Object(out)
}

/// What a document says besides its lists of records and their order. `secrets` says whether tokens are in it, which only the
/// data file needs.
pub(crate) fn frame(state: &State, secrets: bool) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("format".into(), json!(FORMAT));
    out.insert("notion_version".into(), json!("2026-03-11"));
    space(state, state.home(), secrets, &mut out);
    if let [_, others @ ..] = &*state.spaces
        && !others.is_empty()
    {
        let others = others.iter().map(|workspace| {
            let mut out = Map::new();
            space(state, workspace, secrets, &mut out);
            Value::Object(out)
        });
        out.insert("workspaces".into(), others.collect());
    }
    // The connections that workspaces come with are under `bot`.
    let is_own = |id: &str| state.spaces.iter().any(|space| space.bot.to_string() == id);
    let further = state
        .connections
        .iter()
        .filter(|connection| !is_own(&connection.id));
    let further = further.map(|connection| {
        let installation = state
            .installations
            .iter()
            .find(|known| known.connection == connection.id);
        let installation = installation.filter(|_| connection.kind != Kind::Public);
        connections::write(connection, installation, secrets)
    });
    out.insert("connections".into(), further.collect());
    out.insert("oauth".into(), oauth::write(state, secrets));
    out
}

/// What a workspace has besides its lists.
fn space(state: &State, workspace: &Workspace, secrets: bool, out: &mut Map<String, Value>) {
    out.insert(
        "workspace".into(),
        json!({"id": workspace.id, "name": workspace.name, "icon": workspace.icon}),
    );
    out.insert("bot".into(), bot(state, workspace, secrets));
    let guests = workspace.guests();
    if !guests.is_empty() {
        out.insert("guests".into(), json!(guests));
    }
    let mut templates: Vec<_> = workspace.templates.iter().collect();
    templates.sort_unstable_by_key(|(source, _)| **source);
    let templates = templates.into_iter().flat_map(|(source, all)| {
        all.iter().map(move |template| {
            json!({"data_source_id": source, "page_id": template.page, "is_default": template.is_default})
        })
    });
    out.insert("templates".into(), templates.collect());
    out.insert("absent".into(), sorted(workspace.absent.iter()));
    if let Some(installation) = state.installation(workspace.bot) {
        connections::write_access(&installation.access, out);
    }
}

/// The internal connection that a workspace comes with.
fn bot(state: &State, workspace: &Workspace, secrets: bool) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(workspace.bot));
    out.insert("name".into(), json!(workspace.bot_name(workspace.bot)));
    if let Some(own) = state.connection(&workspace.bot.to_string()) {
        if own.capabilities != Capabilities::all() {
            let names: Vec<_> = own.capabilities.names().collect();
            out.insert("capabilities".into(), json!(names));
        }
        if secrets && !own.tokens.is_empty() {
            let tokens: Vec<_> = own.tokens.iter().map(Secret::expose).collect();
            out.insert("tokens".into(), json!(tokens));
        }
    }
    Value::Object(out)
}

/// The records of a workspace, and their order.
fn lists(workspace: &Workspace, out: &mut Map<String, Value>) {
    for section in Section::ALL {
        let ids = section.ids(workspace).into_iter();
        let records = ids.filter_map(|id| section.record(workspace, id));
        out.insert(section.name().to_owned(), records.collect());
    }
    out.insert("order".into(), order(workspace));
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
