//! Views: tabs of databases, dashboards, and their queries.

mod common;

use common::{Client, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

const ABSENT: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";

/// A database of tasks, with a data source.
struct Tasks {
    client: Client,
    database: String,
    source: String,
}

impl Tasks {
    fn new(sim: &Sim) -> Self {
        let client = Client::new(sim);
        let columns = json!({
            "Name": {"title": {}},
            "Priority": {"select": {"options": [{"name": "High"}, {"name": "Low"}]}},
            "Status": {"status": {}},
            "Points": {"number": {}},
            "Due": {"date": {}},
        });
        let (database, source) = client.database(&sim.parent_page_id(), "Tasks", &columns);
        Self {
            client,
            database,
            source,
        }
    }

    /// A view in the tab bar, with what else the request says.
    fn body(&self, kind: &str, more: &Value) -> Value {
        let mut body = json!({
            "database_id": self.database, "data_source_id": self.source, "name": format!("My {kind}"), "type": kind,
        });
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        body
    }

    #[track_caller]
    fn view(&self, kind: &str, more: &Value) -> Value {
        self.client.post("/v1/views", &self.body(kind, more)).ok()
    }

    #[track_caller]
    fn refused(&self, kind: &str, more: &Value) -> String {
        let answer = self.client.post("/v1/views", &self.body(kind, more));
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{}",
            answer.text
        );
        answer.message().to_owned()
    }

    fn tabs(&self) -> Vec<String> {
        ids(&self
            .client
            .get(&format!("/v1/views?database_id={}", self.database))
            .ok())
    }

    /// The id of a column.
    fn column(&self, name: &str) -> String {
        let source = self.client.get(&format!("/v1/data_sources/{}", self.source)).ok();
        text(&source["properties"][name]["id"])
    }
}

