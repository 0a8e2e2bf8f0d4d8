//! Search and its index, and lists in small pages.

mod common;

use std::time::Duration;

use common::{Client, send, start, text, title, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

fn at(sim: &Sim, second: u32) {
    sim.set_now(format!("2026-06-27T16:00:{second:02}Z").parse().expect("a time"));
}

fn page(client: &Client, parent: &str, name: &str) -> String {
    let body = json!({"parent": {"page_id": parent}, "properties": {"title": titled(name)}});
    text(&client.post("/v1/pages", &body).ok()["id"])
}

/// The names of what is found, in the order of the answer.
#[track_caller]
fn found(client: &Client, body: &Value) -> Vec<String> {
    let answer = client.post("/v1/search", body).ok();
    let name = |object: &Value| match object["object"].as_str() {
        Some("page") => title(object),
        _ => text(&object["title"][0]["plain_text"]),
    };
    answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(name)
        .collect()
}

fn query(text: &str) -> Value {
    json!({"query": text})
}

#[test]
fn the_newest_edit_comes_first_whatever_is_asked() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    at(&sim, 1);
    let root = sim.parent_page_id();
    let a = page(&client, &root, "Needle one");
    page(&client, &root, "Needle two");
    client.database(&root, "Needles", &json!({}));
    assert_eq!(
        found(&client, &query("needle two")),
        ["Needles", "Needle two", "Needle one"]
    );
    client
        .patch(&format!("/v1/pages/{a}"), &json!({"icon": {"emoji": "🪡"}}))
        .ok();
    let newest = ["Needle one", "Needles", "Needle two"];
    assert_eq!(found(&client, &query("needle two")), newest);
    let sorted = |sort: Value| json!({"query": "needle", "sort": sort});
    assert_eq!(found(&client, &sorted(json!({"property": "relevance"}))), newest);
    assert_eq!(
        found(
            &client,
            &sorted(json!({"timestamp": "last_edited_time", "direction": "descending"}))
        ),
        newest
    );
    let oldest = found(
        &client,
        &sorted(json!({"timestamp": "last_edited_time", "direction": "ascending"})),
    );
    assert_eq!(oldest, ["Needle two", "Needles", "Needle one"]);
    for (sort, message) in [
        (
            json!({"timestamp": "created_time"}),
            "body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp.",
        ),
        (
            json!({"property": "title"}),
            "body failed validation: body.sort.property should be `\"relevance\"` or `undefined`, instead was `\"title\"`.",
        ),
        (
            json!({"property": "relevance", "direction": "ascending"}),
            "body failed validation: body.sort.direction should be not present, instead was `\"ascending\"`.",
        ),
        (
            json!({"direction": "up"}),
            "body failed validation: body.sort.direction should be `\"ascending\"`, `\"descending\"`, or `undefined`, instead was `\"up\"`.",
        ),
    ] {
        assert_eq!(client.post("/v1/search", &sorted(sort)).message(), message);
    }
}

#[test]
fn what_is_in_the_trash_is_found_there() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let gone = page(&client, &root, "Needle page");
    let (database, source) = client.database(&root, "Needle table", &json!({}));
    client
        .patch(&format!("/v1/pages/{gone}"), &json!({"in_trash": true}))
        .ok();
    client
        .patch(&format!("/v1/databases/{database}"), &json!({"in_trash": true}))
        .ok();
    assert!(found(&client, &query("needle")).is_empty());
    let trash = json!({"query": "needle", "filter": {"in_trash": true}});
    let mut both = found(&client, &trash);
    both.sort();
    assert_eq!(both, ["Needle page", "Needle table"]);
    let pages = json!({"filter": {"property": "object", "value": "page", "in_trash": true}});
    assert_eq!(found(&client, &pages), ["Needle page"]);

    // A seed may say that the index of the real workspace had missed it.
    let mut seed = sim.state();
    seed["order"]["search"] = json!([source]);
    sim.seed(&seed).expect("a seed");
    assert_eq!(found(&client, &query("needle")), ["Needle table"]);
    let state = sim.state();
    sim.seed(&state).expect("a seed");
    assert!(sim.state() == state);
    let icon = json!({"in_trash": false});
    client.patch(&format!("/v1/databases/{database}"), &icon).ok();
    client
        .patch(
            &format!("/v1/data_sources/{source}"),
            &json!({"icon": {"emoji": "🪡"}}),
        )
        .ok();
    client
        .patch(&format!("/v1/databases/{database}"), &json!({"in_trash": true}))
        .ok();
    assert!(found(&client, &query("needle")).is_empty());
}

