//! The endpoints: functions from parameters to a request, and from a response to what it says. No I/O.

pub(crate) mod data_sources;
pub(crate) mod databases;
pub(crate) mod pages;
pub(crate) mod search;
pub(crate) mod users;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use notion_schema::json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::{self, Error, ErrorKind, Result};

/// The version of the API that this crate speaks.
///
/// Source: <https://developers.notion.com/reference/versioning>.
pub const NOTION_VERSION: &str = "2026-03-11";

/// What to do where Notion cannot find something.
pub(crate) const SHARE: &str = "Share the page or database with the connection: open it in Notion, ••• → Connections → + Add connection.";

/// A request without the parts that are the same for all: host, credentials, version.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) endpoint: &'static str,
    pub(crate) effect: Effect,
    pub(crate) http: http::Request<Bytes>,
}

/// What a request does, and so whether it may be sent again when its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes nothing.
    Read,
    /// It changes something, and sending it twice may do it twice.
    Write,
}

/// The body of a successful response.
#[derive(Debug)]
pub(crate) struct Response {
    endpoint: &'static str,
    effect: Effect,
    text: String,
}

impl Request {
    fn new(
        endpoint: &'static str,
        effect: Effect,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<Self> {
        let uri: Uri = path.parse().map_err(|error: http::uri::InvalidUri| {
            Error::new(ErrorKind::InvalidInput, format!("`{path}` cannot stand in a URL")).with_source(error)
        })?;
        let mut http = http::Request::new(Bytes::new());
        *http.method_mut() = method;
        *http.uri_mut() = uri;
        if let Some(body) = body {
            if body.len() > MAX_BODY {
                let length = body.len();
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    format!("the request has {length} bytes, and Notion takes {MAX_BODY}"),
                )
                .with_hint("Nothing was sent. Write fewer or shorter values at a time."));
            }
            http.headers_mut().insert(
                http::header::CONTENT_TYPE,
                http::HeaderValue::from_static("application/json"),
            );
            *http.body_mut() = body.into();
        }
        Ok(Self {
            endpoint,
            effect,
            http,
        })
    }
}

/// Source: <https://developers.notion.com/reference/request-limits>, 500 KB.
const MAX_BODY: usize = 500_000;

impl Response {
    pub(crate) fn new(request: &Request, text: String) -> Self {
        Self {
            endpoint: request.endpoint,
            effect: request.effect,
            text,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.text).map_err(|error| self.broken(error))
    }

    /// The error that the response is not what the API promises.
    ///
    /// The cause says where it stopped; no part of the body is kept.
    pub(crate) fn broken(&self, error: impl Into<Unexpected>) -> Error {
        let Unexpected { at, source } = error.into();
        let hint = if matches!(self.text.trim_start().as_bytes().first(), Some(b'{')) {
            "This may be a change of the API that this version does not know: please report it."
        } else {
            PROXY
        };
        let error = Error::new(
            ErrorKind::Response,
            format!("Notion's response is not what the API promises, {at}"),
        )
        .with_hint(hint)
        .with_endpoint(self.endpoint)
        .with_source(source);
        self.after(error)
    }

    /// An error that came after this response. A write was carried out by then, and whoever took the error for its
    /// failure would do it twice.
    pub(crate) fn after(&self, error: Error) -> Error {
        if self.effect == Effect::Read || error.kind() == ErrorKind::Stored {
            return error;
        }
        let id = first_id(&self.text);
        let what = id
            .as_deref()
            .map_or_else(|| "it".to_owned(), |id| format!("page {id}"));
        let response = error::Response {
            committed_ids: id.into_iter().collect(),
            ..error::Response::default()
        };
        Error::new(
            ErrorKind::Stored,
            format!("Notion stored {what}, but what it answered could not be read"),
        )
        .with_endpoint(self.endpoint)
        .with_response(response)
        .with_hint(format!("Do not send it again. What was wrong: {error}"))
        .with_source(error)
    }
}

/// The id of the object that a response begins with, if that much of it can be read.
fn first_id(text: &str) -> Option<String> {
    let mut reader = json::Reader::new(text);
    reader.begin_object().ok()?;
    while let Some(key) = reader.key().ok()? {
        if key == "id" {
            return reader.string().ok().map(Into::into);
        }
        reader.skip().ok()?;
    }
    None
}

const PROXY: &str = "Is a proxy or a firewall between this machine and Notion?";

/// Where a response is not what it should be.
pub(crate) struct Unexpected {
    pub(crate) at: String,
    pub(crate) source: Box<dyn std::error::Error + Send + Sync>,
}

impl From<json::Error> for Unexpected {
    fn from(error: json::Error) -> Self {
        Self {
            at: format!("at byte {}", error.position()),
            source: Box::new(error),
        }
    }
}

impl From<serde_json::Error> for Unexpected {
    fn from(error: serde_json::Error) -> Self {
        Self {
            at: format!("at line {} column {}", error.line(), error.column()),
            source: Box::new(error),
        }
    }
}

impl From<std::str::Utf8Error> for Unexpected {
    fn from(error: std::str::Utf8Error) -> Self {
        Self {
            at: format!("at byte {}", error.valid_up_to()),
            source: Box::new(error),
        }
    }
}

