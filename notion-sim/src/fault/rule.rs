//! A fault as a developer writes it.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::action::{Action, Cut, Drip, Redirect};
use super::garbage::Garbage;
use super::matching::Matching;
use super::novelty::Novelty;
use super::written::Written;
use crate::clock::milliseconds;

/// A request that shall go wrong.
///
/// ```
/// use std::time::Duration;
/// use notion_sim::{Fault, Garbage};
///
/// let faults = [
///     // The third page that is created is saved, but the answer says that it was not.
///     Fault::on("POST", "/v1/pages").nth(3).after_commit().status(503),
///     // Every fourth query is refused, whoever asks.
///     Fault::on("POST", "/v1/data_sources/{id}/query").every(4).status(429).header("Retry-After", "3"),
///     // One request in ten, by chance, is answered with a page for people.
///     Fault::on("*", "/v1/**").probability(0.1).status(502).garbage(Garbage::Html),
///     // Answers drip.
///     Fault::on("GET", "/v1/users/me").unlimited().drip(1, Duration::from_millis(100)),
/// ];
/// # let _ = faults;
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Fault {
    pub(super) matching: Matching,
    pub(super) when: When,
    pub(super) times: Option<u64>,
    pub(super) action: Action,
}

/// Whether a fault strikes before or after the change is saved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum When {
    #[default]
    BeforeCommit,
    AfterCommit,
}

impl Fault {
    /// A fault for requests with this method and path. In the path `{id}` or `*` stands for any one segment and a final
    /// `/**` for all that follows; `*` alone is any method, and any path. Without more it resets the connection, once.
    pub fn on(method: &str, path: &str) -> Self {
        Self {
            matching: Matching {
                method: Some(method.to_owned()),
                path: Some(path.to_owned()),
                ..Matching::default()
            },
            when: When::BeforeCommit,
            times: None,
            action: Action::default(),
        }
    }

