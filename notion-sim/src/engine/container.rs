//! Databases (the container) and data sources (the table with its schema).

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::column::{self, Column};
use super::expression::{self, Form};
use super::parent::Parent;
use super::rich_text::RichText;
use super::workspace::Workspace;
use super::{id, seeded, time};

const DATABASE_KEYS: [&str; 17] = [
    "object",
    "id",
    "title",
    "description",
    "parent",
    "is_inline",
    "in_trash",
    "is_locked",
    "created_time",
    "last_edited_time",
    "data_sources",
    "icon",
    "cover",
    "url",
    "public_url",
    "archived",
    "request_id",
];
const DATA_SOURCE_KEYS: [&str; 19] = [
    "object",
    "id",
    "cover",
    "icon",
    "created_time",
    "created_by",
    "last_edited_by",
    "last_edited_time",
    "title",
    "description",
    "is_inline",
    "properties",
    "parent",
    "database_parent",
    "url",
    "public_url",
    "in_trash",
    "archived",
    "request_id",
];

/// A database: what holds data sources.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) id: Uuid,
    pub(crate) title: RichText,
    pub(crate) description: RichText,
    pub(crate) parent: Parent,
    pub(crate) is_inline: bool,
    pub(crate) in_trash: bool,
    pub(crate) is_locked: bool,
    pub(crate) created_time: Timestamp,
    pub(crate) last_edited_time: Timestamp,
    pub(crate) data_sources: Vec<Uuid>,
    pub(crate) icon: Value,
    pub(crate) cover: Value,
    public_url: Value,
    seeded_url: Option<String>,
    extra: Map<String, Value>,
}

/// Whether the search index has not heard that a data source went into the trash. Only seeds know of such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StillIndexed {
    No,
    /// It went there just before, and the index catches up with the next write after this tick.
    Until(u64),
    /// Notion's index misses some for good.
    Stuck,
}

impl StillIndexed {
    pub(crate) fn holds(self, tick: u64) -> bool {
        match self {
            Self::No => false,
            Self::Until(last) => tick <= last,
            Self::Stuck => true,
        }
    }
}

/// A data source: a schema and its rows.
#[derive(Debug, Clone)]
pub(crate) struct DataSource {
    pub(crate) id: Uuid,
    pub(crate) database: Uuid,
    /// The parent as a seed gave it, where it is not simply the database (a synced source).
    seeded_parent: Option<Value>,
    pub(crate) cover: Value,
    pub(crate) icon: Value,
    pub(crate) created_time: Timestamp,
    pub(crate) created_by: Uuid,
    pub(crate) last_edited_by: Uuid,
    pub(crate) last_edited_time: Timestamp,
    pub(crate) title: RichText,
    /// In the order of their decoded ids.
    pub(crate) columns: Vec<Column>,
    pub(crate) in_trash: bool,
    /// Whether search lists it although it is in the trash.
    pub(crate) still_indexed: StillIndexed,
    extra: Map<String, Value>,
    pub(crate) edited: u64,
}

/// A database that is given no title gets this one.
fn or_untitled(title: RichText) -> RichText {
    if title.items.is_empty() {
        RichText::plain("New database")
    } else {
        title
    }
}

impl Database {
    /// A new database without data sources.
    pub(crate) fn new(parent: Parent, title: RichText, now: Timestamp) -> Self {
        Self {
            id: id::fresh(),
            title: or_untitled(title),
            description: RichText::default(),
            parent,
            is_inline: false,
            in_trash: false,
            is_locked: false,
            created_time: now,
            last_edited_time: now,
            data_sources: Vec::new(),
            icon: Value::Null,
            cover: Value::Null,
            public_url: Value::Null,
            seeded_url: None,
            extra: Map::new(),
        }
    }

    /// Reads a database as the API returned it.
    pub(crate) fn from_json(id: Uuid, value: &Value, now: Timestamp) -> Self {
        let flag = |key: &str| seeded::flag(value, key);
        let any = |key: &str| seeded::any(value, key);
        let created_time = time::read(value.get("created_time"), now);
        let sources = value
            .get("data_sources")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        Self {
            id,
            title: RichText::from_json(&any("title")),
            description: RichText::from_json(&any("description")),
            parent: Parent::from_json(&any("parent")),
            is_inline: flag("is_inline"),
            in_trash: seeded::in_trash(value),
            is_locked: flag("is_locked"),
            created_time,
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            data_sources: sources
                .filter_map(|source| source.get("id")?.as_str())
                .filter_map(id::parse)
                .collect(),
            icon: any("icon"),
            cover: any("cover"),
            public_url: any("public_url"),
            seeded_url: value.get("url").and_then(Value::as_str).map(str::to_owned),
            extra: seeded::unknown(value, &DATABASE_KEYS),
        }
    }

    /// Renames the database. One that has an empty title is called "New database".
    pub(crate) fn rename(&mut self, title: RichText) {
        self.title = or_untitled(title);
    }

