//! The page on which a person lets a connection in.

use serde_json::Value;
use uuid::Uuid;

use super::layout::{document, escape};
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::oauth::Connection;

/// How deep the picker shows pages inside pages.
const MAX_DEPTH: usize = 8;
/// How many records the picker shows.
const MAX_SHOWN: usize = 500;

/// The consent page. `id` stands for this one showing of it.
pub(crate) fn consent(workspace: &Workspace, connection: &Connection, user: Uuid, id: &str) -> String {
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
    let space = escape(workspace.name.as_str().unwrap_or("this workspace"));
    let person = escape(workspace.user_name(user));
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
    let body = format!(
        "<div class=\"who\"><span class=\"badge\" aria-hidden=\"true\">{initial}</span><div>\
         <h1>{name} wants to connect to {space}</h1><p class=\"soft\">You are {person}.</p></div></div>\
         <h2>It will be able to</h2>\
         <ul class=\"can\"><li>Read content</li><li>Update content</li><li>Insert content</li>\
         <li>See who people are, with their e-mail addresses</li></ul>\
         <form method=\"post\" action=\"/_sim/oauth/consent\">\
         <input type=\"hidden\" name=\"consent\" value=\"{}\">\
         <h2 id=\"pick\">In these pages, and everything inside them</h2>\
         <fieldset aria-labelledby=\"pick\">{picker}</fieldset>\
         <p class=\"soft\">What is not picked stays hidden from it.</p>\
         <div class=\"buttons\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"allow\">Allow access</button></div></form>\
         <footer class=\"soft\">This is notion-sim, a simulator. Nothing leaves this computer.</footer>",
        escape(id)
    );
    document(&format!("Connect {}", connection.name), &body)
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
    let or_untitled = |title: String| {
        if title.is_empty() {
            "Untitled".to_owned()
        } else {
            title
        }
    };
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
