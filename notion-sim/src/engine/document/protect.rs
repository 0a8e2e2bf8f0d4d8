//! Pages, databases and meeting notes are not taken away unasked.

use std::collections::HashSet;

use serde_json::Value;
use uuid::Uuid;

use super::diff::{Outcome, Placed};
use crate::engine::access::Caller;
use crate::engine::block::{self, Block};
use crate::engine::page::Page;
use crate::engine::rich_text::RichText;
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;

/// Refuses an outcome by which pages, databases or meeting notes are gone. Of those that the caller does not see, nothing is said.
pub(super) fn protect(workspace: &Workspace, caller: &Caller, outcome: &Outcome) -> Result<(), Refusal> {
    let mut search = Search {
        workspace,
        caller,
        placed: HashSet::new(),
        lines: Vec::new(),
    };
    search.note(&outcome.placed);
    for id in &outcome.gone {
        search.visit(*id);
    }
    if search.lines.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "This operation would delete {} child page(s), database(s), or meeting note(s):\n{}\n\nTo proceed, either:\n1. Include \
         these items in new_str using <page url=\"...\"> or <database url=\"...\"> tags, OR\n2. Set allow_deleting_content: \
         true to confirm deletion.",
        search.lines.len(),
        search.lines.join("\n")
    )))
}

struct Search<'a> {
    workspace: &'a Workspace,
    caller: &'a Caller,
    /// What has a place of its own, and so is not gone with what it was in.
    placed: HashSet<Uuid>,
    lines: Vec<String>,
}

impl Search<'_> {
    fn note(&mut self, placed: &[Placed]) {
        for placed in placed {
            match placed {
                Placed::Kept { id, inside, .. } => {
                    self.placed.insert(*id);
                    self.note(inside.as_deref().unwrap_or_default());
                }
                Placed::Brought { id, .. } => {
                    self.placed.insert(*id);
                }
                Placed::New { inside, .. } => self.note(inside),
            }
        }
    }

    fn visit(&mut self, id: Uuid) {
        if self.placed.contains(&id) || !self.caller.sees(self.workspace, id) {
            return;
        }
        let block = self.workspace.blocks.get(&id);
        if let Some((what, title)) = described(self.workspace, id, block) {
            self.lines.push(format!("- {what}: \"{title}\" (id: {id})"));
            return;
        }
        // What a copy shows stays in its original.
        if block.is_some_and(|block| block.original().is_none()) {
            for child in block::living_children(self.workspace, id) {
                self.visit(child);
            }
        }
    }
}

/// What a record is called, if it is worth protecting.
fn described(workspace: &Workspace, id: Uuid, block: Option<&Block>) -> Option<(&'static str, String)> {
    let page = || Some(("page", workspace.pages.get(&id).map(Page::title_text)?));
    let database = || {
        let database = workspace.databases.get(&id)?;
        Some(("database", database.title.text()))
    };
    let notes = || {
        let notes = block.filter(|block| block.kind == "meeting_notes")?;
        let title = notes.payload.get("title").unwrap_or(&Value::Null);
        Some(("meeting note", RichText::from_json(title).text()))
    };
    page().or_else(database).or_else(notes)
}