/// The error that a response with that status stands for.
///
/// Fields are taken one by one, so that an odd one does not cost the others.
///
/// Source: <https://developers.notion.com/reference/status-codes>.
pub(crate) fn error(
    endpoint: &'static str,
    effect: Effect,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let field = |name: &str| body[name].as_str().map(str::to_owned);
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let data = &body["additional_data"];
    let after = header("retry-after").or_else(|| data["retry_after"].as_str().map(str::to_owned));
    let code = field("code");
    let kind = kind(status, code.as_deref(), effect);
    let response = error::Response {
        status: Some(status),
        code,
        request_id: field("request_id").or_else(|| header("x-notion-request-id")),
        retry_after: after.and_then(|after| crate::transport::retry_after(&after)),
        committed_ids: committed(data),
        additional_data: (!data.is_null()).then(|| data.to_string().into()),
        is_blocked: data["rate_limit_reason"] == "public_api_request_blocked",
    };
    let message = field("message");
    let is_notion = message.is_some();
    let message = message.unwrap_or_else(|| format!("an answer that is not Notion's, {status}"));
    let error = Error::new(kind, message)
        .with_endpoint(endpoint)
        .with_response(response);
    match kind {
        _ if !is_notion => error.with_hint(PROXY),
        ErrorKind::Unauthorized => error.with_hint(
            "Copy the installation access token again from the Configuration tab of the connection: it ends when it is refreshed there, and when the connection is removed.",
        ),
        // A person is no page that could be shared, and Notion says what to do.
        ErrorKind::NotFound if error.message().starts_with("Could not find user") => error,
        ErrorKind::NotFound => error.with_hint(SHARE),
        ErrorKind::Forbidden => error.with_hint(
            "Check the capabilities in the Configuration tab of the connection, and the limits of the workspace's plan.",
        ),
        ErrorKind::OutcomeUnknown => error.with_hint("It may have been carried out: look before sending it again."),
        _ => error,
    }
}

fn kind(status: StatusCode, code: Option<&str>, effect: Effect) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 if code == Some("row_limit_exceeded") => ErrorKind::Forbidden,
        409 => ErrorKind::Conflict,
        429 | 529 => ErrorKind::RateLimited,
        500.. if effect == Effect::Write => ErrorKind::OutcomeUnknown,
        500.. => ErrorKind::Unavailable,
        300..=399 => ErrorKind::Response,
        _ => ErrorKind::Validation,
    }
}

/// What a 503 says was saved all the same.
fn committed(data: &Value) -> Vec<String> {
    let one = std::iter::once(&data["committed_resource_id"]);
    let several = data["committed_child_ids"].as_array().into_iter().flatten();
    one.chain(several)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Appends `filter_properties` to a path, so that a response holds only those columns.
///
/// Property ids come percent-encoded, and must not be encoded again. More of them than Notion takes in an array are left
/// out, and with them the restriction: columns that were not asked for are passed over when they are read.
fn with_filter_properties<'a>(mut path: String, ids: impl IntoIterator<Item = &'a str>) -> String {
    const MAX_PROPERTIES: usize = 100;
    let bare = path.len();
    for (count, id) in ids.into_iter().enumerate() {
        if count == MAX_PROPERTIES {
            path.truncate(bare);
            return path;
        }
        path.push(if count == 0 { '?' } else { '&' });
        path.push_str("filter_properties=");
        path.push_str(id);
    }
    path
}

/// A field that may be null, which says as little as one that is not there.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Joins the plain text of rich text items.
fn plain_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    struct Item {
        plain_text: Option<String>,
    }
    let items: Vec<Item> = or_default(deserializer)?;
    Ok(items.into_iter().filter_map(|item| item.plain_text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_asked_for_up_to_the_limit_of_an_array() {
        let path = with_filter_properties("/v1/pages".to_owned(), ["title", "%3AUPp"]);
        assert_eq!(path, "/v1/pages?filter_properties=title&filter_properties=%3AUPp");
        assert_eq!(with_filter_properties("/v1/pages".to_owned(), []), "/v1/pages");
        assert!(with_filter_properties(String::new(), ["a"; 100]).ends_with("=a"));
        assert_eq!(
            with_filter_properties("/v1/pages".to_owned(), ["a"; 101]),
            "/v1/pages"
        );
    }

    #[test]
    fn errors_keep_what_notion_says() {
        let body = br#"{"object":"error","status":503,"code":"service_unavailable","message":"Late.",
            "additional_data":{"committed_resource_id":"p","committed_child_ids":["a","b"]},"request_id":"r"}"#;
        let headers =
            HeaderMap::from_iter([(http::header::RETRY_AFTER, http::HeaderValue::from_static("7"))]);
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let late = error("POST /v1/pages", Effect::Write, status, &headers, body);
        assert_eq!(late.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(late.committed_ids(), ["p", "a", "b"]);
        assert_eq!(late.retry_after().map(|after| after.as_secs()), Some(7));
        assert_eq!(
            late.to_string(),
            "POST /v1/pages: Late (503 service_unavailable, request id r). It may have been carried out: look before sending it again."
        );
        let read = error("GET /v1/pages/{id}", Effect::Read, status, &headers, body);
        assert!(read.kind() == ErrorKind::Unavailable && read.is_retryable());
    }

    #[test]
    fn an_odd_field_does_not_cost_the_others() {
        for data in ["null", "[]", "5", "\"x\""] {
            let body = format!(
                r#"{{"code":"object_not_found","message":"No.","request_id":7,"additional_data":{data}}}"#
            );
            let error = error(
                "GET /v1/x",
                Effect::Read,
                StatusCode::NOT_FOUND,
                &HeaderMap::new(),
                body.as_bytes(),
            );
            assert!(error.to_string().contains("No (404 object_not_found)"), "{error}");
        }
    }

    #[test]
    fn a_page_of_a_proxy_is_not_taken_for_notion() {
        let html = b"<html>secret intranet</html>";
        let error = error(
            "GET /v1/users/me",
            Effect::Read,
            StatusCode::BAD_GATEWAY,
            &HeaderMap::new(),
            html,
        );
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("proxy") && !text.contains("secret intranet"),
            "{text}"
        );
    }
}
