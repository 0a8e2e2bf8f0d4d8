//! Who may see what: the connections, and where they are installed.

use jiff::Timestamp;

use super::super::layout::escape;
use super::{shell, tree};
use crate::connection::{Kind, Registration};
use crate::engine::access::Access;
use crate::engine::capability::Capabilities;
use crate::engine::workspace::Workspace;
use crate::request::Answer;
use crate::state::State;

/// The page.
pub(super) fn show(state: &State, now: Timestamp) -> Answer {
    let mut main = String::from("<h1>Connections</h1>");
    main.push_str(
        "<table class=\"plain\"><thead><tr><th>Name</th><th>Kind</th><th>May</th><th>Client id and redirect URIs</th></tr></thead><tbody>",
    );
    for connection in &state.connections {
        let (kind, address) = match connection.kind {
            Kind::Internal => ("internal", String::new()),
            Kind::Personal => ("personal access token", String::new()),
            Kind::Public => {
                let uris = connection.redirect_uris.join(" ");
                let id = escape(&connection.id);
                (
                    "public",
                    format!(
                        "<code>{id}</code><br><span class=\"soft\">{}</span>",
                        escape(&uris)
                    ),
                )
            }
        };
        main.push_str(&format!(
            "<tr><td><strong>{}</strong></td><td>{kind}</td><td>{}</td><td>{address}</td></tr>",
            escape(&connection.name),
            may(connection)
        ));
    }
    main.push_str("</tbody></table><h2>Where they are installed</h2>");
    main.push_str(&installations(state, now));
    shell::page(state, "Connections", "/connections", &main)
}

fn may(connection: &Registration) -> String {
    if connection.capabilities == Capabilities::all() {
        return "everything".to_owned();
    }
    let names: Vec<&str> = connection.capabilities.names().collect();
    escape(&names.join(", ").replace('_', " "))
}

/// The internal connections, personal access tokens, and what people authorized.
fn installations(state: &State, now: Timestamp) -> String {
    let mut out = String::from(
        "<table class=\"plain\"><thead><tr><th>Connection</th><th>Workspace</th><th>By</th><th>Bot</th>\
         <th>Live OAuth tokens</th><th>Sees</th></tr></thead><tbody>",
    );
    for installation in &state.installations {
        let Some(space) = state.space_at(installation.workspace).map(|at| state.space(at)) else {
            continue;
        };
        let name = state
            .connection(&installation.connection)
            .map(|known| known.name.as_str());
        let tokens = state.oauth.tokens.all().into_iter();
        let live = tokens.filter(|(text, token)| {
            token.bot == installation.bot && state.oauth.tokens.live(text.expose(), now).is_some()
        });
        let by = installation
            .user
            .map(|user| space.user_name(user))
            .unwrap_or_default();
        out.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td><td class=\"number\">{}</td><td>{}</td></tr>",
            escape(name.unwrap_or("unknown")),
            escape(space.name.as_str().unwrap_or("without a name")),
            escape(by),
            installation.bot,
            live.count(),
            seen(space, &installation.access)
        ));
    }
    out.push_str("</tbody></table>");
    out
}

fn seen(space: &Workspace, access: &Access) -> String {
    if access.all && access.hidden.is_empty() {
        return "everything".to_owned();
    }
    if access.all {
        return format!("everything but {} pages", access.hidden.len());
    }
    let mut roots: Vec<String> = access
        .roots
        .iter()
        .map(|id| {
            let title = match (space.pages.get(id), space.databases.get(id)) {
                (Some(page), _) => page.title_text(),
                (_, Some(database)) => database.title.text(),
                _ => return format!("<code>{id}</code>"),
            };
            format!(
                "<a class=\"page\" href=\"/p/{id}\">{}</a>",
                escape(&tree::named(&title))
            )
        })
        .collect();
    roots.sort();
    match roots.as_slice() {
        [] => "nothing".to_owned(),
        roots => format!("{} and what is inside", roots.join(" ")),
    }
}
