//! The page on which a person lets a connection in.

use serde_json::Value;
use uuid::Uuid;

use super::layout::{document, escape};
use crate::connection::Registration;
use crate::engine::capability::{Capabilities, Capability};
use crate::engine::id;
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::oauth::Place;
use crate::state::State;

/// How deep the picker shows pages inside pages.
const MAX_DEPTH: usize = 8;
/// How many people can be chosen from.
const MAX_PEOPLE: usize = 100;
/// How many records the picker shows.
const MAX_SHOWN: usize = 500;

/// The consent page. `id` stands for this one showing of it.
pub(crate) fn consent(state: &State, connection: &Registration, place: Place, id: &str) -> String {
    let workspace = state.space(place.at);
    let name = escape(&connection.name);
    let initial = escape(
        &connection
            .name
            .chars()
            .next()
            .unwrap_or('?')
            .to_uppercase()
            .to_string(),
    );
    let body = format!(
        "<div class=\"who\"><span class=\"badge\" aria-hidden=\"true\">{initial}</span><div>\
         <h1>{name} wants to connect to {}</h1><p class=\"soft\">You are {}.</p></div></div>{}\
         <h2>It will be able to</h2><ul class=\"can\">{}</ul>\
         <form method=\"post\" action=\"/_sim/oauth/consent\">\
         <input type=\"hidden\" name=\"consent\" value=\"{}\">\
         <input type=\"hidden\" name=\"workspace\" value=\"{}\"><input type=\"hidden\" name=\"user\" value=\"{}\">{}\
         <div class=\"buttons\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"allow\">Allow access</button></div></form>\
         <footer class=\"soft\">This is notion-sim, a simulator. Nothing leaves this computer.</footer>",
        escape(&name_of(workspace)),
        escape(workspace.user_name(place.user)),
        switch(state, connection, place, id),
        abilities(connection.capabilities),
        escape(id),
        workspace.id,
        place.user,
        contents(state, connection, workspace),
    );
    document(&format!("Connect {}", connection.name), &body)
}

fn name_of(workspace: &Workspace) -> String {
    workspace.name.as_str().unwrap_or("this workspace").to_owned()
}

/// Links to the same page for other people and other workspaces. Nothing where there is no choice.
fn switch(state: &State, connection: &Registration, place: Place, id: &str) -> String {
    let row = |label: &str, links: Vec<String>| match links.len() {
        0 | 1 => String::new(),
        _ => format!(
            "<p><span class=\"soft\">{label}</span><span>{}</span></p>",
            links.concat()
        ),
    };
    let link = |query: &str, name: &str, is_current: bool| {
        let current = if is_current { " aria-current=\"true\"" } else { "" };
        let id = escape(&id::encode(id));
        format!(
            "<a href=\"/_sim/oauth/consent?consent={id}&amp;{query}\"{current}>{}</a>",
            escape(name)
        )
    };
    let workspace = state.space(place.at);
    let spaces = state.spaces.iter().filter(|space| connection.fits(space.id));
    let spaces = spaces.map(|space| {
        let query = format!("workspace={}", space.id);
        link(&query, &name_of(space), space.id == workspace.id)
    });
    let people = workspace.people().take(MAX_PEOPLE).map(|person| {
        let query = format!("workspace={}&amp;user={person}", workspace.id);
        link(&query, workspace.user_name(person), person == place.user)
    });
    let rows = row("Workspace", spaces.collect()) + &row("Person", people.collect());
    if rows.is_empty() {
        rows
    } else {
        format!("<nav class=\"switch\" aria-label=\"Who connects what\">{rows}</nav>")
    }
}

fn abilities(capabilities: Capabilities) -> String {
    let sentences = [
        (Capability::ReadContent, "Read content"),
        (Capability::UpdateContent, "Update content"),
        (Capability::InsertContent, "Insert content"),
        (Capability::ReadComments, "Read comments"),
        (Capability::InsertComments, "Insert comments"),
    ];
    let people = if capabilities.has(Capability::ReadUserWithEmail) {
        "<li>See who people are, with their e-mail addresses</li>"
    } else if capabilities.has(Capability::ReadUserWithoutEmail) {
        "<li>See who people are, without their e-mail addresses</li>"
    } else {
        "<li class=\"not\">Not see who people are</li>"
    };
    sentences
        .into_iter()
        .filter(|(capability, _)| capabilities.has(*capability))
        .map(|(_, sentence)| format!("<li>{sentence}</li>"))
        .chain([people.to_owned()])
        .collect()
}

