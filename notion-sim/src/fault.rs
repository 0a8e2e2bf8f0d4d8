//! Faults on demand: which request goes wrong, when, and how.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value, json};

/// The headers that say where an answer ends.
const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];

/// A request that shall go wrong.
///
/// ```
/// use notion_sim::Fault;
///
/// // The third page that is created is saved, but the answer says that it was not.
/// let fault = Fault::on("POST", "/v1/pages").nth(3).after_commit().status(503);
/// # let _ = fault;
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default, rename = "match")]
    matching: Matching,
    #[serde(default)]
    when: When,
    #[serde(default = "once")]
    times: u64,
    #[serde(rename = "do", deserialize_with = "read_action")]
    action: Reply,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matching {
    method: Option<String>,
    /// A path; `{id}` or `*` stands for any one segment, a final `/**` for all that follows.
    path: Option<String>,
    /// The first matching request that is affected, counted from 1.
    nth: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    #[default]
    BeforeCommit,
    AfterCommit,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    additional_data: Option<Map<String, Value>>,
    /// Wait this long, then go on: with the status above, or else with the normal answer.
    delay_ms: Option<u64>,
    /// Wait this long, then close the connection without an answer.
    hang_ms: Option<u64>,
    #[serde(default)]
    reset: bool,
}

fn once() -> u64 {
    1
}

/// `"reset"` is short for `{"reset": true}`.
fn read_action<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Reply, D::Error> {
    let value = Value::deserialize(deserializer)?;
    if value == "reset" {
        return Ok(Reply {
            reset: true,
            ..Reply::default()
        });
    }
    if !value.is_object() {
        return Err(D::Error::custom(format!(
            "in `do`: expected an object or \"reset\", found {value}"
        )));
    }
    let reply: Reply =
        serde_json::from_value(value).map_err(|error| D::Error::custom(format!("in `do`: {error}")))?;
    reply.check().map_err(D::Error::custom)?;
    Ok(reply)
}

/// What the server does to a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Blow {
    /// Position of the fault in the list.
    pub(crate) fault: usize,
    pub(crate) after_commit: bool,
    pub(crate) wait: Duration,
    pub(crate) end: End,
}

/// How an afflicted request ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    /// As if nothing had happened.
    Normal,
    /// The connection is closed without an answer.
    Closed,
    /// An error.
    Error {
        status: u16,
        code: String,
        message: String,
        headers: Vec<(String, String)>,
        data: Option<Map<String, Value>>,
    },
}

impl Fault {
    /// A fault for requests with this method and path. In the path `{id}` or `*` stands for any one segment and a final
    /// `/**` for all that follows. Without more it closes the connection, once.
    pub fn on(method: &str, path: &str) -> Self {
        Self {
            matching: Matching {
                method: Some(method.to_owned()),
                path: Some(path.to_owned()),
                nth: None,
            },
            when: When::BeforeCommit,
            times: 1,
            action: Reply {
                reset: true,
                ..Reply::default()
            },
        }
    }

