//! The way to the simulator, which remembers what goes over it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use notion_core::transport::{HttpClient, Transport, TransportError};
use notion_core::{BoxFuture, Notion, Token};
use notion_sim::Sim;
use serde_json::{Value, json};

/// Hands requests on, and keeps what each of them asked.
#[derive(Clone)]
pub(crate) struct Recorder {
    client: Arc<HttpClient>,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// A request as it left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    /// The bytes; empty where there are none.
    pub(crate) body: String,
    /// Whether it was sent to the simulator: what was made of recordings about other workspaces is not.
    pub(crate) is_sent: bool,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self {
            client: Arc::new(HttpClient::new(Duration::from_secs(10)).unwrap()),
            requests: Arc::default(),
        }
    }

    /// A client whose requests are recorded.
    pub(crate) fn client(&self, sim: &Sim) -> Notion {
        Notion::builder()
            .base_url(sim.base_url())
            .token(Token::new(sim.token()).unwrap())
            .requests_per_minute(1_000_000)
            .transport(self.clone())
            .build()
            .unwrap()
    }

    /// Sends a body that no client made, and gives the answer.
    pub(crate) async fn post(&self, sim: &Sim, method: &str, path: &str, body: String) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", sim.base_url()))
            .header("authorization", format!("Bearer {}", sim.token()))
            .header("notion-version", notion_core::NOTION_VERSION)
            .header("content-type", "application/json")
            .body(Bytes::from(body.clone()))
            .unwrap();
        let answer = self.send(request).await.unwrap();
        let value = serde_json::from_slice(answer.body()).unwrap();
        assert!(answer.status().is_success(), "{method} {path} {body}: {value:#}");
        value
    }

    /// Keeps a request without sending it.
    pub(crate) fn keep(&self, method: &str, path: &str, body: &str) {
        self.push(method, path, body, false);
    }

    fn push(&self, method: &str, path: &str, body: &str, is_sent: bool) {
        self.requests.lock().unwrap().push(Request {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.to_owned(),
            is_sent,
        });
    }

    /// All requests that differ.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let mut requests = self.requests.lock().unwrap().clone();
        requests.sort();
        requests.dedup();
        requests
    }
}

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        self.push(
            request.method().as_str(),
            request.uri().path_and_query().unwrap().as_str(),
            std::str::from_utf8(request.body()).unwrap(),
            true,
        );
        self.client.send(request)
    }
}

impl Request {
    /// The body as a value; `null` where there is none.
    pub(crate) fn value(&self) -> Value {
        match &*self.body {
            "" => Value::Null,
            body => serde_json::from_str(body).unwrap(),
        }
    }

    /// The method, and the path without its ids and query: `PATCH /v1/pages/{id}`.
    pub(crate) fn endpoint(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let mut segments: Vec<_> = path.split('/').collect();
        for at in (3..segments.len()).step_by(2) {
            segments[at] = match segments[at - 1] {
                "properties" => "{property_id}",
                _ if segments[at] == "me" => "me",
                _ => "{id}",
            };
        }
        format!("{} {}", self.method, segments.join("/"))
    }

    /// As a line of the file that the TypeScript side reads.
    pub(crate) fn line(&self) -> String {
        json!({"method": self.method, "path": self.path, "body": self.body, "is_sent": self.is_sent})
            .to_string()
    }
}
