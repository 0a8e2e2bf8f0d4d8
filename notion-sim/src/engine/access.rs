//! What a connection sees: whatever was shared with it, and everything inside.

use std::collections::HashSet;

use uuid::Uuid;

use super::workspace::Workspace;

/// The records shared with a connection.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Access {
    /// Everything, whatever the roots say.
    pub(crate) all: bool,
    pub(crate) roots: HashSet<Uuid>,
}

impl Access {
    /// Nothing is shared.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// Everything is shared.
    pub(crate) fn everything() -> Self {
        Self {
            all: true,
            roots: HashSet::new(),
        }
    }

    /// Whether a record is shared, by itself or through what it is in.
    pub(crate) fn sees(&self, workspace: &Workspace, id: Uuid) -> bool {
        self.all || workspace.lineage(id).any(|id| self.roots.contains(&id))
    }
}