fn ids(list: &Value) -> Vec<String> {
    list["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|item| text(&item["id"]))
        .collect()
}

fn path(view: &Value) -> String {
    format!("/v1/views/{}", text(&view["id"]))
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn every_data_source_begins_with_a_table() {
    let sim = start(Sim::builder());
    sim.set_now("2026-06-27T16:56:48.041Z".parse().expect("a time"));
    let tasks = Tasks::new(&sim);
    let list = tasks
        .client
        .get(&format!("/v1/views?database_id={}", tasks.database))
        .ok();
    assert_eq!(
        keys(&list),
        [
            "object",
            "results",
            "next_cursor",
            "has_more",
            "type",
            "view",
            "request_id"
        ]
    );
    assert_eq!(keys(&list["results"][0]), ["object", "id"]);
    let view = tasks.client.get(&path(&list["results"][0])).ok();
    let shown = [
        "object",
        "id",
        "parent",
        "data_source_id",
        "name",
        "type",
        "created_time",
        "created_by",
        "last_edited_time",
        "last_edited_by",
        "url",
        "filter",
        "sorts",
        "quick_filters",
        "configuration",
        "request_id",
    ];
    assert_eq!(keys(&view), shown);
    assert_eq!(
        (&view["name"], &view["type"]),
        (&json!("Default view"), &json!("table"))
    );
    assert_eq!(
        view["parent"],
        json!({"type": "database_id", "database_id": tasks.database})
    );
    assert_eq!(
        (&view["data_source_id"], &view["configuration"]),
        (&json!(tasks.source), &Value::Null)
    );
    assert_eq!(view["created_time"], "2026-06-27T16:56:48.041+00:00");

    let body = json!({"parent": {"database_id": tasks.database}, "properties": {"Name": {"title": {}}}});
    let second = text(&tasks.client.post("/v1/data_sources", &body).ok()["id"]);
    let of_second = ids(&tasks
        .client
        .get(&format!("/v1/views?data_source_id={second}"))
        .ok());
    assert_eq!(tasks.tabs()[1..], of_second);
}

#[test]
fn all_kinds_can_be_made_and_come_back() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let by_status =
        json!({"type": "status", "property_id": "Status", "group_by": "group", "sort": {"type": "manual"}});
    let properties =
        json!([{"property_id": "title", "width": 300}, {"property_id": "Points", "visible": false}]);
    let cases = [
        json!({"type": "table", "properties": properties, "group_by": by_status, "wrap_cells": true, "frozen_column_index": 1,
               "subtasks": {"display_mode": "disabled"}, "show_vertical_lines": false}),
        json!({"type": "board", "group_by": by_status, "cover": {"type": "page_cover"}, "cover_size": "small",
               "sub_group_by": {"type": "select", "property_id": "Priority", "sort": {"type": "ascending"}}}),
        json!({"type": "list", "properties": properties}),
        json!({"type": "calendar", "date_property_id": "Due", "view_range": "month"}),
        json!({"type": "timeline", "date_property_id": "Due", "preference": {"zoom_level": "5_years"},
               "arrows_by": {"property_id": null}, "show_table": true, "table_properties": properties}),
        json!({"type": "gallery", "cover": {"type": "page_content"}, "card_layout": "compact"}),
        json!({"type": "form", "is_form_closed": false, "submission_permissions": "none"}),
        json!({"type": "chart", "chart_type": "column", "y_axis": {"aggregator": "sum", "property_id": "Points"},
               "x_axis": {"type": "number", "property_id": "Points", "sort": {"type": "manual"}, "range_size": 10},
               "reference_lines": [{"value": 3, "label": "Goal", "color": "red", "dash_style": "dash"}], "y_axis_min": 0}),
        json!({"type": "map", "height": "large"}),
    ];
    for configuration in cases {
        let kind = text(&configuration["type"]);
        let view = tasks.view(&kind, &json!({"configuration": configuration}));
        assert_eq!(
            (&view["name"], &view["type"]),
            (&json!(format!("My {kind}")), &json!(kind))
        );
        let mut again = tasks.client.get(&path(&view)).ok();
        again["request_id"] = view["request_id"].clone();
        assert_eq!(again, view);
        let shown = &view["configuration"];
        for key in keys(&configuration) {
            assert!(shown.get(key).is_some(), "{kind} lost {key}: {shown}");
        }
    }
    let view = tasks.view(
        "table",
        &json!({"configuration": {"type": "table", "properties": properties, "group_by": by_status}}),
    );
    let shown = &view["configuration"]["properties"];
    assert_eq!(
        shown[0],
        json!({"property_id": "title", "width": 300, "property_name": "Name"})
    );
    assert_eq!(
        shown[1]["property_id"],
        json!(tasks.column("Points")),
        "a name is resolved to the id"
    );
    assert_eq!(view["configuration"]["group_by"]["property_name"], "Status");
    assert_eq!(tasks.tabs().len(), 11);
    assert_eq!(
        tasks.view("board", &json!({}))["configuration"],
        Value::Null,
        "the configuration may be left out"
    );
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let board = |group: Value| json!({"configuration": {"type": "board", "group_by": group}});
    let place = "body failed validation: body.";
    for (kind, more, message) in [
        (
            "map",
            json!({"type": "grid"}),
            "type should be `\"table\"`, `\"board\"`",
        ),
        (
            "table",
            json!({"configuration": {"type": "list"}}),
            "configuration.type should be `\"table\"`, instead was `\"list\"`",
        ),
        (
            "board",
            json!({"configuration": {"type": "board"}}),
            "configuration.group_by should be defined",
        ),
        (
            "table",
            json!({"configuration": {"type": "table", "wide": 1}}),
            "configuration.wide should be not present",
        ),
        (
            "table",
            json!({"configuration": {"type": "table", "frozen_column_index": -1}}),
            "configuration.frozen_column_index should be ≥ `0` or `undefined`, instead was `-1`",
        ),
        (
            "table",
            json!({"configuration": {"type": "table", "properties": [{"property_id": "title", "width": 0}]}}),
            "configuration.properties[0].width should be ≥ `1` or `undefined`, instead was `0`",
        ),
        (
            "gallery",
            json!({"configuration": {"type": "gallery", "cover_size": "huge"}}),
            "configuration.cover_size should be `\"small\"`, `\"medium\"`, `\"large\"`, or `undefined`, instead was `\"huge\"`",
        ),
        (
            "form",
            json!({"configuration": {"type": "form", "is_form_closed": 1}}),
            "configuration.is_form_closed should be a boolean, `null`, or `undefined`, instead was `1`",
        ),
        (
            "dashboard",
            json!({"configuration": {"type": "dashboard", "rows": []}}),
            "configuration should be not present",
        ),
        (
            "table",
            json!({"view_id": ABSENT}),
            "view_id should be not present",
        ),
        (
            "table",
            json!({"placement": {"type": "new_row"}}),
            "placement should be not present",
        ),
        (
            "table",
            json!({"position": {"type": "middle"}}),
            "position.type should be `\"start\"`, `\"end\"`, or `\"after_view\"`",
        ),
        ("table", json!({"colour": "red"}), "colour should be not present"),
        (
            "table",
            json!({"filter": {"property": "Points", "number": {"near": 1}}}),
            "filter.number.near should be not present",
        ),
        (
            "table",
            json!({"quick_filters": {"Points": {"property": "Points"}}}),
            "quick_filters.Points.property should be not present",
        ),
    ] {
        let refused = tasks.refused(kind, &more);
        assert!(
            refused.starts_with(&format!("{place}{message}")),
            "{more}: {refused}"
        );
    }
    for (kind, more, message) in [
        (
            "table",
            json!({"filter": {"property": "Nothing", "number": {"equals": 1}}}),
            "Could not find property with name or id: Nothing",
        ),
        (
            "table",
            json!({"sorts": [{"property": "Nothing", "direction": "ascending"}]}),
            "Could not find sort property with name or id: Nothing",
        ),
        (
            "calendar",
            json!({"configuration": {"type": "calendar", "date_property_id": "Nothing"}}),
            "Could not find property with name or id: Nothing",
        ),
        (
            "board",
            board(json!({"type": "select", "property_id": "Points", "sort": {"type": "manual"}})),
            "Cannot group by property Points: its type is number, so the type of the group should be number.",
        ),
        (
            "table",
            json!({"filter": {"or": [{"property": "Priority", "select": {"equals": ["High", "Urgent"]}}]}}),
            "Invalid select filter: \"Urgent\" is not an option of property Priority. Available options: \"High\", \"Low\".",
        ),
        (
            "table",
            json!({"quick_filters": {"Priority": {"select": {"equals": "Urgent"}}}}),
            "Invalid select filter: \"Urgent\" is not an option of property Priority. Available options: \"High\", \"Low\".",
        ),
        (
            "table",
            json!({"filter": {"property": "Points", "rich_text": {"equals": "1"}}}),
            "The property type in the database does not match the property type of the filter provided: database property number \
          does not match filter rich_text",
        ),
    ] {
        assert_eq!(tasks.refused(kind, &more), message, "{more}");
    }
    let body = json!({"data_source_id": tasks.source, "name": "x", "type": "table"});
    assert_eq!(
        tasks.client.post("/v1/views", &body).message(),
        "body failed validation. Fix one:\nbody.database_id should be defined, instead was `undefined`.\nbody.view_id should be \
         defined, instead was `undefined`.\nbody.create_database should be defined, instead was `undefined`."
    );
    assert_eq!(
        tasks.client.get("/v1/views").message(),
        "query failed validation. Fix one:\nquery.database_id should be defined, instead was `undefined`.\n\
         query.data_source_id should be defined, instead was `undefined`."
    );
    let both = format!(
        "/v1/views?database_id={}&data_source_id={}",
        tasks.database, tasks.source
    );
    assert!(
        tasks
            .client
            .get(&both)
            .message()
            .contains("query.data_source_id should be not present")
    );
    for (key, what) in [("data_source_id", "data_source"), ("database_id", "database")] {
        let answer = tasks
            .client
            .post("/v1/views", &tasks.body("table", &json!({key: ABSENT})));
        assert_eq!(answer.status, 404);
        assert!(
            answer
                .message()
                .starts_with(&format!("Could not find {what} with ID: {ABSENT}."))
        );
    }
    let old = Client::at_version(&sim, "2022-06-28");
    assert_eq!(old.get("/v1/views").code(), "invalid_request_url");
    assert_eq!(tasks.tabs().len(), 1);
}

#[test]
fn tabs_have_an_order() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let first = tasks.tabs()[0].clone();
    let make = |position: Value| text(&tasks.view("list", &json!({"position": position}))["id"]);
    let last = make(json!({"type": "end"}));
    let start = make(json!({"type": "start"}));
    let middle = make(json!({"type": "after_view", "view_id": first}));
    assert_eq!(tasks.tabs(), [&start, &first, &middle, &last].map(Clone::clone));
    let list = format!("/v1/views?database_id={}&page_size=3", tasks.database);
    let page = tasks.client.get(&list).ok();
    assert_eq!(
        (&page["has_more"], &page["next_cursor"]),
        (&json!(true), &json!(last))
    );
    let rest = tasks.client.get(&format!("{list}&start_cursor={last}")).ok();
    assert_eq!(
        (ids(&rest), &rest["has_more"]),
        (vec![last.clone()], &json!(false))
    );

    let elsewhere = Tasks::new(&sim).tabs()[0].clone();
    let refused = tasks.refused(
        "list",
        &json!({"position": {"type": "after_view", "view_id": elsewhere}}),
    );
    assert!(refused.contains("is not a view of database"), "{refused}");

    let again = sim.state();
    sim.seed(&again).expect("a seed");
    assert_eq!(tasks.tabs(), [start, first, middle, last]);
    assert!(sim.state() == again);
}

