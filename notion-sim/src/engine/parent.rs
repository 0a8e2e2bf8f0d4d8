//! What an object is in.

use serde_json::{Value, json};
use uuid::Uuid;

use super::id;

/// The parent of a page, block, database or data source.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Parent {
    Workspace,
    Page(Uuid),
    Block(Uuid),
    Database(Uuid),
    DataSource {
        data_source: Uuid,
        database: Option<Uuid>,
    },
    /// A parent of a kind this program has no rules for, kept as it came.
    Other(Value),
}

impl Parent {
    /// Reads a parent as the API returns it.
    pub(crate) fn from_json(value: &Value) -> Self {
        let id = |key: &str| value.get(key).and_then(Value::as_str).and_then(id::parse);
        let read = match value.get("type").and_then(Value::as_str) {
            Some("workspace") => Some(Self::Workspace),
            Some("page_id") => id("page_id").map(Self::Page),
            Some("block_id") => id("block_id").map(Self::Block),
            Some("data_source_id") => id("data_source_id").map(|data_source| Self::DataSource {
                data_source,
                database: id("database_id"),
            }),
            Some("database_id") => id("database_id").map(Self::Database),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Other(value.clone()))
    }

    /// The parent as the API returns it.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Workspace => json!({"type": "workspace", "workspace": true}),
            Self::Page(id) => json!({"type": "page_id", "page_id": id}),
            Self::Block(id) => json!({"type": "block_id", "block_id": id}),
            Self::Database(id) => json!({"type": "database_id", "database_id": id}),
            Self::DataSource {
                data_source,
                database: Some(database),
            } => {
                json!({"type": "data_source_id", "data_source_id": data_source, "database_id": database})
            }
            Self::DataSource {
                data_source,
                database: None,
            } => {
                json!({"type": "data_source_id", "data_source_id": data_source})
            }
            Self::Other(value) => value.clone(),
        }
    }

    /// The id of the object this one is directly in.
    pub(crate) fn id(&self) -> Option<Uuid> {
        match self {
            Self::Page(id) | Self::Block(id) | Self::Database(id) => Some(*id),
            Self::DataSource { data_source, .. } => Some(*data_source),
            Self::Workspace | Self::Other(_) => None,
        }
    }
}
