//! A small client for the tests: plain HTTP, nothing of Notion's.

#![allow(dead_code, reason = "every test file uses its own part")]

pub(crate) mod oauth;
pub(crate) mod raw;

use std::io::Read as _;

use notion_sim::{Builder, Sim};
use serde_json::{Value, json};
use ureq::http::Request;

/// The newest version.
pub(crate) const VERSION: &str = "2026-03-11";

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn message(&self) -> &str {
        self.json["message"].as_str().unwrap_or_default()
    }

    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json
    }
}

/// Sends a request with exactly these headers. `Err` where the connection broke.
pub(crate) fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .timeout_global(Some(std::time::Duration::from_secs(20)))
        .build()
        .into();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = if body.is_empty() && method != "POST" && method != "PATCH" {
        agent.run(request.body(()).expect("a request"))?
    } else {
        agent.run(request.body(body.to_vec()).expect("a request"))?
    };
    let mut text = String::new();
    response
        .body_mut()
        .as_reader()
        .read_to_string(&mut text)
        .map_err(ureq::Error::Io)?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        json: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
    })
}

/// A client of one simulator with one token.
pub(crate) struct Client {
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) version: String,
}

impl Client {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self {
            base: sim.base_url(),
            token: sim.token().to_owned(),
            version: VERSION.to_owned(),
        }
    }

    pub(crate) fn with_token(sim: &Sim, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..Self::new(sim)
        }
    }

    pub(crate) fn at_version(sim: &Sim, version: &str) -> Self {
        Self {
            version: version.to_owned(),
            ..Self::new(sim)
        }
    }

    #[track_caller]
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", &self.version),
            ("content-type", "application/json"),
        ];
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        send(method, &format!("{}{path}", self.base), &headers, &body).expect("an answer")
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, body)
    }

    #[track_caller]
    pub(crate) fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call("PATCH", path, body)
    }

    /// Uploads a file in one piece; the id of the upload.
    #[track_caller]
    pub(crate) fn upload(&self, filename: &str, bytes: &[u8]) -> String {
        let upload = self.post("/v1/file_uploads", &json!({"filename": filename})).ok();
        let id = text(&upload["id"]);
        let head =
            format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\r\n");
        let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", &self.version),
            ("content-type", "multipart/form-data; boundary=b"),
        ];
        let url = format!("{}/v1/file_uploads/{id}/send", self.base);
        send("POST", &url, &headers, &body).expect("an answer").ok();
        id
    }

    /// A database with these columns; its id and that of its data source.
    #[track_caller]
    pub(crate) fn database(&self, parent: &str, title: &str, properties: &Value) -> (String, String) {
        let body = json!({
            "parent": {"page_id": parent},
            "title": [{"text": {"content": title}}],
            "initial_data_source": {"properties": properties},
        });
        let database = self.post("/v1/databases", &body).ok();
        (text(&database["id"]), text(&database["data_sources"][0]["id"]))
    }

    /// A row; the page as it was answered.
    #[track_caller]
    pub(crate) fn row(&self, source: &str, properties: &Value) -> Value {
        self.post(
            "/v1/pages",
            &json!({"parent": {"data_source_id": source}, "properties": properties}),
        )
        .ok()
    }

    /// What a query finds: the titles in the order of the answer.
    #[track_caller]
    pub(crate) fn titles(&self, source: &str, query: &Value) -> Vec<String> {
        let found = self.post(&format!("/v1/data_sources/{source}/query"), query).ok();
        found["results"]
            .as_array()
            .expect("results")
            .iter()
            .map(title)
            .collect()
    }
}

/// The simulator, started for a test.
pub(crate) fn start(builder: Builder) -> Sim {
    builder.start_blocking().expect("a simulator")
}

/// A text out of an answer.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The title of a page.
pub(crate) fn title(page: &Value) -> String {
    let cells = page["properties"].as_object().expect("properties");
    let title = cells
        .values()
        .find(|cell| cell["type"] == "title")
        .expect("a title");
    title["title"]
        .as_array()
        .expect("texts")
        .iter()
        .map(|item| text(&item["plain_text"]))
        .collect()
}

/// The value of a title property.
pub(crate) fn titled(content: &str) -> Value {
    json!({"title": [{"text": {"content": content}}]})
}
