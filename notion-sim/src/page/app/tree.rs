//! The side bar: every workspace as a tree, and the other pages.

use uuid::Uuid;

use super::super::layout::escape;
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::state::State;

/// How deep the tree goes, and how much of it is shown.
const MAX_DEPTH: usize = 6;
const MAX_SHOWN: usize = 400;

const PAGES: [(&str, &str); 4] = [
    ("/", "Overview"),
    ("/journal", "Requests"),
    ("/faults", "Faults"),
    ("/connections", "Connections"),
];

/// The side bar, with the entry for `here` marked.
pub(super) fn side_bar(state: &State, here: &str) -> String {
    let mut out = String::from("<nav aria-label=\"Workspace\"><ul>");
    for (address, name) in PAGES {
        out.push_str(&entry(address, name, "", 0, here, false));
    }
    out.push_str("</ul>");
    for space in &state.spaces {
        let name = space.name.as_str().unwrap_or("Workspace without a name");
        out.push_str(&format!("<h2>{}</h2><ul>", escape(name)));
        let mut tree = Tree {
            space,
            here,
            shown: 0,
            out: String::new(),
        };
        for id in top(space) {
            tree.add(id, 0);
        }
        if tree.shown == MAX_SHOWN {
            tree.out.push_str("<li class=\"soft\">…</li>");
        }
        out.push_str(&tree.out);
        out.push_str("</ul>");
    }
    out.push_str("</nav>");
    out
}

/// What is in nothing else, oldest first.
fn top(space: &Workspace) -> Vec<Uuid> {
    let is_top = |parent: &Parent| matches!(parent, Parent::Workspace | Parent::Other(_));
    let pages = space.pages.values().filter(|page| is_top(&page.parent));
    let databases = space
        .databases
        .values()
        .filter(|database| is_top(&database.parent));
    let pages = pages.map(|page| (page.created_time, page.id));
    let mut all: Vec<_> = pages
        .chain(databases.map(|database| (database.created_time, database.id)))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, id)| id).collect()
}

struct Tree<'a> {
    space: &'a Workspace,
    here: &'a str,
    shown: usize,
    out: String,
}

impl Tree<'_> {
    fn add(&mut self, id: Uuid, depth: usize) {
        if depth > MAX_DEPTH || self.shown == MAX_SHOWN {
            return;
        }
        let found = match (self.space.pages.get(&id), self.space.databases.get(&id)) {
            (Some(page), _) => Some((page.title_text(), icon(&page.icon, "📄"), page.in_trash)),
            (_, Some(database)) => Some((
                database.title.text(),
                icon(&database.icon, "▦"),
                database.in_trash,
            )),
            _ => None,
        };
        let inner = depth + usize::from(found.is_some());
        if let Some((title, icon, in_trash)) = found {
            self.shown += 1;
            let address = format!("/p/{id}");
            let title = named(&title);
            self.out
                .push_str(&entry(&address, &title, &icon, depth, self.here, in_trash));
        }
        for child in self.space.children.get(&id).into_iter().flatten() {
            self.add(*child, inner);
        }
    }
}

fn entry(address: &str, name: &str, icon: &str, depth: usize, here: &str, gone: bool) -> String {
    let mut class = String::new();
    if here == address {
        class.push_str("here ");
    }
    if gone {
        class.push_str("gone");
    }
    let indent = "&emsp;".repeat(depth);
    format!(
        "<li><a class=\"{class}\" href=\"{address}\">{indent}{}{}</a></li>",
        escape(icon),
        escape(name)
    )
}

/// The emoji of a record with a blank behind it, or another sign.
pub(super) fn icon(icon: &serde_json::Value, other: &str) -> String {
    let emoji = icon.get("emoji").and_then(serde_json::Value::as_str);
    format!("{} ", emoji.unwrap_or(other))
}

/// A title, or what stands where there is none.
pub(super) fn named(title: &str) -> String {
    if title.trim().is_empty() {
        "Untitled".to_owned()
    } else {
        title.to_owned()
    }
}
