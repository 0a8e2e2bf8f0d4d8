//! What this program remembers of installations, so that it need not ask the store for each request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use notion_core::Token;
use notion_core::transport::Limiter;
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

/// For how long an installation is remembered that nobody uses.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// So many are no burden, used or not.
const FEW: usize = 100;

/// The installations that this program uses.
#[derive(Default)]
pub(super) struct Bots {
    map: RwLock<Map>,
}

#[derive(Default)]
struct Map {
    bots: HashMap<BotId, Arc<Bot>>,
    /// At how many it is time to forget those that are not used.
    limit: usize,
}

/// One of them.
#[derive(Default)]
pub(super) struct Bot {
    known: RwLock<Option<Known>>,
    /// Notion limits connections and not tokens, so that it stays when there are others.
    limiter: Limiter,
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
        map.bots.get(bot_id).cloned()
    }

    pub(super) fn of(&self, bot_id: &BotId) -> Arc<Bot> {
        self.find(bot_id).unwrap_or_else(|| {
            let mut map = self.map.write().unwrap_or_else(PoisonError::into_inner);
            if map.bots.len() >= map.limit {
                map.sweep(Instant::now());
            }
            Arc::clone(map.bots.entry(bot_id.clone()).or_default())
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

    /// Remembers an authorization: whatever is known about the one before is not true any more.
    pub(super) fn replace(&self, stored: &Stored) {
        self.forget(stored.bot_id());
        self.learn(stored);
    }

    /// Remembers no token of an installation. A refresh that runs goes on.
    fn forget(&self, bot_id: &BotId) {
        if let Some(bot) = self.find(bot_id) {
            *bot.known.write().unwrap_or_else(PoisonError::into_inner) = None;
            bot.flight().pause = None;
        }
    }
}

impl Map {
    /// Forgets those that nobody uses, wherever they ended, if they did.
    fn sweep(&mut self, now: Instant) {
        self.bots
            .retain(|_, bot| Arc::strong_count(bot) > 1 || bot.is_used(now));
        self.limit = 2 * self.bots.len().max(FEW);
    }
}

impl Bot {
    pub(super) fn limiter(&self) -> &Limiter {
        &self.limiter
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

    /// Whether there is something to remember, and somebody has asked for it lately.
    fn is_used(&self, now: Instant) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_paused = || {
            self.flight()
                .pause
                .as_ref()
                .is_some_and(|pause| pause.until > now)
        };
        known.as_ref().is_some_and(|known| now < known.read_at + IDLE) || is_paused()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Connection;
    use crate::grant::{Grant, GrantId};
    use crate::workspaces::Workspaces;

    impl Bots {
        fn len(&self) -> usize {
            self.map.read().unwrap().bots.len()
        }
    }

    #[tokio::test]
    async fn those_that_have_ended_are_not_remembered_for_ever() {
        let connection = Connection::new("client", "secret", "https://example.com/callback").unwrap();
        let workspaces = Workspaces::builder(connection).in_memory().open().await.unwrap();
        let install = async |bot: String| {
            let raw = format!(
                r#"{{"access_token":"ntn_a","token_type":"bearer","bot_id":"{bot}","workspace_id":"w"}}"#
            );
            let (id, client_id) = (GrantId::generate(), workspaces.client_id().clone());
            let grant = Grant::restore(id, client_id, Timestamp::now(), raw).unwrap();
            workspaces.install(&grant).await.unwrap();
            grant.bot_id().clone()
        };
        let bots = &workspaces.inner.bots;
        let client = workspaces
            .client(&install("kept".to_owned()).await)
            .await
            .unwrap();
        let others = FEW + FEW / 2;
        for number in 0..others {
            install(format!("used-{number}")).await;
        }
        for number in 0..4 * FEW {
            let ended = install(format!("ended-{number}")).await;
            workspaces.forget(&ended).await.unwrap();
        }
        assert!(bots.len() <= 2 * (others + 1), "{}", bots.len());
        for number in 0..others {
            let used = BotId::new(format!("used-{number}")).unwrap();
            assert!(bots.find(&used).is_some(), "{used}");
        }

        // Ids of which there is nothing in the store take no room, either.
        for number in 0..8 * FEW {
            drop(workspaces.provider(BotId::new(format!("none-{number}")).unwrap()));
        }
        assert!(bots.len() <= 2 * (others + 1), "{}", bots.len());

        // After a while of which nothing is heard, only those are left that somebody has a client of.
        let later = Instant::now() + IDLE;
        bots.map.write().unwrap().sweep(later);
        assert_eq!(bots.len(), 1);
        drop(client);
        bots.map.write().unwrap().sweep(later);
        assert_eq!(bots.len(), 0);
    }
}
