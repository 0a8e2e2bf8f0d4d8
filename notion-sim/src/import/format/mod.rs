//! Reading recordings: which format a file has is seen from what is in it, not from its name.

mod body;
mod har;
mod lines;
mod vcr;
mod yaml;

use hyper::Uri;
use serde_json::Value;

use super::exchange::{Exchange, Recording};
use crate::request::parse_query;

/// The host whose traffic counts. Recorders note down everything that a program sends.
pub(super) const NOTION: &str = "api.notion.com";
/// The oldest version whose databases hold data sources.
const OLDEST: &str = "2025-09-03";
/// What can be read, for messages.
const KNOWN: &str = "expected a VCR.py cassette (YAML or JSON, with `interactions`), a HAR file (with `log`) or JSON Lines \
                     (objects with `method`, `path`, `status`, `request_body` and `response_body`)";

/// Reads a file. It holds one recording, or, as JSON Lines, maybe several.
///
/// # Errors
///
/// A sentence that names the line or the entry and says what was expected there.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Recording>, String> {
    let text = text(bytes).ok_or_else(|| format!("it is not a text in UTF-8; {KNOWN}"))?;
    if !text.trim_start().starts_with('{') {
        return Ok(vec![vcr::read(&yaml::parse(text)?)?]);
    }
    if first(text).is_some_and(|value| value.get("method").is_some()) {
        return lines::read(text);
    }
    let document: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    Ok(vec![match document.get("log") {
        Some(log) => har::read(log)?,
        None => vcr::read(&document)?,
    }])
}

/// Whether a file could be a recording, and not a seed document.
pub(super) fn recognizes(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let is_cassette = || text.lines().any(|line| line.starts_with("interactions:"));
    match first(text) {
        Some(value) => ["method", "log", "interactions"]
            .iter()
            .any(|key| value.get(key).is_some()),
        None => is_cassette(),
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The first value of a JSON text, which tells JSON Lines from one document.
fn first(text: &str) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    values.next()?.ok()
}

/// What a recorder noted of a request to Notion and its answer; each format fills it in its own way.
struct Noted<'a> {
    method: &'a str,
    address: Uri,
    version: Option<String>,
    request: Value,
    status: u16,
    answer: Value,
}

impl Noted<'_> {
    /// The exchange, or nothing where its answer is damaged.
    ///
    /// # Errors
    ///
    /// A version without data sources.
    fn exchange(self) -> Result<Option<Exchange>, String> {
        let exchange = Exchange {
            method: self.method.to_uppercase(),
            path: self.address.path().to_owned(),
            query: parse_query(self.address.query().unwrap_or_default()),
            version: self.version,
            request: self.request,
            status: self.status,
            answer: self.answer,
        };
        match &exchange.version {
            Some(version) if exchange.succeeded() && version.as_str() < OLDEST => Err(format!(
                "it was made with Notion-Version {version}, whose databases have no data sources; use {OLDEST} or newer"
            )),
            _ => Ok(Some(exchange).filter(|exchange| !exchange.is_garbled())),
        }
    }
}

/// The address of a request; nothing where it was sent to somebody else, or about credentials only.
fn address(url: &str) -> Result<Option<Uri>, String> {
    if !url.starts_with('/') && !url.contains(NOTION) {
        return Ok(None);
    }
    let uri: Uri = url
        .parse()
        .map_err(|_| format!("`{url}` is not the address of a request"))?;
    let is_notion = uri.host().is_none_or(|host| host == NOTION);
    let is_api = uri.path().starts_with("/v1/") && !uri.path().starts_with("/v1/oauth/");
    Ok(Some(uri).filter(|_| is_notion && is_api))
}

/// A text that must be there.
fn given<'a>(entry: &'a Value, pointer: &str) -> Result<&'a str, String> {
    let value = entry.pointer(pointer).and_then(Value::as_str);
    value.ok_or_else(|| missing(pointer, "a text"))
}

/// A status that must be there.
fn status(value: Option<&Value>, pointer: &str) -> Result<u16, String> {
    let status = value
        .and_then(Value::as_u64)
        .and_then(|code| u16::try_from(code).ok());
    status.ok_or_else(|| missing(pointer, "an HTTP status"))
}

fn missing(pointer: &str, what: &str) -> String {
    format!(
        "`{}` should be {what}",
        pointer.trim_start_matches('/').replace('/', ".")
    )
}

/// The list that makes a document a recording.
fn entries<'a>(document: &'a Value, key: &str) -> Result<&'a [Value], String> {
    let entries = document.get(key).and_then(Value::as_array);
    entries
        .map(Vec::as_slice)
        .ok_or_else(|| format!("it is no recording; {KNOWN}"))
}

/// The exchanges of a list of entries. A problem is reported with the number of its entry, counted from 1.
fn collect(
    entries: &[Value],
    what: &str,
    read: impl Fn(&Value) -> Result<Option<Exchange>, String>,
) -> Result<Recording, String> {
    let numbered = entries.iter().enumerate().map(|(at, entry)| {
        read(entry).map_err(|problem| {
            format!(
                "{what} {}: {problem}; record it again or take it out of the file",
                at + 1
            )
        })
    });
    let exchanges = numbered.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    Ok(Recording { exchanges })
}
