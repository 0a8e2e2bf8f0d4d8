//! Queries, paging, search, and what a connection sees.

mod common;

use std::collections::HashSet;

use common::{Client, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

/// A table with a number, a select and a date, and three rows.
fn tasks(sim: &Sim, client: &Client) -> String {
    let columns = json!({
        "Name": {"title": {}},
        "Points": {"number": {}},
        "Size": {"select": {"options": [{"name": "Small"}, {"name": "Large"}, {"name": "Huge"}]}},
        "Due": {"date": {}},
    });
    let (_, source) = client.database(&sim.parent_page_id(), "Tasks", &columns);
    let rows = [
        (
            "one",
            json!(1),
            json!({"name": "Huge"}),
            json!({"start": "2026-01-03"}),
        ),
        ("two", Value::Null, json!({"name": "Small"}), Value::Null),
        (
            "three",
            json!(3),
            json!({"name": "Large"}),
            json!({"start": "2026-01-01"}),
        ),
    ];
    for (name, points, size, due) in rows {
        let properties = json!({
            "Name": titled(name), "Points": {"number": points}, "Size": {"select": size}, "Due": {"date": due},
        });
        client.row(&source, &properties);
    }
    source
}

#[test]
fn newest_first_and_sorted() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let source = tasks(&sim, &client);
    let sorted = |property: &str, direction: &str| {
        client.titles(
            &source,
            &json!({"sorts": [{"property": property, "direction": direction}]}),
        )
    };
    assert_eq!(client.titles(&source, &json!({})), ["three", "two", "one"]);
    assert_eq!(
        sorted("Points", "ascending"),
        ["one", "three", "two"],
        "empty ones last"
    );
    assert_eq!(sorted("Points", "descending"), ["two", "three", "one"]);
    assert_eq!(
        sorted("Size", "ascending"),
        ["two", "three", "one"],
        "in the order of the options"
    );
    assert_eq!(sorted("Due", "ascending"), ["three", "one", "two"]);
    assert_eq!(sorted("Name", "descending"), ["two", "three", "one"]);
    let filtered = json!({
        "filter": {"or": [{"property": "Points", "number": {"equals": 3}}, {"property": "Size", "select": {"equals": "Small"}}]},
        "sorts": [{"timestamp": "created_time", "direction": "ascending"}, {"property": "Name", "direction": "ascending"}],
    });
    assert_eq!(client.titles(&source, &filtered), ["three", "two"]);
    let path = format!("/v1/data_sources/{source}/query");
    let answer = client.post(
        &path,
        &json!({"sorts": [{"property": "Nope", "direction": "ascending"}]}),
    );
    assert_eq!(
        answer.message(),
        "Could not find sort property with name or id: Nope"
    );
    let answer = client.post(
        &path,
        &json!({"sorts": [{"property": "Name", "direction": "up"}]}),
    );
    assert_eq!(
        answer.message(),
        "body failed validation: body.sorts[0].direction should be `\"ascending\"` or `\"descending\"`, instead was `\"up\"`."
    );
}

#[test]
fn pages_of_results_hold_together_while_rows_change() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
    for at in 0..25 {
        client.row(&source, &json!({"Name": titled(&at.to_string())}));
    }
    let path = format!("/v1/data_sources/{source}/query?filter_properties=title");
    let mut seen = HashSet::new();
    let mut cursor = Value::Null;
    loop {
        let page = client
            .post(&path, &json!({"page_size": 10, "start_cursor": cursor}))
            .ok();
        assert_eq!(page["type"], "page_or_data_source");
        assert!(page.get("request_status").is_none());
        for row in page["results"].as_array().expect("results") {
            assert!(seen.insert(text(&row["id"])), "no row twice");
        }
        client.row(&source, &json!({"Name": titled("meanwhile")}));
        cursor = page["next_cursor"].clone();
        assert_eq!(page["has_more"], cursor.is_string());
        match cursor.as_str() {
            None => break,
            Some(cursor) => assert!(cursor.starts_with("s:"), "{cursor}"),
        }
    }
    assert_eq!(seen.len(), 25);
    let answer = client.post(&path, &json!({"start_cursor": "nonsense"}));
    assert!(
        answer
            .message()
            .contains("body.start_cursor should be a valid uuid or `undefined`"),
        "{}",
        answer.message()
    );
    let unknown = "s:7855b161-f63e-4683-b7c7-8ca6e97ee266:7855b161-f63e-4683-b7c7-8ca6e97ee266";
    assert_eq!(
        client.post(&path, &json!({"start_cursor": unknown})).status,
        400,
        "a bad cursor is never the start"
    );
    assert_eq!(client.post(&path, &json!({"page_size": 101})).status, 400);
    let all = client.post(&path, &json!({"page_size": 0})).ok();
    assert_eq!(all["results"].as_array().map(Vec::len), Some(28));
}