#[test]
fn updates_merge_and_null_clears() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let view = tasks.view("table", &json!({
        "filter": {"property": "Points", "number": {"greater_than": 1}},
        "sorts": [{"property": "Due", "direction": "ascending"}, {"timestamp": "created_time", "direction": "descending"}],
        "quick_filters": {"Priority": {"select": {"equals": "High"}}, "Due": {}},
        "configuration": {"type": "table", "wrap_cells": true, "frozen_column_index": 2, "subtasks": {"display_mode": "show"}},
    }));
    assert_eq!(
        view["filter"],
        json!({"property": "Points", "number": {"greater_than": 1}})
    );
    assert_eq!(
        view["quick_filters"],
        json!({"Priority": {"select": {"equals": "High"}}, "Due": {}})
    );
    let path = path(&view);
    let update = |body: Value| tasks.client.patch(&path, &body).ok();
    let changed = update(json!({
        "name": "Renamed",
        "quick_filters": {"Priority": null, "Status": {"status": {"equals": "To-do"}}},
        "configuration": {"type": "table", "subtasks": null, "frozen_column_index": 0},
    }));
    assert_eq!(changed["name"], "Renamed");
    assert_eq!(
        changed["quick_filters"],
        json!({"Due": {}, "Status": {"status": {"equals": "To-do"}}})
    );
    assert_eq!(
        changed["configuration"],
        json!({"type": "table", "wrap_cells": true, "frozen_column_index": 0})
    );
    assert_eq!(
        (&changed["filter"], &changed["sorts"]),
        (&view["filter"], &view["sorts"])
    );
    let cleared = update(json!({"filter": null, "sorts": null, "quick_filters": null}));
    for key in ["filter", "sorts", "quick_filters"] {
        assert_eq!(cleared[key], Value::Null, "{key}");
    }
    let refused = |body: Value| tasks.client.patch(&path, &body).message().to_owned();
    assert!(refused(json!({"type": "board"})).contains("body.type should be not present"));
    assert_eq!(
        refused(json!({"name": "No", "configuration": {"type": "list"}})),
        "body failed validation: body.configuration.type should be `\"table\"`, instead was `\"list\"`."
    );
    assert_eq!(
        tasks.client.get(&path).ok()["name"],
        "Renamed",
        "refused means unchanged"
    );
    let missing = tasks.client.patch(&format!("/v1/views/{ABSENT}"), &json!({}));
    assert_eq!(missing.status, 404);
    assert!(
        missing.message().starts_with("Could not find view with ID"),
        "{}",
        missing.text
    );
}

