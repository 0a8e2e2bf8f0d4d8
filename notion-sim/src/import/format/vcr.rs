//! Cassettes of VCR.py, whichever of its serializers and of the HTTP libraries it hooks into wrote them.

use serde_json::Value;

use super::{Noted, address, body, collect, entries, given, status};
use crate::import::exchange::Recording;

/// Reads a cassette.
///
/// # Errors
///
/// A sentence that names the interaction.
pub(super) fn read(cassette: &Value) -> Result<Recording, String> {
    collect(entries(cassette, "interactions")?, "interaction", |entry| {
        let Some(address) = address(given(entry, "/request/uri")?)? else {
            return Ok(None);
        };
        // Recordings made through httpx have the status and the body in another place.
        let is_httpx = entry.pointer("/response/status_code").is_some();
        let (code, content) = if is_httpx {
            ("/response/status_code", "/response/content")
        } else {
            ("/response/status/code", "/response/body")
        };
        let body = |pointer: &str, side: &str| {
            let coding = header(entry, side, "content-encoding").unwrap_or_default();
            body::decode(entry.pointer(pointer).unwrap_or(&Value::Null), coding)
        };
        Noted {
            method: given(entry, "/request/method")?,
            address,
            version: header(entry, "request", "notion-version").map(str::to_owned),
            // What cannot be read of a request is not missed: what counts is what was answered.
            request: body("/request/body", "request").unwrap_or_default(),
            status: status(entry.pointer(code), code)?,
            answer: body(content, "response")?,
        }
        .exchange()
    })
}

/// The first value of a header, whose name may be written in any case.
fn header<'a>(entry: &'a Value, side: &str, name: &str) -> Option<&'a str> {
    let headers = entry.get(side)?.get("headers")?.as_object()?;
    let (_, value) = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    value.get(0).unwrap_or(value).as_str()
}
