//! The versions before data sources: a database is one object with a schema and rows.

mod common;

use common::{Client, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

const OLD: &str = "2022-06-28";
const ABSENT: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";

/// A database made in the old way; the answer.
fn old_database(client: &Client, parent: &str, title: &str, properties: &Value) -> Value {
    let body = json!({
        "parent": {"type": "page_id", "page_id": parent},
        "title": [{"text": {"content": title}}],
        "properties": properties,
    });
    client.post("/v1/databases", &body).ok()
}

/// A row made in the old way; the answer.
fn old_row(client: &Client, database: &str, properties: &Value) -> Value {
    let body = json!({"parent": {"database_id": database}, "properties": properties});
    client.post("/v1/pages", &body).ok()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// A database with two data sources.
fn with_two_sources(sim: &Sim) -> (String, [String; 2]) {
    let client = Client::new(sim);
    let (database, first) = client.database(&sim.parent_page_id(), "Both", &json!({}));
    let body = json!({"parent": {"database_id": database}, "properties": {"Name": {"title": {}}}});
    let second = text(&client.post("/v1/data_sources", &body).ok()["id"]);
    (database, [first, second])
}

#[test]
fn a_database_has_its_schema_and_is_queried_itself() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let columns = json!({"Task": {"title": {}}, "Points": {"number": {"format": "euro"}}});
    let database = old_database(&old, &sim.parent_page_id(), "Tasks", &columns);
    let shown = [
        "object",
        "id",
        "cover",
        "icon",
        "created_time",
        "created_by",
        "last_edited_by",
        "last_edited_time",
        "title",
        "description",
        "is_inline",
        "properties",
        "parent",
        "url",
        "public_url",
        "in_trash",
        "archived",
        "request_id",
    ];
    assert_eq!(keys(&database), shown);
    assert_eq!(database["object"], "database");
    assert_eq!(database["properties"]["Points"]["number"]["format"], "euro");
    assert_eq!(
        database["parent"],
        json!({"type": "page_id", "page_id": sim.parent_page_id()})
    );
    assert!(
        text(&database["created_time"]).ends_with(":00.000Z"),
        "old times have minutes"
    );

    let id = text(&database["id"]);
    let path = format!("/v1/databases/{id}");
    let read = old.get(&path).ok();
    assert_eq!(
        (&read["id"], &read["properties"]),
        (&database["id"], &database["properties"])
    );
    let row = old_row(
        &old,
        &id,
        &json!({"Task": titled("One"), "Points": {"number": 3}}),
    );
    assert_eq!(row["parent"], json!({"type": "database_id", "database_id": id}));
    assert_eq!(
        (&row["in_trash"], &row["archived"]),
        (&json!(false), &json!(false))
    );
    old_row(&old, &id, &json!({"Task": titled("Two")}));

    let filter = json!({"filter": {"property": "Points", "number": {"greater_than": 1}}});
    let found = old.post(&format!("{path}/query"), &filter).ok();
    assert_eq!(
        (&found["type"], &found["page_or_database"]),
        (&json!("page_or_database"), &json!({}))
    );
    let shown = [
        "object",
        "results",
        "next_cursor",
        "has_more",
        "type",
        "page_or_database",
        "request_id",
    ];
    assert_eq!(keys(&found), shown);
    assert_eq!(found["results"][0]["id"], row["id"]);
    assert_eq!(found["results"][0]["parent"], row["parent"]);
    assert_eq!(found["results"].as_array().map(Vec::len), Some(1));

    let new = Client::new(&sim).get(&path).ok();
    assert!(new.get("properties").is_none());
    assert_eq!(new["data_sources"][0]["name"], "Tasks");
}

#[test]
fn the_schema_is_changed_at_the_database() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let database = old_database(
        &old,
        &sim.parent_page_id(),
        "Tasks",
        &json!({"Task": {"title": {}}, "Old": {"number": {}}}),
    );
    let path = format!("/v1/databases/{}", text(&database["id"]));
    let change = json!({
        "title": [{"text": {"content": "Renamed"}}],
        "description": [{"text": {"content": "All of it"}}],
        "properties": {"Done": {"checkbox": {}}, "Old": null, "Task": {"name": "Name"}},
    });
    let changed = old.patch(&path, &change).ok();
    let mut names = keys(&changed["properties"]);
    names.sort_unstable();
    assert_eq!(names, ["Done", "Name"]);
    assert_eq!(changed["title"][0]["plain_text"], "Renamed");
    assert_eq!(changed["description"][0]["plain_text"], "All of it");

    let refused = json!({"title": [{"text": {"content": "No"}}], "properties": {"Nothing": {"name": "x"}}});
    assert_eq!(old.patch(&path, &refused).code(), "validation_error");
    assert_eq!(
        old.get(&path).ok()["title"][0]["plain_text"],
        "Renamed",
        "refused means unchanged"
    );

    let trashed = old.patch(&path, &json!({"archived": true})).ok();
    assert_eq!(
        (&trashed["archived"], &trashed["in_trash"]),
        (&json!(true), &json!(true))
    );
    let refused = old.patch(&path, &json!({"properties": {"More": {"checkbox": {}}}}));
    assert!(
        refused
            .message()
            .starts_with("Can't edit block that is archived."),
        "{}",
        refused.text
    );
    assert_eq!(
        old.patch(&path, &json!({"archived": false})).ok()["archived"],
        false
    );
}