    /// Lets the first `nth - 1` matching requests pass.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.matching.nth = Some(nth);
        self
    }

    /// Affects this many requests instead of one.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// Strikes after the change was saved instead of before.
    #[must_use]
    pub fn after_commit(mut self) -> Self {
        self.when = When::AfterCommit;
        self
    }

    /// Closes the connection without an answer.
    #[must_use]
    pub fn reset(mut self) -> Self {
        self.action = Reply {
            reset: true,
            ..Reply::default()
        };
        self
    }

    /// Answers with an error of this status and the code and text Notion gives with it.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.reply().status = Some(status);
        self
    }

    /// Answers with this error code.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.reply().code = Some(code.to_owned());
        self
    }

    /// Adds a response header, such as `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.reply().headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Waits, then goes on.
    #[must_use]
    pub fn delay(mut self, time: Duration) -> Self {
        self.reply().delay_ms = u64::try_from(time.as_millis()).ok();
        self
    }

    /// Waits, then closes the connection.
    #[must_use]
    pub fn hang(mut self, time: Duration) -> Self {
        self.reply().hang_ms = u64::try_from(time.as_millis()).ok();
        self
    }

    /// Reads one fault or a list of them.
    ///
    /// # Errors
    ///
    /// A sentence that says what is not understood.
    pub(crate) fn read(value: &Value) -> Result<Vec<Self>, String> {
        let items = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        items.iter().map(Self::read_one).collect()
    }

    fn read_one(value: &Value) -> Result<Self, String> {
        if value.get("do").is_none() {
            return Err(
                "a fault needs a `do`: {\"status\": 503}, {\"delay_ms\": 100}, {\"hang_ms\": 100} or \"reset\"".to_owned()
            );
        }
        let fault: Self = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
        if fault.times == 0 || fault.matching.nth == Some(0) {
            return Err("`times` and `nth` count from 1".to_owned());
        }
        Ok(fault)
    }

    /// The action, which is no longer the bare reset a new fault begins with.
    fn reply(&mut self) -> &mut Reply {
        self.action.reset = false;
        &mut self.action
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let method = self
            .matching
            .method
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        method
            && self
                .matching
                .path
                .as_ref()
                .is_none_or(|pattern| path_matches(pattern, path))
    }

    fn blow(&self, fault: usize) -> Blow {
        let reply = &self.action;
        let end = match (reply.status, reply.hang_ms) {
            _ if reply.reset => End::Closed,
            (_, Some(_)) => End::Closed,
            (Some(status), None) => reply.error(status),
            (None, None) => End::Normal,
        };
        let wait = reply
            .delay_ms
            .unwrap_or(0)
            .saturating_add(reply.hang_ms.unwrap_or(0));
        Blow {
            fault,
            after_commit: self.when == When::AfterCommit,
            wait: Duration::from_millis(wait),
            end,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matching = &self.matching;
        let method = matching.method.as_deref().unwrap_or("any method");
        let path = matching.path.as_deref().unwrap_or("/**");
        write!(f, "{method} {path}")?;
        if let Some(nth) = matching.nth {
            write!(f, " from the {nth}th on")?;
        }
        let when = if self.when == When::AfterCommit {
            "after"
        } else {
            "before"
        };
        write!(f, ", {} times, {when} the change: {}", self.times, self.action)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(delay) = self.delay_ms {
            write!(f, "wait {delay} ms, then ")?;
        }
        match (self.status, self.hang_ms) {
            _ if self.reset => f.write_str("close"),
            (_, Some(hang)) => write!(f, "hang for {hang} ms, then close"),
            (Some(status), None) => write!(f, "answer {status}"),
            (None, None) => f.write_str("go on"),
        }
    }
}

impl Reply {
    fn check(&self) -> Result<(), String> {
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("in `do`: `status` must be between 200 and 599".to_owned());
        }
        if self.status.is_none() && self.delay_ms.is_none() && self.hang_ms.is_none() && !self.reset {
            return Err("in `do`: one of `status`, `delay_ms`, `hang_ms` or `reset` is needed".to_owned());
        }
        for (name, value) in &self.headers {
            hyper::header::HeaderName::try_from(name)
                .map_err(|_| format!("in `do`: `{name}` is not a header name"))?;
            hyper::header::HeaderValue::try_from(value)
                .map_err(|_| format!("in `do`: `{value}` is not a header value"))?;
            if FRAMING.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                return Err(format!(
                    "in `do`: `{name}` is set by the server, which would otherwise send half an answer"
                ));
            }
        }
        Ok(())
    }

    fn error(&self, status: u16) -> End {
        let (code, message) = usual(status);
        let mut data = self.additional_data.clone();
        let retry = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
            .map(|(_, value)| value);
        if status == 429 && data.is_none() {
            let mut usual = Map::new();
            usual.insert("rate_limit_reason".into(), json!("public_api_request_rate_limit"));
            if let Some(seconds) = retry {
                usual.insert("retry_after".into(), json!(seconds));
            }
            data = Some(usual);
        }
        End::Error {
            status,
            code: self.code.clone().unwrap_or_else(|| code.to_owned()),
            message: self.message.clone().unwrap_or_else(|| message.to_owned()),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            data,
        }
    }
}

