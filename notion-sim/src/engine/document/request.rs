//! Blocks of a text as requests say them.

use serde_json::{Map, Value, json};

use super::diff::{Placed, Rewrite};
use crate::engine::markdown::Node;
use crate::refusal::Refusal;

/// What only exists where it was made by other means.
const UNMAKEABLE: [&str; 7] = [
    "child_page",
    "child_database",
    "unsupported",
    "meeting_notes",
    "summary",
    "notes",
    "transcript",
];

/// The refusal of a block that text cannot make or change.
pub(super) fn fixed(kind: &str) -> Refusal {
    Refusal::invalid(format!(
        "Block type {kind} cannot be created or changed with Markdown."
    ))
}

/// The new blocks of a row, and in them the new blocks that go into them.
pub(super) fn new_blocks(placed: &[Placed]) -> Result<Value, Refusal> {
    let new = placed.iter().filter_map(|placed| match placed {
        Placed::New { node, inside } => Some(new_block(node, inside)),
        Placed::Kept { .. } | Placed::Brought { .. } => None,
    });
    new.collect()
}

fn new_block(node: &Node, inside: &[Placed]) -> Result<Value, Refusal> {
    let kind = node.kind.as_str();
    if UNMAKEABLE.contains(&kind) {
        return Err(fixed(kind));
    }
    let children = new_blocks(inside)?;
    let mut payload = node.payload.clone();
    let has_list = ["column", "column_list", "table", "tab"].contains(&kind);
    if has_list || children != json!([]) {
        payload.insert("children".into(), children);
    }
    Ok(json!({"type": kind, kind: payload}))
}

/// A change of a block. What the text leaves out is the default, except for what it cannot say.
pub(super) fn change(rewrite: &Rewrite) -> Value {
    let Rewrite { before, after } = rewrite;
    let mut payload = after.payload.clone();
    for (key, default) in [("color", json!("default")), ("checked", json!(false))] {
        if before.payload.contains_key(key) && !payload.contains_key(key) {
            payload.insert(key.into(), default);
        }
    }
    drop_keys(&mut payload, &["table_width", "synced_from", "is_toggleable"]);
    // What the text says of a file is less than is known of it.
    if before.file() == after.file() {
        drop_keys(&mut payload, &["type", "external", "file_upload"]);
    }
    if before.icon() == after.icon() {
        drop_keys(&mut payload, &["icon"]);
    }
    json!({after.kind.as_str(): payload})
}

fn drop_keys(payload: &mut Map<String, Value>, keys: &[&str]) {
    payload.retain(|key, _| !keys.contains(&key.as_str()));
}
