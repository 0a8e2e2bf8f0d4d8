//! Pages: attributes, values, and how they read back.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::column::Column;
use super::kind::Kind;
use super::parent::Parent;
use super::rich_text::RichText;
use super::value::{self, PropertyValue};
use super::workspace::Workspace;
use super::{id, seeded, time};

/// The keys of a page object that this program has rules for.
const KNOWN: [&str; 17] = [
    "object",
    "id",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "cover",
    "icon",
    "parent",
    "in_trash",
    "is_archived",
    "is_locked",
    "properties",
    "url",
    "public_url",
    "archived",
    "request_id",
];

/// A page: a row of a data source, or a document of its own.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) id: Uuid,
    pub(crate) created_time: Timestamp,
    pub(crate) last_edited_time: Timestamp,
    pub(crate) created_by: Uuid,
    pub(crate) last_edited_by: Uuid,
    pub(crate) cover: Value,
    pub(crate) icon: Value,
    pub(crate) parent: Parent,
    pub(crate) in_trash: bool,
    pub(crate) is_archived: bool,
    pub(crate) is_locked: bool,
    /// The cells that are not empty, by the wire id of their column.
    values: Vec<(Arc<str>, PropertyValue)>,
    /// Cells of a seeded row whose column its data source does not have, by name, as they came.
    strays: Map<String, Value>,
    public_url: Value,
    /// The address a seed gave, as long as the title is the same.
    seeded_url: Option<String>,
    /// Keys of a seeded page that this program has no rules for.
    extra: Map<String, Value>,
    /// Grows with every page that is made: which one is older, although times have minutes only.
    pub(crate) born: u64,
    /// Grows with every edit: which one is newer, although times have minutes only.
    pub(crate) edited: u64,
}

impl Page {
    /// A new, empty page.
    pub(crate) fn new(parent: Parent, by: Uuid, now: Timestamp, tick: u64) -> Self {
        Self {
            id: id::fresh(),
            created_time: now,
            last_edited_time: now,
            created_by: by,
            last_edited_by: by,
            cover: Value::Null,
            icon: Value::Null,
            parent,
            in_trash: false,
            is_archived: false,
            is_locked: false,
            values: Vec::new(),
            strays: Map::new(),
            public_url: Value::Null,
            seeded_url: None,
            extra: Map::new(),
            born: tick,
            edited: tick,
        }
    }

    /// A copy with an id of its own.
    pub(crate) fn copy(&self, parent: Parent, by: Uuid, now: Timestamp, tick: u64) -> Self {
        Self {
            id: id::fresh(),
            parent,
            created_time: now,
            last_edited_time: now,
            created_by: by,
            last_edited_by: by,
            public_url: Value::Null,
            seeded_url: None,
            edited: tick,
            ..self.clone()
        }
    }