    /// The database as the newest API version returns it.
    pub(crate) fn to_json(&self, workspace: &Workspace) -> Value {
        let sources: Vec<Value> = self
            .data_sources
            .iter()
            .filter_map(|id| workspace.data_sources.get(id))
            .filter(|source| self.in_trash || !source.in_trash)
            .map(|source| json!({"id": source.id, "name": self.name_of(source)}))
            .collect();
        let mut out = Map::new();
        out.insert("object".into(), json!("database"));
        out.insert("id".into(), json!(self.id));
        out.insert("title".into(), self.title.to_json());
        out.insert("description".into(), self.description.to_json());
        out.insert("parent".into(), self.parent.to_json());
        out.insert("is_inline".into(), json!(self.is_inline));
        out.insert("in_trash".into(), json!(self.in_trash));
        out.insert("is_locked".into(), json!(self.is_locked));
        out.insert(
            "created_time".into(),
            json!(time::milli_offset(self.created_time)),
        );
        out.insert(
            "last_edited_time".into(),
            json!(time::milli_offset(self.last_edited_time)),
        );
        out.insert("data_sources".into(), Value::Array(sources));
        out.insert("icon".into(), self.icon.clone());
        out.insert("cover".into(), self.cover.clone());
        out.insert("url".into(), json!(self.url()));
        out.insert("public_url".into(), self.public_url.clone());
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    fn name_of(&self, source: &DataSource) -> String {
        let own = source.title.text();
        if own.is_empty() { self.title.text() } else { own }
    }

    fn url(&self) -> String {
        self.seeded_url
            .clone()
            .unwrap_or_else(|| format!("https://app.notion.com/p/{}", id::undashed(self.id)))
    }
}

impl DataSource {
    /// A new data source with the given columns.
    pub(crate) fn new(database: Uuid, columns: Vec<Column>, by: Uuid, now: Timestamp, tick: u64) -> Self {
        let mut columns = columns;
        column::order(&mut columns);
        Self {
            id: id::fresh(),
            database,
            seeded_parent: None,
            cover: Value::Null,
            icon: Value::Null,
            created_time: now,
            created_by: by,
            last_edited_by: by,
            last_edited_time: now,
            title: RichText::default(),
            columns,
            in_trash: false,
            still_indexed: StillIndexed::No,
            extra: Map::new(),
            edited: tick,
        }
    }

    /// Reads a data source as the API returned it.
    pub(crate) fn from_json(id: Uuid, value: &Value, now: Timestamp) -> Self {
        let user = |key: &str| seeded::user(value, key);
        let any = |key: &str| seeded::any(value, key);
        let created_time = time::read(value.get("created_time"), now);
        let parent = Parent::from_json(&any("parent"));
        let properties = value
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let mut columns: Vec<Column> = properties
            .filter_map(|(name, column)| Column::from_json(name, column))
            .collect();
        if columns.iter().all(|column| &*column.id != "title") {
            columns.push(Column::title("Name"));
        }
        column::order(&mut columns);
        expression::keep_all(&mut columns);
        let (database, plain) = match &parent {
            Parent::Database(id) => (*id, true),
            Parent::DataSource {
                database: Some(id), ..
            } => (*id, false),
            _ => (Uuid::nil(), false),
        };
        Self {
            id,
            database,
            seeded_parent: (!plain).then(|| any("parent")),
            cover: any("cover"),
            icon: any("icon"),
            created_time,
            created_by: user("created_by"),
            last_edited_by: user("last_edited_by"),
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            title: RichText::from_json(&any("title")),
            columns,
            in_trash: seeded::in_trash(value),
            still_indexed: StillIndexed::No,
            extra: seeded::unknown(value, &DATA_SOURCE_KEYS),
            edited: 0,
        }
    }

    /// The data source as the newest API version returns it, with the references in formulas in this form.
    pub(crate) fn to_json(&self, workspace: &Workspace, form: Form) -> Value {
        let database = workspace.databases.get(&self.database);
        let place = (self.id, workspace.id);
        let column = |column: &Column| {
            let mut shown = column.to_json();
            if let Some(kept) = column.expression() {
                shown["formula"]["expression"] = json!(expression::show(kept, &self.columns, form, place));
            }
            (column.name.clone(), shown)
        };
        let properties: Map<String, Value> = self.columns.iter().map(column).collect();
        let mut out = Map::new();
        out.insert("object".into(), json!("data_source"));
        out.insert("id".into(), json!(self.id));
        out.insert("cover".into(), self.cover.clone());
        out.insert("icon".into(), self.icon.clone());
        out.insert("created_time".into(), json!(time::minute_z(self.created_time)));
        out.insert(
            "created_by".into(),
            json!({"object": "user", "id": self.created_by}),
        );
        out.insert(
            "last_edited_by".into(),
            json!({"object": "user", "id": self.last_edited_by}),
        );
        out.insert(
            "last_edited_time".into(),
            json!(time::minute_z(self.last_edited_time)),
        );
        out.insert("title".into(), self.title.to_json());
        out.insert(
            "description".into(),
            database.map_or_else(|| json!([]), |database| database.description.to_json()),
        );
        out.insert(
            "is_inline".into(),
            json!(database.is_some_and(|database| database.is_inline)),
        );
        out.insert("properties".into(), Value::Object(properties));
        let parent = self
            .seeded_parent
            .clone()
            .unwrap_or_else(|| Parent::Database(self.database).to_json());
        out.insert("parent".into(), parent);
        let above = database.map_or(Value::Null, |database| database.parent.to_json());
        out.insert("database_parent".into(), above);
        out.insert("url".into(), json!(database.map(Database::url)));
        out.insert(
            "public_url".into(),
            database.map_or(Value::Null, |database| database.public_url.clone()),
        );
        let trashed = self.in_trash || database.is_some_and(|database| database.in_trash);
        out.insert("in_trash".into(), json!(trashed));
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    /// Puts the data source into another database.
    pub(crate) fn move_to(&mut self, database: Uuid) {
        self.database = database;
        self.seeded_parent = None;
    }

    /// Notes an edit.
    pub(crate) fn touch(&mut self, by: Uuid, now: Timestamp, tick: u64) {
        self.last_edited_by = by;
        self.last_edited_time = now;
        self.edited = tick;
        self.still_indexed = StillIndexed::No;
    }
}
