//! What connections may do: which requests are refused, and what is left of the answers to others.

mod common;

use common::{Answer, Client, start, text, titled};
use notion_sim::{Capability, Connection, Sim};
use serde_json::{Value, json};

use Capability::{
    InsertContent, ReadComments, ReadContent, ReadUserWithEmail, ReadUserWithoutEmail, UpdateContent,
};

/// A simulator with one more connection, and clients of both.
fn with(capabilities: &[Capability]) -> (Sim, Client, Client) {
    let limited = Connection::internal("Limited")
        .token("ntn_limited")
        .capabilities(capabilities.iter().copied());
    let sim = start(Sim::builder().connection(limited));
    let (full, limited) = (Client::new(&sim), Client::with_token(&sim, "ntn_limited"));
    (sim, full, limited)
}

#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.code()),
        (403, "restricted_resource"),
        "{}",
        answer.text
    );
    assert_eq!(answer.message(), "Insufficient permissions for this endpoint.");
    assert!(answer.json["request_id"].is_string());
}

#[test]
fn every_route_needs_its_capability() {
    let (sim, full, reader) = with(&[ReadContent]);
    let parent = sim.parent_page_id();
    let (database, source) = full.database(&parent, "T", &json!({"Name": {"title": {}}}));
    let row = text(&full.row(&source, &json!({"Name": titled("row")}))["id"]);
    let new = json!({"parent": {"data_source_id": source}, "properties": {"Name": titled("new")}});
    let trash = json!({"in_trash": true});
    let schema = json!({"properties": {"N": {"number": {}}}});
    let table =
        json!({"parent": {"page_id": parent}, "initial_data_source": {"properties": {"N": {"title": {}}}}});
    let second = json!({"parent": {"database_id": database}, "properties": {"N": {"title": {}}}});
    let reads = [
        ("GET", format!("/v1/pages/{row}"), Value::Null),
        ("GET", format!("/v1/pages/{row}/properties/title"), Value::Null),
        ("GET", format!("/v1/databases/{database}"), Value::Null),
        ("GET", format!("/v1/data_sources/{source}"), Value::Null),
        ("POST", format!("/v1/data_sources/{source}/query"), json!({})),
        ("POST", "/v1/search".to_owned(), json!({})),
        ("GET", format!("/v1/blocks/{parent}"), Value::Null),
        ("GET", format!("/v1/blocks/{parent}/children"), Value::Null),
    ];
    let inserts = [
        ("POST", "/v1/pages".to_owned(), new),
        ("POST", "/v1/databases".to_owned(), table),
        ("POST", "/v1/data_sources".to_owned(), second),
    ];
    let updates = [
        ("PATCH", format!("/v1/data_sources/{source}"), schema),
        ("PATCH", format!("/v1/databases/{database}"), json!({"title": []})),
        ("PATCH", format!("/v1/blocks/{row}"), trash.clone()),
        ("PATCH", format!("/v1/pages/{row}"), json!({"in_trash": false})),
        ("DELETE", format!("/v1/blocks/{row}"), Value::Null),
    ];
    let before = sim.state();
    for (method, path, body) in &reads {
        assert_eq!(reader.call(method, path, body).status, 200, "{method} {path}");
    }
    for (method, path, body) in inserts.iter().chain(&updates) {
        refused(&reader.call(method, path, body));
    }
    assert!(sim.state() == before, "a refused request changes nothing");

    let (sim, full, writer) = with(&[InsertContent, UpdateContent]);
    let page = sim.parent_page_id();
    for (method, path, body) in [
        ("GET", format!("/v1/pages/{page}"), Value::Null),
        ("POST", "/v1/search".to_owned(), json!({})),
    ] {
        refused(&writer.call(method, &path, &body));
    }
    let made = json!({"parent": {"page_id": page}, "properties": {"title": titled("new")}});
    let made = writer.post("/v1/pages", &made).ok();
    let keys: Vec<_> = made.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        ["object", "id", "request_id"],
        "who may not read sees the id only"
    );
    let path = format!("/v1/pages/{}", text(&made["id"]));
    let changed = writer.patch(&path, &json!({"icon": {"emoji": "🌱"}})).ok();
    assert_eq!(changed.as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(full.get(&path).ok()["icon"]["emoji"], "🌱");
    let trashed = writer
        .call("DELETE", &path.replace("pages", "blocks"), &Value::Null)
        .ok();
    assert_eq!(trashed.as_object().map(serde_json::Map::len), Some(3));
}

