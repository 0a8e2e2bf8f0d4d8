//! Rollups: computed when they are read, by filters, by sorts and by the property-item endpoint.

mod common;

use common::{Client, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

/// Two data sources, a relation from projects to tasks, and rollups over the tasks.
struct Setting {
    /// Runs for as long as this lives.
    _sim: Sim,
    client: Client,
    tasks: String,
    projects: String,
}

impl Setting {
    fn new(rollups: &[(&str, &str, &str)]) -> Self {
        let sim = start(Sim::builder());
        let client = Client::new(&sim);
        let columns = json!({
            "Task": {"title": {}}, "Points": {"number": {}}, "Due": {"date": {}}, "Done": {"checkbox": {}},
            "Tags": {"multi_select": {}},
        });
        let (_, tasks) = client.database(&sim.parent_page_id(), "Tasks", &columns);
        let mut columns = json!({
            "Name": {"title": {}},
            "Tasks": {"relation": {"data_source_id": tasks, "dual_property": {}}},
        });
        for (name, column, function) in rollups {
            columns[name] = json!({"rollup": {
                "relation_property_name": "Tasks", "rollup_property_name": column, "function": function,
            }});
        }
        let (_, projects) = client.database(&sim.parent_page_id(), "Projects", &columns);
        Self {
            _sim: sim,
            client,
            tasks,
            projects,
        }
    }

    fn task(&self, properties: &Value) -> String {
        text(&self.client.row(&self.tasks, properties)["id"])
    }

    fn project(&self, name: &str, tasks: &[String]) -> Value {
        let related: Vec<Value> = tasks.iter().map(|id| json!({"id": id})).collect();
        let row = self.client.row(
            &self.projects,
            &json!({"Name": titled(name), "Tasks": {"relation": related}}),
        );
        self.client.get(&format!("/v1/pages/{}", text(&row["id"]))).ok()
    }
}

fn rollup<'a>(page: &'a Value, name: &str) -> &'a Value {
    let cell = &page["properties"][name];
    assert_eq!(cell["type"], "rollup");
    &cell["rollup"]
}

#[test]
fn every_reading_shows_the_related_pages_as_they_are_now() {
    let setting = Setting::new(&[
        ("Sum", "Points", "sum"),
        ("Names", "Task", "show_original"),
        ("Last", "Due", "latest_date"),
        ("Share", "Done", "percent_checked"),
        ("Tags", "Tags", "count_values"),
    ]);
    let first = setting.task(&json!({
        "Task": titled("A"), "Points": {"number": 3}, "Due": {"date": {"start": "2026-05-01"}}, "Done": {"checkbox": true},
        "Tags": {"multi_select": [{"name": "x"}, {"name": "y"}]},
    }));
    let second = setting.task(&json!({"Task": titled("B"), "Points": {"number": 4.5}}));
    let page = setting.project("P", &[first.clone(), second]);
    assert_eq!(
        rollup(&page, "Sum"),
        &json!({"type": "number", "number": 7.5, "function": "sum"})
    );
    assert_eq!(rollup(&page, "Names")["array"][1]["title"][0]["plain_text"], "B");
    assert_eq!(rollup(&page, "Last")["date"]["start"], "2026-05-01");
    assert_eq!(rollup(&page, "Share")["number"], 0.5);
    assert_eq!(rollup(&page, "Tags")["number"], 2);

    setting
        .client
        .patch(&format!("/v1/pages/{first}"), &json!({"in_trash": true}))
        .ok();
    let page = setting
        .client
        .get(&format!("/v1/pages/{}", text(&page["id"])))
        .ok();
    assert_eq!(
        rollup(&page, "Sum")["number"],
        4.5,
        "what is in the trash does not count"
    );

    let empty = setting.project("Q", &[]);
    assert_eq!(
        rollup(&empty, "Names"),
        &json!({"type": "array", "array": [], "function": "show_original"})
    );
    assert_eq!(
        rollup(&empty, "Last"),
        &json!({"type": "date", "date": null, "function": "latest_date"})
    );
}