#[test]
fn columns_may_be_renamed_and_deleted_under_a_view() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    for (name, points) in [("a", 1), ("b", 5), ("c", 3)] {
        tasks.client.row(
            &tasks.source,
            &json!({"Name": titled(name), "Points": {"number": points}}),
        );
    }
    let view = tasks.view(
        "table",
        &json!({
            "filter": {"property": "Points", "number": {"greater_than": 1}},
            "sorts": [{"property": "Points", "direction": "ascending"}],
        }),
    );
    let points = tasks.column("Points");
    let source = format!("/v1/data_sources/{}", tasks.source);
    tasks
        .client
        .patch(&source, &json!({"properties": {"Points": {"name": "Effort"}}}))
        .ok();
    let shown = tasks.client.get(&path(&view)).ok();
    assert_eq!(
        (&shown["filter"]["property"], &shown["sorts"][0]["property"]),
        (&json!("Effort"), &json!("Effort"))
    );
    let queries = format!("{}/queries", path(&view));
    assert_eq!(tasks.client.post(&queries, &json!({})).ok()["total_count"], 2);
    tasks
        .client
        .patch(&source, &json!({"properties": {"Effort": null}}))
        .ok();
    assert_eq!(
        tasks.client.get(&path(&view)).ok()["filter"]["property"],
        json!(points)
    );
    assert_eq!(
        tasks.client.post(&queries, &json!({})).ok()["total_count"],
        3,
        "nothing is left to decide by"
    );
}

