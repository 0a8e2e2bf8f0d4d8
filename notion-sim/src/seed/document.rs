//! Reading a whole seed document: its workspaces, and what goes across them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::load::{KEYS, Loader, Read, known, list};
use super::{FORMAT, check, connections, oauth};
use crate::engine::id;
use crate::state::State;

/// The keys that only the whole document has, not the part of one workspace.
const OUTER: [&str; 3] = ["workspaces", "connections", "oauth"];

/// Reads a seed document.
///
/// # Errors
///
/// A sentence that names the line or the field and what was expected there.
pub(crate) fn read(bytes: &[u8], now: Timestamp) -> Read<State> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        format!(
            "it is not JSON: line {}, column {}: {error}.",
            error.line(),
            error.column()
        )
    })?;
    read_document(&document, now)
}

/// Reads a seed document that is JSON already.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_document(document: &Value, now: Timestamp) -> Read<State> {
    let Some(document) = document.as_object() else {
        return Err(format!("expected a JSON object with \"format\": \"{FORMAT}\"."));
    };
    match document.get("format") {
        Some(Value::String(format)) if format == FORMAT => {}
        found => {
            return Err(format!(
                "`format` should be \"{FORMAT}\", found {}.",
                found.unwrap_or(&Value::Null)
            ));
        }
    }
    known(document, &KEYS)?;
    let (workspace, own) = Loader::new(document, now)?.run()?;
    let home = workspace.id;
    let mut state = State::new(workspace, own);
    for (at, part) in list(document, "workspaces")?.iter().enumerate() {
        add_space(&mut state, part, now).map_err(|problem| format!("`workspaces[{at}]`: {problem}"))?;
    }
    if let Some(value) = document.get("oauth").filter(|value| !value.is_null()) {
        let (registry, installations) = oauth::read(value, home)?;
        state.oauth = registry;
        state.installations.extend(installations);
    }
    for (at, value) in list(document, "connections")?.iter().enumerate() {
        let connection = connections::read(&format!("`connections[{at}]`"), value)?;
        if state.connection(&connection.id).is_some() {
            return Err(format!(
                "`connections[{at}]`: there is another connection called {}.",
                connection.id
            ));
        }
        let mut others = state.connections.iter();
        if others.any(|other| other.tokens.iter().any(|token| connection.tokens.contains(token))) {
            return Err(format!(
                "`connections[{at}]`.tokens has a token of another connection."
            ));
        }
        if connection
            .bot
            .is_some_and(|bot| state.installation(bot).is_some())
        {
            return Err(format!(
                "`connections[{at}]`.bot_id is the bot of another connection."
            ));
        }
        if !state.register(&Arc::new(connection)) {
            return Err(format!(
                "`connections[{at}]`.workspaces names one that the document does not have."
            ));
        }
    }
    Ok(state)
}

/// Reads one more workspace.
fn add_space(state: &mut State, part: &Value, now: Timestamp) -> Read<()> {
    let Some(part) = part.as_object() else {
        return Err(format!("expected an object, found {}.", check::found(part)));
    };
    let inner: Vec<&str> = KEYS.into_iter().filter(|key| !OUTER.contains(key)).collect();
    known(part, &inner)?;
    let (workspace, own) = Loader::new(part, now)?.run()?;
    if state.space_at(workspace.id).is_some() || state.installation(workspace.bot).is_some() {
        return Err("the workspace or its bot has the id of another.".to_owned());
    }
    let ids = list(part, "pages")?
        .iter()
        .chain(list(part, "databases")?)
        .chain(list(part, "data_sources")?)
        .chain(list(part, "blocks")?);
    let ids = ids.filter_map(|record| id::parse(record.get("id")?.as_str()?));
    if let Some(twice) = ids
        .into_iter()
        .find(|id| state.spaces.iter().any(|space| space.holds(*id)))
    {
        return Err(format!("the id {twice} is used in another workspace."));
    }
    state.add_space(workspace, own);
    Ok(())
}
