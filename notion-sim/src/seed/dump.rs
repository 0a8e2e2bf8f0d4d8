//! Writing a seed document.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::connections::{self, sorted};
use super::{FORMAT, oauth};
use crate::connection::Kind;
use crate::engine::access::Access;
use crate::engine::capability::Capabilities;
use crate::engine::search::{self, Search};
use crate::engine::time;
use crate::engine::value::Detail;
use crate::engine::workspace::Workspace;
use crate::secret::Secret;
use crate::state::State;

/// The state as a seed document. `secrets` says whether tokens are in it, which only the data file needs.
pub(crate) fn dump(state: &State, secrets: bool) -> Value {
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
    Value::Object(out)
}

/// Writes one workspace.
fn space(state: &State, workspace: &Workspace, secrets: bool, out: &mut Map<String, Value>) {
    out.insert(
        "workspace".into(),
        json!({"id": workspace.id, "name": workspace.name, "icon": workspace.icon}),
    );
    out.insert("bot".into(), bot(state, workspace, secrets));
    let mut guests: Vec<_> = workspace.users.iter().map(|(id, _)| *id).collect();
    guests.retain(|id| !workspace.user_order.contains(id));
    guests.sort();
    let users = workspace.user_order.iter().chain(&guests);
    out.insert(
        "users".into(),
        users.map(|id| workspace.whole_user(*id)).collect(),
    );
    if !guests.is_empty() {
        out.insert("guests".into(), json!(guests));
    }
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
    for (key, values) in &workspace.kept {
        out.insert((*key).to_owned(), Value::Array(values.clone()));
    }
    out.insert("order".into(), order(workspace));
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

fn order(workspace: &Workspace) -> Value {
    let mut out = Map::new();
    let mut containers: Vec<_> = workspace.children.iter().collect();
    containers.sort_unstable();
    for (id, children) in containers {
        out.insert(id.to_string(), json!(children));
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
    let mut found = search::run(workspace, &everything, &Search::default());
    found.extend(search::run(
        workspace,
        &everything,
        &Search {
            in_trash: true,
            pages: Some(true),
            ..Search::default()
        },
    ));
    out.insert("search".into(), json!(found));
    Value::Object(out)
}
