//! What was asked and what was answered.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::core::Core;
use crate::engine::time;
use crate::request::{Answer, Request};
use crate::secret::Secret;

/// How many requests are remembered.
const MAX_ENTRIES: usize = 10_000;
/// How many bytes of requests and answers are remembered.
const MAX_BYTES: usize = 64 << 20;
/// The fields whose values are secrets.
pub(crate) const SECRETS: [&str; 4] = ["access_token", "refresh_token", "token", "client_secret"];

/// One request and its answer. Credentials are not in it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// When the answer was ready, on the simulator's clock.
    pub time: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Whether there was an `Authorization` header, and of which scheme: `Bearer [redacted]`.
    pub authorization: Option<String>,
    /// The `Notion-Version` header.
    pub notion_version: Option<String>,
    /// The JSON body of the request.
    pub request_body: Option<Value>,
    /// The SHA-256 in hex digits, as in `GET /_sim/oauth`, of the token in the body of a request to an OAuth endpoint:
    /// which requests were about the same one.
    pub token_sha256: Option<String>,
    /// The status of the answer; `None` where the connection was closed instead.
    pub status: Option<u16>,
    /// The JSON body of the answer.
    pub response_body: Option<Value>,
    /// The request id in the answer.
    pub request_id: Option<String>,
    /// The fault that took part in the answer, by its position in the list of faults at the time.
    pub fault: Option<usize>,
    /// What that fault did: `after the commit: answered 503`.
    pub effect: Option<String>,
    /// What the simulator has to say about its answer.
    pub notes: Vec<String>,
}

impl Entry {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "time": time::milli_z(self.time),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "authorization": self.authorization,
            "notion_version": self.notion_version,
            "request_body": self.request_body,
            "token_sha256": self.token_sha256,
            "status": self.status,
            "response_body": self.response_body,
            "request_id": self.request_id,
            "fault": self.fault,
            "effect": self.effect,
            "notes": self.notes,
        })
    }
}

/// One request on its way into the journal. It gets there when this is dropped, also where nobody waits for the answer any more.
#[derive(Debug)]
pub(crate) struct Recording<'a> {
    core: &'a Core,
    request: &'a Request,
    fault: Option<(usize, String)>,
    notes: Vec<String>,
    answer: Option<(u16, Bytes)>,
}

impl<'a> Recording<'a> {
    /// A request that is not answered yet.
    pub(crate) fn new(core: &'a Core, request: &'a Request) -> Self {
        Self {
            core,
            request,
            fault: None,
            notes: Vec::new(),
            answer: None,
        }
    }

    /// Names the fault that strikes it, and what that does.
    pub(crate) fn fault(&mut self, position: usize, effect: String) {
        self.fault = Some((position, effect));
    }

    /// Adds what the simulator has to say.
    pub(crate) fn note(&mut self, notes: Vec<String>) {
        self.notes.extend(notes);
    }

    /// Remembers the answer, as it is meant to arrive.
    pub(crate) fn answer(&mut self, answer: &Answer) {
        self.answer = Some((answer.status, answer.body.clone()));
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        let request = self.request;
        let (fault, effect) = self.fault.take().unzip();
        let (status, response) = self.answer.take().unzip();
        self.core.journal.add(Record {
            entry: Entry {
                time: self.core.clock.now(),
                method: request.method.clone(),
                path: request.path.clone(),
                query: request.query.clone(),
                authorization: request.authorization.as_deref().map(redacted_header),
                notion_version: request.version.clone(),
                request_body: None,
                token_sha256: None,
                status,
                response_body: None,
                request_id: None,
                fault,
                effect,
                notes: std::mem::take(&mut self.notes),
            },
            request: request.body.clone(),
            response: response.unwrap_or_default(),
        });
    }
}