#[test]
fn the_last_view_stays() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let only = format!("/v1/views/{}", tasks.tabs()[0]);
    let refused = tasks.client.call("DELETE", &only, &Value::Null);
    assert_eq!((refused.status, refused.code()), (400, "validation_error"));
    let second = tasks.view("board", &json!({}));
    let gone = tasks.client.call("DELETE", &only, &Value::Null).ok();
    assert_eq!(keys(&gone), ["object", "id", "parent", "type", "request_id"]);
    assert_eq!(tasks.client.get(&only).status, 404);
    assert_eq!(tasks.tabs(), [text(&second["id"])]);
    tasks
        .client
        .patch(
            &format!("/v1/databases/{}", tasks.database),
            &json!({"in_trash": true}),
        )
        .ok();
    assert!(
        tasks
            .client
            .patch(&path(&second), &json!({"name": "x"}))
            .message()
            .starts_with("Can't edit block")
    );
    assert_eq!(tasks.client.get(&path(&second)).status, 200);
}

#[test]
fn dashboards_hold_views() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let dashboard = tasks.view("dashboard", &json!({}));
    assert_eq!(dashboard["data_source_id"], Value::Null);
    assert_eq!(
        dashboard["configuration"],
        json!({"type": "dashboard", "rows": []})
    );
    let widget = |kind: &str, placement: Value| {
        let mut body = tasks.body(kind, &json!({"view_id": dashboard["id"], "placement": placement}));
        body.as_object_mut().expect("an object").remove("database_id");
        tasks.client.post("/v1/views", &body)
    };
    let first = widget("list", json!({"type": "new_row"})).ok();
    assert_eq!(first["dashboard_view_id"], dashboard["id"]);
    assert_eq!(first["parent"], dashboard["parent"]);
    assert_eq!(tasks.tabs().len(), 2, "a widget is no tab");
    let beside = widget("chart", json!({"type": "existing_row", "row_index": 0})).ok();
    let above = widget("table", json!({"type": "new_row", "row_index": 0})).ok();
    let grid = || {
        let view = tasks.client.get(&path(&dashboard)).ok();
        view["configuration"]["rows"].as_array().expect("rows").clone()
    };
    let rows = grid();
    assert_eq!(rows[0]["widgets"][0]["view_id"], above["id"]);
    assert_eq!(
        (
            &rows[0]["widgets"][0]["width"],
            &rows[0]["widgets"][0]["row_index"]
        ),
        (&json!(12), &json!(0))
    );
    let second = &rows[1]["widgets"];
    assert_eq!(
        (&second[0]["view_id"], &second[1]["view_id"]),
        (&first["id"], &beside["id"])
    );
    assert_eq!(
        (&second[0]["width"], &second[1]["row_index"]),
        (&json!(6), &json!(1))
    );

    for (kind, placement, message) in [
        (
            "dashboard",
            json!({"type": "new_row"}),
            "Dashboards cannot be nested in dashboards.",
        ),
        (
            "list",
            json!({"type": "existing_row", "row_index": 2}),
            "The dashboard has no row with index 2: it has 2 rows.",
        ),
        (
            "list",
            json!({"type": "new_row", "row_index": 3}),
            "The dashboard has no row with index 3: it has 2 rows.",
        ),
        (
            "list",
            json!({"type": "existing_row"}),
            "body failed validation: body.placement.row_index should be defined, instead was `undefined`.",
        ),
    ] {
        assert_eq!(widget(kind, placement).message(), message);
    }
    for _ in 0..2 {
        widget("list", json!({"type": "existing_row", "row_index": 1})).ok();
    }
    let full = widget("list", json!({"type": "existing_row", "row_index": 1}));
    assert_eq!(full.message(), "A dashboard row can have at most 4 widgets.");
    for _ in 0..7 {
        widget("list", json!({"type": "new_row"})).ok();
    }
    assert_eq!(
        widget("list", json!({"type": "new_row"})).message(),
        "A dashboard can have at most 12 widgets."
    );
    let refused = tasks.client.patch(
        &path(&dashboard),
        &json!({"configuration": {"type": "dashboard", "rows": []}}),
    );
    assert!(
        refused
            .message()
            .contains("body.configuration should be not present"),
        "{}",
        refused.text
    );
    let no_rows = tasks
        .client
        .post(&format!("{}/queries", path(&dashboard)), &json!({}));
    assert_eq!(no_rows.code(), "validation_error");

    let before = sim.state();
    sim.seed(&before).expect("a seed");
    assert!(sim.state() == before, "a dashboard survives the data file");
    tasks.client.call("DELETE", &path(&above), &Value::Null).ok();
    assert_eq!(grid().len(), 8);
    let of_source = format!("/v1/views?data_source_id={}", tasks.source);
    assert_eq!(
        ids(&tasks.client.get(&of_source).ok()).len(),
        12,
        "the default view and eleven widgets"
    );
    tasks.client.call("DELETE", &path(&dashboard), &Value::Null).ok();
    assert_eq!(
        tasks.client.get(&path(&first)).status,
        404,
        "what is in a dashboard goes with it"
    );
}