#[test]
fn the_cap_says_so_on_every_page() {
    let sim = start(Sim::builder().query_limit(5));
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
    for at in 0..7 {
        client.row(&source, &json!({"Name": titled(&at.to_string())}));
    }
    let path = format!("/v1/data_sources/{source}/query");
    let first = client.post(&path, &json!({"page_size": 3})).ok();
    let last = client
        .post(
            &path,
            &json!({"page_size": 3, "start_cursor": first["next_cursor"]}),
        )
        .ok();
    let incomplete = json!({"type": "incomplete", "incomplete_reason": "query_result_limit_reached"});
    assert_eq!(
        [&first["request_status"], &last["request_status"]],
        [&incomplete, &incomplete]
    );
    assert_eq!(
        (
            last["results"].as_array().map(Vec::len),
            last["has_more"].as_bool()
        ),
        (Some(2), Some(false))
    );
}

#[test]
fn search_finds_by_any_word_of_the_title() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    sim.set_now("2026-01-01T00:00:00Z".parse().expect("a time"));
    let source = tasks(&sim, &client);
    sim.set_now("2026-01-02T00:00:00Z".parse().expect("a time"));
    let parent = json!({"page_id": sim.parent_page_id()});
    let page = client
        .post(
            "/v1/pages",
            &json!({"parent": parent, "properties": {"title": titled("Task list")}}),
        )
        .ok();
    let found = client.post("/v1/search", &json!({"query": "task"})).ok();
    let ids: Vec<String> = found["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|found| text(&found["id"]))
        .collect();
    assert_eq!(ids, [text(&page["id"]), source], "the newest edit first");
    let sources = json!({"filter": {"property": "object", "value": "data_source"}});
    let found = client.post("/v1/search", &sources).ok();
    assert_eq!(found["results"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["results"][0]["object"], "data_source");
    let answer = client.post(
        "/v1/search",
        &json!({"filter": {"property": "object", "value": "database"}}),
    );
    assert_eq!(
        answer.message(),
        "body failed validation: body.filter.value should be `\"page\"` or `\"data_source\"`, instead was `\"database\"`."
    );
    let answer = client.post(
        "/v1/search",
        &json!({"sort": {"timestamp": "created_time", "direction": "ascending"}}),
    );
    assert_eq!(
        answer.message(),
        "body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp."
    );
}

#[test]
fn what_is_not_shared_is_not_there() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let source = tasks(&sim, &client);
    let row = client
        .post(&format!("/v1/data_sources/{source}/query"), &json!({}))
        .ok()["results"][0]
        .clone();
    let row = format!("/v1/pages/{}", text(&row["id"]));
    assert!(sim.unshare(&sim.parent_page_id()));
    for answer in [
        client.get(&row),
        client.get(&format!("/v1/data_sources/{source}")),
    ] {
        assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    }
    let found = client.post("/v1/search", &json!({})).ok();
    assert_eq!(found["results"], json!([]));
    assert!(sim.share(&source));
    assert_eq!(
        client.get(&row).status,
        200,
        "what is inside something shared is shared"
    );
    assert_eq!(
        client
            .patch(&row, &json!({"properties": {"Points": {"number": 5}}}))
            .status,
        200
    );
}
