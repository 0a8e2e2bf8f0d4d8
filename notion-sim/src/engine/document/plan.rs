//! What an edited text does to the blocks of a page: everything that stands against it, before anything is changed.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::diff::{Outcome, Placed, Rewrite};
use super::protect::protect;
use super::{places, request};
use crate::engine::access::Caller;
use crate::engine::block::{self, Block, Change, Holder, Insertion, Limits, Position};
use crate::engine::capability::Capability;
use crate::engine::markdown::Node;
use crate::engine::rich_text::RichText;
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// Who changes a page when, and where the page is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) caller: &'a Caller,
    pub(crate) now: Timestamp,
    /// The page, which may still have to be made.
    pub(crate) page: Uuid,
    /// What a page that still has to be made will be in.
    pub(crate) above: Option<Uuid>,
}

/// What is to be done with the blocks of a page, once nothing stands against it any more.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) page: Uuid,
    pub(super) placed: Vec<Placed>,
    /// The new blocks of each row, in the order in which the rows are met from the outside in.
    pub(super) new: VecDeque<Insertion>,
    pub(super) changes: Vec<(Uuid, Map<String, Value>)>,
    /// New titles of databases.
    pub(super) titles: Vec<(Uuid, RichText)>,
    pub(super) gone: Vec<Uuid>,
}

impl Plan {
    /// Checks what shall become of a page.
    pub(crate) fn check(scene: Scene<'_>, outcome: Outcome, allow_deleting: bool) -> Result<Self, Refusal> {
        if !allow_deleting {
            protect(scene.workspace, scene.caller, &outcome)?;
        }
        // What the caller does not see stays where it is.
        let seen = |id: &Uuid| scene.caller.sees(scene.workspace, *id);
        let mut plan = Self {
            page: scene.page,
            placed: Vec::new(),
            new: VecDeque::new(),
            changes: Vec::new(),
            titles: Vec::new(),
            gone: outcome.gone.iter().copied().filter(seen).collect(),
        };
        plan.row(scene, Holder::page(scene.page), &outcome.placed)?;
        places::admit(scene, &outcome)?;
        plan.placed = outcome.placed;
        Ok(plan)
    }

    fn row(&mut self, scene: Scene<'_>, holder: Holder<'_>, placed: &[Placed]) -> Result<(), Refusal> {
        let path = Path::body().key("markdown");
        let blocks = block::check_children(&request::new_blocks(placed)?, &path, &Limits::TEXT)?;
        // Their order is settled when all of them are there.
        let position = Position::Start;
        let new = Insertion::plan(
            scene.workspace,
            scene.caller,
            holder,
            position,
            &blocks,
            scene.now,
        )?;
        self.new.push_back(new);
        placed.iter().try_for_each(|placed| self.one(scene, placed))
    }

    fn one(&mut self, scene: Scene<'_>, placed: &Placed) -> Result<(), Refusal> {
        match placed {
            Placed::New { inside, .. } => inside.iter().try_for_each(|placed| self.one(scene, placed)),
            Placed::Brought { id, node } => self.bring(scene, *id, node),
            Placed::Kept { id, says, inside } => {
                if let Some(rewrite) = says {
                    self.change(scene, *id, rewrite)?;
                }
                match inside {
                    Some(inside) => self.inside(scene, *id, inside),
                    None => Ok(()),
                }
            }
        }
    }

    fn inside(&mut self, scene: Scene<'_>, id: Uuid, placed: &[Placed]) -> Result<(), Refusal> {
        let workspace = scene.workspace;
        let holder = holder(workspace, id);
        if !scene.caller.sees(workspace, holder) {
            return Err(scene.caller.missing(workspace, "block", holder));
        }
        let is_notes = workspace
            .blocks
            .get(&id)
            .is_some_and(|block| block.kind == "meeting_notes");
        let stay = placed
            .iter()
            .filter(|placed| matches!(placed, Placed::Kept { .. }));
        // What is in the sections of meeting notes can be changed, but not the sections.
        if is_notes && stay.count() != block::living_children(workspace, id).count() {
            return Err(request::fixed("meeting_notes"));
        }
        self.row(scene, Holder::of(workspace, holder), placed)
    }

    fn change(&mut self, scene: Scene<'_>, id: Uuid, rewrite: &Rewrite) -> Result<(), Refusal> {
        match rewrite.after.kind.as_str() {
            // The title of a page is not part of the page that it is on.
            "child_page" => {}
            "child_database" => self.rename(&rewrite.after, id),
            "meeting_notes" => return Err(request::fixed("meeting_notes")),
            _ => {
                let body = request::change(rewrite);
                if let Some(change) = Change::check(&Fields::of(&body, Path::body())?, &[], &Limits::TEXT)? {
                    let payload = change.plan(scene.workspace, scene.caller, id, scene.now)?;
                    self.changes.push((id, payload));
                }
            }
        }
        Ok(())
    }

    /// A database is called what its tag says, if that says anything.
    fn rename(&mut self, node: &Node, id: Uuid) {
        let title = RichText::plain(node.str("title"));
        if !title.items.is_empty() {
            self.titles.push((id, title));
        }
    }

    /// Checks that a page or database from elsewhere can be moved to this page.
    fn bring(&mut self, scene: Scene<'_>, id: Uuid, node: &Node) -> Result<(), Refusal> {
        let workspace = scene.workspace;
        let (what, is_there) = match node.kind.as_str() {
            "child_page" => ("page", workspace.pages.contains_key(&id)),
            _ => ("database", workspace.databases.contains_key(&id)),
        };
        if !is_there || !scene.caller.sees(workspace, id) {
            return Err(scene.caller.missing(workspace, what, id));
        }
        if !scene.caller.may(Capability::UpdateContent) {
            return Err(Refusal::restricted());
        }
        if workspace.trashed(id) {
            return Err(Refusal::in_trash());
        }
        if workspace
            .databases
            .get(&id)
            .is_some_and(|database| database.title.text() != node.str("title"))
        {
            self.rename(node, id);
        }
        Ok(())
    }
}

/// What holds the children that a block shows: itself, or the original of a copy.
pub(super) fn holder(workspace: &Workspace, id: Uuid) -> Uuid {
    let original = workspace.blocks.get(&id).and_then(Block::original);
    original.unwrap_or(id)
}