#[test]
fn relations_name_databases() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let parent = sim.parent_page_id();
    let projects = text(&old_database(&old, &parent, "Projects", &json!({"Name": {"title": {}}}))["id"]);
    let relation = |database: &str| json!({"relation": {"database_id": database, "dual_property": {}}});
    let columns = json!({"Name": {"title": {}}, "Project": relation(&projects)});
    let tasks = old_database(&old, &parent, "Tasks", &columns);
    let config = &tasks["properties"]["Project"]["relation"];
    assert_eq!(keys(config), ["database_id", "type", "dual_property"]);
    assert_eq!(config["database_id"], json!(projects));

    let project = old_row(&old, &projects, &json!({"Name": titled("P")}));
    let link = json!({"Name": titled("T"), "Project": {"relation": [{"id": project["id"]}]}});
    let task = old_row(&old, &text(&tasks["id"]), &link);
    assert_eq!(task["properties"]["Project"]["relation"][0]["id"], project["id"]);
    let mirrored = old.get(&format!("/v1/pages/{}", text(&project["id"]))).ok();
    let mirror = &mirrored["properties"]["Related to Tasks (Project)"];
    assert_eq!(mirror["relation"][0]["id"], task["id"]);

    let path = format!("/v1/databases/{}", text(&tasks["id"]));
    let own = relation(&text(&tasks["id"]))
        .to_string()
        .replace("dual", "single");
    let own: Value = serde_json::from_str(&own).expect("JSON");
    let changed = old.patch(&path, &json!({"properties": {"Above": own}})).ok();
    assert_eq!(
        changed["properties"]["Above"]["relation"]["database_id"],
        tasks["id"]
    );

    let refused = old.patch(
        &path,
        &json!({"properties": {"X": {"relation": {"single_property": {}}}}}),
    );
    assert_eq!(
        refused.message(),
        "body failed validation: body.properties.X.relation.database_id should be defined, instead was `undefined`."
    );
    let absent = old.patch(&path, &json!({"properties": {"X": relation(ABSENT)}}));
    assert_eq!(absent.status, 404);
    assert!(
        absent
            .message()
            .starts_with(&format!("Could not find database with ID: {ABSENT}."))
    );
}

#[test]
fn search_finds_databases() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let database = old_database(
        &old,
        &sim.parent_page_id(),
        "Needle",
        &json!({"Name": {"title": {}}}),
    );
    with_two_sources(&sim);
    let filter = |value: &str| json!({"filter": {"property": "object", "value": value}});
    let found = old.post("/v1/search", &filter("database")).ok();
    assert_eq!(found["type"], "page_or_database");
    let results = found["results"].as_array().expect("results");
    assert_eq!(
        results.len(),
        1,
        "a database with two data sources is not among them: {found}"
    );
    assert_eq!(
        (&results[0]["object"], &results[0]["id"]),
        (&json!("database"), &database["id"])
    );
    assert!(results[0].get("database_parent").is_none());
    assert_eq!(
        old.post("/v1/search", &filter("data_source")).message(),
        "body failed validation: body.filter.value should be `\"page\"` or `\"database\"`, instead was `\"data_source\"`."
    );
    let refused = Client::new(&sim).post("/v1/search", &filter("database"));
    assert!(
        refused.message().contains("`\"page\"` or `\"data_source\"`"),
        "{}",
        refused.text
    );
}

