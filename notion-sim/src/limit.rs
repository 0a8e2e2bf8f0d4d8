//! Rate limits: how many requests a window of time takes.
//!
//! Windows are fixed, not sliding: a budget may be spent at once, and is whole again when the next window begins. Time is the
//! simulator's, so with a clock that stands still a window lasts until somebody moves the clock on.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::Error;
use crate::fault::path_matches;
use crate::refusal::Refusal;
use crate::request::Request;

/// Notion's window, in seconds.
const WINDOW: u64 = 60;
/// What Notion gives a connection outside of its Business and Enterprise plans.
const PER_CONNECTION: u64 = 180;
/// Notion does not publish what a whole workspace gets. Here it is what one connection of the larger plans gets.
const PER_WORKSPACE: u64 = 600;
/// The longest window, in seconds: a day.
const MAX_WINDOW: u64 = 86_400;

/// What requests are limited to. [`RateLimit::off`] is what a simulator begins with.
///
/// ```
/// use notion_sim::RateLimit;
///
/// let limit = RateLimit::per_connection(180)
///     .workspace(600)
///     .endpoint("POST", "/v1/search", 30);
/// assert_ne!(limit, RateLimit::off());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimit {
    connection: Option<Budget>,
    workspace: Option<Budget>,
    /// By method and path, in which `{id}` or `*` stands for any one segment: `GET /v1/pages/{id}`.
    endpoints: BTreeMap<String, Budget>,
    /// How far the windows are moved from whole multiples of their length.
    #[serde(rename = "phase_ms")]
    phase: u64,
    blocked: bool,
}

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
struct Budget {
    requests: u64,
    seconds: u64,
}

/// How a budget is written: a number is for Notion's window.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Requests(u64),
    Full {
        requests: u64,
        #[serde(default = "window")]
        seconds: u64,
    },
}

fn window() -> u64 {
    WINDOW
}

impl TryFrom<Written> for Budget {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Requests(requests) => Ok(Self::minute(requests)),
            Written::Full { requests, seconds } if (1..=MAX_WINDOW).contains(&seconds) => {
                Ok(Self { requests, seconds })
            }
            Written::Full { .. } => Err(format!("`seconds` must be between 1 and {MAX_WINDOW}")),
        }
    }
}

impl Budget {
    const fn minute(requests: u64) -> Self {
        Self {
            requests,
            seconds: WINDOW,
        }
    }
}

impl RateLimit {
    /// As many requests as there are.
    pub fn off() -> Self {
        Self::default()
    }

    /// Notion's: 180 requests per connection in 60 seconds. There is a limit for the whole workspace too, whose size Notion
    /// does not publish; it is 600 in 60 seconds here.
    pub fn notion() -> Self {
        Self::per_connection(PER_CONNECTION).workspace(PER_WORKSPACE)
    }

    /// So many requests of each connection in 60 seconds.
    pub fn per_connection(requests: u64) -> Self {
        Self {
            connection: Some(Budget::minute(requests)),
            ..Self::default()
        }
    }

    /// So many requests of all connections together in 60 seconds.
    #[must_use]
    pub fn workspace(self, requests: u64) -> Self {
        self.workspace_window(requests, Duration::from_secs(WINDOW))
    }

    /// So many requests of all connections together in a window of this length (at least a second, at most a day), because
    /// Notion may ask for more than a minute of patience here.
    #[must_use]
    pub fn workspace_window(mut self, requests: u64, window: Duration) -> Self {
        self.workspace = Some(Budget {
            requests,
            seconds: window.as_secs().clamp(1, MAX_WINDOW),
        });
        self
    }

    /// So many requests of each connection to one endpoint in 60 seconds. In the path `{id}` or `*` stands for any one segment.
    #[must_use]
    pub fn endpoint(mut self, method: &str, path: &str, requests: u64) -> Self {
        self.endpoints
            .insert(format!("{method} {path}"), Budget::minute(requests));
        self
    }

    /// Begins windows this much later than at whole multiples of their length.
    #[must_use]
    pub fn phase(mut self, phase: Duration) -> Self {
        self.phase = u64::try_from(phase.as_millis()).unwrap_or(0);
        self
    }

    /// Refuses everything, for good: Notion has blocked the connection.
    #[must_use]
    pub fn blocked(mut self, blocked: bool) -> Self {
        self.blocked = blocked;
        self
    }

    /// Reads `"off"`, `"notion"`, a number of requests per connection, or an object with all settings.
    ///
    /// # Errors
    ///
    /// A sentence that says what is not understood.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let limit = match value {
            Value::String(name) if name == "off" => Self::off(),
            Value::String(name) if name == "notion" => Self::notion(),
            Value::Number(number) if number.is_u64() => Self::per_connection(number.as_u64().unwrap_or(0)),
            Value::Object(_) => Self::deserialize(value).map_err(|error| error.to_string())?,
            _ => {
                return Err(format!(
                    "expected \"off\", \"notion\", a number of requests or an object, found {value}"
                ));
            }
        };
        limit.check()?;
        Ok(limit)
    }

    fn check(&self) -> Result<(), String> {
        match self.endpoints.keys().find(|key| !key.contains(" /v1/")) {
            None => Ok(()),
            Some(key) => Err(format!(
                "in `endpoints`: expected a method and a path such as \"POST /v1/search\", found \"{key}\""
            )),
        }
    }
}

/// `off`, `notion`, or a number of requests per connection in 60 seconds.
impl FromStr for RateLimit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let value = text
            .parse::<u64>()
            .map_or_else(|_| Value::from(text), Value::from);
        Self::read(&value).map_err(|_| {
            Error::unusable(
                &format!("rate limit `{text}`"),
                "expected `off`, `notion` or a number of requests per 60 seconds",
            )
        })
    }
}

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
    use serde_json::json;

    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn read(value: &Value) -> RateLimit {
        RateLimit::read(value).expect("a limit")
    }

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

    #[test]
    fn limits_are_read() {
        assert_eq!(read(&json!("off")), RateLimit::off());
        assert_eq!(read(&json!("notion")), RateLimit::notion());
        assert_eq!(read(&json!(7)), RateLimit::per_connection(7));
        assert_eq!("7".parse::<RateLimit>().expect("a limit"), read(&json!(7)));
        assert_eq!(
            "notion".parse::<RateLimit>().expect("a limit"),
            RateLimit::notion()
        );
        let full = json!({
            "connection": 180, "workspace": {"requests": 900, "seconds": 300},
            "endpoints": {"POST /v1/search": 30}, "phase_ms": 500, "blocked": true,
        });
        let built = RateLimit::per_connection(180)
            .workspace_window(900, Duration::from_secs(300))
            .endpoint("POST", "/v1/search", 30)
            .phase(Duration::from_millis(500))
            .blocked(true);
        assert_eq!(read(&full), built);
        for (value, sentence) in [
            (json!("on"), "found \"on\""),
            (json!(-1), "found -1"),
            (json!({"conection": 1}), "conection"),
            (
                json!({"workspace": {"requests": 1, "seconds": 0}}),
                "between 1 and 86400",
            ),
            (json!({"endpoints": {"/v1/search": 1}}), "found \"/v1/search\""),
        ] {
            let problem = RateLimit::read(&value).expect_err("refused");
            assert!(problem.contains(sentence), "{problem}");
        }
        assert!("fast".parse::<RateLimit>().is_err());
        // However a limit is read: a window of no length has no number.
        let endless = json!({"connection": {"requests": 1, "seconds": 0}});
        assert!(serde_json::from_value::<RateLimit>(endless).is_err());
    }
}
