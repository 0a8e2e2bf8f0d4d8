//! The tree that text is read into and written from.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{address, icon};

/// A block and everything in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Node {
    /// The record that the block is: the one it was taken from, or the one that the text points at.
    pub(crate) id: Option<Uuid>,
    /// The type of the block, as the API calls it.
    pub(crate) kind: String,
    /// What is under the key of the type, without the children.
    pub(crate) payload: Map<String, Value>,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// A block without an id and without children. `payload` is an object; anything else counts as an empty one.
    pub(crate) fn new(kind: &str, payload: Value) -> Self {
        let payload = match payload {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        Self {
            id: None,
            kind: kind.to_owned(),
            payload,
            children: Vec::new(),
        }
    }

    /// A paragraph with these items.
    pub(crate) fn paragraph(rich_text: &Value) -> Self {
        Self::new("paragraph", json!({"rich_text": rich_text}))
    }

    /// The same block with these children.
    pub(crate) fn with(mut self, children: Vec<Node>) -> Self {
        self.children = children;
        self
    }

    /// Whether it is a paragraph that has nothing but its text.
    pub(super) fn is_bare_paragraph(&self) -> bool {
        self.kind == "paragraph" && self.children.is_empty() && self.color().is_none()
    }

    /// A text under a key of the payload; empty where there is none.
    pub(crate) fn str(&self, key: &str) -> &str {
        self.payload.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A flag under a key of the payload.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.payload.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The address of the file of the block, as text has it. Empty where there is none.
    pub(crate) fn file(&self) -> String {
        let url = |kind: &str| {
            let url = self.payload.get(kind)?.get("url")?;
            url.as_str().map(str::to_owned)
        };
        let upload = || self.payload.get("file_upload").and_then(address::of_reference);
        url("external")
            .or_else(|| url("file"))
            .or_else(upload)
            .unwrap_or_default()
    }

    /// The icon of the block, as text has it.
    pub(crate) fn icon(&self) -> Option<String> {
        self.payload.get("icon").and_then(icon::write)
    }

    /// The colour of the block, where it is not the default.
    pub(super) fn color(&self) -> Option<&str> {
        Some(self.str("color")).filter(|color| !color.is_empty() && *color != "default")
    }
}
