//! What a connection sees: whatever was shared with it, and everything inside.

use std::borrow::Cow;
use std::collections::HashSet;

use uuid::Uuid;

use super::capability::{Capabilities, Capability};
use super::column::Column;
use super::kind::Kind;
use super::page::Page;
use super::workspace::Workspace;
use crate::refusal::Refusal;

/// The connection that asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) bot: Uuid,
    /// Its workspace, by position. There is nothing outside of it for the caller.
    pub(crate) space: usize,
    pub(crate) access: Access,
    /// The user on whose behalf a connection acts. `"me"` in filters means this user.
    pub(crate) owner: Option<Uuid>,
    pub(crate) capabilities: Capabilities,
}

impl Caller {
    /// Somebody who sees everything in the workspace at a position.
    pub(crate) fn everywhere(space: usize, user: Uuid) -> Self {
        Self {
            bot: user,
            space,
            access: Access::everything(),
            owner: None,
            capabilities: Capabilities::all(),
        }
    }

    /// Whether the caller may see a record.
    pub(crate) fn sees(&self, workspace: &Workspace, id: Uuid) -> bool {
        self.access.sees(workspace, id)
    }

    /// Whether the caller may do this at all.
    pub(crate) fn may(&self, capability: Capability) -> bool {
        self.capabilities.has(capability)
    }

    /// The 404 for a record that is not there or not shared.
    pub(crate) fn missing(&self, workspace: &Workspace, what: &str, id: Uuid) -> Refusal {
        Refusal::missing(what, id, (self.bot, workspace.bot_name(self.bot)))
    }
}

/// The records shared with a connection. The nearest mark on the way up from a record decides.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Access {
    /// Whether what has no mark above it is shared.
    pub(crate) all: bool,
    /// Shared, with everything inside.
    pub(crate) roots: HashSet<Uuid>,
    /// Taken out again, with everything inside. Only where everything is shared.
    pub(crate) hidden: HashSet<Uuid>,
}

impl Access {
    /// Everything is shared.
    pub(crate) fn everything() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    /// Only these records are shared.
    pub(crate) fn only(roots: impl IntoIterator<Item = Uuid>) -> Self {
        Self {
            roots: roots.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Shares a record.
    pub(crate) fn share(&mut self, id: Uuid) {
        self.hidden.remove(&id);
        self.roots.insert(id);
    }

    /// Takes a record away again. Says whether that made a difference: what is inside something shared by itself stays
    /// visible through it.
    pub(crate) fn unshare(&mut self, id: Uuid) -> bool {
        let was_root = self.roots.remove(&id);
        (self.all && self.hidden.insert(id)) || was_root
    }

    /// Whether a record is shared, by itself or through what it is in.
    pub(crate) fn sees(&self, workspace: &Workspace, id: Uuid) -> bool {
        self.is_everything()
            || workspace
                .lineage(id)
                .find_map(|id| match (self.roots.contains(&id), self.hidden.contains(&id)) {
                    (true, _) => Some(true),
                    (false, true) => Some(false),
                    (false, false) => None,
                })
                .unwrap_or(self.all)
    }

    fn is_everything(&self) -> bool {
        self.all && self.hidden.is_empty()
    }

    /// Whether a column is a relation to a data source that is not shared. Such a column is not part of the schema.
    pub(crate) fn hides(&self, workspace: &Workspace, column: &Column) -> bool {
        let target = column.relation_target().filter(|_| column.kind == Kind::Relation);
        target.is_some_and(|target| {
            workspace.data_sources.contains_key(&target) && !self.sees(workspace, target)
        })
    }

    /// A page as the connection sees it: relations to data sources that are not shared lead nowhere. Whatever is worked out
    /// from the page as it is returned here knows nothing of them either.
    pub(crate) fn view<'a>(&self, workspace: &Workspace, page: &'a Page) -> Cow<'a, Page> {
        let mut page = Cow::Borrowed(page);
        if self.is_everything() {
            return page;
        }
        for column in workspace.columns_of(&page).unwrap_or_default() {
            if page.value(&column.id).is_some() && self.hides(workspace, column) {
                page.to_mut().set(&column.id, None);
            }
        }
        page
    }
}
