//! What one simulator knows: the workspace, the authorizations, and the queries that are being paged through.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::change::Changes;
use crate::engine::id;
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::oauth::Registry;
use crate::tasks::Tasks;

/// How many queries can be paged through at the same time before the oldest one is worked out anew.
const MAX_SESSIONS: usize = 64;

/// Everything that changes. There is one lock around it.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The workspaces; never none, and the first is the one that seeds and dumps speak of.
    spaces: Vec<Workspace>,
    pub(crate) oauth: Registry,
    pub(crate) sessions: Sessions,
    pub(crate) tasks: Tasks,
    /// Grows with every committed change.
    pub(crate) revision: u64,
}

impl State {
    /// A state around a workspace.
    pub(crate) fn new(workspace: Workspace) -> Self {
        Self {
            spaces: vec![workspace],
            oauth: Registry::default(),
            sessions: Sessions::default(),
            tasks: Tasks::default(),
            revision: 0,
        }
    }

    /// The first workspace.
    pub(crate) fn home(&self) -> &Workspace {
        &self.spaces[0]
    }

    /// The first workspace, to change it.
    pub(crate) fn home_mut(&mut self) -> &mut Workspace {
        &mut self.spaces[0]
    }

    /// Counts what changed since this was last called as one change. Says whether there was any.
    pub(crate) fn note_changes(&mut self) -> bool {
        let changed = self.spaces.iter_mut().fold(false, |changed, space| {
            !Changes::take(space).is_empty() || changed
        });
        self.revision += u64::from(changed);
        changed
    }

    /// A fresh workspace, nothing authorized.
    pub(crate) fn fresh(now: Timestamp) -> Self {
        Self::new(Workspace::fresh(now))
    }

    /// The page under which tests may build: the first one shared with the internal connection, from the top.
    pub(crate) fn parent_page(&self) -> Option<Uuid> {
        let workspace = self.home();
        let mut pages: Vec<_> = workspace
            .pages
            .values()
            .filter(|page| !page.in_trash && !matches!(page.parent, Parent::DataSource { .. }))
            .filter(|page| workspace.shared.sees(workspace, page.id))
            .collect();
        pages.sort_by_key(|page| (workspace.lineage(page.id).count(), page.created_time, page.id));
        pages.first().map(|page| page.id)
    }
}

/// The results of running queries, so that paging is not disturbed by what happens meanwhile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions {
    live: VecDeque<(Uuid, Arc<Found>)>,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// The data source that was asked.
    pub(crate) source: Uuid,
    pub(crate) rows: Vec<Uuid>,
    /// Whether the cap on results cut something off.
    pub(crate) capped: bool,
}

impl Sessions {
    /// Keeps a result and names it.
    pub(crate) fn open(&mut self, found: Arc<Found>) -> Uuid {
        let session = id::fresh();
        if self.live.len() == MAX_SESSIONS {
            self.live.pop_front();
        }
        self.live.push_back((session, found));
        session
    }

    /// The result with this name, unless it is too long ago.
    pub(crate) fn find(&self, session: Uuid) -> Option<Arc<Found>> {
        self.live
            .iter()
            .find(|(id, _)| *id == session)
            .map(|(_, found)| found.clone())
    }
}
