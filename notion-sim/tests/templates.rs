//! Templates of data sources.

mod common;

use common::{Client, start, text, title, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

const ABSENT: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";

/// A data source with two templates, the first of which is the default and has content.
struct Bugs {
    sim: Sim,
    client: Client,
    source: String,
    urgent: String,
    plain: String,
}

fn mention(payload: &Value) -> Value {
    json!({"type": "mention", "mention": {"type": "template_mention", "template_mention": payload}, "annotations": {"bold": true},
           "plain_text": "@x", "href": null})
}

fn block(id: u32, parent: &Value, kind: &str, rich_text: &Value) -> Value {
    json!({"object": "block", "id": format!("00000000-0000-4000-8000-0000000000{id:02}"), "parent": parent, "type": kind,
           "has_children": false, "in_trash": false, kind: {"rich_text": rich_text, "color": "default"}})
}

impl Bugs {
    fn new() -> Self {
        let sim = start(Sim::builder());
        sim.set_now("2026-06-27T23:30:10Z".parse().expect("a time"));
        let client = Client::new(&sim);
        let options = json!([{"name": "High"}, {"name": "Low"}]);
        let columns = json!({
            "Name": {"title": {}}, "Priority": {"select": {"options": options}}, "Points": {"number": {}}, "Status": {"status": {}},
        });
        let (_, source) = client.database(&sim.parent_page_id(), "Bugs", &columns);
        let row = |name: &str, more: Value| {
            let mut properties = more;
            properties["Name"] = titled(name);
            text(&client.row(&source, &properties)["id"])
        };
        let status = json!({"status": {"name": "In progress"}});
        let urgent = row(
            "Urgent Bug",
            json!({"Priority": {"select": {"name": "High"}}, "Points": {"number": 8}, "Status": status}),
        );
        let plain = row("Plain Bug", json!({}));
        row("A row", json!({}));
        client
            .patch(&format!("/v1/pages/{urgent}"), &json!({"icon": {"emoji": "🐞"}}))
            .ok();

        let mut seed = sim.state();
        let text = |content: &str| json!({"type": "text", "text": {"content": content, "link": null}, "plain_text": content});
        let in_page = json!({"type": "page_id", "page_id": urgent});
        let in_toggle = json!({"type": "block_id", "block_id": "00000000-0000-4000-8000-000000000002"});
        let today = mention(&json!({"type": "template_mention_date", "template_mention_date": "today"}));
        let now = mention(&json!({"type": "template_mention_date", "template_mention_date": "now"}));
        let me = mention(&json!({"type": "template_mention_user", "template_mention_user": "me"}));
        let mut gone = block(4, &in_page, "paragraph", &json!([]));
        gone["in_trash"] = json!(true);
        seed["blocks"] = json!([
            block(1, &in_page, "heading_1", &json!([text("Steps"), today])),
            block(2, &in_page, "toggle", &json!([text("More")])),
            block(3, &in_toggle, "paragraph", &json!([now, me])),
            gone,
        ]);
        seed["templates"] = json!([
            {"data_source_id": source, "page_id": urgent, "is_default": true},
            {"data_source_id": source, "page_id": plain, "is_default": false},
        ]);
        sim.seed(&seed).expect("a seed");
        Self {
            sim,
            client,
            source,
            urgent,
            plain,
        }
    }

    fn templates(&self, query: &str) -> Value {
        self.client
            .get(&format!("/v1/data_sources/{}/templates{query}", self.source))
            .ok()
    }

    fn create(&self, properties: &Value, template: &Value) -> common::Answer {
        let body = json!({"parent": {"data_source_id": self.source}, "properties": properties, "template": template});
        self.client.post("/v1/pages", &body)
    }

    fn content(&self, page: &str) -> Vec<Value> {
        let list = self.client.get(&format!("/v1/blocks/{page}/children")).ok();
        list["results"].as_array().expect("results").clone()
    }
}

#[test]
fn templates_are_listed_and_are_no_rows() {
    let bugs = Bugs::new();
    let list = bugs.templates("");
    assert_eq!(
        list,
        json!({
            "templates": [
                {"id": bugs.urgent, "name": "Urgent Bug", "is_default": true},
                {"id": bugs.plain, "name": "Plain Bug", "is_default": false},
            ],
            "has_more": false,
            "next_cursor": null,
        }),
        "the body has no request id"
    );
    let answer = bugs
        .client
        .get(&format!("/v1/data_sources/{}/templates", bugs.source));
    assert_eq!(answer.header("x-notion-request-id").len(), 36);
    assert_eq!(
        bugs.templates("?name=URGENT")["templates"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let first = bugs.templates("?page_size=1");
    assert_eq!(
        (&first["has_more"], &first["next_cursor"]),
        (&json!(true), &json!(bugs.plain))
    );
    assert_eq!(
        bugs.templates(&format!("?start_cursor={}", bugs.plain))["templates"][0]["id"],
        json!(bugs.plain)
    );
    assert_eq!(bugs.client.titles(&bugs.source, &json!({})), ["A row"]);
    let missing = bugs.client.get(&format!("/v1/data_sources/{ABSENT}/templates"));
    assert_eq!(
        (missing.status, missing.json["request_id"].is_string()),
        (404, true)
    );
    let old = Client::at_version(&bugs.sim, "2022-06-28");
    assert_eq!(
        old.get(&format!("/v1/data_sources/{}/templates", bugs.source))
            .code(),
        "invalid_request_url"
    );
    let state = bugs.sim.state();
    bugs.sim.seed(&state).expect("a seed");
    assert!(bugs.sim.state() == state);
}

#[test]
fn a_new_page_is_blank_and_then_filled() {
    let bugs = Bugs::new();
    let template = json!({"type": "default", "timezone": "Europe/Berlin"});
    let made = bugs
        .create(
            &json!({"Name": titled("Mine"), "Points": {"number": 1}}),
            &template,
        )
        .ok();
    assert_eq!((title(&made).as_str(), &made["icon"]), ("Mine", &Value::Null));
    assert_eq!(made["properties"]["Priority"]["select"], Value::Null);
    let id = text(&made["id"]);
    let page = bugs.client.get(&format!("/v1/pages/{id}")).ok();
    let cells = &page["properties"];
    assert_eq!(
        (title(&page).as_str(), &cells["Points"]["number"]),
        ("Mine", &json!(1)),
        "what was given stays"
    );
    assert_eq!(cells["Priority"]["select"]["name"], "High");
    assert_eq!(cells["Status"]["status"]["name"], "In progress");
    assert_eq!(page["icon"]["emoji"], "🐞");

    let blocks = bugs.content(&id);
    assert_eq!(
        blocks.iter().map(|block| &block["type"]).collect::<Vec<_>>(),
        ["heading_1", "toggle"]
    );
    assert_eq!(blocks[0]["parent"], json!({"type": "page_id", "page_id": id}));
    assert_ne!(blocks[0]["id"], "00000000-0000-4000-8000-000000000001");
    let heading = &blocks[0]["heading_1"]["rich_text"];
    assert_eq!(heading[0]["plain_text"], "Steps");
    let today = &heading[1]["mention"];
    assert_eq!(
        (&today["type"], &today["date"]["start"]),
        (&json!("date"), &json!("2026-06-28")),
        "in Berlin it is tomorrow"
    );
    assert_eq!(heading[1]["annotations"]["bold"], true);
    let inside = bugs.content(&text(&blocks[1]["id"]));
    let [now, me] = [0, 1].map(|at| inside[0]["paragraph"]["rich_text"][at]["mention"].clone());
    assert_eq!(now["date"]["start"], "2026-06-28T01:30:00.000+02:00");
    assert_eq!(me["user"]["id"], bugs.client.get("/v1/users/me").ok()["id"]);
    assert_eq!(bugs.content(&bugs.urgent).len(), 2, "the template keeps its own");
    assert_eq!(bugs.client.titles(&bugs.source, &json!({})), ["Mine", "A row"]);

    let named = text(
        &bugs
            .create(
                &json!({}),
                &json!({"type": "template_id", "template_id": bugs.urgent}),
            )
            .ok()["id"],
    );
    assert_eq!(
        title(&bugs.client.get(&format!("/v1/pages/{named}")).ok()),
        "Urgent Bug"
    );
    let none = text(&bugs.create(&json!({}), &json!({"type": "none"})).ok()["id"]);
    assert!(bugs.content(&none).is_empty());
}

#[test]
fn any_page_can_serve_as_a_template_for_any_page() {
    let bugs = Bugs::new();
    let parent = json!({"page_id": bugs.sim.parent_page_id()});
    let template = json!({"type": "template_id", "template_id": bugs.urgent});
    let made = bugs
        .client
        .post("/v1/pages", &json!({"parent": parent, "template": template}))
        .ok();
    let page = bugs.client.get(&format!("/v1/pages/{}", text(&made["id"]))).ok();
    assert_eq!(
        (
            title(&page).as_str(),
            page["properties"].as_object().map(serde_json::Map::len)
        ),
        ("Urgent Bug", Some(1))
    );
    // A page that contains the page it is applied to.
    let template = json!({"type": "template_id", "template_id": bugs.sim.parent_page_id()});
    bugs.client
        .patch(
            &format!("/v1/pages/{}", text(&made["id"])),
            &json!({"template": template}),
        )
        .ok();
    let content = bugs.content(&text(&made["id"]));
    let kinds: Vec<&Value> = content.iter().map(|block| &block["type"]).collect();
    assert_eq!(
        kinds,
        ["heading_1", "toggle", "child_page"],
        "databases are left out"
    );
    assert_eq!(bugs.content(&text(&content[2]["id"])).len(), 2);
}

#[test]
fn a_page_that_is_there_is_merged_with_a_template_or_erased() {
    let bugs = Bugs::new();
    let id = text(&bugs.client.row(&bugs.source, &json!({"Name": titled("Mine")}))["id"]);
    let path = format!("/v1/pages/{id}");
    let template = json!({"type": "template_id", "template_id": bugs.urgent});
    let answer = bugs
        .client
        .patch(
            &path,
            &json!({"template": template, "properties": {"Points": {"number": 2}}}),
        )
        .ok();
    assert_eq!(
        (&answer["properties"]["Points"]["number"], &answer["icon"]),
        (&json!(2), &Value::Null)
    );
    let page = bugs.client.get(&path).ok();
    assert_eq!(title(&page), "Mine");
    assert_eq!(page["properties"]["Points"]["number"], 2);
    assert_eq!(page["properties"]["Priority"]["select"]["name"], "High");
    assert_eq!(bugs.content(&id).len(), 2);
    bugs.client
        .patch(&path, &json!({"template": {"type": "default"}}))
        .ok();
    assert_eq!(bugs.content(&id).len(), 4, "content is appended");
    let before = bugs.content(&id);
    bugs.client
        .patch(
            &path,
            &json!({"template": {"type": "default"}, "erase_content": true}),
        )
        .ok();
    let after = bugs.content(&id);
    assert_eq!(after.len(), 2);
    assert!(
        before
            .iter()
            .all(|old| after.iter().all(|new| old["id"] != new["id"]))
    );
    bugs.client.patch(&path, &json!({"erase_content": true})).ok();
    assert!(bugs.content(&id).is_empty());
    assert_eq!(
        bugs.client
            .get(&format!("/v1/blocks/{}", text(&after[0]["id"])))
            .ok()["in_trash"],
        true
    );
}

#[test]
fn what_cannot_be_applied_is_refused_and_makes_no_page() {
    let bugs = Bugs::new();
    let (_, other) = bugs
        .client
        .database(&bugs.sim.parent_page_id(), "Other", &json!({}));
    let rows = bugs.client.titles(&bugs.source, &json!({}));
    for (template, message) in [
        (
            json!({"type": "some"}),
            "body failed validation: body.template.type should be `\"none\"`, `\"default\"`, or `\"template_id\"`",
        ),
        (
            json!({"type": "template_id"}),
            "body failed validation: body.template.template_id should be defined",
        ),
        (
            json!({"type": "default", "template_id": ABSENT}),
            "body failed validation: body.template.template_id should be not present",
        ),
        (
            json!({"type": "default", "timezone": "Mars/Olympus"}),
            "body failed validation: body.template.timezone should be a valid IANA time zone, instead was `\"Mars/Olympus\"`.",
        ),
        (
            json!({"type": "template_id", "template_id": ABSENT}),
            "Could not find a template with ID: 7855b161",
        ),
    ] {
        let answer = bugs.create(&json!({}), &template);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{}",
            answer.text
        );
        assert!(answer.message().starts_with(message), "{}", answer.text);
    }
    let body = json!({"parent": {"data_source_id": other}, "template": {"type": "default"}});
    assert_eq!(
        bugs.client.post("/v1/pages", &body).message(),
        "The data source has no default template."
    );
    let child = json!({"paragraph": {"rich_text": []}});
    let body = json!({"parent": {"data_source_id": bugs.source}, "template": {"type": "default"}, "children": [child]});
    assert!(
        bugs.client
            .post("/v1/pages", &body)
            .message()
            .contains("body.children should be not present")
    );
    let none = bugs.client.patch(
        &format!("/v1/pages/{}", bugs.urgent),
        &json!({"template": {"type": "none"}}),
    );
    assert!(
        none.message()
            .contains("body.template.type should be `\"default\"` or `\"template_id\"`"),
        "{}",
        none.text
    );
    assert_eq!(bugs.client.titles(&bugs.source, &json!({})), rows);

    bugs.client
        .patch(&format!("/v1/pages/{}", bugs.urgent), &json!({"in_trash": true}))
        .ok();
    assert_eq!(
        bugs.create(&json!({}), &json!({"type": "default"})).message(),
        "The data source has no default template."
    );
}

#[test]
fn a_template_that_is_moved_is_a_page_like_others() {
    let bugs = Bugs::new();
    let (_, other) = bugs.client.database(
        &bugs.sim.parent_page_id(),
        "Other",
        &json!({"Name": {"title": {}}}),
    );
    let body = json!({"parent": {"data_source_id": other}});
    bugs.client
        .post(&format!("/v1/pages/{}/move", bugs.plain), &body)
        .ok();
    assert_eq!(bugs.client.titles(&other, &json!({})), ["Plain Bug"]);
    assert_eq!(bugs.templates("")["templates"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_seed_with_templates_that_cannot_be_is_refused() {
    let bugs = Bugs::new();
    let state = bugs.sim.state();
    let refused = |templates: Value| {
        let mut seed = state.clone();
        seed["templates"] = templates;
        bugs.sim.seed(&seed).expect_err("a bad seed").to_string()
    };
    let entry = |page: &str, default: bool| json!({"data_source_id": bugs.source, "page_id": page, "is_default": default});
    assert!(
        refused(json!([{"page_id": bugs.urgent}]))
            .contains("templates[0]`.data_source_id should be a UUID, found null")
    );
    assert!(
        refused(json!([entry(ABSENT, true)])).contains("should be a page whose parent is the data source")
    );
    assert!(refused(json!([entry(&bugs.urgent, true), entry(&bugs.plain, true)])).contains("templates[1]"));
    assert!(refused(json!({})).contains("`templates` should be a list"));
    assert!(bugs.sim.state() == state);
}
