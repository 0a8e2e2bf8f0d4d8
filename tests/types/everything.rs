//! A data source with a column of every kind, and the row types for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{
    CustomEmojiId, DatabaseId, FileUploadId, Formula, Place, Related, Relation, Rollup, UniqueId,
    Verification,
};
use notion_sim::Sim;
use notion_tests::{create_database, request};
use serde_json::{Value, json};

use crate::recorder::Recorder;

/// All columns.
#[derive(Debug, Clone, NotionRow)]
#[notion(insert = NewEverything, insert_derive(Clone))]
pub(crate) struct Everything {
    #[notion(title)]
    pub(crate) title: RichText,
    pub(crate) rich_text: RichText,
    pub(crate) number: Option<f64>,
    pub(crate) select: Option<Size>,
    #[notion(status)]
    pub(crate) status: Option<Stage>,
    pub(crate) multi_select: Vec<Size>,
    pub(crate) date: Option<DateOrRange>,
    pub(crate) people: Vec<UserRef>,
    pub(crate) files: Vec<FileRef>,
    pub(crate) checkbox: bool,
    #[notion(url)]
    pub(crate) url: Option<String>,
    #[notion(email)]
    pub(crate) email: Option<String>,
    #[notion(phone_number)]
    pub(crate) phone_number: Option<String>,
    pub(crate) relation: Relation<Everything>,
    pub(crate) verification: Verification,
    pub(crate) place: Option<Place>,
    #[notion(created_time)]
    pub(crate) created_time: Timestamp,
    #[notion(created_by)]
    pub(crate) created_by: Option<UserRef>,
    #[notion(last_edited_time)]
    pub(crate) last_edited_time: Timestamp,
    #[notion(last_edited_by)]
    pub(crate) last_edited_by: Option<UserRef>,
    pub(crate) unique_id: UniqueId,
    #[notion(button)]
    pub(crate) button: (),
    pub(crate) formula: Formula<Option<f64>>,
    pub(crate) formula_text: Formula<Option<String>>,
    pub(crate) formula_checkbox: Formula<bool>,
    pub(crate) formula_date: Formula<Option<DateOrRange>>,
    #[notion(rollup)]
    pub(crate) rollup: Rollup<Option<f64>>,
    #[notion(rollup)]
    pub(crate) rollup_date: Rollup<Option<DateOrRange>>,
    #[notion(rollup)]
    pub(crate) each_rich_text: Rollup<Vec<String>>,
    #[notion(rollup)]
    pub(crate) each_number: Rollup<Vec<Option<f64>>>,
    #[notion(rollup)]
    pub(crate) each_checkbox: Rollup<Vec<bool>>,
    #[notion(rollup)]
    pub(crate) each_select: Rollup<Vec<Option<Size>>>,
    #[notion(rollup)]
    pub(crate) each_multi_select: Rollup<Vec<Vec<Size>>>,
    #[notion(rollup)]
    pub(crate) each_relation: Rollup<Vec<Vec<PageId>>>,
    #[notion(rollup)]
    pub(crate) each_date: Rollup<Vec<Option<DateOrRange>>>,
    #[notion(rollup)]
    pub(crate) each_people: Rollup<Vec<Vec<UserRef>>>,
    #[notion(rollup)]
    pub(crate) each_files: Rollup<Vec<Vec<FileRef>>>,
}

/// Some of the columns in other types, and in structs within structs.
#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Plain {
    #[notion(title, key)]
    pub(crate) title: String,
    pub(crate) rich_text: Option<String>,
    #[notion(select)]
    pub(crate) select: Option<String>,
    pub(crate) multi_select: Vec<String>,
    pub(crate) relation: Vec<PageId>,
    #[notion(flatten)]
    pub(crate) effort: Effort,
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Effort {
    pub(crate) number: Option<i64>,
    #[notion(flatten)]
    pub(crate) due: Due,
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Due {
    pub(crate) date: Option<jiff::civil::Date>,
}

/// Columns in types that hold one thing each.
#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Single {
    #[notion(title)]
    pub(crate) title: Box<str>,
    pub(crate) rich_text: Arc<str>,
    pub(crate) number: Option<u8>,
    #[notion(status)]
    pub(crate) status: String,
    pub(crate) multi_select: BTreeSet<String>,
    pub(crate) date: Option<jiff::Zoned>,
    pub(crate) url: Option<url::Url>,
    pub(crate) relation: Option<Related<Everything>>,
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
    #[notion(name = "Not started", group = "to_do")]
    Todo,
    #[notion(name = "In progress", group = "in_progress")]
    Doing,
    #[notion(group = "complete")]
    Done,
}

