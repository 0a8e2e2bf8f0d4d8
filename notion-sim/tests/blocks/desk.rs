//! What all tests of blocks use.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{Answer, Client, start, text};

/// A simulator with an empty page.
pub(crate) struct Desk {
    pub(crate) sim: Sim,
    pub(crate) client: Client,
    pub(crate) page: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let sim = start(Sim::builder());
        let client = Client::new(&sim);
        let page = new_page(&client, &sim.parent_page_id(), &json!({}));
        let page = text(&page["id"]);
        Self { sim, client, page }
    }

    #[track_caller]
    pub(crate) fn append(&self, to: &str, body: &Value) -> Answer {
        self.client.patch(&format!("/v1/blocks/{to}/children"), body)
    }

    /// Appends blocks and gives them back as they were answered.
    #[track_caller]
    pub(crate) fn add(&self, to: &str, children: &Value) -> Vec<Value> {
        let answer = self.append(to, &json!({"children": children})).ok();
        assert_eq!(
            (&answer["type"], &answer["has_more"]),
            (&json!("block"), &json!(false))
        );
        answer["results"].as_array().expect("results").clone()
    }

    /// Appends one block to the page; its id.
    #[track_caller]
    pub(crate) fn one(&self, child: &Value) -> String {
        text(&self.add(&self.page, &json!([child]))[0]["id"])
    }

    #[track_caller]
    pub(crate) fn block(&self, id: &str) -> Value {
        self.client.get(&format!("/v1/blocks/{id}")).ok()
    }

    #[track_caller]
    pub(crate) fn children(&self, of: &str) -> Vec<Value> {
        let answer = self.client.get(&format!("/v1/blocks/{of}/children")).ok();
        answer["results"].as_array().expect("results").clone()
    }

    pub(crate) fn change(&self, id: &str, body: &Value) -> Answer {
        self.client.patch(&format!("/v1/blocks/{id}"), body)
    }

    pub(crate) fn delete(&self, id: &str) -> Answer {
        self.client
            .call("DELETE", &format!("/v1/blocks/{id}"), &Value::Null)
    }

    /// The refusal of blocks that shall go into the page.
    #[track_caller]
    pub(crate) fn refused(&self, children: &Value) -> String {
        let before = self.sim.state();
        let answer = self.append(&self.page, &json!({"children": children}));
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{}",
            answer.text
        );
        assert!(self.sim.state() == before, "a refused request changes nothing");
        answer.message().to_owned()
    }
}

pub(crate) fn new_page(client: &Client, parent: &str, more: &Value) -> Value {
    let mut body = json!({"parent": {"page_id": parent}});
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    client.post("/v1/pages", &body).ok()
}

/// Rich text as a request has it.
pub(crate) fn said(content: &str) -> Value {
    json!([{"text": {"content": content}}])
}

/// The same as it reads back.
pub(crate) fn read(content: &str) -> Value {
    json!([{
        "type": "text", "text": {"content": content, "link": null},
        "annotations": {"bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default"},
        "plain_text": content, "href": null,
    }])
}

pub(crate) fn paragraph(content: &str) -> Value {
    json!({"paragraph": {"rich_text": said(content)}})
}

/// The texts of blocks in their order.
pub(crate) fn texts(blocks: &[Value]) -> Vec<String> {
    blocks
        .iter()
        .map(|block| text(&block[text(&block["type"])]["rich_text"][0]["plain_text"]))
        .collect()
}

/// The keys of an object in their order.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// The lines of a table in JSON.
pub(crate) fn rows<const N: usize>(table: &Value) -> Vec<[Value; N]> {
    let lines = table.as_array().expect("a table").iter();
    let cells = lines.map(|line| line.as_array().expect("a line").clone());
    cells.map(|cells| cells.try_into().expect("cells")).collect()
}
