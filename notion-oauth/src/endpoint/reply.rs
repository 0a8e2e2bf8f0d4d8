//! What an answer says. It is judged by its status and its JSON; what it calls its type is not trusted.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use jiff::Timestamp;
use notion_core::transport::retry_after;
use serde::Deserialize;
use uuid::Uuid;

use super::refusal::meaning;
use super::{Call, MAX_BODY};
use crate::error::{self, Error, ErrorKind, Result};

/// What `read` makes of a success, or the error that the answer is. `secrets` were sent, and are not repeated even if
/// the answer does.
pub(super) fn read<T>(
    call: Call,
    answer: &Response<Bytes>,
    secrets: &[&str],
    read: impl FnOnce(&str) -> Result<T, &'static str>,
) -> Result<T> {
    let (status, headers, body) = (answer.status(), answer.headers(), answer.body());
    if !status.is_success() {
        return Err(refused(call, status, headers, body, secrets));
    }
    object(body).and_then(read).map_err(|why| {
        let message = format!("the token endpoint answered, but {why}");
        let hint = format!(
            "Is the base URL right, and no proxy in between? Then {}.",
            call.again()
        );
        call.error(ErrorKind::Response, message, hint)
            .with_response(error::Response {
                status: Some(status),
                request_id: request_id(headers, None, secrets),
                ..error::Response::default()
            })
    })
}

/// The text of a JSON object, or what is wrong with it.
fn object(body: &[u8]) -> Result<&str, &'static str> {
    if body.len() > MAX_BODY {
        return Err("with more than 64 KiB");
    }
    let text = std::str::from_utf8(body).map_err(|_| "not in UTF-8")?;
    if !text.trim_start().starts_with('{') {
        return Err("not with a JSON object");
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text),
        Err(_) => Err("not with valid JSON"),
    }
}

/// The body of an error response: OAuth's form and Notion's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody<'a> {
    #[serde(borrow)]
    error: Option<Cow<'a, str>>,
    #[serde(borrow)]
    code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request_id: Option<Cow<'a, str>>,
}

/// The error that a refusal stands for. Descriptions are dropped: they may repeat anything.
fn refused(call: Call, status: StatusCode, headers: &HeaderMap, body: &[u8], secrets: &[&str]) -> Error {
    let body = Some(body)
        .filter(|body| body.len() <= MAX_BODY)
        .unwrap_or_default();
    let parsed: ErrorBody<'_> = serde_json::from_slice(body).unwrap_or_default();
    let code = parsed.error.or(parsed.code);
    let response = error::Response {
        status: Some(status),
        code: code
            .as_deref()
            .filter(|code| is_code(code, secrets))
            .map(str::to_owned),
        request_id: request_id(headers, parsed.request_id.as_deref(), secrets),
        retry_after: patience(headers),
    };
    meaning(call, status, code.as_deref()).with_response(response)
}

/// Whether this is an error code, such as `invalid_grant`, and nothing that was sent.
fn is_code(code: &str, secrets: &[&str]) -> bool {
    let is_word = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word && (1..=40).contains(&code.len()) && !repeats(code, secrets)
}

fn request_id(headers: &HeaderMap, of_body: Option<&str>, secrets: &[&str]) -> Option<String> {
    let of_header = || headers.get("x-notion-request-id")?.to_str().ok();
    of_body
        .or_else(of_header)
        .filter(|id| !repeats(id, secrets))
        .and_then(|id| Uuid::try_parse(id).ok())
        .map(|id| id.to_string())
}

fn repeats(text: &str, secrets: &[&str]) -> bool {
    secrets
        .iter()
        .any(|secret| text.contains(secret) || secret.contains(text))
}

fn patience(headers: &HeaderMap) -> Option<Duration> {
    retry_after(headers.get(header::RETRY_AFTER)?.to_str().ok()?)
}

/// What the server's clock says.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(date)
        .ok()
}
