//! What the tests share.

#[cfg(unix)]
pub mod broken_disk;
pub mod installations;
mod place;
#[cfg(unix)]
pub mod postgres;

use std::collections::BTreeSet;
use std::io::Write;

use bytes::Bytes;
use notion_core::Notion;
use notion_core::transport::{HttpClient, Transport};
use notion_sim::Sim;
use saphyr_parser::{Event, Parser};
use serde_json::{Value, json};

use place::{files, folder};

/// A simulator, and a client with its token.
///
/// # Panics
/// When either cannot be started.
pub async fn simulator() -> (Sim, Notion) {
    let sim = Sim::start().await.expect("the simulator starts");
    let notion = client(&sim, sim.token());
    (sim, notion)
}

/// A client of the simulator with that token.
///
/// # Panics
/// When the token is none.
#[must_use]
pub fn client(sim: &Sim, token: &str) -> Notion {
    let token = notion_core::Token::new(token).expect("a token");
    Notion::builder()
        .base_url(sim.base_url())
        .token(token)
        .build()
        .expect("a client")
}

/// Makes a database on the page that is shared with the connection, and returns the `database` object.
///
/// # Panics
/// When the simulator refuses it.
pub async fn create_database(sim: &Sim, title: &str, properties: Value) -> Value {
    let body = json!({
        "parent": {"type": "page_id", "page_id": sim.parent_page_id()},
        "title": [{"type": "text", "text": {"content": title}}],
        "initial_data_source": {"properties": properties},
    });
    request(sim, "POST", "/v1/databases", &body).await
}

/// Sends a request that the client crates have no words for.
///
/// # Panics
/// When it is refused.
pub async fn request(sim: &Sim, method: &str, path: &str, body: &Value) -> Value {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", sim.base_url()))
        .header("authorization", format!("Bearer {}", sim.token()))
        .header("notion-version", notion_core::NOTION_VERSION)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let client = HttpClient::new(std::time::Duration::from_secs(10)).expect("a client");
    let answer = client.send(request).await.expect("an answer");
    let value = serde_json::from_slice(answer.body()).expect("JSON");
    assert!(answer.status().is_success(), "{method} {path}: {value:#}");
    value
}

/// The recorded interactions with the real API, or `None` where there are none on this machine.
///
/// `NOTION_RECORDINGS` names the folder; each line of each `*.jsonl` below it is one interaction.
///
/// # Panics
/// In CI, where nothing may be skipped; and when a recording cannot be read.
#[must_use]
pub fn recordings() -> Option<Vec<Value>> {
    let folder = folder();
    let files = files(&folder, "jsonl");
    if files.is_empty() {
        let place = folder.display();
        assert!(
            std::env::var_os("CI").is_none(),
            "CI needs the recordings, and there are none in {place}"
        );
        // Straight to the terminal: what a test prints is only shown when it fails.
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let message = format!(
            "SKIPPED {test}: no recordings (*.jsonl) in {place}; NOTION_RECORDINGS names their folder\n"
        );
        let _ = std::io::stderr().write_all(message.as_bytes());
        return None;
    }
    let mut interactions = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a recording that can be read");
        interactions.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON")),
        );
    }
    Some(interactions)
}

/// The different bodies of recorded responses, or `None` as in [`recordings`].
///
/// The cassettes (`*.yaml`) that the lines were extracted from hold a few more, and all of them byte for byte as they were sent.
///
/// # Panics
/// As [`recordings`].
#[must_use]
pub fn recorded_bodies() -> Option<BTreeSet<String>> {
    let lines = recordings()?;
    let mut bodies: BTreeSet<_> = lines
        .iter()
        .map(|line| line["response_body"].to_string())
        .collect();
    for file in files(&folder(), "yaml") {
        let text = std::fs::read_to_string(&file).expect("a cassette that can be read");
        let mut key = String::new();
        for event in Parser::new_from_str(&text) {
            // Bytes have a tag: they are compressed, and not from Notion.
            let (Event::Scalar(scalar, .., None), _) = event.expect("YAML") else {
                continue;
            };
            if matches!(&*key, "string" | "content") && scalar.starts_with('{') {
                bodies.insert(scalar.into_owned());
                key.clear();
            } else {
                key = scalar.into_owned();
            }
        }
    }
    Some(bodies)
}

/// The snippets of the README and of the guide are tests, too.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../notion-core/guide/dates.md")]
    mod dates {}
    #[doc = include_str!("../../notion-core/guide/filters.md")]
    mod filters {}
    #[doc = include_str!("../../notion-core/guide/options.md")]
    mod options {}
    #[doc = include_str!("../../notion-core/guide/relations.md")]
    mod relations {}
    #[doc = include_str!("../../notion-core/guide/rows.md")]
    mod rows {}
    #[doc = include_str!("../../notion-core/guide/snapshots.md")]
    mod snapshots {}
    #[doc = include_str!("../../notion-core/guide/values.md")]
    mod values {}
    #[doc = include_str!("../../notion-core/guide/writes.md")]
    mod writes {}
}
