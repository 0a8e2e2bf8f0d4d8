//! What was asked and what was answered.

use std::collections::VecDeque;
use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::engine::time;

/// How many requests are remembered.
const MAX_ENTRIES: usize = 10_000;
/// The fields whose values are secrets.
const SECRETS: [&str; 4] = ["access_token", "refresh_token", "token", "client_secret"];

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

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Mutex<VecDeque<Entry>>,
}

impl Journal {
    /// Adds an entry, with the secrets in its bodies blacked out.
    pub(crate) fn add(&self, mut entry: Entry) {
        entry.request_body.iter_mut().for_each(redact);
        entry.response_body.iter_mut().for_each(redact);
        if let Ok(mut entries) = self.entries.lock() {
            if entries.len() == MAX_ENTRIES {
                entries.pop_front();
            }
            entries.push_back(entry);
        }
    }

    /// All entries.
    pub(crate) fn all(&self) -> Vec<Entry> {
        self.entries
            .lock()
            .map(|entries| entries.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        if let Ok(mut entries) = self.entries.lock() {
            entries.clear();
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