#[test]
fn the_index_can_be_behind() {
    let sim = start(Sim::builder().search_lag(Duration::from_secs(5)));
    let client = Client::new(&sim);
    at(&sim, 0);
    let root = sim.parent_page_id();
    let a = page(&client, &root, "Alpha");
    let (database, source) = client.database(&root, "Alphabet", &json!({}));
    assert!(found(&client, &query("alpha")).is_empty());
    assert_eq!(
        client.get(&format!("/v1/pages/{a}")).status,
        200,
        "only search is behind"
    );
    at(&sim, 4);
    assert!(found(&client, &query("alpha")).is_empty());
    at(&sim, 5);
    assert_eq!(found(&client, &query("alpha")), ["Alphabet", "Alpha"]);

    at(&sim, 10);
    let rename = json!({"properties": {"title": titled("Beta")}});
    client.patch(&format!("/v1/pages/{a}"), &rename).ok();
    client
        .patch(
            &format!("/v1/databases/{database}"),
            &json!({"title": [{"text": {"content": "Betas"}}]}),
        )
        .ok();
    at(&sim, 12);
    client
        .patch(
            &format!("/v1/pages/{a}"),
            &json!({"properties": {"title": titled("Gamma")}}),
        )
        .ok();
    at(&sim, 14);
    assert_eq!(
        found(&client, &query("alpha")),
        ["Gamma", "Betas"],
        "found by the old name, shown as it is"
    );
    assert!(found(&client, &query("beta")).is_empty());
    at(&sim, 16);
    assert_eq!(found(&client, &query("beta")), ["Gamma", "Betas"]);
    assert!(found(&client, &query("gamma")).is_empty());
    at(&sim, 17);
    assert_eq!(found(&client, &query("gamma")), ["Gamma"]);

    at(&sim, 20);
    client
        .patch(&format!("/v1/databases/{database}"), &json!({"in_trash": true}))
        .ok();
    at(&sim, 24);
    assert_eq!(found(&client, &query("betas")), ["Betas"]);
    let still = client.post("/v1/search", &query("betas")).ok();
    assert_eq!(
        (&still["results"][0]["in_trash"], &still["results"][0]["id"]),
        (&json!(true), &json!(source))
    );
    at(&sim, 25);
    assert!(found(&client, &query("betas")).is_empty());
}

#[test]
fn the_lag_can_be_set_while_it_runs() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    at(&sim, 0);
    page(&client, &sim.parent_page_id(), "Alpha");
    assert_eq!(found(&client, &query("alpha")), ["Alpha"]);
    let set = |body: &[u8]| {
        send("POST", &format!("{}/_sim/search-lag", sim.base_url()), &[], body).expect("an answer")
    };
    assert_eq!(set(b"{\"ms\": 1000}").status, 200);
    assert!(found(&client, &query("alpha")).is_empty());
    for body in [&b"{\"ms\": -1}"[..], b"{}", b"x", b"{\"ms\": \"1\"}"] {
        let refused = set(body);
        assert_eq!(refused.status, 400);
        assert!(
            text(&refused.json["error"]).starts_with("Send {\"ms\": 5000}"),
            "{}",
            refused.text
        );
    }
    assert!(
        found(&client, &query("alpha")).is_empty(),
        "a refused setting changes nothing"
    );
    assert_eq!(set(b"{\"ms\": 18446744073709551615}").status, 200);
    assert!(found(&client, &query("")).is_empty());
    sim.set_search_lag(Duration::ZERO);
    assert_eq!(found(&client, &query("alpha")), ["Alpha"]);
    sim.set_search_lag(Duration::from_secs(1));
    sim.reset();
    assert_eq!(
        found(&client, &json!({})),
        ["Shared page"],
        "a reset goes back to the lag of the start"
    );
}

