//! A simulator with what the values refer to.

use notion_core::prelude::*;
use notion_sim::Sim;
use notion_tests::{create_database, request};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::values::Known;

/// The options of every status column, of which the first is the one that a row begins with.
pub(crate) const STAGES: [&str; 3] = ["Todo", "Doing", "Done"];

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) notion: Notion,
    pub(crate) known: Known,
    /// The data source of the pages that relations point at.
    pages: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let sim = Sim::start().await.expect("a simulator");
        // More requests than the limiter of a real connection lets go at once.
        let notion = Notion::builder()
            .base_url(sim.base_url())
            .token(Token::new(sim.token()).expect("a token"))
            .requests_per_minute(1_000_000)
            .build()
            .expect("a client");
        let users = ids(110, 1);
        let mut state = sim.state();
        state["users"]
            .as_array_mut()
            .expect("users")
            .extend(users.iter().map(|id| {
                json!({
                    "object": "user", "id": id, "name": "Kim", "avatar_url": null, "type": "person",
                    "person": {"email": "kim@example.com"},
                })
            }));
        sim.seed(&state).expect("a seed");
        let database = create_database(&sim, "Pages", json!({"Name": {"title": {}}})).await;
        let source = text(&database["data_sources"][0]["id"]);
        let mut pages = Vec::new();
        for _ in 0..40 {
            let body = json!({"parent": {"type": "data_source_id", "data_source_id": source}});
            pages.push(id(&request(&sim, "POST", "/v1/pages", &body).await));
        }
        let known = Known {
            users,
            groups: ids(10, 2),
            pages,
            database: id(&database),
            me: notion.me().await.expect("a bot").id.into(),
        };
        Self {
            sim,
            notion,
            known,
            pages: source,
        }
    }

    /// A new data source with the columns of the row type.
    pub(crate) async fn table<T: NotionRow>(&self) -> Table<T> {
        let (mut columns, mut seeded) = (json!({}), json!({}));
        for column in T::COLUMNS.iter() {
            let kind = column.kind.expect("a kind").name();
            let settings = match kind {
                "relation" => json!({"data_source_id": self.pages, "single_property": {}}),
                "status" => json!({"options": STAGES.map(|name| json!({"name": name, "group": "To-do"}))}),
                // Only Notion makes these.
                "verification" | "button" => {
                    seeded[column.name] = json!({"id": column.name, "name": column.name, "description": null, "type": kind, kind: {}});
                    continue;
                }
                _ => json!({}),
            };
            columns[column.name] = json!({kind: settings});
        }
        let database = create_database(&self.sim, "Values", columns).await;
        let source = text(&database["data_sources"][0]["id"]);
        self.seed(|state| {
            let mut sources = state["data_sources"]
                .as_array_mut()
                .expect("data sources")
                .iter_mut();
            let own = sources
                .find(|other| other["id"] == *source)
                .expect("the data source");
            for (name, column) in seeded.as_object().expect("columns") {
                own["properties"][name] = column.clone();
            }
        });
        self.notion.table(&source).await.expect("a table")
    }

    /// Changes what no request can change.
    pub(crate) fn seed(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.sim.state();
        change(&mut state);
        self.sim.seed(&state).expect("a seed");
    }
}

/// So many ids, which are others for another `group`.
fn ids(count: u64, group: u8) -> Vec<Uuid> {
    let random = |at: u64| {
        let [a, b, c, d, e, f, g, h] = at.to_be_bytes();
        uuid::Builder::from_random_bytes([group, 0, 0, 0, 0, 0, 0, 0, a, b, c, d, e, f, g, h]).into_uuid()
    };
    (0..count).map(random).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn id(object: &Value) -> Uuid {
    text(&object["id"]).parse().expect("an id")
}