#[test]
fn the_shape_of_a_request_is_looked_at_first() {
    let (sim, _, nobody) = with(&[]);
    let before = sim.state();
    let invalid = |answer: &Answer, part: &str| {
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{}",
            answer.text
        );
        assert!(answer.message().contains(part), "{}", answer.text);
    };
    invalid(&nobody.get("/v1/pages/x"), "path.page_id should be a valid uuid");
    invalid(
        &nobody.post("/v1/pages", &json!({"colour": "red"})),
        "body.colour should be not present",
    );
    invalid(&nobody.post("/v1/search", &json!({"query": 5})), "body.query");
    let odd = nobody.call("POST", "/v1/search", &json!("x"));
    assert_eq!(odd.status, 400, "{}", odd.text);
    // What is not there comes after what may not be done: there is nothing to learn from it.
    refused(&nobody.get("/v1/pages/11111111-1111-4111-8111-111111111111"));
    let semantics =
        json!({"parent": {"page_id": sim.parent_page_id()}, "properties": {"Nope": {"number": 5}}});
    refused(&nobody.post("/v1/pages", &semantics));
    let unknown = Client::with_token(&sim, "ntn_unknown").get("/v1/pages/x");
    assert_eq!(unknown.status, 401);
    let old = Client {
        version: "2020-01-01".into(),
        ..Client::with_token(&sim, "ntn_limited")
    };
    assert_eq!(old.get("/v1/users").code(), "missing_version");
    assert_eq!(
        nobody.get("/v1/users/me").status,
        200,
        "every connection may ask who it is"
    );
    assert!(sim.state() == before);
}

#[test]
fn users_show_as_far_as_the_connection_may_know_them() {
    let cases: [(&[Capability], u8); 3] = [
        (&[ReadContent, ReadComments], 0),
        (&[ReadContent, ReadUserWithoutEmail], 1),
        (&[ReadContent, ReadUserWithEmail], 2),
    ];
    for (capabilities, knowledge) in cases {
        let (sim, full, limited) = with(capabilities);
        let people = full.get("/v1/users").ok();
        let ada = people["results"]
            .as_array()
            .expect("users")
            .iter()
            .find(|user| user["type"] == "person")
            .expect("a person")
            .clone();
        let expected = match knowledge {
            0 => json!({"object": "user", "id": ada["id"]}),
            1 => {
                let mut known = ada.clone();
                known["person"] = json!({});
                known
            }
            _ => ada.clone(),
        };
        let columns = json!({"Name": {"title": {}}, "Who": {"people": {}}, "By": {"created_by": {}},
                             "Last": {"last_edited_by": {}}});
        let (_, source) = full.database(&sim.parent_page_id(), "T", &columns);
        let row = full.row(
            &source,
            &json!({"Name": {"title": [{"mention": {"user": {"id": ada["id"]}}}]},
                    "Who": {"people": [{"id": ada["id"]}]}}),
        );
        let page = limited.get(&format!("/v1/pages/{}", text(&row["id"]))).ok();
        let cells = &page["properties"];
        assert_eq!(cells["Who"]["people"][0], expected);
        assert_eq!(cells["Name"]["title"][0]["mention"]["user"], expected);
        for cell in [&cells["By"]["created_by"], &cells["Last"]["last_edited_by"]] {
            assert_eq!(cell["id"], full.get("/v1/users/me").ok()["id"]);
            assert_eq!(cell.get("name").is_some(), knowledge > 0, "{cell}");
        }
        assert_eq!(page["created_by"]["object"], "user");
        let rows = limited
            .post(&format!("/v1/data_sources/{source}/query"), &json!({}))
            .ok();
        assert_eq!(rows["results"][0]["properties"]["Who"]["people"][0], expected);
        let item = text(&cells["Who"]["id"]);
        let item = limited
            .get(&format!("/v1/pages/{}/properties/{item}", text(&row["id"])))
            .ok();
        assert_eq!(item["results"][0]["people"], expected);

        let (list, one) = (
            limited.get("/v1/users"),
            limited.get(&format!("/v1/users/{}", text(&ada["id"]))),
        );
        if knowledge == 0 {
            refused(&list);
            refused(&one);
        } else {
            let listed = list.ok();
            assert!(listed["results"].as_array().expect("users").contains(&expected));
            let mut one = one.ok();
            one.as_object_mut().expect("a user").shift_remove("request_id");
            assert_eq!(one, expected);
        }
        let me = limited.get("/v1/users/me").ok();
        assert_eq!(
            (&me["name"], &me["bot"]["owner"]["type"]),
            (&json!("Limited"), &json!("workspace"))
        );
        // Other bots tell nothing but their name.
        if knowledge > 0 {
            let other = limited.get(&format!(
                "/v1/users/{}",
                text(&full.get("/v1/users/me").ok()["id"])
            ));
            assert_eq!(other.ok()["bot"], json!({}));
        }
    }
}