#[test]
fn queries_can_be_behind_too() {
    let sim = start(Sim::builder().query_lag(Duration::from_secs(2)));
    let client = Client::new(&sim);
    at(&sim, 0);
    let (database, source) = client.database(&sim.parent_page_id(), "Rows", &json!({"Name": {"title": {}}}));
    client.row(&source, &json!({"Name": titled("a")}));
    assert!(client.titles(&source, &json!({})).is_empty());
    at(&sim, 2);
    client.row(&source, &json!({"Name": titled("b")}));
    assert_eq!(client.titles(&source, &json!({})), ["a"]);
    let view = text(&client.get(&format!("/v1/views?database_id={database}")).ok()["results"][0]["id"]);
    assert_eq!(
        client.post(&format!("/v1/views/{view}/queries"), &json!({})).ok()["total_count"],
        1
    );
    at(&sim, 4);
    assert_eq!(client.titles(&source, &json!({})), ["b", "a"]);
}

#[test]
fn pages_of_lists_can_be_smaller_than_asked_for() {
    let sim = start(Sim::builder().max_page_size(2));
    let client = Client::new(&sim);
    let root = sim.parent_page_id();
    let (_, target) = client.database(&root, "Target", &json!({"Name": {"title": {}}}));
    let relation = json!({"R": {"relation": {"data_source_id": target, "single_property": {}}}});
    let (database, source) = client.database(&root, "Rows", &relation);
    let linked: Vec<Value> = (0..3)
        .map(|_| json!({"id": client.row(&target, &json!({}))["id"]}))
        .collect();
    let row = client.row(&source, &json!({"R": {"relation": linked}}));
    for _ in 0..2 {
        client.row(&source, &json!({}));
        let view = json!({"database_id": database, "data_source_id": source, "name": "V", "type": "list"});
        client.post("/v1/views", &view).ok();
    }
    page(&client, &root, "One more child");
    let get = |path: String| client.get(&path).ok();
    let post = |path: String| client.post(&path, &json!({"page_size": 100})).ok();
    let relation = format!(
        "{}/properties/{}",
        text(&row["id"]),
        text(&row["properties"]["R"]["id"])
    );
    let view = text(&get(format!("/v1/views?database_id={database}"))["results"][0]["id"]);
    for list in [
        post("/v1/search".into()),
        post(format!("/v1/data_sources/{source}/query")),
        post(format!("/v1/views/{view}/queries")),
        get(format!("/v1/views?database_id={database}&page_size=50")),
        get(format!("/v1/blocks/{root}/children")),
        get(format!("/v1/pages/{relation}")),
    ] {
        assert_eq!(list["results"].as_array().map(Vec::len), Some(2), "{list}");
        assert_eq!(list["has_more"], true);
        assert!(list["next_cursor"].is_string());
    }
    let refused = client.post("/v1/search", &json!({"page_size": 101}));
    assert!(
        refused.message().contains("body.page_size should be ≤ `100`"),
        "{}",
        refused.text
    );

    let mut ids = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let body = json!({"start_cursor": cursor});
        let found = client
            .post(&format!("/v1/data_sources/{source}/query"), &body)
            .ok();
        ids.extend(
            found["results"]
                .as_array()
                .expect("results")
                .iter()
                .map(|row| text(&row["id"])),
        );
        cursor = found["next_cursor"].clone();
        if found["has_more"] == false {
            break;
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_source_that_was_just_trashed_leaves_search_with_the_next_write() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let parent = sim.parent_page_id();
    let columns = json!({"Name": {"title": {}}});
    let mut seed = {
        let (old, _) = client.database(&parent, "Old", &columns);
        let (new, _) = client.database(&parent, "New", &columns);
        for database in [old, new] {
            client
                .patch(&format!("/v1/databases/{database}"), &json!({"in_trash": true}))
                .ok();
        }
        sim.state()
    };
    // Both are still in the index, one of them since long.
    let mut listed: Vec<Value> = Vec::new();
    for source in seed["data_sources"].as_array_mut().expect("sources") {
        if source["title"][0]["plain_text"] == "Old" {
            source["last_edited_time"] = json!("2026-01-01T00:00:00.000Z");
        }
        listed.push(source["id"].clone());
    }
    seed["order"]["search"] = json!(listed);
    sim.seed(&seed).expect("a seed");
    let found = || {
        let wanted = json!({"filter": {"property": "object", "value": "data_source"}});
        let answer = client.post("/v1/search", &wanted).ok();
        let results = answer["results"].as_array().expect("a list").clone();
        results
            .iter()
            .map(|source| text(&source["title"][0]["plain_text"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(), ["New", "Old"]);
    let page = json!({"parent": {"page_id": parent}, "properties": {"title": titled("A")}});
    client.post("/v1/pages", &page).ok();
    assert_eq!(found(), ["Old"]);
}
