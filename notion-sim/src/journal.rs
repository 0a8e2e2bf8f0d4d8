//! What was asked and what was answered.

use std::collections::VecDeque;
use std::sync::Mutex;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::engine::time;

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
    /// The status of the answer; `None` where the connection was closed instead.
    pub status: Option<u16>,
    /// The JSON body of the answer.
    pub response_body: Option<Value>,
    /// The request id in the answer.
    pub request_id: Option<String>,
    /// The fault that took part in the answer, by its position in the list of faults at the time.
    pub fault: Option<usize>,
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
            "status": self.status,
            "response_body": self.response_body,
            "request_id": self.request_id,
            "fault": self.fault,
        })
    }
}

/// A request as it is kept: bodies as bytes, which take a tenth of the room of parsed JSON.
#[derive(Debug)]
pub(crate) struct Record {
    /// Everything but the bodies.
    pub(crate) entry: Entry,
    pub(crate) request: Bytes,
    pub(crate) response: Bytes,
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
}

impl Record {
    /// What it takes to remember the request, roughly.
    fn bytes(&self) -> usize {
        let entry = &self.entry;
        let texts = [&entry.authorization, &entry.notion_version];
        let texts = texts.into_iter().flatten().map(String::len);
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
    pub(crate) fn add(&self, record: Record) {
        let Ok(mut kept) = self.kept.lock() else { return };
        kept.bytes += record.bytes();
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

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        if let Ok(mut kept) = self.kept.lock() {
            *kept = Kept::default();
        }
    }
}

/// `Bearer abc` → `Bearer [redacted]`.
pub(crate) fn redacted_header(value: &str) -> String {
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
