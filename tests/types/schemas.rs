//! Data sources that are made from the schemas of others.

use std::collections::BTreeMap;

use notion_core::Notion;
use notion_core::schema::{Blueprint, DataSource, LeftOut, Reason};
use notion_sim::Sim;
use notion_tests::create_database;
use serde_json::{Value, json};

use crate::everything::World;
use crate::recorded::objects;
use crate::recorder::Recorder;

/// Makes each data source again, and looks whether it came out the same.
pub(crate) async fn send(world: &World) {
    again(&world.recorder, &world.sim, &world.notion, &world.source).await;
    let wide = create_database(&world.sim, "Wide", wide(&world.source)).await;
    let wide = wide["data_sources"][0]["id"].as_str().unwrap();
    again(&world.recorder, &world.sim, &world.notion, wide).await;
}

/// The same for those that were recorded. Says how many there were, and what cannot be made.
pub(crate) async fn send_recorded(recorder: &Recorder, interactions: &[Value]) -> String {
    let (mut columns, mut left_out) = (0, BTreeMap::<String, usize>::new());
    let found = objects(interactions, "data_source");
    for source in &found {
        let source = DataSource::from_json(&source.to_string()).unwrap();
        let blueprint = source.blueprint();
        recorder.keep("POST", "/v1/databases", &database(&blueprint, &source.id));
        columns += source.properties.len();
        for left in blueprint.left_out() {
            *left_out.entry(left.reason.to_string()).or_default() += 1;
        }
    }

    let file = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
    let lines: String = interactions
        .iter()
        .map(|interaction| format!("{interaction}\n"))
        .collect();
    std::fs::write(file.path(), lines).unwrap();
    let mut seed = notion_sim::import([file.path()]).unwrap();
    seed["data_sources"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .for_each(readable);
    let now: jiff::Timestamp = "2026-09-15T12:00:00Z".parse().unwrap();
    let sim = Sim::builder()
        .seed(seed.clone())
        .clock(now)
        .start()
        .await
        .unwrap();
    let notion = recorder.client(&sim);
    let sources = seed["data_sources"].as_array().unwrap();
    for source in sources {
        again(recorder, &sim, &notion, source["id"].as_str().unwrap()).await;
    }
    format!(
        "{} recorded schemas with {columns} columns, {} of them made again and compared; left out: {left_out:#?}",
        found.len(),
        sources.len()
    )
}

/// One recorded expression begins with `=`, which the simulator does not take, and nobody knows whether Notion does.
fn readable(source: &mut Value) {
    for column in source["properties"].as_object_mut().unwrap().values_mut() {
        if let Some(expression) = column["formula"]["expression"]
            .as_str()
            .and_then(|text| text.strip_prefix('='))
        {
            column["formula"]["expression"] = json!(expression);
        }
    }
}

async fn again(recorder: &Recorder, sim: &Sim, notion: &Notion, id: &str) {
    let source = notion.data_source(id.parse().unwrap()).await.unwrap();
    let blueprint = source.blueprint();
    let body = database(&blueprint, &sim.parent_page_id());
    let made = recorder.post(sim, "POST", "/v1/databases", body).await;
    let first = made["data_sources"][0]["id"].as_str().unwrap();
    let body = data_source(&blueprint, made["id"].as_str().unwrap());
    let second = recorder.post(sim, "POST", "/v1/data_sources", body).await;
    for id in [first, second["id"].as_str().unwrap()] {
        if let Some(later) = blueprint.later(id) {
            let body = format!(r#"{{"properties":{later}}}"#);
            recorder
                .post(sim, "PATCH", &format!("/v1/data_sources/{id}"), body)
                .await;
        }
        let copy = notion.data_source(id.parse().unwrap()).await.unwrap();
        compare(&source, &copy, blueprint.left_out());
    }
}

fn compare(source: &DataSource, copy: &DataSource, left_out: &[LeftOut]) {
    let mut expected = columns(source);
    let mut found = columns(copy);
    for left in left_out {
        let column = expected.remove(&left.column);
        if let Reason::OtherSide(other) = &left.reason {
            // It is there under the name that the simulator gave it.
            let other: Value = serde_json::from_str(copy.property(other).unwrap().json()).unwrap();
            let name = other["relation"]["dual_property"]["synced_property_name"].as_str();
            let mut column = column.unwrap();
            column["name"] = json!(name);
            assert_eq!(found.remove(name.unwrap()), Some(column));
        }
    }
    for (name, column) in &expected {
        assert_eq!(found.get(name), Some(column), "{}", source.title);
    }
    assert_eq!(found.len(), expected.len(), "{}: {found:?}", source.title);
}

/// The body of a request for a database with these columns.
fn database(blueprint: &Blueprint, page: &str) -> String {
    let parent = json!({"type": "page_id", "page_id": page});
    format!(
        r#"{{"parent":{parent},"title":[{{"text":{{"content":"Again"}}}}],"initial_data_source":{{"properties":{}}}}}"#,
        blueprint.properties()
    )
}

/// The body of a request for a further data source with these columns.
fn data_source(blueprint: &Blueprint, database: &str) -> String {
    let parent = json!({"type": "database_id", "database_id": database});
    format!(r#"{{"parent":{parent},"properties":{}}}"#, blueprint.properties())
}

/// What columns are, without what differs between two data sources that are alike.
fn columns(source: &DataSource) -> BTreeMap<String, Value> {
    let columns = source.properties.iter().map(|property| {
        let mut column: Value = serde_json::from_str(property.json()).unwrap();
        column["id"] = Value::Null;
        let kind = column["type"].as_str().unwrap().to_owned();
        let config = &mut column[&kind];
        match &*kind {
            "select" | "multi_select" | "status" => {
                let ids = take_ids(&mut config["options"]);
                if kind == "status" {
                    name_members(&mut config["groups"], &ids);
                }
            }
            "relation" => {
                config["database_id"] = Value::Null;
                config["dual_property"] = Value::Null;
                if config["data_source_id"] == *source.id {
                    config["data_source_id"] = json!("own");
                }
            }
            "rollup" => {
                config["relation_property_id"] = Value::Null;
                config["rollup_property_id"] = Value::Null;
            }
            _ => {}
        }
        (property.name.clone(), column)
    });
    columns.collect()
}

/// Takes the ids of options away. Says the names by their ids.
fn take_ids(options: &mut Value) -> BTreeMap<String, Value> {
    let options = options.as_array_mut().unwrap().iter_mut();
    let named = options.map(|option| {
        (
            option["id"].take().as_str().unwrap().to_owned(),
            option["name"].clone(),
        )
    });
    named.collect()
}

/// Groups of options by their names.
fn name_members(groups: &mut Value, names: &BTreeMap<String, Value>) {
    for group in groups.as_array_mut().unwrap() {
        group["id"] = Value::Null;
        for id in group["option_ids"].as_array_mut().unwrap() {
            *id = names[id.as_str().unwrap()].clone();
        }
    }
}

/// Columns with every colour of an option and every function of a rollup.
fn wide(target: &str) -> Value {
    let colors = [
        "default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
    ];
    let options =
        colors.map(|color| json!({"name": color, "color": color, "description": format!("It is {color}")}));
    let mut columns = json!({
        "Name": {"title": {}},
        "Select": {"select": {"options": options}},
        "Multi-select": {"multi_select": {"options": options}},
        "Status": {"status": {"options": options}},
        "No option": {"select": {"options": []}},
        "No options": {"multi_select": {"options": []}},
        "No state": {"status": {"options": []}},
        "Number": {"number": {}},
        "Relation": {"relation": {"data_source_id": target, "single_property": {}}},
        "Relation back": {"relation": {"data_source_id": target, "dual_property": {}}},
        "Id": {"unique_id": {}},
    });
    let functions = [
        "count",
        "count_values",
        "empty",
        "not_empty",
        "unique",
        "show_unique",
        "percent_empty",
        "percent_not_empty",
        "sum",
        "average",
        "median",
        "min",
        "max",
        "range",
        "earliest_date",
        "latest_date",
        "date_range",
        "checked",
        "unchecked",
        "percent_checked",
        "percent_unchecked",
        "count_per_group",
        "percent_per_group",
        "show_original",
    ];
    for function in functions {
        columns[function] = json!({"rollup": {
            "relation_property_name": "Relation", "rollup_property_name": "title", "function": function,
        }});
    }
    columns
}
