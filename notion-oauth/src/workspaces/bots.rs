//! What this program remembers of installations, so that it need not ask the store for each request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use notion_core::{Notion, Token};
use tokio::sync::watch;

use crate::error::{Error, ErrorKind, Result};
use crate::id::BotId;
use crate::installation::Status;
use crate::vault::Stored;

/// For how long a token is given out without another look into the store, where another program may have ended the
/// installation or put a newer token.
const TRUST: Duration = Duration::from_secs(60);
/// How long to wait after a refresh that failed, and the most that this becomes when it fails again and again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest time for which Notion can ask.
const LONGEST_REQUEST: Duration = Duration::from_secs(60 * 60);

/// The installations that this program has used.
#[derive(Default)]
pub(super) struct Bots {
    map: RwLock<HashMap<BotId, Arc<Bot>>>,
}

/// One of them.
#[derive(Default)]
pub(super) struct Bot {
    known: RwLock<Option<Known>>,
    client: Mutex<Option<Notion>>,
    flight: Mutex<Flight>,
}

struct Known {
    version: i64,
    token: Token,
    received_at: Timestamp,
    can_refresh: bool,
    read_at: Instant,
}

/// A token that is remembered.
pub(super) enum Cached {
    Good(Token),
    /// The store may know something else by now.
    Unsure(Token),
    /// It is older than the program wants tokens to be.
    Old(Token),
}

/// A refresh, or what came of the last one.
#[derive(Default)]
struct Flight {
    running: Option<Receiver>,
    pause: Option<Pause>,
}

/// How a refresh ended that did not help, until it is worth another try.
struct Pause {
    refused: Token,
    until: Instant,
    failures: u32,
    result: Result<Token>,
}

pub(super) type Receiver = watch::Receiver<Option<Result<Token>>>;
pub(super) type Sender = watch::Sender<Option<Result<Token>>>;

impl Bots {
    pub(super) fn find(&self, bot_id: &BotId) -> Option<Arc<Bot>> {
        let map = self.map.read().unwrap_or_else(PoisonError::into_inner);
        map.get(bot_id).cloned()
    }

    pub(super) fn of(&self, bot_id: &BotId) -> Arc<Bot> {
        self.find(bot_id).unwrap_or_else(|| {
            let mut map = self.map.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(map.entry(bot_id.clone()).or_default())
        })
    }

    /// Remembers what stands in the store.
    pub(super) fn learn(&self, stored: &Stored) {
        match stored.installation.as_ref().map(|one| (one, one.status())) {
            Some((installation, Status::Healthy)) => {
                let grant = installation.grant();
                self.of(grant.bot_id()).learn(Known {
                    version: stored.version(),
                    token: grant.token().clone(),
                    received_at: grant.received_at(),
                    can_refresh: grant.refresh_token().is_some(),
                    read_at: Instant::now(),
                });
            }
            _ => self.forget(stored.bot_id()),
        }
    }

    /// Remembers an authorization: whatever a client has found out about the one before is not true any more.
    pub(super) fn renew(&self, stored: &Stored) {
        self.forget(stored.bot_id());
        self.learn(stored);
    }

    /// Remembers nothing of any: the clients hold these `Workspaces`, which hold them.
    pub(super) fn forget_all(&self) {
        self.map.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Remembers nothing of an installation. A refresh that runs goes on.
    pub(super) fn forget(&self, bot_id: &BotId) {
        if let Some(bot) = self.find(bot_id) {
            *bot.known.write().unwrap_or_else(PoisonError::into_inner) = None;
            *bot.client() = None;
            bot.flight().pause = None;
        }
    }
}

impl Bot {
    pub(super) fn client(&self) -> MutexGuard<'_, Option<Notion>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn token(&self, max_age: Option<Duration>) -> Option<Cached> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.as_ref()?;
        let token = known.token.clone();
        if known.read_at.elapsed() > TRUST {
            return Some(Cached::Unsure(token));
        }
        let age = || Duration::try_from(Timestamp::now() - known.received_at).unwrap_or_default();
        Some(match max_age {
            Some(max_age) if known.can_refresh && age() > max_age => Cached::Old(token),
            _ => Cached::Good(token),
        })
    }

    /// Takes a token for good for a while longer, so that one task alone looks into the store.
    pub(super) fn trust(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_mut() {
            known.read_at = Instant::now();
        }
    }

    /// The token that took the place of `refused`, if another task saw to that.
    pub(super) fn other_than(&self, refused: &Token) -> Option<Token> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let token = &known.as_ref()?.token;
        (token != refused).then(|| token.clone())
    }

    /// The refresh that runs, or a new one, or how the last one ended if it is too early for another.
    pub(super) fn join(
        &self,
        refused: &Token,
        start: impl FnOnce(Sender) -> Result<()>,
    ) -> Result<Receiver, Result<Token>> {
        let mut flight = self.flight();
        // Where a task panicked, the channel is closed.
        if let Some(running) = flight
            .running
            .as_ref()
            .filter(|running| running.has_changed().is_ok())
        {
            return Ok(running.clone());
        }
        if let Some(pause) = &flight.pause
            && pause.refused == *refused
            && pause.until > Instant::now()
        {
            return Err(pause.result.clone());
        }
        let (sender, receiver) = watch::channel(None);
        start(sender).map_err(Err)?;
        flight.running = Some(receiver.clone());
        Ok(receiver)
    }

    /// Remembers how a refresh ended.
    pub(super) fn landed(&self, refused: &Token, result: &Result<Token>) {
        let mut flight = self.flight();
        flight.running = None;
        if result.as_ref().is_ok_and(|token| token != refused) {
            flight.pause = None;
            return;
        }
        let before = flight.pause.take().filter(|pause| pause.refused == *refused);
        let failures = before.map_or(0, |pause| pause.failures);
        let pause = FIRST_PAUSE
            .saturating_mul(1 << failures.min(10))
            .min(LONGEST_PAUSE);
        let asked = result.as_ref().err().and_then(Error::retry_after);
        let pause = pause.max(asked.unwrap_or_default().min(LONGEST_REQUEST));
        flight.pause = Some(Pause {
            refused: refused.clone(),
            until: Instant::now() + pause,
            failures: failures + 1,
            result: result.clone(),
        });
    }

    fn flight(&self) -> MutexGuard<'_, Flight> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Readers of the store may come late: what is newer stays.
    fn learn(&self, new: Known) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|known| known.version <= new.version) {
            *known = Some(new);
        }
    }
}

/// What comes of a refresh that another task does. Nobody waits without end, whatever a store or transport does.
pub(super) async fn landing(mut flight: Receiver, patience: Duration) -> Result<Token> {
    let result = match tokio::time::timeout(patience, flight.wait_for(Option::is_some)).await {
        Ok(Ok(result)) => result.clone(),
        Ok(Err(error)) => return Err(super::tasks::cut_short(error)),
        Err(_) => return Err(Error::busy(patience)),
    };
    result.unwrap_or_else(|| Err(Error::new(ErrorKind::System, "a refresh ended without a result")))
}
