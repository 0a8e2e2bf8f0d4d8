//! Reading the attributes that all records have in common, as a seed gives them.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::id;

/// The id of a user; nil where there is none.
pub(crate) fn user(record: &Value, key: &str) -> Uuid {
    record
        .get(key)
        .and_then(|user| user.get("id"))
        .and_then(Value::as_str)
        .and_then(id::parse)
        .unwrap_or_default()
}

/// A flag, which is off where it is missing.
pub(crate) fn flag(record: &Value, key: &str) -> bool {
    record.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// Whether the record is in the trash, under the old or the new name.
pub(crate) fn in_trash(record: &Value) -> bool {
    flag(record, "in_trash") || flag(record, "archived")
}

/// Whatever stands under a key; `null` where it is missing.
pub(crate) fn any(record: &Value, key: &str) -> Value {
    record.get(key).cloned().unwrap_or(Value::Null)
}

/// The keys this program has no rules for, which are kept as they came.
pub(crate) fn unknown(record: &Value, known: &[&str]) -> Map<String, Value> {
    let map = record.as_object().into_iter().flatten();
    map.filter(|(key, _)| !known.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
