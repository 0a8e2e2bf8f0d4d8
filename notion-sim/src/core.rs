//! One running simulator: its state, its clock, its faults, its limits, its settings.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::{Clock, Watch};
use crate::fault::{Fault, Faults};
use crate::files::FileKey;
use crate::journal::Journal;
use crate::limit::{Limiter, RateLimit};
use crate::oauth::Connection;
use crate::persist::{DataFile, Unsaved};
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
    /// Tokens of the internal connection.
    pub(crate) tokens: Vec<String>,
    pub(crate) connections: Vec<Connection>,
    /// How many rows a query finds at most.
    pub(crate) query_limit: usize,
    pub(crate) file_key: FileKey,
    auto_approve: AtomicBool,
}

/// What a simulator is started with.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) state: State,
    pub(crate) data: Option<DataFile>,
    pub(crate) tokens: Vec<String>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) query_limit: usize,
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
            query_limit: setup.query_limit,
            file_key: FileKey::fresh(),
            auto_approve: AtomicBool::new(setup.auto_approve),
        }
    }

    /// The state, for one request. A request that panicked half-way changed nothing that matters to the next one.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether consent is given without asking.
    pub(crate) fn auto_approve(&self) -> bool {
        self.auto_approve.load(Ordering::Relaxed)
    }

    /// Gives consent without asking from now on, or no longer.
    pub(crate) fn set_auto_approve(&self, on: bool) {
        self.auto_approve.store(on, Ordering::Relaxed);
    }

    /// Puts another state in place of this one.
    pub(crate) fn replace(&self, new: State) {
        let mut state = self.state();
        let revision = state.revision + 1;
        *state = new;
        state.take_changes();
        state.revision = revision;
        if self.data.is_some() {
            state.unsaved = Unsaved::Everything;
        }
    }

    /// Takes note of what somebody changed, for the data file and for those who want to hear of it. Says whether there was
    /// anything.
    pub(crate) fn note_changes(&self, state: &mut State, author: Author) -> bool {
        let now = self.clock.now();
        let mut changed = false;
        let changes = state.take_changes();
        for (space, changes) in state.spaces().iter().zip(changes) {
            if !changes.is_empty() {
                changed = true;
                self.webhooks.note(space, changes, author, now);
            }
        }
        changed
    }

    /// Brings the data file, if there is one, up to date. Blocks for as long as the disk takes.
    pub(crate) fn save(&self) -> std::io::Result<()> {
        self.data.as_ref().map_or(Ok(()), |data| data.save(self))
    }

    /// Back to the start: the state, the clock, the faults and the limits it began with, no webhooks, and an empty journal.
    pub(crate) fn reset(&self) {
        self.replace(self.initial.clone());
        self.clock.reset();
        self.faults.reset();
        self.limiter.reset();
        self.webhooks.clear();
        self.journal.clear();
    }
}