#[test]
fn several_data_sources_are_too_many() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let (database, sources) = with_two_sources(&sim);
    let path = format!("/v1/databases/{database}");
    let other = text(
        &old_database(
            &old,
            &sim.parent_page_id(),
            "Other",
            &json!({"Name": {"title": {}}}),
        )["id"],
    );
    let relation = json!({"relation": {"database_id": database, "single_property": {}}});
    for answer in [
        old.get(&path),
        old.patch(&path, &json!({"title": []})),
        old.post(&format!("{path}/query"), &json!({})),
        old.post(
            "/v1/pages",
            &json!({"parent": {"database_id": database}, "properties": {}}),
        ),
        old.patch(
            &format!("/v1/databases/{other}"),
            &json!({"properties": {"R": relation}}),
        ),
    ] {
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{}",
            answer.text
        );
        assert_eq!(
            answer.message(),
            "Databases with multiple data sources are not supported in this API version."
        );
        let data = json!({
            "error_type": "multiple_data_sources_for_database",
            "database_id": database,
            "child_data_source_ids": sources,
            "minimum_api_version": "2025-09-03",
        });
        assert_eq!(answer.json["additional_data"], data);
    }

    let new = Client::new(&sim);
    let row = new.row(&sources[0], &json!({}));
    let shown = old.get(&format!("/v1/pages/{}", text(&row["id"]))).ok();
    assert_eq!(
        shown["parent"],
        json!({"type": "database_id", "database_id": database})
    );
    let relation = json!({"R": {"relation": {"data_source_id": sources[0], "single_property": {}}}});
    let (_, from) = new.database(&sim.parent_page_id(), "From", &relation);
    let page = format!("/v1/pages/{}", text(&new.row(&from, &json!({}))["id"]));
    let link = json!({"properties": {"R": {"relation": [{"id": row["id"]}]}}});
    let refused = old.patch(&page, &link);
    assert_eq!(
        refused.json["additional_data"]["error_type"],
        "multiple_data_sources_for_database"
    );
    assert_eq!(new.patch(&page, &link).status, 200);
}

#[test]
fn the_shape_is_checked_before_anything_is_looked_for() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let path = format!("/v1/databases/{ABSENT}");
    assert_eq!(
        old.post(&format!("{path}/query"), &json!({"page_size": "x"}))
            .message(),
        "body failed validation: body.page_size should be a number or `undefined`, instead was `\"x\"`."
    );
    assert_eq!(
        old.patch(&path, &json!({"parent": {"page_id": ABSENT}})).code(),
        "validation_error",
        "a database did not move"
    );
    assert!(
        old.get(&path)
            .message()
            .starts_with(&format!("Could not find database with ID: {ABSENT}."))
    );
    let body = json!({"parent": {"page_id": sim.parent_page_id()}, "initial_data_source": {}});
    assert_eq!(
        old.post("/v1/databases", &body).message(),
        "body failed validation: body.properties should be defined, instead was `undefined`."
    );
    let body = json!({"parent": {"page_id": sim.parent_page_id()}, "properties": {"N": {"number": {}}}});
    assert_eq!(
        old.post("/v1/databases", &body).message(),
        "Databases must have exactly one title property."
    );
    let body = json!({"parent": {"data_source_id": ABSENT}, "properties": {}});
    assert!(
        old.post("/v1/pages", &body)
            .message()
            .contains("body.parent.database_id should be defined")
    );
}

#[test]
fn rows_in_the_trash_are_found_on_demand() {
    let sim = start(Sim::builder());
    let old = Client::at_version(&sim, OLD);
    let database =
        text(&old_database(&old, &sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}))["id"]);
    let row = old_row(&old, &database, &json!({"Name": titled("gone")}));
    old_row(&old, &database, &json!({"Name": titled("there")}));
    let trashed = old
        .patch(
            &format!("/v1/pages/{}", text(&row["id"])),
            &json!({"archived": true}),
        )
        .ok();
    assert_eq!(
        (&trashed["archived"], &trashed["in_trash"]),
        (&json!(true), &json!(true))
    );
    let found = old
        .post(
            &format!("/v1/databases/{database}/query"),
            &json!({"archived": true}),
        )
        .ok();
    assert_eq!(
        (
            found["results"].as_array().map(Vec::len),
            &found["results"][0]["id"]
        ),
        (Some(1), &row["id"])
    );
    let new = Client::new(&sim);
    let source = text(&new.get(&format!("/v1/databases/{database}")).ok()["data_sources"][0]["id"]);
    assert_eq!(new.titles(&source, &json!({"in_trash": true})), ["gone"]);
    assert_eq!(new.titles(&source, &json!({"in_trash": false})), ["there"]);
    let refused = new.post(
        &format!("/v1/data_sources/{source}/query"),
        &json!({"archived": true}),
    );
    assert!(
        refused.message().contains("body.archived should be not present"),
        "{}",
        refused.text
    );
}

#[test]
fn versions_before_it_are_the_same() {
    let sim = start(Sim::builder());
    for version in ["2021-05-11", "2021-05-13", "2021-08-16", "2022-02-22"] {
        let old = Client::at_version(&sim, version);
        let database = old_database(&old, &sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
        assert!(database["properties"]["Name"].is_object(), "{version}");
    }
}