    /// Lets the first `nth - 1` matching requests pass.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.matching.nth = Some(nth);
        self
    }

    /// Affects one of so many matching requests, the last one of them or else from the [`nth`](Self::nth) one on. It does so
    /// without end, unless [`times`](Self::times) says how often.
    #[must_use]
    pub fn every(mut self, every: u64) -> Self {
        self.matching.every = Some(every.max(1));
        self
    }

    /// Affects requests by chance, from 0 (none) to 1 (all). The simulator's seed decides, so the same requests are affected
    /// in each run. It does so without end, unless [`times`](Self::times) says how often.
    #[must_use]
    pub fn probability(mut self, chance: f64) -> Self {
        self.matching.probability = Some(chance);
        self
    }

    /// Affects this many requests instead of one.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Affects all matching requests instead of one.
    #[must_use]
    pub fn unlimited(self) -> Self {
        self.times(u64::MAX)
    }

    /// Strikes after the change was saved instead of before.
    #[must_use]
    pub fn after_commit(mut self) -> Self {
        self.when = When::AfterCommit;
        self
    }

    /// Resets the connection without an answer, or after what [`truncate`](Self::truncate) left of it.
    #[must_use]
    pub fn reset(mut self) -> Self {
        self.action.reset = true;
        self
    }

    /// Closes the connection without an answer, in good order.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.action.close = true;
        self
    }

    /// Waits, then closes the connection.
    #[must_use]
    pub fn hang(mut self, time: Duration) -> Self {
        self.action.hang_ms = Some(milliseconds(time));
        self
    }

    /// Never answers, and keeps the connection for as long as the client does.
    #[must_use]
    pub fn hang_forever(mut self) -> Self {
        self.action.hang = true;
        self
    }

    /// Waits, then goes on. A client that does not wait as long does not stop the request.
    #[must_use]
    pub fn delay(mut self, time: Duration) -> Self {
        self.action.delay_ms = Some(milliseconds(time));
        self
    }

    /// Answers with an error of this status and the code and text Notion gives with it.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.action.status = Some(status);
        self
    }

    /// Answers with this error code.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.action.code = Some(code.to_owned());
        self
    }

    /// Answers with this text.
    #[must_use]
    pub fn message(mut self, message: &str) -> Self {
        self.action.message = Some(message.to_owned());
        self
    }

    /// Adds an entry to the error's `additional_data`, in place of what Notion adds to it.
    #[must_use]
    pub fn additional_data(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.action
            .additional_data
            .get_or_insert_with(Map::new)
            .insert(key.to_owned(), value.into());
        self
    }

    /// Answers with this instead of an error object: JSON, or a text as it is.
    #[must_use]
    pub fn body(mut self, body: impl Into<Value>) -> Self {
        self.action.body = Some(body.into());
        self
    }

    /// Sets a response header, such as `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.action.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Answers with something that is no answer.
    #[must_use]
    pub fn garbage(mut self, garbage: Garbage) -> Self {
        self.action.garbage = Some(garbage);
        self
    }

    /// Sends the client to another address.
    #[must_use]
    pub fn redirect(mut self, status: u16, to: &str) -> Self {
        self.action.redirect = Some(Redirect {
            status,
            to: Some(to.to_owned()),
        });
        self
    }

    /// Sends the client to where it is, which is a loop for as long as the fault strikes.
    #[must_use]
    pub fn redirect_to_itself(mut self, status: u16) -> Self {
        self.action.redirect = Some(Redirect { status, to: None });
        self
    }

    /// Does only the first so many `children` of a request, and answers with a 503 that names them.
    #[must_use]
    pub fn partial(mut self, children: usize) -> Self {
        self.action.partial = Some(children);
        self
    }

    /// Puts things into the normal answer that no client knows.
    #[must_use]
    pub fn inject(mut self, novelties: impl IntoIterator<Item = Novelty>) -> Self {
        self.action.inject.extend(novelties);
        self
    }

    /// Does it twice, like a proxy that sends a request again. The client gets the second answer.
    #[must_use]
    pub fn duplicate(mut self) -> Self {
        self.action.duplicate = true;
        self
    }

    /// Sends the body of the answer so many bytes at a time, with a wait before each.
    #[must_use]
    pub fn drip(mut self, bytes: usize, every: Duration) -> Self {
        self.action.drip = Some(Drip {
            bytes,
            every_ms: milliseconds(every),
            head: false,
        });
        self
    }

    /// As [`drip`](Self::drip), with the head of the answer too.
    #[must_use]
    pub fn drip_all(mut self, bytes: usize, every: Duration) -> Self {
        self = self.drip(bytes, every);
        self.action.drip.iter_mut().for_each(|drip| drip.head = true);
        self
    }

    /// Ends the answer after so many bytes of its body, although it says that there are more.
    #[must_use]
    pub fn truncate(mut self, bytes: usize) -> Self {
        self.action.truncate = Some(Cut::Body(bytes));
        self
    }

    /// Ends the answer after so many bytes of its head.
    #[must_use]
    pub fn truncate_head(mut self, bytes: usize) -> Self {
        self.action.truncate = Some(Cut::Head(bytes));
        self
    }

    /// Sends the body in chunks instead of saying how long it is.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.action.chunked = true;
        self
    }

    /// How many requests it strikes at most.
    pub(super) fn limit(&self) -> u64 {
        let usual = if self.matching.recurs() { u64::MAX } else { 1 };
        self.times.unwrap_or(usual)
    }
}

/// What it is for and what it does, for people.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matching = &self.matching;
        let method = matching.method.as_deref().unwrap_or("*");
        write!(f, "{method} {}", matching.path.as_deref().unwrap_or("*"))?;
        if let Some(nth) = matching.nth {
            write!(f, ", from number {nth} on")?;
        }
        if let Some(every) = matching.every {
            write!(f, ", one in {every}")?;
        }
        if let Some(chance) = matching.probability {
            write!(f, ", with a chance of {chance}")?;
        }
        let when = match self.when {
            When::BeforeCommit => "before",
            When::AfterCommit => "after",
        };
        write!(f, ", {when} the commit: {}", self.action)
    }
}
