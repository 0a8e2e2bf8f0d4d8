//! The pages at `/`: what is in the workspaces, what was asked, and what shall go wrong. Plain HTML, made anew for each request.

mod block;
mod cell;
mod connections;
mod edit;
mod faults;
mod home;
mod journal;
mod record;
mod rich;
mod schema;
mod shell;
mod table;
mod tree;

use uuid::Uuid;

use crate::core::Core;
use crate::engine::id;
use crate::engine::reader::Reader;
use crate::engine::workspace::Workspace;
use crate::request::{Answer, Request, parse_query};
use crate::state::State;

pub(crate) use edit::set_cell;
pub(crate) use faults::{add as add_fault, clear as clear_faults};

/// Answers a request for a page; `None` where the address is not one of a page.
pub(crate) fn answer(core: &Core, request: &Request) -> Option<Answer> {
    if !["GET", "HEAD"].contains(&request.method.as_str()) {
        return None;
    }
    let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    let state = core.state();
    Some(match parts.as_slice() {
        [] => home::show(core, &state, request),
        ["style.css"] => shell::asset("text/css; charset=utf-8", include_str!("style.css")),
        ["live.js"] => shell::asset("text/javascript; charset=utf-8", include_str!("live.js")),
        ["journal"] => journal::show(core, &state),
        ["journal", "rows"] => journal::rows(core, request),
        ["faults"] => faults::show(core, &state, None),
        ["connections"] => connections::show(&state, core.clock.now()),
        ["p", key] => show(core, &state, key, View::Content, request),
        ["p", key, "schema"] => show(core, &state, key, View::Schema, request),
        ["p", key, "json"] => show(core, &state, key, View::Json, request),
        _ => return None,
    })
}

/// How a record is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
enum View {
    Content,
    Schema,
    Json,
}

/// A record of any workspace, by its id.
fn show(core: &Core, state: &State, key: &str, view: View, request: &Request) -> Answer {
    let found = id::parse(key).and_then(|id| state.spaces.iter().find_map(|space| place(space, id)));
    let reader = |space| Reader::new(space, core.clock.now());
    match found {
        Some(Place::Page(space, id)) => record::show(state, &reader(space), id, view, request),
        Some(Place::Source(space, id)) => table::show(state, &reader(space), id, view, request),
        None => shell::missing(state, "There is no page, database or data source with this id."),
    }
}

/// Where a record is.
enum Place<'a> {
    Page(&'a Workspace, Uuid),
    Source(&'a Workspace, Uuid),
}

fn place(space: &Workspace, id: Uuid) -> Option<Place<'_>> {
    if space.pages.contains_key(&id) {
        return Some(Place::Page(space, id));
    }
    let source = match space.databases.get(&id) {
        Some(database) => *database.data_sources.first()?,
        None => id,
    };
    space
        .data_sources
        .contains_key(&source)
        .then_some(Place::Source(space, source))
}

/// The fields of a form that was sent.
struct Form(Vec<(String, String)>);

impl Form {
    fn read(request: &Request) -> Self {
        Self(parse_query(&String::from_utf8_lossy(&request.body)))
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.all(key).next()
    }

    fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(name, _)| name == key);
        fields
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .into_iter()
    }
}
