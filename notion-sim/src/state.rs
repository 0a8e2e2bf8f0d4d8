//! What one simulator knows: workspaces, connections, tokens, and the queries that are being paged through.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::connection::{Installation, Registration};
use crate::engine::access::Access;
use crate::engine::change::Changes;
use crate::engine::id;
use crate::engine::index::History;
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::oauth::Registry;
use crate::persist::Unsaved;
use crate::tasks::Tasks;

/// How many queries can be paged through at the same time before the oldest one is worked out anew.
const MAX_SESSIONS: usize = 64;
/// How many queries of views are kept before the oldest one is gone.
const MAX_VIEW_QUERIES: usize = 256;

/// Everything that changes. There is one lock around it.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The workspaces; never none, and the first is the one that the simulator's own token belongs to.
    pub(crate) spaces: Vec<Workspace>,
    pub(crate) connections: Vec<Arc<Registration>>,
    pub(crate) installations: Vec<Installation>,
    pub(crate) oauth: Registry,
    pub(crate) sessions: Sessions,
    /// Uploads whose files a request asked to be fetched, and from where. Whoever answers the request takes them.
    pub(crate) imports: Vec<(Uuid, String)>,
    pub(crate) view_queries: ViewQueries,
    /// What a search index that lags behind may have missed.
    pub(crate) history: History,
    pub(crate) tasks: Tasks,
    /// Grows with every committed change.
    pub(crate) revision: u64,
    /// What a data file does not hold yet.
    pub(crate) unsaved: Unsaved,
}

impl State {
    /// A state around a workspace and the internal connection that comes with it.
    pub(crate) fn new(workspace: Workspace, own: Registration) -> Self {
        let mut state = Self {
            spaces: vec![workspace],
            connections: Vec::new(),
            installations: Vec::new(),
            oauth: Registry::default(),
            sessions: Sessions::default(),
            imports: Vec::new(),
            view_queries: ViewQueries::default(),
            history: History::default(),
            tasks: Tasks::default(),
            revision: 0,
            unsaved: Unsaved::default(),
        };
        state.register(&Arc::new(own));
        state
    }

    /// A fresh workspace, nothing authorized. All it has is shared with the internal connection.
    pub(crate) fn fresh(now: Timestamp) -> Self {
        let workspace = Workspace::fresh(now);
        let shared = Access::only(workspace.pages.values().map(|page| page.id));
        let own = Registration::own(
            workspace.bot,
            workspace.bot_name(workspace.bot),
            workspace.id,
            shared,
        );
        Self::new(workspace, own)
    }

    /// Adds a workspace and the internal connection that comes with it.
    pub(crate) fn add_space(&mut self, workspace: Workspace, own: Registration) {
        self.spaces.push(workspace);
        self.register(&Arc::new(own));
    }

    /// The workspace at a position.
    pub(crate) fn space(&self, at: usize) -> &Workspace {
        &self.spaces[at]
    }

    /// The workspace at a position, to change it.
    pub(crate) fn space_mut(&mut self, at: usize) -> &mut Workspace {
        &mut self.spaces[at]
    }

    /// The position of the workspace with this id.
    pub(crate) fn space_at(&self, id: Uuid) -> Option<usize> {
        self.spaces.iter().position(|space| space.id == id)
    }

    /// The first workspace.
    pub(crate) fn home(&self) -> &Workspace {
        self.space(0)
    }

    /// What changed in each workspace since this was last called, which counts as one change and is remembered for the data
    /// file.
    pub(crate) fn take_changes(&mut self) -> Vec<Changes> {
        let changes: Vec<Changes> = self.spaces.iter_mut().map(Changes::take).collect();
        for (at, (changes, space)) in changes.iter().zip(&self.spaces).enumerate() {
            self.unsaved.add(at, changes);
            self.history.note(changes, space);
        }
        self.revision += u64::from(changes.iter().any(|changes| !changes.is_empty()));
        changes
    }

    /// The page under which tests may build: the first one shared with the internal connection, from the top.
    pub(crate) fn parent_page(&self) -> Option<Uuid> {
        let workspace = self.home();
        let access = &self.installation(workspace.bot)?.access;
        let mut pages: Vec<_> = workspace
            .pages
            .values()
            .filter(|page| !page.in_trash && !matches!(page.parent, Parent::DataSource { .. }))
            .filter(|page| access.sees(workspace, page.id))
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

/// The results of queries of views, which have names of their own and an end.
#[derive(Debug, Clone, Default)]
pub(crate) struct ViewQueries {
    live: VecDeque<ViewQuery>,
}

/// What a query of a view found.
#[derive(Debug, Clone)]
pub(crate) struct ViewQuery {
    pub(crate) id: Uuid,
    pub(crate) view: Uuid,
    pub(crate) expires_at: Timestamp,
    pub(crate) found: Arc<Found>,
}

impl ViewQueries {
    /// Keeps a result until it expires.
    pub(crate) fn open(&mut self, query: ViewQuery, now: Timestamp) {
        self.live.retain(|query| query.expires_at > now);
        if self.live.len() == MAX_VIEW_QUERIES {
            self.live.pop_front();
        }
        self.live.push_back(query);
    }

    /// The result with this id, unless it expired or was deleted.
    pub(crate) fn find(&self, view: Uuid, id: Uuid, now: Timestamp) -> Option<Arc<Found>> {
        self.live
            .iter()
            .find(|query| query.id == id && query.view == view && query.expires_at > now)
            .map(|query| query.found.clone())
    }

    /// Forgets a result.
    pub(crate) fn close(&mut self, view: Uuid, id: Uuid) {
        self.live.retain(|query| query.id != id || query.view != view);
    }
}
