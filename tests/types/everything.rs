//! A data source with a column of every kind, and the row type for it.

use jiff::Timestamp;
use notion_core::prelude::*;
use notion_sim::Sim;
use notion_tests::{create_database, request};
use serde_json::{Value, json};

use crate::recorder::Recorder;

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Everything {
    #[notion(title)]
    pub(crate) title: String,
    pub(crate) rich_text: String,
    pub(crate) number: Option<f64>,
    pub(crate) select: Option<Size>,
    #[notion(status)]
    pub(crate) status: Option<Stage>,
    pub(crate) multi_select: Vec<Size>,
    pub(crate) date: Option<DateOrRange>,
    pub(crate) people: Vec<UserRef>,
    pub(crate) checkbox: bool,
    #[notion(url)]
    pub(crate) url: Option<String>,
    #[notion(email)]
    pub(crate) email: Option<String>,
    #[notion(phone_number)]
    pub(crate) phone_number: Option<String>,
    pub(crate) relation: Vec<PageId>,
}

/// The columns that Notion fills.
#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Computed {
    #[notion(created_time)]
    pub(crate) created_time: Timestamp,
    #[notion(last_edited_time)]
    pub(crate) last_edited_time: Timestamp,
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
pub(crate) enum Size {
    Small,
    Large,
    #[notion(other)]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
pub(crate) enum Stage {
    #[notion(name = "Not started")]
    Todo,
    #[notion(name = "In progress")]
    Doing,
    Done,
}

impl Everything {
    /// A row of which only the title is filled.
    pub(crate) fn bare() -> Self {
        Self {
            title: "Bare".to_owned(),
            rich_text: String::new(),
            number: None,
            select: None,
            status: None,
            multi_select: Vec::new(),
            date: None,
            people: Vec::new(),
            checkbox: false,
            url: None,
            email: None,
            phone_number: None,
            relation: Vec::new(),
        }
    }
}

/// What the requests are about.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) recorder: Recorder,
    pub(crate) notion: Notion,
    /// The data source with a column of every kind.
    pub(crate) source: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let now: Timestamp = "2026-09-15T12:00:00Z".parse().unwrap();
        let sim = Sim::builder().clock(now).start().await.unwrap();
        let database = create_database(&sim, "Everything", columns()).await;
        let source = database["data_sources"][0]["id"].as_str().unwrap().to_owned();
        let more = json!({"properties": {
            "relation": {"relation": {"data_source_id": source, "single_property": {}}},
            "rollup": {"rollup": {
                "relation_property_name": "relation", "rollup_property_name": "title", "function": "show_original",
            }},
        }});
        request(&sim, "PATCH", &format!("/v1/data_sources/{source}"), &more).await;
        wiki(&sim, &source);
        let recorder = Recorder::new();
        let notion = recorder.client(&sim);
        Self {
            sim,
            recorder,
            notion,
            source,
        }
    }

    pub(crate) async fn table<T: NotionRow>(&self) -> Table<T> {
        self.notion.table(&self.source).await.unwrap()
    }
}

/// Columns that a request can make, each called like its kind.
fn columns() -> Value {
    let sizes = json!([{"name": "Small", "color": "green", "description": "Up to 3"}, {"name": "Large"}]);
    json!({
        "title": {"title": {}},
        "rich_text": {"rich_text": {}, "description": "What there is to say"},
        "number": {"number": {"format": "euro"}},
        "select": {"select": {"options": sizes}},
        "multi_select": {"multi_select": {"options": sizes}},
        "status": {"status": {"options": [
            {"name": "Not started", "group": "To-do"},
            {"name": "In progress", "color": "blue", "group": "In progress"},
            {"name": "Done", "color": "green", "group": "Complete"},
        ]}},
        "date": {"date": {}},
        "people": {"people": {}},
        "files": {"files": {}},
        "checkbox": {"checkbox": {}},
        "url": {"url": {}},
        "email": {"email": {}},
        "phone_number": {"phone_number": {}},
        "formula": {"formula": {"expression": "prop(\"number\") * 2"}},
        "created_time": {"created_time": {}},
        "created_by": {"created_by": {}},
        "last_edited_time": {"last_edited_time": {}},
        "last_edited_by": {"last_edited_by": {}},
        "unique_id": {"unique_id": {"prefix": "ROW"}},
        "place": {"place": {}},
    })
}

/// Adds the columns that no request can make.
fn wiki(sim: &Sim, source: &str) {
    let mut state = sim.state();
    let sources = state["data_sources"].as_array_mut().unwrap();
    let source = sources.iter_mut().find(|other| other["id"] == source).unwrap();
    for kind in ["verification", "button"] {
        source["properties"][kind] =
            json!({"id": kind, "name": kind, "description": null, "type": kind, kind: {}});
    }
    sim.seed(&state).unwrap();
}