#[test]
fn queries_compare_and_sort_by_rollups() {
    let setting = Setting::new(&[("Sum", "Points", "sum"), ("Tags", "Tags", "show_original")]);
    let client = &setting.client;
    for (name, points, tags) in [
        ("Low", 1, json!([])),
        ("High", 9, json!([{"name": "hot"}])),
        ("Mid", 5, json!([{"name": "cold"}])),
    ] {
        let task = setting.task(&json!({"Points": {"number": points}, "Tags": {"multi_select": tags}}));
        setting.project(name, &[task]);
    }
    setting.project("None", &[]);
    let sort = |direction: &str| json!({"sorts": [{"property": "Sum", "direction": direction}]});
    assert_eq!(
        client.titles(&setting.projects, &sort("descending")),
        ["High", "Mid", "Low", "None"]
    );
    let filter = |rollup: Value| json!({"filter": {"property": "Sum", "rollup": rollup}});
    let more = filter(json!({"number": {"greater_than": 4}}));
    assert_eq!(client.titles(&setting.projects, &more), ["Mid", "High"]);
    let tags = |rollup: Value| json!({"filter": {"property": "Tags", "rollup": rollup}});
    let any = tags(json!({"any": {"multi_select": {"contains": "hot"}}}));
    assert_eq!(client.titles(&setting.projects, &any), ["High"]);
    let every = tags(json!({"every": {"multi_select": {"does_not_contain": "hot"}}}));
    assert_eq!(
        client.titles(&setting.projects, &every),
        ["Mid", "Low"],
        "nothing is not every"
    );
    let none = tags(json!({"none": {"multi_select": {"is_empty": true}}}));
    assert_eq!(client.titles(&setting.projects, &none), ["None", "Mid", "High"]);
}

#[test]
fn a_page_looks_at_25_and_the_item_endpoint_at_all() {
    let setting = Setting::new(&[("Sum", "Points", "sum"), ("Kinds", "Points", "unique")]);
    let client = &setting.client;
    let tasks: Vec<String> = (0..30)
        .map(|_| setting.task(&json!({"Points": {"number": 1}})))
        .collect();
    let page = setting.project("Big", &tasks);
    assert_eq!(rollup(&page, "Sum")["number"], 25);
    let item = |name: &str, query: &str| {
        let id = text(&page["properties"][name]["id"]);
        client
            .get(&format!("/v1/pages/{}/properties/{id}{query}", text(&page["id"])))
            .ok()
    };
    let first = item("Sum", "?page_size=20");
    assert_eq!(
        first["property_item"]["rollup"],
        json!({"type": "incomplete", "incomplete": {}, "function": "sum"})
    );
    assert_eq!(first["results"].as_array().map(Vec::len), Some(20));
    assert_eq!(first["results"][0]["number"], 1);
    let last = item("Sum", &format!("?start_cursor={}", text(&first["next_cursor"])));
    assert_eq!(last["property_item"]["rollup"]["number"], 30);
    assert_eq!(
        item("Kinds", "")["property_item"]["rollup"]["type"],
        "unsupported"
    );
}

#[test]
fn renamed_columns_are_renamed_in_rollups_of_both_sides() {
    let setting = Setting::new(&[("Sum", "Points", "sum")]);
    let client = &setting.client;
    let rename = |source: &str, from: &str, to: &str| {
        let body = json!({"properties": {from: {"name": to}}});
        client.patch(&format!("/v1/data_sources/{source}"), &body).ok()
    };
    rename(&setting.tasks, "Points", "Effort");
    let source = rename(&setting.projects, "Tasks", "Work");
    let rollup = &source["properties"]["Sum"]["rollup"];
    assert_eq!(rollup["rollup_property_name"], "Effort");
    assert_eq!(rollup["relation_property_name"], "Work");
    let task = setting.task(&json!({"Effort": {"number": 2}}));
    let row = client.row(&setting.projects, &json!({"Work": {"relation": [{"id": task}]}}));
    assert_eq!(row["properties"]["Sum"]["rollup"]["number"], 2);
    client
        .patch(
            &format!("/v1/data_sources/{}", setting.projects),
            &json!({"properties": {"Work": null}}),
        )
        .ok();
    let row = client.get(&format!("/v1/pages/{}", text(&row["id"]))).ok();
    assert_eq!(row["properties"]["Sum"]["rollup"]["type"], "unsupported");
}