#[test]
fn linked_views_show_the_rows_of_another_database() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    tasks.client.row(&tasks.source, &json!({"Name": titled("a")}));
    let make = |create: Value| {
        let body = json!({"data_source_id": tasks.source, "name": "Linked", "type": "list", "create_database": create});
        tasks.client.post("/v1/views", &body)
    };
    let parent = json!({"type": "page_id", "page_id": sim.parent_page_id()});
    let last = make(json!({"parent": parent})).ok();
    let container = text(&last["parent"]["database_id"]);
    assert_ne!(container, tasks.database);
    let first =
        make(json!({"parent": parent, "position": {"type": "after_block", "block_id": tasks.database}})).ok();
    let children = tasks
        .client
        .get(&format!("/v1/blocks/{}/children", sim.parent_page_id()))
        .ok();
    assert_eq!(
        ids(&children),
        [
            tasks.database.clone(),
            text(&first["parent"]["database_id"]),
            container.clone()
        ]
    );
    let shown = tasks.client.get(&format!("/v1/databases/{container}")).ok();
    assert_eq!(
        (&shown["data_sources"], &shown["is_inline"]),
        (&json!([]), &json!(true))
    );
    let found = tasks
        .client
        .post(&format!("{}/queries", path(&last)), &json!({}))
        .ok();
    assert_eq!(found["total_count"], 1);
    assert_eq!(
        ids(&tasks
            .client
            .get(&format!("/v1/views?data_source_id={}", tasks.source))
            .ok())
        .len(),
        3
    );
    let refused = make(json!({"parent": parent, "position": {"type": "after_block", "block_id": ABSENT}}));
    assert!(
        refused.message().contains("is not a child of page"),
        "{}",
        refused.text
    );
    assert_eq!(make(json!({"parent": {"page_id": ABSENT}})).status, 404);
    assert_eq!(
        make(json!({"parent": {"database_id": tasks.database}})).code(),
        "validation_error"
    );
    let old = Client::at_version(&sim, "2022-06-28").get(&format!("/v1/databases/{container}"));
    assert_eq!(old.status, 404, "linked databases were never in the old model");
}

