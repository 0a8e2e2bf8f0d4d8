//! HAR files, as browsers, proxies and debuggers save them.

use serde_json::Value;

use super::{Noted, address, body, collect, entries, given, status};
use crate::import::exchange::Recording;

/// Reads what stands under `log`.
///
/// # Errors
///
/// A sentence that names the entry.
pub(super) fn read(log: &Value) -> Result<Recording, String> {
    collect(entries(log, "entries")?, "entry", |entry| {
        let Some(address) = address(given(entry, "/request/url")?)? else {
            return Ok(None);
        };
        let status = status(entry.pointer("/response/status"), "/response/status")?;
        // A request that was blocked or aborted has the status 0.
        if status == 0 {
            return Ok(None);
        }
        let body = |pointer: &str, side: &str| {
            let coding = header(entry, side, "content-encoding").unwrap_or_default();
            body::decode(entry.pointer(pointer).unwrap_or(&Value::Null), coding)
        };
        Noted {
            method: given(entry, "/request/method")?,
            address,
            version: header(entry, "request", "notion-version").map(str::to_owned),
            // What cannot be read of a request is not missed: what counts is what was answered.
            request: body("/request/postData", "request").unwrap_or_default(),
            status,
            answer: body("/response/content", "response")?,
        }
        .exchange()
    })
}

fn header<'a>(entry: &'a Value, side: &str, name: &str) -> Option<&'a str> {
    let headers = entry.get(side)?.get("headers")?.as_array()?;
    let is_it = |header: &&Value| {
        let found = header.get("name").and_then(Value::as_str);
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    headers.iter().find(is_it)?.get("value")?.as_str()
}
