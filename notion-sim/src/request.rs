//! A request as the rest of the program sees it, and what is answered.

use bytes::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, RANGE};
use hyper::http::request::Parts;
use serde_json::{Map, Value};

use crate::engine::id;
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// How deep the JSON of a request may be nested. The parser itself reads 128 levels; what is kept of a request must stay
/// readable inside a seed document, where it is a few levels deeper.
const MAX_DEPTH: usize = 100;

/// A request, read completely.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path without the query.
    pub(crate) path: String,
    /// Keys and values of the query, decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) content_type: Option<String>,
    /// The part of the answer that is wanted.
    pub(crate) range: Option<String>,
    /// How the client reaches the simulator: `http://127.0.0.1:6684`.
    pub(crate) origin: String,
    pub(crate) body: Bytes,
}

impl Request {
    /// A request out of its head and its body.
    pub(crate) fn new(head: &Parts, body: Bytes) -> Self {
        let header = |name: HeaderName| {
            head.headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
        };
        let host = head
            .uri
            .authority()
            .map(ToString::to_string)
            .or_else(|| header(HOST));
        let scheme = header(HeaderName::from_static("x-forwarded-proto")).filter(|scheme| scheme == "https");
        Self {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: parse_query(head.uri.query().unwrap_or_default()),
            authorization: header(AUTHORIZATION),
            version: header(HeaderName::from_static("notion-version")),
            content_type: header(CONTENT_TYPE),
            range: header(RANGE),
            origin: format!(
                "{}://{}",
                scheme.as_deref().unwrap_or("http"),
                host.as_deref().unwrap_or("localhost")
            ),
            body,
        }
    }

    /// The first value of a query key.
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a query key that may be repeated, spelled with or without `[]`.
    pub(crate) fn query_list(&self, key: &str) -> Vec<&str> {
        let bracketed = format!("{key}[]");
        let indexed = format!("{key}[");
        self.query
            .iter()
            .filter(|(name, _)| {
                name == key || *name == bracketed || (name.starts_with(&indexed) && name.ends_with(']'))
            })
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The body as JSON. No body at all counts as an empty object.
    ///
    /// # Errors
    ///
    /// 400 `invalid_json` for what does not parse.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Ok(Value::Object(Map::new()));
        }
        serde_json::from_slice(&self.body)
            .ok()
            .filter(|body| is_shallow(body, MAX_DEPTH))
            .ok_or_else(|| Refusal::new(400, "invalid_json", "Error parsing JSON body."))
    }
}

/// Whether lists and objects are nested at most this deep.
fn is_shallow(value: &Value, levels: usize) -> bool {
    let deeper = levels.checked_sub(1);
    let fits = |inner: &Value| deeper.is_some_and(|levels| is_shallow(inner, levels));
    match value {
        Value::Array(items) => items.iter().all(fits),
        Value::Object(map) => map.values().all(fits),
        _ => true,
    }
}

/// The body as an object.
pub(crate) fn object(body: &Value) -> Result<Fields<'_>, Refusal> {
    Fields::of(body, Path::body())
}

/// Splits `a=1&b=2` and undoes its encoding, in which `+` is a blank.
pub(crate) fn parse_query(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| id::decode(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// What goes back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The JSON in the body, for faults that change it, or strike after the change and want to name what was saved.
    pub(crate) json: Option<Value>,
    /// What the journal says about it.
    pub(crate) notes: Vec<String>,
    /// Whether something was changed.
    pub(crate) changed: bool,
}

/// What the network in front of Notion adds to every answer, also to those that Notion never saw. Clients tell these from the
/// others by the missing request id, and name the ray in their errors.
pub(crate) fn edge_headers(request_id: &str) -> [(String, String); 3] {
    let ray: String = request_id
        .chars()
        .filter(|digit| *digit != '-')
        .take(16)
        .collect();
    [
        ("server".into(), "cloudflare".into()),
        ("cf-ray".into(), format!("{ray}-AMS")),
        ("cf-cache-status".into(), "DYNAMIC".into()),
    ]
}

impl Answer {
    /// A JSON answer as it stands.
    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
            body: Bytes::from(value.to_string()),
            json: Some(value),
            notes: Vec::new(),
            changed: false,
        }
    }

    /// A JSON object of the API: `request_id` becomes its last key and is repeated in the header.
    pub(crate) fn api(status: u16, mut body: Map<String, Value>, request_id: &str) -> Self {
        body.shift_remove("request_id");
        body.insert("request_id".into(), Value::String(request_id.to_owned()));
        Self::bare(status, body, request_id)
    }

    /// A JSON object of the API whose request id is in the header only.
    pub(crate) fn bare(status: u16, body: Map<String, Value>, request_id: &str) -> Self {
        let mut answer = Self::json(status, Value::Object(body));
        answer.headers.extend([
            ("x-notion-request-id".into(), request_id.to_owned()),
            ("vary".into(), "Accept-Encoding".into()),
            ("x-content-type-options".into(), "nosniff".into()),
            ("content-security-policy".into(), "default-src 'none'".into()),
            ("referrer-policy".into(), "strict-origin-when-cross-origin".into()),
        ]);
        answer.headers.extend(edge_headers(request_id));
        answer
    }

    /// A refusal in Notion's envelope.
    pub(crate) fn refusal(refusal: &Refusal, request_id: &str) -> Self {
        let mut answer = Self::api(refusal.status, refusal.to_json(), request_id);
        answer.headers.extend(refusal.headers.clone());
        answer
    }

    /// A page for people.
    pub(crate) fn html(status: u16, html: String) -> Self {
        let headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            (
                "content-security-policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            ),
            ("referrer-policy", "no-referrer"),
        ];
        Self {
            status,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: Bytes::from(html),
            json: None,
            notes: Vec::new(),
            changed: false,
        }
    }

    /// Sends the browser elsewhere.
    pub(crate) fn redirect(location: &str) -> Self {
        let headers = [
            ("location", location),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ];
        Self {
            status: 302,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: Bytes::new(),
            json: None,
            notes: Vec::new(),
            changed: false,
        }
    }
}