#[test]
fn queries_are_kept_for_a_quarter_of_an_hour() {
    let sim = start(Sim::builder());
    sim.set_now("2026-06-27T16:00:00.500Z".parse().expect("a time"));
    let tasks = Tasks::new(&sim);
    let row = |name: &str, points: i64, status: &str| {
        let properties = json!({"Name": titled(name), "Points": {"number": points}, "Status": {"status": {"name": status}}});
        text(&tasks.client.row(&tasks.source, &properties)["id"])
    };
    let (a, b, c) = (
        row("a", 3, "Not started"),
        row("b", 1, "Done"),
        row("c", 2, "In progress"),
    );
    let view = tasks.view(
        "table",
        &json!({
            "filter": {"property": "Status", "status": {"does_not_equal": ["Complete"]}},
            "sorts": [{"property": "Points", "direction": "ascending"}],
        }),
    );
    let queries = format!("{}/queries", path(&view));
    let query = tasks.client.post(&queries, &json!({"page_size": 1})).ok();
    let shown = [
        "object",
        "id",
        "view_id",
        "expires_at",
        "total_count",
        "results",
        "next_cursor",
        "has_more",
        "request_id",
    ];
    assert_eq!(keys(&query), shown);
    assert_eq!(
        (&query["object"], &query["view_id"]),
        (&json!("view_query"), &view["id"])
    );
    assert_eq!(query["expires_at"], "2026-06-27T16:15:00.500+00:00");
    assert_eq!(query["total_count"], 2, "the group stands for its options");
    assert_eq!(query["results"], json!([{"object": "page", "id": c}]));
    assert_eq!(
        (&query["has_more"], &query["next_cursor"]),
        (&json!(true), &json!(a))
    );

    let kept = format!("{queries}/{}", text(&query["id"]));
    tasks
        .client
        .patch(
            &format!("/v1/pages/{b}"),
            &json!({"properties": {"Status": {"status": {"name": "Not started"}}}}),
        )
        .ok();
    let rest = tasks
        .client
        .get(&format!("{kept}?start_cursor={a}&page_size=5"))
        .ok();
    assert_eq!(
        keys(&rest),
        [
            "object",
            "results",
            "next_cursor",
            "has_more",
            "type",
            "page",
            "request_id"
        ]
    );
    assert_eq!((ids(&rest), &rest["has_more"]), (vec![a.clone()], &json!(false)));
    assert_eq!(
        ids(&tasks.client.get(&kept).ok()),
        [c, a],
        "what came later is not in it"
    );
    assert_eq!(
        tasks.client.get(&format!("{kept}?start_cursor={ABSENT}")).code(),
        "validation_error"
    );
    assert_eq!(
        tasks.client.post(&queries, &json!({"filter": {}})).code(),
        "validation_error"
    );
    let elsewhere = format!("/v1/views/{}/queries/{}", tasks.tabs()[0], text(&query["id"]));
    assert_eq!(
        tasks.client.get(&elsewhere).status,
        404,
        "a query belongs to its view"
    );

    sim.set_now("2026-06-27T16:15:00.499Z".parse().expect("a time"));
    assert_eq!(tasks.client.get(&kept).status, 200);
    sim.set_now("2026-06-27T16:15:00.500Z".parse().expect("a time"));
    assert_eq!(
        (tasks.client.get(&kept).status, tasks.client.get(&kept).code()),
        (404, "object_not_found")
    );
    for _ in 0..2 {
        let deleted = tasks.client.call("DELETE", &kept, &Value::Null).ok();
        assert_eq!(
            (&deleted["object"], &deleted["deleted"], &deleted["id"]),
            (&json!("view_query"), &json!(true), &query["id"])
        );
    }
    let fresh = tasks.client.post(&queries, &json!({})).ok();
    let fresh = format!("{queries}/{}", text(&fresh["id"]));
    tasks.client.call("DELETE", &fresh, &Value::Null).ok();
    assert_eq!(tasks.client.get(&fresh).status, 404);
}

