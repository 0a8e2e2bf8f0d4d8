//! Custom emojis: names and pictures of the workspace. Only people make them, so here they come with a seed.

use serde_json::{Value, json};
use uuid::Uuid;

/// A custom emoji.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CustomEmoji {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    url: String,
    /// Its place in lists.
    pub(crate) place: u64,
}

impl CustomEmoji {
    /// Reads an emoji as the API returned it.
    pub(crate) fn from_json(id: Uuid, value: &Value, place: u64) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        Self {
            id,
            name: text("name").to_owned(),
            url: text("url").to_owned(),
            place,
        }
    }

    /// The emoji as the API returns it.
    pub(crate) fn to_json(&self) -> Value {
        json!({"id": self.id, "name": self.name, "url": self.url})
    }
}