/// A request as it is kept: bodies as bytes, which take a tenth of the room of parsed JSON. They may hold secrets, so they
/// are not printed.
struct Record {
    /// Everything but the bodies.
    entry: Entry,
    request: Bytes,
    response: Bytes,
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    records: VecDeque<Record>,
    bytes: usize,
    /// How many there were since the start.
    count: u64,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("method", &self.entry.method)
            .field("path", &self.entry.path)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// What it takes to remember the request, roughly.
    fn bytes(&self) -> usize {
        let entry = &self.entry;
        let texts = [&entry.authorization, &entry.notion_version, &entry.effect];
        let texts = texts.into_iter().flatten().chain(&entry.notes).map(String::len);
        let query = entry.query.iter().map(|(key, value)| key.len() + value.len());
        self.request.len()
            + self.response.len()
            + entry.method.len()
            + entry.path.len()
            + texts.chain(query).sum::<usize>()
    }

    /// The request for readers, with the secrets in its bodies blacked out.
    fn read(&self) -> Entry {
        let is_oauth = self.entry.path.starts_with("/v1/oauth/");
        // A form sent to an OAuth endpoint may hold secrets under any name, so it is not shown.
        let text = || match is_oauth {
            true => json!("[redacted]"),
            false => json!(String::from_utf8_lossy(&self.request)),
        };
        let request = || serde_json::from_slice(&self.request).unwrap_or_else(|_| text());
        let mut entry = self.entry.clone();
        entry.request_body = (!self.request.is_empty()).then(request);
        entry.token_sha256 = entry.request_body.as_ref().filter(|_| is_oauth).and_then(|body| {
            let token = ["refresh_token", "token"]
                .iter()
                .find_map(|key| body.get(key)?.as_str())?;
            Some(Secret::from(token).hash())
        });
        entry.response_body = serde_json::from_slice(&self.response).ok();
        entry.request_id = entry
            .response_body
            .as_ref()
            .and_then(|body| body.get("request_id")?.as_str())
            .map(str::to_owned);
        entry
            .request_body
            .iter_mut()
            .chain(entry.response_body.iter_mut())
            .for_each(redact);
        // A code is a secret for as long as it was not exchanged. In answers the same key holds the code of an error.
        if let Some(body) = entry.request_body.as_mut().filter(|_| is_oauth)
            && let Some(code) = body.get_mut("code").filter(|code| code.is_string())
        {
            *code = json!("[redacted]");
        }
        entry
    }
}

impl Journal {
    /// Adds a request, and forgets the oldest ones where there are too many.
    fn add(&self, record: Record) {
        let Ok(mut kept) = self.kept.lock() else { return };
        kept.bytes += record.bytes();
        kept.count += 1;
        kept.records.push_back(record);
        while kept.records.len() > MAX_ENTRIES || kept.bytes > MAX_BYTES {
            let Some(oldest) = kept.records.pop_front() else {
                break;
            };
            kept.bytes -= oldest.bytes();
        }
    }

    /// All requests that are still remembered.
    pub(crate) fn all(&self) -> Vec<Entry> {
        self.kept
            .lock()
            .map(|kept| kept.records.iter().map(Record::read).collect())
            .unwrap_or_default()
    }

    /// The requests after the `after`th since the start, at most the latest `limit`, and the number of the last one.
    pub(crate) fn after(&self, after: u64, limit: usize) -> (u64, Vec<Entry>) {
        let Ok(kept) = self.kept.lock() else {
            return (after, Vec::new());
        };
        let new = usize::try_from(kept.count.saturating_sub(after)).unwrap_or(usize::MAX);
        let skip = kept.records.len().saturating_sub(new.min(limit));
        let records = kept.records.iter().skip(skip);
        (kept.count, records.map(Record::read).collect())
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        if let Ok(mut kept) = self.kept.lock() {
            *kept = Kept {
                count: kept.count,
                ..Kept::default()
            };
        }
    }
}

/// `Bearer abc` → `Bearer [redacted]`.
fn redacted_header(value: &str) -> String {
    let scheme = value
        .split_whitespace()
        .next()
        .filter(|scheme| ["bearer", "basic"].contains(&scheme.to_lowercase().as_str()));
    format!("{} [redacted]", scheme.unwrap_or("?"))
}

/// Tokens stand at the top level of the bodies that carry them.
fn redact(value: &mut Value) {
    let Some(map) = value.as_object_mut() else { return };
    for key in SECRETS {
        if let Some(secret) = map.get_mut(key).filter(|secret| secret.is_string()) {
            *secret = json!("[redacted]");
        }
    }
}
