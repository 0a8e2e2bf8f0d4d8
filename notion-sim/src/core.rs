//! One running simulator: its state, its clock, its faults, its settings.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::connection::Registration;
use crate::fault::Faults;
use crate::journal::Journal;
use crate::oauth::{Approval, OAuthSettings};
use crate::persist::DataFile;
use crate::secret::Secret;
use crate::state::State;

/// Everything a request needs. There is one per simulator and nothing global.
#[derive(Debug)]
pub(crate) struct Core {
    state: Mutex<State>,
    /// What a reset goes back to.
    initial: State,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) data: Option<DataFile>,
    /// Tokens of the internal connection of the first workspace.
    pub(crate) tokens: Vec<Secret>,
    /// What is registered whatever a seed brings.
    connections: Vec<Arc<Registration>>,
    oauth: OAuthSettings,
    /// How many rows a query finds at most.
    pub(crate) query_limit: usize,
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
    pub(crate) auto_approve: bool,
}

impl Core {
    /// A simulator that nobody can reach yet.
    pub(crate) fn new(mut setup: Setup) -> Self {
        // The beginning is no change.
        setup.state.note_changes();
        Self {
            initial: setup.state.clone(),
            state: Mutex::new(setup.state),
            clock: Clock::default(),
            journal: Journal::default(),
            faults: Faults::default(),
            data: setup.data,
            tokens: setup.tokens,
            connections: setup.connections,
            oauth: setup.oauth,
            query_limit: setup.query_limit,
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
        state.note_changes();
        state.revision = revision;
    }

    /// Brings the data file, if there is one, up to date. Blocks for as long as the disk takes.
    pub(crate) fn save(&self) -> std::io::Result<()> {
        self.data.as_ref().map_or(Ok(()), |data| data.save(self))
    }

    /// Back to the start: the state it began with, real time, no faults, an empty journal.
    pub(crate) fn reset(&self) {
        self.replace(self.initial.clone());
        self.clock.set(None);
        self.faults.clear();
        self.journal.clear();
    }
}
