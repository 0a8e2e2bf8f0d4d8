//! Carrying out a plan: blocks go, change, come, and are brought into their order.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::diff::Placed;
use super::plan::{self, Plan};
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::engine::{block, moving};

impl Plan {
    /// Changes the blocks.
    pub(crate) fn commit(mut self, workspace: &mut Workspace, by: Uuid, now: Timestamp) {
        for id in std::mem::take(&mut self.gone) {
            block::set_trash(workspace, id, true, by, now);
        }
        for (id, payload) in std::mem::take(&mut self.changes) {
            block::set_payload(workspace, id, payload, by, now);
        }
        for (id, title) in std::mem::take(&mut self.titles) {
            workspace.rename_database(id, &title);
            if let Some(database) = workspace.databases.get_mut(&id) {
                database.last_edited_time = now;
            }
        }
        let (page, placed) = (self.page, std::mem::take(&mut self.placed));
        let mut settler = Settler {
            plan: self,
            workspace,
            by,
            now,
        };
        settler.row(page, placed);
    }
}

/// Puts blocks into place from the outside in, so that nothing is ever inside of itself.
struct Settler<'a> {
    plan: Plan,
    workspace: &'a mut Workspace,
    by: Uuid,
    now: Timestamp,
}

impl Settler<'_> {
    /// Makes what is new in a page or block that is there already, and puts all into order.
    fn row(&mut self, holder: Uuid, placed: Vec<Placed>) {
        let new = self.plan.new.pop_front();
        let new = new.map(|new| new.commit(self.workspace, self.by, self.now));
        self.settle(holder, placed, new.unwrap_or_default());
    }

    /// Puts what is in a record into order. `new` are the ids of those among them that are new.
    fn settle(&mut self, holder: Uuid, placed: Vec<Placed>, new: Vec<Uuid>) {
        let mut new = new.into_iter();
        let mut wanted = Vec::new();
        let mut deeper = Vec::new();
        for placed in placed {
            match placed {
                Placed::Kept { id, inside, .. } => {
                    self.adopt(id, holder);
                    wanted.push(id);
                    deeper.extend(inside.map(|inside| (id, inside, true)));
                }
                Placed::Brought { id, .. } => {
                    self.adopt(id, holder);
                    wanted.push(id);
                }
                Placed::New { inside, .. } => {
                    if let Some(id) = new.next() {
                        wanted.push(id);
                        deeper.push((id, inside, false));
                    }
                }
            }
        }
        self.order(holder, &wanted);
        for (id, inside, is_row) in deeper {
            if is_row {
                self.row(plan::holder(self.workspace, id), inside);
            } else {
                let new = self.workspace.children.get(&id).cloned();
                self.settle(id, inside, new.unwrap_or_default());
            }
        }
    }

    /// Takes a record out of what it was in and puts it into something else.
    fn adopt(&mut self, id: Uuid, holder: Uuid) {
        let workspace = &mut *self.workspace;
        if workspace.parent_of(id) == Some(holder) {
            return;
        }
        let parent = if workspace.pages.contains_key(&holder) {
            Parent::Page(holder)
        } else {
            Parent::Block(holder)
        };
        block::note_content(workspace, id, self.by, self.now);
        if workspace.pages.contains_key(&id) {
            moving::page(workspace, id, parent);
        } else if workspace.databases.contains_key(&id) {
            moving::database(workspace, id, parent);
        } else {
            workspace.detach(id);
            if let Some(block) = workspace.blocks.get_mut(&id) {
                block.parent = parent;
            }
            workspace.attach(id);
        }
    }

    fn order(&mut self, holder: Uuid, wanted: &[Uuid]) {
        let children = &mut self.workspace.children;
        let before = children.get(&holder).cloned().unwrap_or_default();
        let after = ordered(&before, wanted);
        if after != before {
            *children.or_default(holder) = after;
            block::note_edit(self.workspace, holder, self.by, self.now);
        }
    }
}

/// The wanted order, with everything else (what is in the trash) still behind what it was behind.
fn ordered(before: &[Uuid], wanted: &[Uuid]) -> Vec<Uuid> {
    let known: HashSet<&Uuid> = wanted.iter().collect();
    let mut behind: HashMap<Option<Uuid>, Vec<Uuid>> = HashMap::new();
    let mut last = None;
    for id in before {
        if known.contains(id) {
            last = Some(*id);
        } else {
            behind.entry(last).or_default().push(*id);
        }
    }
    let mut after = behind.remove(&None).unwrap_or_default();
    for id in wanted {
        after.push(*id);
        after.extend(behind.remove(&Some(*id)).unwrap_or_default());
    }
    after
}
