//! A view: how the rows of a data source are shown.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::dashboard::Grid;
use super::{criteria, layout};
use crate::engine::column::Column;
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::engine::{id, seeded, time};

/// The kinds of views.
pub(crate) const LAYOUTS: [&str; 10] = [
    "table", "board", "list", "calendar", "timeline", "gallery", "form", "chart", "map", DASHBOARD,
];
/// The kind of view that holds others.
pub(crate) const DASHBOARD: &str = "dashboard";

const KNOWN: [&str; 17] = [
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
    "dashboard_view_id",
    "request_id",
];

/// A view of a data source. Filters, sorts and settings name columns by their ids.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) id: Uuid,
    /// The database whose tab it is, or in whose dashboard it is a widget.
    pub(crate) parent: Parent,
    pub(crate) data_source: Option<Uuid>,
    pub(crate) name: String,
    /// One of [`LAYOUTS`], or what a seed brought.
    pub(crate) layout: String,
    created_time: Timestamp,
    created_by: Uuid,
    last_edited_time: Timestamp,
    last_edited_by: Uuid,
    /// `null` where it shows every row.
    pub(super) filter: Value,
    pub(super) sorts: Vec<Value>,
    pub(super) quick_filters: Map<String, Value>,
    pub(super) configuration: Value,
    /// What a dashboard holds.
    pub(super) grid: Grid,
    /// The dashboard it is a widget of.
    pub(crate) dashboard: Option<Uuid>,
    /// Which one is newer.
    pub(crate) made: u64,
    seeded_url: Option<String>,
    extra: Map<String, Value>,
}

impl View {
    /// A new view that shows everything.
    pub(crate) fn new(
        parent: Parent,
        source: Uuid,
        layout: &str,
        name: &str,
        by: Uuid,
        now: Timestamp,
    ) -> Self {
        Self {
            id: id::fresh(),
            parent,
            data_source: Some(source),
            name: name.to_owned(),
            layout: layout.to_owned(),
            created_time: now,
            created_by: by,
            last_edited_time: now,
            last_edited_by: by,
            filter: Value::Null,
            sorts: Vec::new(),
            quick_filters: Map::new(),
            configuration: Value::Null,
            grid: Grid::default(),
            dashboard: None,
            made: 0,
            seeded_url: None,
            extra: Map::new(),
        }
    }

    /// Reads a view as the API returned it. `columns` are those of its data source.
    pub(crate) fn from_json(id: Uuid, value: &Value, columns: &[Column], now: Timestamp) -> Self {
        let any = |key: &str| seeded::any(value, key);
        let uuid = |key: &str| value.get(key).and_then(Value::as_str).and_then(id::parse);
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let created_time = time::read(value.get("created_time"), now);
        let layout = text("type").unwrap_or_else(|| LAYOUTS[0].to_owned());
        let configuration = any("configuration");
        let dashboard = layout == DASHBOARD;
        Self {
            id,
            parent: Parent::from_json(&any("parent")),
            data_source: uuid("data_source_id"),
            name: text("name").unwrap_or_default(),
            created_time,
            created_by: seeded::user(value, "created_by"),
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            last_edited_by: seeded::user(value, "last_edited_by"),
            filter: criteria::filter_by_id(any("filter"), columns),
            sorts: criteria::sorts_by_id(any("sorts").as_array().cloned().unwrap_or_default(), columns),
            quick_filters: criteria::quick_filters_by_id(
                any("quick_filters").as_object().cloned().unwrap_or_default(),
                columns,
            ),
            grid: Grid::from_json(&configuration),
            configuration: if dashboard { Value::Null } else { configuration },
            layout,
            dashboard: uuid("dashboard_view_id"),
            made: 0,
            seeded_url: text("url"),
            extra: seeded::unknown(value, &KNOWN),
        }
    }

    /// The view as the API returns it.
    pub(crate) fn to_json(&self, workspace: &Workspace) -> Value {
        let source = self.data_source.and_then(|id| workspace.data_sources.get(&id));
        let columns = source.map(|source| &*source.columns).unwrap_or_default();
        let user = |id: Uuid| (!id.is_nil()).then(|| json!({"object": "user", "id": id}));
        let mut out = Map::new();
        out.insert("object".into(), json!("view"));
        out.insert("id".into(), json!(self.id));
        out.insert("parent".into(), self.parent.to_json());
        out.insert("data_source_id".into(), json!(self.shown_source()));
        out.insert("name".into(), json!(self.name));
        out.insert("type".into(), json!(self.layout));
        out.insert(
            "created_time".into(),
            json!(time::milli_offset(self.created_time)),
        );
        out.insert("created_by".into(), json!(user(self.created_by)));
        out.insert(
            "last_edited_time".into(),
            json!(time::milli_offset(self.last_edited_time)),
        );
        out.insert("last_edited_by".into(), json!(user(self.last_edited_by)));
        out.insert("url".into(), json!(self.url()));
        out.insert("filter".into(), criteria::filter_by_name(&self.filter, columns));
        let sorts = criteria::sorts_by_name(&self.sorts, columns);
        out.insert("sorts".into(), json!((!sorts.is_empty()).then_some(sorts)));
        let quick = criteria::quick_filters_by_name(&self.quick_filters, columns);
        out.insert(
            "quick_filters".into(),
            json!((!quick.is_empty()).then_some(quick)),
        );
        let configuration = if self.layout == DASHBOARD {
            self.grid.to_json()
        } else {
            layout::named(&self.configuration, columns)
        };
        out.insert("configuration".into(), configuration);
        if let Some(dashboard) = self.dashboard {
            out.insert("dashboard_view_id".into(), json!(dashboard));
        }
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    /// What is left to say of a view that is gone.
    pub(crate) fn to_partial_json(&self) -> Value {
        json!({"object": "view", "id": self.id, "parent": self.parent.to_json(), "type": self.layout})
    }

    /// What to ask the data source for the rows of the view: a filter and sorts.
    pub(crate) fn question(&self, columns: &[Column]) -> (Option<Value>, Vec<Value>) {
        (
            criteria::runnable_filter(&self.filter, columns),
            criteria::runnable_sorts(&self.sorts, columns),
        )
    }

    /// The data source whose view this is. A dashboard is of none, because its widgets may be of many.
    pub(crate) fn shown_source(&self) -> Option<Uuid> {
        self.data_source.filter(|_| self.layout != DASHBOARD)
    }

    /// Notes an edit.
    pub(crate) fn touch(&mut self, by: Uuid, now: Timestamp) {
        self.last_edited_by = by;
        self.last_edited_time = now;
    }

    fn url(&self) -> String {
        self.seeded_url.clone().unwrap_or_else(|| {
            let database = self.parent.id().unwrap_or_default();
            format!(
                "https://app.notion.com/p/{}?v={}",
                id::undashed(database),
                id::undashed(self.id)
            )
        })
    }
}