/// The code and text that Notion gives with a status.
fn usual(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("validation_error", "The request failed validation."),
        401 => ("unauthorized", "API token is invalid."),
        403 => (
            "restricted_resource",
            "API token does not have access to this resource.",
        ),
        404 => ("object_not_found", "Could not find the object."),
        409 => (
            "conflict_error",
            "Conflict occurred while saving. Please try again.",
        ),
        429 => (
            "rate_limited",
            "You have been rate limited. Please try again in a few minutes.",
        ),
        502 => ("bad_gateway", "Bad gateway."),
        503 => (
            "service_unavailable",
            "Notion is unavailable, please try again later.",
        ),
        504 => ("gateway_timeout", "The request timed out."),
        529 => (
            "service_overload",
            "Notion is overloaded, please try again later.",
        ),
        _ => ("internal_server_error", "Unexpected error occurred."),
    }
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let (pattern, open) = pattern
        .strip_suffix("/**")
        .map_or((pattern, false), |start| (start, true));
    let mut wanted = pattern.trim_matches('/').split('/');
    let mut found = path.trim_matches('/').split('/');
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (None, Some(_)) => return open,
            (Some(wanted), Some(found)) if wanted == found || wanted == "*" || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

/// The faults that wait for their request.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Mutex<Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    seen: u64,
    struck: u64,
}

impl Faults {
    /// Adds faults behind those that are there.
    pub(crate) fn add(&self, faults: Vec<Fault>) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.extend(faults.into_iter().map(|fault| Waiting {
                fault,
                seen: 0,
                struck: 0,
            }));
        }
    }

    /// All faults, in words, with how many requests they matched and how often they struck.
    pub(crate) fn list(&self) -> Vec<(String, u64, u64)> {
        let waiting = self.waiting.lock().map(|waiting| {
            let line = |waiting: &Waiting| (waiting.fault.to_string(), waiting.seen, waiting.struck);
            waiting.iter().map(line).collect()
        });
        waiting.unwrap_or_default()
    }

    /// Forgets all faults.
    pub(crate) fn clear(&self) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.clear();
        }
    }

    /// What strikes this request: the first fault that matches and is not used up. All that match count it.
    pub(crate) fn strike(&self, method: &str, path: &str) -> Option<Blow> {
        let mut waiting = self.waiting.lock().ok()?;
        let mut blow = None;
        for (at, waiting) in waiting.iter_mut().enumerate() {
            if !waiting.fault.matches(method, path) {
                continue;
            }
            waiting.seen += 1;
            let due = waiting.seen >= waiting.fault.matching.nth.unwrap_or(1)
                && waiting.struck < waiting.fault.times;
            if due && blow.is_none() {
                waiting.struck += 1;
                blow = Some(waiting.fault.blow(at));
            }
        }
        blow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_segments() {
        assert!(path_matches("/v1/pages/{id}", "/v1/pages/abc"));
        assert!(path_matches("/v1/**", "/v1/pages/abc"));
        assert!(!path_matches("/v1/pages", "/v1/pages/abc"));
        assert!(!path_matches("/v1/pages/*", "/v1/pages"));
    }

    #[test]
    fn the_nth_and_how_often() {
        let faults = Faults::default();
        faults.add(vec![Fault::on("POST", "/v1/pages").nth(2).times(2).status(500)]);
        let struck: Vec<bool> = (0..5)
            .map(|_| faults.strike("POST", "/v1/pages").is_some())
            .collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let sentence = |value: Value| Fault::read(&value).expect_err("refused");
        assert!(sentence(json!({"do": {"statuss": 1}})).contains("statuss"));
        assert!(sentence(json!({"match": {"paht": "x"}, "do": "reset"})).contains("paht"));
        assert!(sentence(json!({"do": "explode"})).contains("explode"));
        assert!(sentence(json!({"match": {}})).contains("`do`"));
        assert!(sentence(json!({"do": {"status": 503}, "times": 0})).contains("from 1"));
        assert!(sentence(json!({"do": {"status": 101}})).contains("between 200"));
        let headers = json!({"Content-Length": "5"});
        assert!(sentence(json!({"do": {"status": 503, "headers": headers}})).contains("Content-Length"));
    }
}
