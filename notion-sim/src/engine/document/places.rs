//! Nothing may get into itself, neither as it is nor as the copy of a synced block.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::diff::{Outcome, Placed};
use super::plan::{Scene, holder};
use crate::engine::{block, moving};
use crate::refusal::Refusal;

/// Refuses an outcome by which something is seen inside of itself.
pub(super) fn admit(scene: Scene<'_>, outcome: &Outcome) -> Result<(), Refusal> {
    let mut places = Places {
        scene,
        above: scene.above.map(|above| (scene.page, above)).into_iter().collect(),
        copies: Vec::new(),
        moved: Vec::new(),
    };
    places.note(&outcome.placed, scene.page);
    for id in &places.moved {
        let mut met = HashSet::new();
        if places.lineage(*id).any(|above| !met.insert(above)) {
            return Err(moving::into_itself());
        }
    }
    let gone: HashSet<Uuid> = outcome.gone.iter().copied().collect();
    let blocks = scene
        .workspace
        .blocks
        .values()
        .filter(|_| !places.moved.is_empty());
    let old = blocks.filter_map(|block| Some((block.original()?, block.id)));
    let new = places.copies.iter().copied();
    let lost = old.chain(new).any(|(original, copy)| {
        let lineage: Vec<Uuid> = places.lineage(copy).collect();
        lineage.contains(&original) && !lineage.iter().any(|id| gone.contains(id))
    });
    if lost {
        return Err(block::copy_in_original());
    }
    Ok(())
}

/// Where everything will be.
struct Places<'a> {
    scene: Scene<'a>,
    /// What the blocks that are there already will be in.
    above: HashMap<Uuid, Uuid>,
    /// New copies: their originals, and what they will be in.
    copies: Vec<(Uuid, Uuid)>,
    /// What will be in something else than it is now.
    moved: Vec<Uuid>,
}

impl Places<'_> {
    fn note(&mut self, placed: &[Placed], above: Uuid) {
        for placed in placed {
            match placed {
                Placed::Kept { id, inside, .. } => {
                    self.put(*id, above);
                    let holder = holder(self.scene.workspace, *id);
                    self.note(inside.as_deref().unwrap_or_default(), holder);
                }
                Placed::Brought { id, .. } => self.put(*id, above),
                Placed::New { node, inside } => {
                    let original = block::original_in(&node.payload);
                    self.copies.extend(original.map(|original| (original, above)));
                    self.note(inside, above);
                }
            }
        }
    }

    fn put(&mut self, id: Uuid, above: Uuid) {
        if self.scene.workspace.parent_of(id) != Some(above) {
            self.moved.push(id);
        }
        self.above.insert(id, above);
    }

    fn lineage(&self, id: Uuid) -> impl Iterator<Item = Uuid> + '_ {
        let above = |id: &Uuid| {
            let placed = self.above.get(id).copied();
            placed.or_else(|| self.scene.workspace.parent_of(*id))
        };
        std::iter::successors(Some(id), above)
    }
}
