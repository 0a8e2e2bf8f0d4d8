//! How much of the limits is used up.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

use super::settings::{Budget, RateLimit};
use crate::fault::path_matches;
use crate::refusal::Refusal;
use crate::request::Request;

/// The limits of one simulator, and how much of them is used up.
#[derive(Debug)]
pub(crate) struct Limiter {
    begun: RateLimit,
    ledger: Mutex<Ledger>,
}

impl Limiter {
    /// With nothing used up.
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            ledger: Mutex::new(Ledger::new(limit.clone())),
            begun: limit,
        }
    }

    /// Other limits from now on, with nothing used up.
    pub(crate) fn set(&self, limit: RateLimit) {
        *self.ledger.lock().unwrap_or_else(PoisonError::into_inner) = Ledger::new(limit);
    }

    /// Back to how it began.
    pub(crate) fn reset(&self) {
        self.set(self.begun.clone());
    }

    /// Lets a request of a connection pass, and counts it.
    ///
    /// # Errors
    ///
    /// 429 `rate_limited`.
    pub(crate) fn admit(&self, bot: Uuid, request: &Request, now: Timestamp) -> Result<(), Refusal> {
        self.ledger
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .admit(bot, &request.method, &request.path, now)
            .map_err(|excess| Refusal::rate_limited(excess.reason, excess.retry_after))
    }
}

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Account {
    Connection(Uuid),
    Workspace,
    Endpoint(Uuid, String),
}

impl Account {
    fn reason(&self) -> &'static str {
        match self {
            Self::Connection(_) => "public_api_request_rate_limit",
            Self::Workspace => "public_api_space_request_rate_limit",
            Self::Endpoint(..) => "public_api_endpoint_rate_limit",
        }
    }
}

/// Why a request is too much.
#[derive(Debug, PartialEq)]
struct Excess {
    reason: &'static str,
    /// Seconds until it is worth another try; `None` where it never is.
    retry_after: Option<u64>,
}

/// The policy itself, which knows no lock and no clock.
#[derive(Debug)]
struct Ledger {
    limit: RateLimit,
    /// The latest window of each account, and how many requests were let pass in it.
    used: HashMap<Account, (i64, u64)>,
}

impl Ledger {
    fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            used: HashMap::new(),
        }
    }

    /// A request that is too much for one account counts in none.
    fn admit(&mut self, bot: Uuid, method: &str, path: &str, now: Timestamp) -> Result<(), Excess> {
        let limit = &self.limit;
        if limit.blocked {
            return Err(Excess {
                reason: "public_api_request_blocked",
                retry_after: None,
            });
        }
        let endpoint = limit.endpoints.iter().find(|(key, _)| {
            key.split_once(' ')
                .is_some_and(|(wanted, pattern)| wanted == method && path_matches(pattern, path))
        });
        let accounts = [
            limit.connection.map(|budget| (Account::Connection(bot), budget)),
            limit.workspace.map(|budget| (Account::Workspace, budget)),
            endpoint.map(|(key, budget)| (Account::Endpoint(bot, key.clone()), *budget)),
        ];
        let accounts = || accounts.iter().flatten();
        for (account, budget) in accounts() {
            let (window, retry_after) = budget.window(limit.phase, now);
            let full = self
                .used
                .get(account)
                .is_some_and(|(latest, used)| *latest == window && *used >= budget.requests);
            if full || budget.requests == 0 {
                return Err(Excess {
                    reason: account.reason(),
                    retry_after: Some(retry_after),
                });
            }
        }
        for (account, budget) in accounts() {
            let (window, _) = budget.window(limit.phase, now);
            let (latest, used) = self.used.entry(account.clone()).or_insert((window, 0));
            if *latest != window {
                (*latest, *used) = (window, 0);
            }
            *used += 1;
        }
        Ok(())
    }
}

impl Budget {
    /// The number of the window at an instant, and how many seconds are left of it, at least one.
    fn window(&self, phase: u64, now: Timestamp) -> (i64, u64) {
        let length = i64::try_from(self.seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        let phase = i64::try_from(phase).unwrap_or(0) % length;
        let into = now.as_millisecond() - phase;
        let left = length - into.rem_euclid(length);
        (into.div_euclid(length), left.unsigned_abs().div_ceil(1000))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    #[test]
    fn budgets_are_spent_at_any_pace_and_whole_again_in_the_next_window() {
        let connection = Some(("public_api_request_rate_limit", 10));
        let space = |left| Some(("public_api_space_request_rate_limit", left));
        let endpoint = Some(("public_api_endpoint_rate_limit", 60));
        let (search, page) = ("POST /v1/search", "GET /v1/pages/1234");
        // A limit, and requests: when (in milliseconds), whose, where, and what is expected.
        type Asked = (i64, Uuid, &'static str, Option<(&'static str, u64)>);
        let cases: [(RateLimit, &[Asked]); 9] = [
            (RateLimit::off(), &[(0, ONE, page, None), (0, ONE, page, None)]),
            (
                RateLimit::per_connection(2),
                &[
                    (0, ONE, page, None),
                    (50_000, ONE, search, None),
                    (50_000, ONE, page, connection),
                    (50_000, TWO, page, None),
                    (50_001, ONE, page, connection),
                    (60_000, ONE, page, None),
                ],
            ),
            (
                RateLimit::per_connection(1).workspace(2),
                &[
                    (0, ONE, page, None),
                    (50_000, ONE, page, connection),
                    (50_000, TWO, page, None),
                    (59_999, Uuid::from_u128(3), page, space(1)),
                    (60_000, Uuid::from_u128(3), page, None),
                ],
            ),
            (
                RateLimit::off().workspace_window(1, Duration::from_secs(600)),
                &[(0, ONE, page, None), (60_000, TWO, page, space(540))],
            ),
            (
                RateLimit::off().endpoint("POST", "/v1/search", 1),
                &[
                    (0, ONE, search, None),
                    (0, ONE, search, endpoint),
                    (0, TWO, search, None),
                    (0, ONE, page, None),
                ],
            ),
            (
                RateLimit::off().endpoint("GET", "/v1/pages/{page_id}", 1),
                &[
                    (0, ONE, page, None),
                    (0, ONE, "GET /v1/pages/5678", endpoint),
                    (0, ONE, "GET /v1/pages/5678/properties/title", None),
                ],
            ),
            (
                RateLimit::per_connection(1).phase(Duration::from_secs(70)),
                &[
                    (9_999, ONE, page, None),
                    (10_000, ONE, page, None),
                    (60_000, ONE, page, connection),
                    (70_000, ONE, page, None),
                ],
            ),
            (
                RateLimit::per_connection(9).blocked(true),
                &[(0, ONE, page, Some(("public_api_request_blocked", 0)))],
            ),
            // A clock that is set back begins anew.
            (
                RateLimit::per_connection(1),
                &[
                    (130_000, ONE, page, None),
                    (70_000, ONE, page, None),
                    (-1, ONE, page, None),
                ],
            ),
        ];
        for (limit, requests) in cases {
            let mut ledger = Ledger::new(limit.clone());
            for (at, (millisecond, bot, route, expected)) in requests.iter().enumerate() {
                let now = Timestamp::from_millisecond(*millisecond).expect("a time");
                let (method, path) = route.split_once(' ').expect("a route");
                let refused = ledger.admit(*bot, method, path, now).err();
                let refused = refused.map(|excess| (excess.reason, excess.retry_after.unwrap_or(0)));
                assert_eq!(refused, *expected, "request {at} under {limit:?}");
            }
        }
    }
}