/// What the person lets the connection have: picked pages, or a copy of its template.
fn contents(state: &State, connection: &Registration, workspace: &Workspace) -> String {
    let template = connection
        .template
        .and_then(|id| state.spaces.iter().find_map(|space| space.pages.get(&id)));
    let choice = template.map(|page| {
        format!(
            "<h2 id=\"how\">Start with</h2><fieldset aria-labelledby=\"how\">\
             <label><input type=\"radio\" name=\"template\" value=\"duplicate\" id=\"duplicate\" checked>\
             <span class=\"name\">A copy of its template, {}{}</span></label>\
             <label><input type=\"radio\" name=\"template\" value=\"pick\">\
             <span class=\"name\">Pages of your own</span></label></fieldset>",
            escape(&emoji(&page.icon)),
            escape(&or_untitled(page.title_text())),
        )
    });
    let mut picker = String::new();
    let entries = entries(workspace);
    for entry in &entries {
        picker.push_str(&format!(
            "<label style=\"padding-left:{:.2}rem\"><input type=\"checkbox\" name=\"page\" value=\"{}\">\
             <span class=\"name\">{}{}</span><span class=\"kind soft\">{}</span></label>",
            0.55 + 1.35 * entry.depth as f32,
            entry.id,
            escape(&entry.icon),
            escape(&entry.title),
            entry.kind
        ));
    }
    if entries.is_empty() {
        picker.push_str("<p class=\"soft\">There is no page in this workspace yet.</p>");
    }
    format!(
        "{}<div class=\"pick\"><h2 id=\"pick\">In these pages, and everything inside them</h2>\
         <fieldset aria-labelledby=\"pick\">{picker}</fieldset>\
         <p class=\"soft\">What is not picked stays hidden from it.</p></div>",
        choice.unwrap_or_default()
    )
}

fn or_untitled(title: String) -> String {
    if title.is_empty() {
        "Untitled".to_owned()
    } else {
        title
    }
}

/// A line of the picker.
struct Entry {
    id: Uuid,
    title: String,
    icon: String,
    kind: &'static str,
    depth: usize,
}

fn entries(workspace: &Workspace) -> Vec<Entry> {
    let top_page = |parent: &Parent| matches!(parent, Parent::Workspace | Parent::Other(_));
    let pages = workspace
        .pages
        .values()
        .filter(|page| top_page(&page.parent))
        .map(|page| (page.created_time, page.id));
    let databases = workspace
        .databases
        .values()
        .filter(|database| top_page(&database.parent))
        .map(|database| (database.created_time, database.id));
    let mut top: Vec<_> = pages.chain(databases).collect();
    top.sort_unstable();
    let mut out = Vec::new();
    for (_, id) in top {
        add(workspace, id, 0, &mut out);
    }
    out
}

fn add(workspace: &Workspace, id: Uuid, depth: usize, out: &mut Vec<Entry>) {
    if depth > MAX_DEPTH || out.len() >= MAX_SHOWN {
        return;
    }
    if let Some(page) = workspace.pages.get(&id).filter(|page| !page.in_trash) {
        let entry = Entry {
            id,
            title: or_untitled(page.title_text()),
            icon: emoji(&page.icon),
            kind: "page",
            depth,
        };
        out.push(entry);
    } else if let Some(database) = workspace.databases.get(&id).filter(|database| !database.in_trash) {
        let title = or_untitled(database.title.text());
        out.push(Entry {
            id,
            title,
            icon: emoji(&database.icon),
            kind: "database",
            depth,
        });
    } else if workspace.blocks.get(&id).is_none_or(|block| block.in_trash) {
        return;
    }
    // A block is not shown, but pages inside it are, at its own depth.
    let inner = if workspace.blocks.contains_key(&id) {
        depth
    } else {
        depth + 1
    };
    for child in workspace.children.get(&id).into_iter().flatten() {
        add(workspace, *child, inner, out);
    }
}

fn emoji(icon: &Value) -> String {
    icon.get("emoji")
        .and_then(Value::as_str)
        .map(|emoji| format!("{emoji} "))
        .unwrap_or_default()
}