    /// Reads a page as the API returned it. `columns` are those of its data source.
    pub(crate) fn from_json(id: Uuid, value: &Value, columns: &[Column], now: Timestamp) -> Self {
        let user = |key: &str| seeded::user(value, key);
        let flag = |key: &str| seeded::flag(value, key);
        let any = |key: &str| seeded::any(value, key);
        let created_time = time::read(value.get("created_time"), now);
        let mut page = Self {
            id,
            created_time,
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            created_by: user("created_by"),
            last_edited_by: user("last_edited_by"),
            cover: any("cover"),
            icon: any("icon"),
            parent: Parent::from_json(value.get("parent").unwrap_or(&Value::Null)),
            in_trash: seeded::in_trash(value),
            is_archived: flag("is_archived"),
            is_locked: flag("is_locked"),
            values: Vec::new(),
            strays: Map::new(),
            public_url: any("public_url"),
            seeded_url: value.get("url").and_then(Value::as_str).map(str::to_owned),
            extra: seeded::unknown(value, &KNOWN),
            born: 0,
            edited: 0,
        };
        for (name, cell) in value
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            page.seed_cell(name, cell, columns);
        }
        page
    }

    fn seed_cell(&mut self, name: &str, cell: &Value, columns: &[Column]) {
        let wire = cell.get("id").and_then(Value::as_str).unwrap_or(name);
        let kind = Kind::any(cell.get("type").and_then(Value::as_str).unwrap_or_default());
        let payload = cell.get(kind.name()).unwrap_or(&Value::Null);
        let column = columns
            .iter()
            .find(|column| &*column.id == wire && column.kind == kind);
        let id: Arc<str> = match column {
            Some(column) => column.id.clone(),
            None if kind == Kind::Title => "title".into(),
            None => {
                self.strays.insert(name.to_owned(), cell.clone());
                return;
            }
        };
        self.set(&id, PropertyValue::from_json(&kind, payload));
    }

    /// The stored value of a cell; `None` where it is empty.
    pub(crate) fn value(&self, column: &str) -> Option<&PropertyValue> {
        self.values
            .iter()
            .find(|(id, _)| &**id == column)
            .map(|(_, value)| value)
    }

    /// The stored value of a cell, to change it in place.
    pub(crate) fn value_mut(&mut self, column: &str) -> Option<&mut PropertyValue> {
        self.values
            .iter_mut()
            .find(|(id, _)| &**id == column)
            .map(|(_, value)| value)
    }

    /// Puts a value into a cell; `None` empties it.
    pub(crate) fn set(&mut self, column: &Arc<str>, value: Option<PropertyValue>) {
        let at = self.values.iter().position(|(id, _)| id == column);
        match (at, value.filter(|value| !value.is_empty())) {
            (Some(at), Some(value)) => self.values[at].1 = value,
            (None, Some(value)) => self.values.push((column.clone(), value)),
            (Some(at), None) => {
                self.values.swap_remove(at);
            }
            (None, None) => {}
        }
        if &**column == "title" {
            self.seeded_url = None;
        }
    }

    /// The wire ids of the columns in which this page and another state of it have different values.
    pub(crate) fn differing(&self, other: &Self) -> Vec<Arc<str>> {
        let unlike = |(id, value): &&(Arc<str>, PropertyValue)| other.value(id) != Some(value);
        let gone = |(id, _): &&(Arc<str>, PropertyValue)| self.value(id).is_none();
        let own = self.values.iter().filter(unlike);
        let mut ids: Vec<Arc<str>> = own
            .chain(other.values.iter().filter(gone))
            .map(|(id, _)| id.clone())
            .collect();
        ids.sort_unstable();
        ids
    }

    /// The ids of the columns that are not empty.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &Arc<str>> {
        self.values.iter().map(|(id, _)| id)
    }

    /// Takes all values out.
    pub(crate) fn empty(&mut self) {
        self.values.clear();
        self.strays.clear();
    }

    /// Notes an edit.
    pub(crate) fn touch(&mut self, by: Uuid, now: Timestamp, tick: u64) {
        self.last_edited_by = by;
        self.last_edited_time = now;
        self.edited = tick;
    }

    /// The title.
    pub(crate) fn title(&self) -> Option<&RichText> {
        match self.value("title") {
            Some(PropertyValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The title without formatting.
    pub(crate) fn title_text(&self) -> String {
        self.title().map(RichText::text).unwrap_or_default()
    }

    /// The page as the newest API version returns it. `read` gives the payload of each property that is wanted.
    pub(crate) fn to_json(&self, workspace: &Workspace, read: impl Fn(&Column) -> Option<Value>) -> Value {
        let mut out = Map::new();
        out.insert("object".into(), json!("page"));
        out.insert("id".into(), json!(self.id));
        out.insert("created_time".into(), json!(time::minute_z(self.created_time)));
        out.insert(
            "last_edited_time".into(),
            json!(time::minute_z(self.last_edited_time)),
        );
        out.insert(
            "created_by".into(),
            json!({"object": "user", "id": self.created_by}),
        );
        out.insert(
            "last_edited_by".into(),
            json!({"object": "user", "id": self.last_edited_by}),
        );
        out.insert("cover".into(), self.cover.clone());
        out.insert("icon".into(), self.icon.clone());
        out.insert("parent".into(), self.parent.to_json());
        out.insert("in_trash".into(), json!(self.in_trash));
        out.insert("is_archived".into(), json!(self.is_archived));
        out.insert("is_locked".into(), json!(self.is_locked));
        out.insert("properties".into(), self.properties(workspace, read));
        out.insert("url".into(), json!(self.url()));
        out.insert("public_url".into(), self.public_url.clone());
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    fn properties(&self, workspace: &Workspace, read: impl Fn(&Column) -> Option<Value>) -> Value {
        let lone = [Column::title("title")];
        let columns = workspace.columns_of(self).unwrap_or(&lone);
        let cells = columns.iter().filter_map(|column| {
            let payload = read(column)?;
            let mut cell = Map::new();
            cell.insert("id".into(), json!(&*column.id));
            cell.insert("type".into(), json!(column.kind.name()));
            cell.insert(column.kind.name().to_owned(), payload);
            if column.kind == Kind::Relation {
                let more = match self.value(&column.id) {
                    Some(PropertyValue::Relation(ids)) => {
                        workspace.living(ids).nth(value::MAX_REFERENCES).is_some()
                    }
                    _ => false,
                };
                cell.insert("has_more".into(), json!(more));
            }
            Some((column, Value::Object(cell)))
        });
        if self.strays.is_empty() {
            return Value::Object(cells.map(|(column, cell)| (column.name.clone(), cell)).collect());
        }
        let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let strays = self
            .strays
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()));
        let mut all: Vec<(String, String, Value)> = cells
            .map(|(column, cell)| (column.decoded.to_string(), column.name.clone(), cell))
            .chain(strays.map(|(name, value)| {
                let wire = value.get("id").and_then(Value::as_str).unwrap_or_default();
                (id::decode(wire), name.clone(), value.clone())
            }))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Value::Object(all.into_iter().map(|(_, name, value)| (name, value)).collect())
    }

    fn url(&self) -> String {
        if let Some(url) = &self.seeded_url {
            return url.clone();
        }
        let mut slug = String::new();
        for word in self
            .title_text()
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
        {
            slug.push_str(word);
            slug.push('-');
        }
        format!(
            "https://app.notion.com/p/{}{}",
            id::encode(&slug),
            id::undashed(self.id)
        )
    }
}