impl NewEverything {
    /// A row of which only the title is filled.
    pub(crate) fn bare() -> Self {
        Self {
            title: RichText::new().text("Bare"),
            rich_text: RichText::new(),
            number: None,
            select: None,
            status: None,
            multi_select: Vec::new(),
            date: None,
            people: Vec::new(),
            files: Vec::new(),
            checkbox: false,
            url: None,
            email: None,
            phone_number: None,
            relation: Relation::new(),
            verification: Verification::unverified(),
            place: None,
        }
    }
}

/// What the requests are about.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) recorder: Recorder,
    pub(crate) notion: Notion,
    /// The data source with a column of every kind, and its database.
    pub(crate) source: String,
    pub(crate) database: DatabaseId,
    pub(crate) emoji: CustomEmojiId,
    pub(crate) upload: FileUploadId,
    /// A page of the data source that is a template.
    pub(crate) template: PageId,
}

impl World {
    pub(crate) async fn new() -> Self {
        let now: Timestamp = "2026-09-15T12:00:00Z".parse().unwrap();
        let sim = Sim::builder().clock(now).start().await.unwrap();
        let database = create_database(&sim, "Everything", columns()).await;
        let source = database["data_sources"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/data_sources/{source}");
        request(&sim, "PATCH", &path, &json!({"properties": related(&source)})).await;
        let parent = json!({"type": "data_source_id", "data_source_id": source});
        let template = request(&sim, "POST", "/v1/pages", &json!({"parent": parent})).await;
        let emoji = "2f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10";
        let upload = "3f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10";
        seed(&sim, |state| {
            let sources = state["data_sources"].as_array_mut().unwrap();
            let columns = sources.iter_mut().find(|other| other["id"] == *source).unwrap();
            for kind in ["verification", "button"] {
                columns["properties"][kind] =
                    json!({"id": kind, "name": kind, "description": null, "type": kind, kind: {}});
            }
            state["templates"] =
                json!([{"data_source_id": source, "page_id": template["id"], "is_default": true}]);
            let by = json!({"id": state["bot"]["id"], "type": "bot"});
            state["file_uploads"] = json!([{
                "object": "file_upload", "id": upload, "created_by": by, "status": "uploaded", "expiry_time": null,
                "filename": "a.png", "content_type": "image/png",
            }]);
            state["custom_emojis"] =
                json!([{"id": emoji, "name": "ship", "url": "https://example.com/ship.png"}]);
        });
        let recorder = Recorder::new();
        let notion = recorder.client(&sim);
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        Self {
            sim,
            recorder,
            notion,
            source,
            database: id(&database).parse().unwrap(),
            emoji: emoji.parse().unwrap(),
            upload: upload.parse().unwrap(),
            template: id(&template).parse().unwrap(),
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
        "formula_text": {"formula": {"expression": "prop(\"url\") + \"!\""}},
        "formula_checkbox": {"formula": {"expression": "not prop(\"checkbox\")"}},
        "formula_date": {"formula": {"expression": "dateAdd(prop(\"date\"), 1, \"days\")"}},
        "created_time": {"created_time": {}},
        "created_by": {"created_by": {}},
        "last_edited_time": {"last_edited_time": {}},
        "last_edited_by": {"last_edited_by": {}},
        "unique_id": {"unique_id": {"prefix": "ROW"}},
        "place": {"place": {}},
    })
}

/// Columns that refer to the data source that they are in.
fn related(source: &str) -> Value {
    let mut columns = json!({"relation": {"relation": {"data_source_id": source, "single_property": {}}}});
    let mut rollup = |name: &str, of: &str, function: &str| {
        columns[name] = json!({"rollup": {
            "relation_property_name": "relation", "rollup_property_name": of, "function": function,
        }});
    };
    rollup("rollup", "number", "sum");
    rollup("rollup_date", "date", "earliest_date");
    for kind in [
        "rich_text",
        "number",
        "checkbox",
        "select",
        "multi_select",
        "relation",
        "date",
        "people",
        "files",
    ] {
        rollup(&format!("each_{kind}"), kind, "show_original");
    }
    columns
}

/// Changes what no request can change.
fn seed(sim: &Sim, change: impl FnOnce(&mut Value)) {
    let mut state = sim.state();
    change(&mut state);
    sim.seed(&state).unwrap();
}
