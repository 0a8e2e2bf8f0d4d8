//! What requests are limited to, as a developer says it.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;

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
    pub(super) connection: Option<Budget>,
    pub(super) workspace: Option<Budget>,
    /// By method and path, in which `{id}` or `*` stands for any one segment: `GET /v1/pages/{id}`.
    pub(super) endpoints: BTreeMap<String, Budget>,
    /// How far the windows are moved from whole multiples of their length.
    #[serde(rename = "phase_ms")]
    pub(super) phase: u64,
    pub(super) blocked: bool,
}

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Budget {
    pub(super) requests: u64,
    pub(super) seconds: u64,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> RateLimit {
        RateLimit::read(value).expect("a limit")
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
