use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Notion counts requests in windows of this length, whose beginning a client cannot know.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
const WINDOW: Duration = Duration::from_secs(60);

/// Requests that may still be under way when a window begins, and are counted in it.
const UNDER_WAY: usize = 4;

/// Keeps a connection below Notion's rate limit.
///
/// It counts the requests of the last 60 seconds, and makes one wait that would be too many: wherever Notion's window
/// begins, a client that is alone on its connection is never refused. Bursts are not slowed down. Requests go in the
/// order in which they came.
///
/// Clones share their count. Give all clients of one connection the same limiter
/// ([`NotionBuilder::limiter`](crate::NotionBuilder::limiter)); clones of a client do by themselves.
#[derive(Clone)]
pub struct Limiter {
    shared: Arc<Shared>,
}

struct Shared {
    start: Instant,
    /// Held by the request whose turn it is, while it waits. Dropping its future passes the turn on.
    turn: tokio::sync::Mutex<()>,
    window: Mutex<Window>,
}

/// The limiter of most plans: 180 requests a minute.
impl Default for Limiter {
    fn default() -> Self {
        Self::per_minute(180)
    }
}

impl Limiter {
    /// A limiter for a plan that allows so many requests a minute: 180, or 600 on Business and Enterprise.
    #[must_use]
    pub fn per_minute(requests: usize) -> Self {
        Self::new(requests.saturating_sub(UNDER_WAY).max(1))
    }

    /// One that has counted nothing yet, for the same plan.
    pub(crate) fn anew(&self) -> Self {
        Self::new(self.window().budget)
    }

    fn new(budget: usize) -> Self {
        let window = Mutex::new(Window::new(budget));
        Self {
            shared: Arc::new(Shared {
                start: Instant::now(),
                turn: tokio::sync::Mutex::default(),
                window,
            }),
        }
    }

    /// How many requests at a time use up the budget, where an answer takes one and a half seconds at most.
    pub(crate) fn in_flight(&self) -> usize {
        const SECONDS: f64 = 1.5;
        let per_second = self.window().budget as f64 / WINDOW.as_secs_f64();
        (per_second * SECONDS).ceil() as usize + 1
    }

    /// Waits for a place, which is counted when it is given. A pause that lasts longer than `patience` is an error,
    /// which says how long it lasts.
    pub(crate) async fn place(&self, patience: Duration) -> Result<(), Duration> {
        let _turn = self.shared.turn.lock().await;
        loop {
            let now = self.shared.start.elapsed();
            let wait = {
                let mut window = self.window();
                let pause = window.pause(now);
                if pause > patience {
                    return Err(pause);
                }
                window.take(now)
            };
            match wait {
                None => return Ok(()),
                Some(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Lets no request go for so long, because Notion said so.
    pub(crate) fn pause(&self, pause: Duration) {
        let until = self.shared.start.elapsed().saturating_add(pause);
        let mut window = self.window();
        window.paused_until = window.paused_until.max(until);
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.shared.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("budget", &self.window().budget)
            .finish_non_exhaustive()
    }
}

/// The requests of the last window, as times since the limiter began. No clock of its own.
#[derive(Debug)]
struct Window {
    budget: usize,
    sent: VecDeque<Duration>,
    paused_until: Duration,
}

impl Window {
    fn new(budget: usize) -> Self {
        Self {
            budget,
            sent: VecDeque::with_capacity(budget),
            paused_until: Duration::ZERO,
        }
    }

    /// Counts a request that goes now, or says how long it must wait before it asks again.
    fn take(&mut self, now: Duration) -> Option<Duration> {
        if self.paused_until > now {
            return Some(self.pause(now));
        }
        while self.sent.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.sent.pop_front();
        }
        match self.sent.front() {
            Some(oldest) if self.sent.len() >= self.budget => Some(*oldest + WINDOW - now),
            _ => {
                self.sent.push_back(now);
                None
            }
        }
    }

    /// How long the pause that was asked for still lasts.
    fn pause(&self, now: Duration) -> Duration {
        self.paused_until.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PATIENCE: Duration = Duration::from_secs(300);

    /// Runs so many requests at once, and gives when each of them went.
    async fn run(limiter: &Limiter, requests: usize) -> Vec<Duration> {
        let start = limiter.shared.start;
        let tasks = Vec::from_iter((0..requests).map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move {
                limiter.place(PATIENCE).await.unwrap();
                start.elapsed()
            })
        }));
        let mut sent = Vec::new();
        for task in tasks {
            sent.push(task.await.unwrap());
        }
        sent.sort();
        sent
    }

    fn check(sent: &[Duration], budget: usize) {
        for (at, first) in sent.iter().enumerate() {
            let within = sent[at..]
                .iter()
                .take_while(|time| **time < *first + WINDOW)
                .count();
            assert!(within <= budget, "{within} requests in the minute from {first:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_than_the_budget_in_any_minute() {
        let limiter = Limiter::per_minute(180);
        let mut sent = run(&limiter, 300).await;
        // No place is wasted: the first 176 go at once.
        assert!(sent[175] < SECOND && sent[176] >= WINDOW);
        tokio::time::sleep(31 * SECOND).await;
        sent.extend(run(&limiter, 300).await);
        check(&sent, 176);
    }

    #[test]
    fn requests_at_a_time() {
        for (budget, expected) in [(180, 6), (600, 16), (1, 2)] {
            assert_eq!(Limiter::per_minute(budget).in_flight(), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nor_after_a_pause() {
        let limiter = Limiter::per_minute(180);
        let pausing = async {
            tokio::time::sleep(SECOND / 2).await;
            limiter.pause(90 * SECOND);
        };
        let (sent, ()) = tokio::join!(run(&limiter, 500), pausing);
        check(&sent, 176);
        assert!(sent[176] >= 90 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_request_takes_no_place() {
        let limiter = Limiter::per_minute(180);
        run(&limiter, 176).await;
        for _ in 0..2_000 {
            assert!(
                tokio::time::timeout(SECOND / 100, limiter.place(PATIENCE))
                    .await
                    .is_err()
            );
        }
        let start = Instant::now();
        limiter.place(PATIENCE).await.unwrap();
        assert!(start.elapsed() <= WINDOW);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_beyond_patience_is_said_at_once() {
        let limiter = Limiter::per_minute(180);
        limiter.pause(Duration::MAX);
        assert!(limiter.place(PATIENCE).await.is_err());
    }
}
