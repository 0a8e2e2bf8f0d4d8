//! Who may see what: the internal connection, public ones, and what people authorized.

use super::super::layout::escape;
use super::{shell, tree};
use crate::core::Core;
use crate::engine::access::Access;
use crate::engine::workspace::Workspace;
use crate::request::Answer;
use crate::state::State;

/// The page.
pub(super) fn show(core: &Core, state: &State) -> Answer {
    let mut main = String::from("<h1>Connections</h1>");
    for space in state.spaces() {
        main.push_str(&format!(
            "<h2>Internal connection of {}</h2><p>Its bot is <strong>{}</strong> <code>{}</code>. It sees {}.</p>",
            escape(space.name.as_str().unwrap_or("a workspace without a name")),
            escape(space.bot_name(space.bot)),
            space.bot,
            seen(space, &space.shared)
        ));
    }
    main.push_str("<h2>Public connections</h2><table class=\"plain\"><thead><tr><th>Name</th><th>Client id</th><th>Redirect URIs</th></tr></thead><tbody>");
    for connection in &core.connections {
        main.push_str(&format!(
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            escape(&connection.name),
            escape(&connection.client_id),
            escape(&connection.redirect_uris.join(" "))
        ));
    }
    main.push_str("</tbody></table><h2>Grants</h2>");
    main.push_str(&grants(core, state));
    shell::page(state, "Connections", "/connections", &main)
}

fn grants(core: &Core, state: &State) -> String {
    let authorizations = &state.oauth.authorizations;
    if authorizations.is_empty() {
        return "<p class=\"soft\">Nobody authorized a connection yet.</p>".to_owned();
    }
    let mut out = String::from(
        "<table class=\"plain\"><thead><tr><th>Connection</th><th>By</th><th>Bot</th><th>Live tokens</th><th>Sees</th></tr></thead><tbody>",
    );
    let space = state.home();
    for authorization in authorizations {
        let connection = core
            .connections
            .iter()
            .find(|known| known.client_id == authorization.client_id);
        let tokens = state
            .oauth
            .tokens
            .values()
            .filter(|token| token.bot == authorization.bot)
            .count();
        out.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td class=\"number\">{tokens}</td><td>{}</td></tr>",
            escape(connection.map_or("unknown", |known| &known.name)),
            escape(space.user_name(authorization.user)),
            authorization.bot,
            seen(space, &authorization.access)
        ));
    }
    out.push_str("</tbody></table>");
    out
}

fn seen(space: &Workspace, access: &Access) -> String {
    if access.all {
        return "everything".to_owned();
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
