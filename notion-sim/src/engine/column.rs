//! A column of a data source.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::id;
use super::kind::Kind;

/// A column: its identity, its kind, and its settings as the API returns them.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The id on the wire (percent-encoded).
    pub(crate) id: Arc<str>,
    /// The id decoded, by which columns are ordered.
    pub(crate) decoded: Box<str>,
    pub(crate) name: String,
    pub(crate) description: Value,
    pub(crate) kind: Kind,
    /// What stands under the key of the kind.
    pub(crate) config: Value,
    /// Keys of a seeded column that this program has no rules for.
    extra: Map<String, Value>,
}

/// An option of a select, multi-select or status column, as a row refers to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) color: Arc<str>,
}

impl Choice {
    /// Reads an option out of a schema or of a value.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        Some(Self {
            id: text("id")?.into(),
            name: text("name")?.into(),
            color: text("color").unwrap_or("default").into(),
        })
    }

    /// The option as a value shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({"id": &*self.id, "name": &*self.name, "color": &*self.color})
    }
}

impl Column {
    /// A new column. `decoded` is its id in the decoded form.
    pub(crate) fn new(decoded: &str, name: &str, kind: Kind, config: Value, description: Value) -> Self {
        Self {
            id: id::encode(decoded).into(),
            decoded: decoded.into(),
            name: name.to_owned(),
            description,
            kind,
            config,
            extra: Map::new(),
        }
    }

    /// The title column every data source has.
    pub(crate) fn title(name: &str) -> Self {
        Self::new("title", name, Kind::Title, json!({}), Value::Null)
    }

    /// Reads a column as the API returned it; `None` where id or type is missing.
    pub(crate) fn from_json(name: &str, value: &Value) -> Option<Self> {
        let wire = value.get("id")?.as_str()?;
        let kind = value.get("type")?.as_str()?;
        let known = ["id", "name", "description", "type", kind];
        let extra = value
            .as_object()?
            .iter()
            .filter(|(key, _)| !known.contains(&key.as_str()));
        let config = value.get(kind).cloned().unwrap_or_else(|| json!({}));
        // What has rules here is an object; only unknown kinds may have anything else.
        let config = if Kind::known(kind).is_some() && !config.is_object() {
            json!({})
        } else {
            config
        };
        Some(Self {
            id: wire.into(),
            decoded: id::decode(wire).into(),
            name: name.to_owned(),
            description: value.get("description").cloned().unwrap_or(Value::Null),
            kind: Kind::any(kind),
            config,
            extra: extra.map(|(key, value)| (key.clone(), value.clone())).collect(),
        })
    }

    /// The column as the API returns it.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("id".into(), json!(&*self.id));
        out.insert("name".into(), json!(self.name));
        out.insert("description".into(), self.description.clone());
        out.insert("type".into(), json!(self.kind.name()));
        out.insert(self.kind.name().to_owned(), self.config.clone());
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    /// Whether `key` names this column: by name, or by id, encoded or not.
    pub(crate) fn answers_to(&self, key: &str) -> bool {
        self.name == key || &*self.id == key || &*self.decoded == key
    }

    /// The options in their order. Empty for kinds without options.
    pub(crate) fn options(&self) -> impl Iterator<Item = Choice> + '_ {
        self.raw_options().filter_map(Choice::from_json)
    }

    fn raw_options(&self) -> impl Iterator<Item = &Value> {
        self.config
            .get("options")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }

    /// The option with this id.
    pub(crate) fn option(&self, id: &str) -> Option<Choice> {
        self.raw_options()
            .find(|option| option.get("id").and_then(Value::as_str) == Some(id))
            .and_then(Choice::from_json)
    }

    /// The option with this name. Names are unique without regard to case, so an exact match is only preferred.
    pub(crate) fn option_named(&self, name: &str) -> Option<Choice> {
        let lower = name.to_lowercase();
        self.options()
            .find(|option| &*option.name == name)
            .or_else(|| self.options().find(|option| option.name.to_lowercase() == lower))
    }

    /// Puts a new option at the end of the list.
    pub(crate) fn add_option(&mut self, option: &Choice) {
        let entry =
            json!({"id": &*option.id, "name": &*option.name, "color": &*option.color, "description": null});
        if !self.config.is_object() {
            self.config = json!({});
        }
        match self.config.get_mut("options").and_then(Value::as_array_mut) {
            Some(options) => options.push(entry),
            None => self.config["options"] = json!([entry]),
        }
    }

    /// The data source a relation points at.
    pub(crate) fn relation_target(&self) -> Option<Uuid> {
        self.config
            .get("data_source_id")
            .and_then(Value::as_str)
            .and_then(id::parse)
    }

    /// The decoded id of the other half of a two-way relation.
    pub(crate) fn mirror(&self) -> Option<String> {
        let dual = self.config.get("dual_property")?;
        dual.get("synced_property_id")
            .and_then(Value::as_str)
            .map(id::decode)
    }

    /// The expression of a formula column, as it is kept.
    pub(crate) fn expression(&self) -> Option<&str> {
        let expression = self
            .config
            .get("expression")
            .filter(|_| self.kind == Kind::Formula);
        expression.and_then(Value::as_str)
    }

    /// The prefix of a unique id column.
    pub(crate) fn prefix(&self) -> Value {
        self.config.get("prefix").cloned().unwrap_or(Value::Null)
    }
}

/// The column that `key` names. A name wins over an id.
pub(crate) fn find<'a>(columns: &'a [Column], key: &str) -> Option<&'a Column> {
    columns
        .iter()
        .find(|column| column.name == key)
        .or_else(|| columns.iter().find(|column| column.answers_to(key)))
}

/// Brings columns into the order in which answers list them.
pub(crate) fn order(columns: &mut [Column]) {
    columns.sort_by(|a, b| a.decoded.cmp(&b.decoded));
}
