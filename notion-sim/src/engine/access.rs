//! What a connection sees: whatever was shared with it, and everything inside.

use std::collections::HashSet;

use uuid::Uuid;

use super::workspace::Workspace;
use crate::refusal::Refusal;

/// The connection that asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) bot: Uuid,
    pub(crate) access: Access,
    /// The user who authorized a public connection. `"me"` in filters means this user.
    pub(crate) owner: Option<Uuid>,
}

impl Caller {
    /// Somebody who sees everything.
    pub(crate) fn everywhere(user: Uuid) -> Self {
        Self {
            bot: user,
            access: Access::everything(),
            owner: None,
        }
    }

    /// Whether the caller may see a record.
    pub(crate) fn sees(&self, workspace: &Workspace, id: Uuid) -> bool {
        self.access.sees(workspace, id)
    }

    /// The 404 for a record that is not there or not shared.
    pub(crate) fn missing(&self, workspace: &Workspace, what: &str, id: Uuid) -> Refusal {
        Refusal::missing(what, id, (self.bot, workspace.bot_name(self.bot)))
    }
}

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