#[test]
fn queries_are_capped() {
    let sim = start(Sim::builder().query_limit(2));
    let tasks = Tasks::new(&sim);
    for name in ["a", "b", "c"] {
        tasks.client.row(&tasks.source, &json!({"Name": titled(name)}));
    }
    let queries = format!("/v1/views/{}/queries", tasks.tabs()[0]);
    let query = tasks.client.post(&queries, &json!({})).ok();
    let status = json!({"type": "incomplete", "incomplete_reason": "query_result_limit_reached"});
    assert_eq!(
        (&query["total_count"], &query["request_status"]),
        (&json!(2), &status)
    );
    let page = tasks
        .client
        .get(&format!("{queries}/{}", text(&query["id"])))
        .ok();
    assert_eq!(page["request_status"], status);
}

#[test]
fn a_seed_brings_its_views() {
    let sim = start(Sim::builder());
    let tasks = Tasks::new(&sim);
    let mut seed = sim.state();
    let view = json!({
        "object": "view", "id": ABSENT, "parent": {"type": "database_id", "database_id": tasks.database},
        "data_source_id": tasks.source, "name": "Seeded", "type": "hologram", "novelty": [1],
        "filter": {"property": "Unknown", "number": {"equals": 1}},
        "configuration": {"type": "hologram", "depth": 3},
    });
    seed["views"] = json!([view]);
    sim.seed(&seed).expect("a seed");
    let read = tasks.client.get(&format!("/v1/views/{ABSENT}")).ok();
    for key in keys(&view) {
        assert_eq!(read[key], view[key], "{key}");
    }
    assert_eq!(tasks.tabs(), [ABSENT]);
    seed["views"] = json!([]);
    sim.seed(&seed).expect("a seed");
    assert_eq!(tasks.tabs().len(), 1, "a database is never without a view");
    seed["views"] =
        json!([{"object": "view", "id": ABSENT, "parent": {"type": "database_id", "database_id": ABSENT}}]);
    let refused = sim.seed(&seed).expect_err("a parent that is not there");
    assert!(refused.to_string().contains("views[0]"), "{refused}");
}
