//! What all tests of Markdown use.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{self, Answer, Client};

pub(crate) const PAGE: &str = "11111111-1111-4111-8111-111111111111";

/// The id of a seeded block.
pub(crate) fn id(number: usize) -> String {
    format!("22222222-2222-4222-8222-{number:012}")
}

pub(crate) fn text(content: &str) -> Value {
    json!([{"type": "text", "text": {"content": content}, "plain_text": content}])
}

/// A seed with one page and these blocks: parent (0 is the page), type, payload.
pub(crate) fn seed(blocks: &[(usize, &str, Value)]) -> Value {
    let one = |(at, (parent, kind, payload)): (usize, &(usize, &str, Value))| {
        let parent = match parent {
            0 => json!({"type": "page_id", "page_id": PAGE}),
            _ => json!({"type": "block_id", "block_id": id(*parent)}),
        };
        json!({"object": "block", "id": id(at + 1), "parent": parent, "type": kind, *kind: payload})
    };
    let blocks: Vec<Value> = blocks.iter().enumerate().map(one).collect();
    json!({
        "format": "notion-sim-seed/1",
        "pages": [{
            "object": "page", "id": PAGE, "parent": {"type": "workspace", "workspace": true},
            "properties": {"title": {"id": "title", "type": "title", "title": text("A page")}},
        }],
        "blocks": blocks,
    })
}

pub(crate) fn path(of: &str) -> String {
    format!("/v1/pages/{of}/markdown")
}

/// A client, a fresh page with this text, and its id.
pub(crate) fn page(sim: &Sim, markdown: &str) -> (Client, String) {
    let client = Client::new(sim);
    let body = json!({"parent": {"page_id": sim.parent_page_id()}, "markdown": markdown, "properties": {"title": []}});
    let page = client.post("/v1/pages", &body).ok();
    let id = common::text(&page["id"]);
    (client, id)
}

/// The ids of what a page or block contains.
pub(crate) fn children(client: &Client, of: &str) -> Vec<String> {
    let list = client.get(&format!("/v1/blocks/{of}/children")).ok();
    let results = list["results"].as_array().expect("results");
    results.iter().map(|block| common::text(&block["id"])).collect()
}

pub(crate) fn replace(client: &Client, page: &str, text: &str) -> Answer {
    let body = json!({"type": "replace_content", "replace_content": {"new_str": text}});
    client.patch(&path(page), &body)
}

pub(crate) fn update(client: &Client, page: &str, updates: &[(&str, &str)]) -> Answer {
    let updates: Vec<Value> = updates
        .iter()
        .map(|(old, new)| json!({"old_str": old, "new_str": new}))
        .collect();
    let body = json!({"type": "update_content", "update_content": {"content_updates": updates}});
    client.patch(&path(page), &body)
}
