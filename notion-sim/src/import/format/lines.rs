//! JSON Lines: one exchange per line, easy to write from any program.
//!
//! `method`, `path` and `status` are needed. `path` may have the query in it, or `query` has it as pairs. `request_body`
//! and `response_body` are JSON; `notion_version` is the header. Where lines have a `cassette`, those with the same one are
//! a recording of their own.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Noted, address, body, given, status};
use crate::import::exchange::{Exchange, Recording};

/// Reads the lines. Empty ones are skipped.
///
/// # Errors
///
/// A sentence that names the line.
pub(super) fn read(text: &str) -> Result<Vec<Recording>, String> {
    let mut recordings: IndexMap<String, Recording> = IndexMap::new();
    for (at, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let problem = |problem| format!("line {}: {problem}; correct the line or take it out", at + 1);
        let entry: Value =
            serde_json::from_str(line).map_err(|error| problem(format!("it is not JSON ({error})")))?;
        let name = entry.get("cassette").and_then(Value::as_str).unwrap_or_default();
        let recording = recordings.entry(name.to_owned()).or_default();
        recording.exchanges.extend(exchange(&entry).map_err(problem)?);
    }
    Ok(recordings.into_values().collect())
}

fn exchange(entry: &Value) -> Result<Option<Exchange>, String> {
    let Some(address) = address(given(entry, "/path")?)? else {
        return Ok(None);
    };
    let json = |key: &str| match entry.get(key) {
        Some(text @ Value::String(_)) => body::decode(text, ""),
        other => Ok(other.cloned().unwrap_or_default()),
    };
    let exchange = Noted {
        method: given(entry, "/method")?,
        address,
        version: entry
            .get("notion_version")
            .and_then(Value::as_str)
            .map(str::to_owned),
        request: json("request_body")?,
        status: status(entry.get("status"), "/status")?,
        answer: json("response_body")?,
    }
    .exchange()?;
    Ok(exchange.map(|exchange| Exchange {
        query: pairs(entry).chain(exchange.query).collect(),
        ..exchange
    }))
}

/// The query as a list of pairs.
fn pairs(entry: &Value) -> impl Iterator<Item = (String, String)> + '_ {
    let pairs = entry.get("query").and_then(Value::as_array).into_iter().flatten();
    pairs.filter_map(|pair| {
        let text = |at: usize| pair.get(at).and_then(Value::as_str).map(str::to_owned);
        Some((text(0)?, text(1)?))
    })
}
