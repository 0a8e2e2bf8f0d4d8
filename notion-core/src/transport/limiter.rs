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
/// begins, a client that is alone on its connection is never refused. Bursts are not slowed down.
///
/// Clones share their count. Give all clients of one connection the same limiter
/// ([`NotionBuilder::limiter`](crate::NotionBuilder::limiter)); clones of a client do by themselves.
#[derive(Clone)]
pub struct Limiter {
    start: Instant,
    window: Arc<Mutex<Window>>,
}

impl Limiter {
    /// A limiter for a plan that allows so many requests a minute: 180, or 600 on Business and Enterprise.
    #[must_use]
    pub fn per_minute(requests: usize) -> Self {
        let budget = requests.saturating_sub(UNDER_WAY).max(1);
        Self {
            start: Instant::now(),
            window: Arc::new(Mutex::new(Window::new(budget))),
        }
    }

    /// Waits for a place. Dropping the future leaves the place counted, which is the safe side.
    pub(crate) async fn place(&self) {
        let mut wait = self.window().reserve(self.start.elapsed());
        while !wait.is_zero() {
            tokio::time::sleep(wait).await;
            // Meanwhile Notion may have asked for a pause.
            wait = self.window().pause(self.start.elapsed());
        }
    }

    /// Lets no request go for so long, because Notion said so.
    pub(crate) fn pause(&self, pause: Duration) {
        let until = self.start.elapsed() + pause;
        let mut window = self.window();
        window.paused_until = window.paused_until.max(until);
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("budget", &self.window().budget)
            .finish_non_exhaustive()
    }
}

/// The places of the last window, as times since the limiter began. No clock of its own.
#[derive(Debug)]
struct Window {
    budget: usize,
    places: VecDeque<Duration>,
    paused_until: Duration,
}

impl Window {
    fn new(budget: usize) -> Self {
        Self {
            budget,
            places: VecDeque::with_capacity(budget),
            paused_until: Duration::ZERO,
        }
    }

    /// Takes the next place, and says how long it is until then.
    fn reserve(&mut self, now: Duration) -> Duration {
        let mut at = now.max(self.paused_until);
        if self.places.len() == self.budget
            && let Some(oldest) = self.places.pop_front()
        {
            at = at.max(oldest + WINDOW);
        }
        if let Some(last) = self.places.back() {
            at = at.max(*last);
        }
        self.places.push_back(at);
        at - now
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

    #[test]
    fn never_more_than_the_budget_in_any_minute() {
        let mut window = Window::new(176);
        let mut sent = Vec::new();
        let mut now = Duration::ZERO;
        // A burst, a pause, and another burst across where a window may begin.
        for step in 0..2_000_u32 {
            let wait = window.reserve(now);
            sent.push(now + wait);
            now = if step % 300 == 299 {
                now + wait + 31 * SECOND
            } else {
                now + wait
            };
        }
        for (at, first) in sent.iter().enumerate() {
            let within = sent[at..]
                .iter()
                .take_while(|time| **time < *first + WINDOW)
                .count();
            assert!(within <= 176, "{within} requests in the minute from {first:?}");
        }
        // And no place is wasted: the first 176 go at once.
        assert!(sent[..176].iter().all(Duration::is_zero));
    }

    #[test]
    fn a_pause_holds_every_request_back() {
        let mut window = Window::new(10);
        assert_eq!(window.reserve(SECOND), Duration::ZERO);
        window.paused_until = 301 * SECOND;
        assert_eq!(window.reserve(SECOND), 300 * SECOND);
        assert_eq!(window.pause(SECOND), 300 * SECOND);
        assert_eq!(window.pause(302 * SECOND), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn clones_share_the_budget() {
        let limiter = Limiter::per_minute(UNDER_WAY + 2);
        let start = Instant::now();
        limiter.place().await;
        limiter.clone().place().await;
        assert!(start.elapsed() < SECOND);
        limiter.place().await;
        assert!(start.elapsed() >= WINDOW);
    }
}
