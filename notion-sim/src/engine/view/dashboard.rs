//! The grid of a dashboard: rows of widgets, each of which shows a view.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::engine::id;
use crate::refusal::Refusal;

/// How many widgets fit into a row.
const MAX_IN_ROW: usize = 4;
/// How many widgets a dashboard has at most.
const MAX_WIDGETS: usize = 12;
/// How many columns a row is divided into.
const COLUMNS: usize = 12;

/// Where a new widget goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Placement {
    /// Into a row of its own, which becomes the one with this index; `None` is the last.
    NewRow(Option<usize>),
    /// Next to the others in this row.
    ExistingRow(usize),
}

/// The widgets of a dashboard.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    id: String,
    height: Option<Value>,
    widgets: Vec<Widget>,
}

#[derive(Debug, Clone)]
struct Widget {
    id: String,
    view: Uuid,
    width: Value,
}

impl Grid {
    /// Reads the configuration of a dashboard.
    pub(super) fn from_json(configuration: &Value) -> Self {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |value: &Value, key: &str| -> Vec<Value> {
            value
                .get(key)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let widget = |value: &Value| {
            Some(Widget {
                id: text(value, "id")?,
                view: text(value, "view_id").as_deref().and_then(id::parse)?,
                width: value.get("width").cloned().unwrap_or(json!(COLUMNS)),
            })
        };
        let row = |value: &Value| {
            Some(Row {
                id: text(value, "id")?,
                height: value.get("height").cloned(),
                widgets: list(value, "widgets").iter().filter_map(widget).collect(),
            })
        };
        Self {
            rows: list(configuration, "rows").iter().filter_map(row).collect(),
        }
    }

    /// The configuration of a dashboard.
    pub(super) fn to_json(&self) -> Value {
        let widget = |widget: &Widget, at: usize| json!({"id": widget.id, "view_id": widget.view, "width": widget.width, "row_index": at});
        let rows = self.rows.iter().enumerate().map(|(at, row)| {
            let widgets: Vec<Value> = row.widgets.iter().map(|one| widget(one, at)).collect();
            let mut out = json!({"id": row.id, "widgets": widgets});
            if let Some(height) = &row.height {
                out["height"] = height.clone();
            }
            out
        });
        json!({"type": super::DASHBOARD, "rows": rows.collect::<Vec<_>>()})
    }

    /// The views of all widgets.
    pub(super) fn views(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.rows
            .iter()
            .flat_map(|row| &row.widgets)
            .map(|widget| widget.view)
    }

    /// Refuses a widget that finds no place.
    pub(super) fn admit(&self, placement: Placement) -> Result<(), Refusal> {
        if self.views().count() >= MAX_WIDGETS {
            return Err(Refusal::invalid(format!(
                "A dashboard can have at most {MAX_WIDGETS} widgets."
            )));
        }
        let rows = self.rows.len();
        let missing = |at: usize| {
            Refusal::invalid(format!(
                "The dashboard has no row with index {at}: it has {rows} rows."
            ))
        };
        match placement {
            Placement::NewRow(Some(at)) if at > rows => Err(missing(at)),
            Placement::NewRow(_) => Ok(()),
            Placement::ExistingRow(at) => match self.rows.get(at) {
                None => Err(missing(at)),
                Some(row) if row.widgets.len() >= MAX_IN_ROW => Err(Refusal::invalid(format!(
                    "A dashboard row can have at most {MAX_IN_ROW} widgets."
                ))),
                Some(_) => Ok(()),
            },
        }
    }

    /// Puts a widget where it was let in.
    pub(super) fn add(&mut self, view: Uuid, placement: Placement) {
        let fresh = || id::fresh().to_string();
        let at = match placement {
            Placement::ExistingRow(at) => at,
            Placement::NewRow(at) => {
                let at = at.unwrap_or(self.rows.len()).min(self.rows.len());
                let row = Row {
                    id: fresh(),
                    height: None,
                    widgets: Vec::new(),
                };
                self.rows.insert(at, row);
                at
            }
        };
        if let Some(row) = self.rows.get_mut(at) {
            row.widgets.push(Widget {
                id: fresh(),
                view,
                width: json!(COLUMNS),
            });
            row.share_width();
        }
    }

    /// Takes the widget of a view out, and its row if nothing else is in there.
    pub(super) fn remove(&mut self, view: Uuid) {
        for row in &mut self.rows {
            let before = row.widgets.len();
            row.widgets.retain(|widget| widget.view != view);
            if row.widgets.len() != before {
                row.share_width();
            }
        }
        self.rows.retain(|row| !row.widgets.is_empty());
    }
}

impl Row {
    fn share_width(&mut self) {
        let width = COLUMNS / self.widgets.len().max(1);
        for widget in &mut self.widgets {
            widget.width = json!(width);
        }
    }
}
