//! One running simulator: its state, its clock, its faults, its limits, its settings.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;

use crate::clock::{Clock, Watch};
use crate::connection::Registration;
use crate::fault::{Fault, Faults};
use crate::files::FileKey;
use crate::journal::Journal;
use crate::limit::{Limiter, RateLimit};
use crate::oauth::{Approval, OAuthSettings};
use crate::persist::{DataFile, Unsaved};
use crate::secret::Secret;
use crate::state::State;
use crate::webhook::{Author, Hub};

/// Everything a request needs. There is one per simulator and nothing global.
#[derive(Debug)]
pub(crate) struct Core {
    state: Mutex<State>,
    /// What a reset goes back to.
    initial: State,
    pub(crate) clock: Watch,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) webhooks: Hub,
    pub(crate) limiter: Limiter,
    pub(crate) data: Option<DataFile>,
    /// Tokens of the internal connection of the first workspace.
    pub(crate) tokens: Vec<Secret>,
    /// What is registered whatever a seed brings.
    connections: Vec<Arc<Registration>>,
    oauth: OAuthSettings,
    /// How many rows a query finds at most.
    pub(crate) query_limit: usize,
    pub(crate) file_key: FileKey,
    /// How many results a page of a list has at most.
    pub(crate) max_page_size: usize,
    /// How long queries do not find new rows.
    pub(crate) query_lag: SignedDuration,
    /// How far the search index is behind, in milliseconds, and how far it was at the start.
    search_lag: AtomicU64,
    initial_search_lag: u64,
    approval: Mutex<Option<Approval>>,
}

/// What a simulator is started with.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) state: State,
    pub(crate) data: Option<DataFile>,
    pub(crate) tokens: Vec<Secret>,
    /// Registered in the state already.
    pub(crate) connections: Vec<Arc<Registration>>,
    pub(crate) oauth: OAuthSettings,
    pub(crate) query_limit: usize,
    pub(crate) max_page_size: usize,
    /// In milliseconds.
    pub(crate) query_lag: u64,
    /// In milliseconds.
    pub(crate) search_lag: u64,
    pub(crate) auto_approve: bool,
    pub(crate) clock: Clock,
    pub(crate) rng_seed: u64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) rate_limit: RateLimit,
}

impl Core {
    /// A simulator that nobody can reach yet.
    pub(crate) fn new(mut setup: Setup) -> Self {
        // The beginning is no change.
        setup.state.take_changes();
        Self {
            initial: setup.state.clone(),
            state: Mutex::new(setup.state),
            clock: Watch::new(setup.clock),
            journal: Journal::default(),
            webhooks: Hub::default(),
            faults: Faults::new(setup.rng_seed, setup.faults),
            limiter: Limiter::new(setup.rate_limit),
            data: setup.data,
            tokens: setup.tokens,
            connections: setup.connections,
            oauth: setup.oauth,
            query_limit: setup.query_limit,
            file_key: FileKey::fresh(),
            max_page_size: setup.max_page_size,
            query_lag: milliseconds(setup.query_lag),
            search_lag: AtomicU64::new(setup.search_lag),
            initial_search_lag: setup.search_lag,
            approval: Mutex::new(setup.auto_approve.then(Approval::default)),
        }
    }

    /// The state, for one request. A request that panicked half-way changed nothing that matters to the next one.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How consent is given without asking; `None` where the page is shown.
    pub(crate) fn approval(&self) -> Option<Approval> {
        self.approval.lock().map_or(None, |approval| approval.clone())
    }

    /// Gives consent without asking from now on, or no longer.
    pub(crate) fn set_approval(&self, to: Option<Approval>) {
        if let Ok(mut approval) = self.approval.lock() {
            *approval = to;
        }
    }

    /// How far the search index is behind.
    pub(crate) fn search_lag(&self) -> SignedDuration {
        milliseconds(self.search_lag.load(Ordering::Relaxed))
    }

    /// Lets the search index be this many milliseconds behind from now on.
    pub(crate) fn set_search_lag(&self, lag: u64) {
        self.search_lag.store(lag, Ordering::Relaxed);
    }

    /// How the OAuth server behaves: as it was told last, or as the simulator was started.
    pub(crate) fn oauth_settings(&self, state: &State) -> OAuthSettings {
        state.oauth.settings.as_ref().unwrap_or(&self.oauth).clone()
    }

    /// Puts another state in place of this one, with the connections that are always there.
    pub(crate) fn replace(&self, mut new: State) {
        let mut state = self.state();
        for connection in &self.connections {
            new.register(connection);
        }
        new.keep_secrets(&state);
        let revision = state.revision + 1;
        *state = new;
        state.take_changes();
        self.webhooks.forget();
        state.revision = revision;
        if self.data.is_some() {
            state.unsaved = Unsaved::Everything;
        }
    }

    /// Takes note of what somebody changed, for the data file and for those who want to hear of it. Says whether there was
    /// anything.
    pub(crate) fn note_changes(&self, state: &mut State, author: Author) -> bool {
        let changes = state.take_changes();
        let changed = changes.iter().any(|changes| !changes.is_empty());
        if changed {
            self.webhooks.note(state, changes, author, self.clock.now());
        }
        changed
    }

    /// Brings the data file, if there is one, up to date. Blocks for as long as the disk takes.
    pub(crate) fn save(&self) -> std::io::Result<()> {
        self.data.as_ref().map_or(Ok(()), |data| data.save(self))
    }

    /// Back to the start: the state, the clock, the faults, the limits and the lag it began with, no webhooks, and an empty journal.
    pub(crate) fn reset(&self) {
        self.replace(self.initial.clone());
        self.clock.reset();
        self.faults.reset();
        self.limiter.reset();
        self.webhooks.clear();
        self.set_search_lag(self.initial_search_lag);
        self.journal.clear();
    }
}

fn milliseconds(lag: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(lag).unwrap_or(i64::MAX))
}
