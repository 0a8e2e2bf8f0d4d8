//! Formulas: checked when they are written, computed when they are read, filtered and sorted by.

#[path = "../common/mod.rs"]
mod common;
mod find;
mod schema;
mod seeds;
mod values;

use common::{Client, start, text};
use notion_sim::Sim;
use serde_json::{Value, json};

/// A data source whose formulas are looked at.
struct Setting {
    sim: Sim,
    client: Client,
    source: String,
}

fn formula(expression: &str) -> Value {
    json!({"formula": {"expression": expression}})
}

impl Setting {
    /// A task list with these columns besides the usual ones, after formulas began to be written with names.
    fn new(more: &[(&str, Value)]) -> Self {
        let sim = start(Sim::builder());
        sim.set_now("2026-09-15T10:20:30Z".parse().expect("a time"));
        let client = Client::new(&sim);
        let mut columns = json!({
            "Name": {"title": {}}, "Hours": {"number": {}}, "Due": {"date": {}}, "Done": {"checkbox": {}},
            "Tags": {"multi_select": {}}, "Notes": {"rich_text": {}},
        });
        for (name, column) in more {
            columns[name] = column.clone();
        }
        let (_, source) = client.database(&sim.parent_page_id(), "Tasks", &columns);
        Self { sim, client, source }
    }

    fn path(&self) -> String {
        format!("/v1/data_sources/{}", self.source)
    }

    #[track_caller]
    fn schema(&self) -> Value {
        self.client.get(&self.path()).ok()["properties"].clone()
    }

    fn change(&self, properties: &Value) -> common::Answer {
        self.client
            .patch(&self.path(), &json!({"properties": properties}))
    }

    /// Adds a relation to the data source itself.
    fn relate(&self) {
        let relation = json!({"relation": {"data_source_id": self.source, "single_property": {}}});
        self.change(&json!({"Parts": relation})).ok();
    }

    #[track_caller]
    fn row(&self, properties: &Value) -> Value {
        self.client.row(&self.source, properties)
    }

    #[track_caller]
    fn reread(&self, page: &Value) -> Value {
        self.client.get(&format!("/v1/pages/{}", text(&page["id"]))).ok()
    }

    #[track_caller]
    fn filtered(&self, column: &str, test: &Value) -> Vec<String> {
        let sorts = json!([{"timestamp": "created_time", "direction": "ascending"}, {"property": "Name", "direction": "ascending"}]);
        let filter = json!({"property": column, "formula": test});
        self.client
            .titles(&self.source, &json!({"filter": filter, "sorts": sorts}))
    }

    fn refused_filter(&self, column: &str, test: &Value) -> String {
        let filter = json!({"filter": {"property": column, "formula": test}});
        let answer = self.client.post(&format!("{}/query", self.path()), &filter);
        assert_eq!((answer.status, answer.code()), (400, "validation_error"));
        answer.message().to_owned()
    }

    /// What the journal says of the last request.
    fn notes(&self) -> Vec<String> {
        self.sim.requests().pop().expect("a request").notes
    }
}

/// The result of a formula, and its type.
#[track_caller]
fn result(page: &Value, name: &str) -> (String, Value) {
    let cell = &page["properties"][name];
    assert_eq!(cell["type"], "formula", "{name}");
    let kind = text(&cell["formula"]["type"]);
    (kind.clone(), cell["formula"][kind].clone())
}

#[track_caller]
fn value(page: &Value, name: &str) -> Value {
    result(page, name).1
}
