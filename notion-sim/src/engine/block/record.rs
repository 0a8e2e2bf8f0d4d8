//! The record of a block that is neither a page nor a database.

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::parent::Parent;
use super::super::{id, seeded, time};

/// The keys of a block object that this program has rules for.
const KNOWN: [&str; 12] = [
    "object",
    "id",
    "parent",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "has_children",
    "in_trash",
    "archived",
    "type",
    "request_id",
];

/// A block that is neither a page nor a database.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    pub(crate) created_time: Timestamp,
    pub(crate) last_edited_time: Timestamp,
    pub(crate) created_by: Uuid,
    pub(crate) last_edited_by: Uuid,
    /// What a seed said about children that the seed does not hold.
    pub(super) seeded_children: bool,
    pub(crate) in_trash: bool,
    /// The wire name of the type, which is also the key of the payload.
    pub(crate) kind: String,
    /// What stands under the key of the type.
    pub(crate) payload: Map<String, Value>,
    /// Keys of a seeded block that this program has no rules for.
    pub(super) extra: Map<String, Value>,
}

impl Block {
    /// A new block.
    pub(crate) fn new(
        parent: Parent,
        kind: &str,
        payload: Map<String, Value>,
        by: Uuid,
        now: Timestamp,
    ) -> Self {
        Self {
            id: id::fresh(),
            parent,
            created_time: now,
            last_edited_time: now,
            created_by: by,
            last_edited_by: by,
            seeded_children: false,
            in_trash: false,
            kind: kind.to_owned(),
            payload,
            extra: Map::new(),
        }
    }

    /// Reads a block as the API returned it, in any version.
    pub(crate) fn from_json(id: Uuid, value: &Value, now: Timestamp) -> Self {
        let user = |key: &str| seeded::user(value, key);
        let kind = value.get("type").and_then(Value::as_str).unwrap_or("unsupported");
        let created_time = time::read(value.get("created_time"), now);
        let mut extra = seeded::unknown(value, &KNOWN);
        let payload = match extra.shift_remove(kind) {
            Some(Value::Object(payload)) => payload,
            _ => Map::new(),
        };
        // The name of this type before 2026-03-11.
        let kind = if kind == "transcription" {
            "meeting_notes"
        } else {
            kind
        };
        Self {
            id,
            parent: Parent::from_json(value.get("parent").unwrap_or(&Value::Null)),
            created_time,
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            created_by: user("created_by"),
            last_edited_by: user("last_edited_by"),
            seeded_children: seeded::flag(value, "has_children"),
            in_trash: seeded::in_trash(value),
            kind: kind.to_owned(),
            payload,
            extra,
        }
    }

    /// The original a synced block is a copy of; `None` for everything else.
    pub(crate) fn original(&self) -> Option<Uuid> {
        original_in(&self.payload).filter(|_| self.kind == "synced_block")
    }

    /// A copy with an id of its own, and with nothing in it.
    pub(crate) fn copy(&self, parent: Parent, by: Uuid, now: Timestamp) -> Self {
        Self {
            id: id::fresh(),
            parent,
            created_time: now,
            last_edited_time: now,
            created_by: by,
            last_edited_by: by,
            seeded_children: false,
            ..self.clone()
        }
    }

    /// Notes an edit.
    pub(crate) fn touch(&mut self, by: Uuid, now: Timestamp) {
        self.last_edited_by = by;
        self.last_edited_time = now;
    }
}

/// The original that the payload of a synced block names.
pub(crate) fn original_in(payload: &Map<String, Value>) -> Option<Uuid> {
    let source = payload.get("synced_from")?;
    source.get("block_id")?.as_str().and_then(id::parse)
}
