//! How events read on the wire, in each version.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::diff::Happening;
use super::hub::Author;
use crate::engine::workspace::Workspace;

/// The versions a subscription can have.
pub(super) const VERSIONS: [&str; 3] = ["2022-06-28", "2025-09-03", "2026-03-11"];

/// What Notion lets a subscription ask for. Not all of it happens here.
pub(super) const EVENTS: [&str; 32] = [
    "page.created",
    "page.deleted",
    "page.undeleted",
    "page.moved",
    "page.locked",
    "page.unlocked",
    "page.content_updated",
    "page.properties_updated",
    "page.transcription_block.transcript_deleted",
    "database.created",
    "database.deleted",
    "database.undeleted",
    "database.moved",
    "database.content_updated",
    "database.schema_updated",
    "data_source.created",
    "data_source.deleted",
    "data_source.undeleted",
    "data_source.moved",
    "data_source.content_updated",
    "data_source.schema_updated",
    "comment.created",
    "comment.updated",
    "comment.deleted",
    "view.created",
    "view.updated",
    "view.deleted",
    "file_upload.created",
    "file_upload.complete",
    "file_upload.completed",
    "file_upload.expired",
    "file_upload.upload_failed",
];

/// An event as a version tells it; `None` where it has no word for it.
///
/// Before data sources, what happens to a schema and its rows happened to the database.
pub(super) fn in_version<'a>(
    happening: &'a Happening,
    version: &str,
    workspace: &Workspace,
) -> Option<Cow<'a, Happening>> {
    if version != "2022-06-28" {
        return Some(Cow::Borrowed(happening));
    }
    let mut told = happening.clone();
    if let Some(parent) = told.data.get_mut("parent").and_then(Value::as_object_mut) {
        parent.shift_remove("data_source_id");
    }
    if let Some(what) = happening.kind.strip_prefix("data_source.") {
        if !["schema_updated", "content_updated"].contains(&what) {
            return None;
        }
        let source = workspace.data_sources.get(&happening.entity)?;
        let database = workspace.databases.get(&source.database)?;
        told.kind = format!("database.{what}");
        told.entity = database.id;
        told.place = Some(database.id);
        told.entity_kind = "database";
        let above = match database.parent.id() {
            Some(id) => json!({"id": id, "type": "page"}),
            None => json!({"id": workspace.id, "type": "space"}),
        };
        told.data.insert("parent".into(), above);
    }
    Some(Cow::Owned(told))
}

/// An author as events name them.
pub(super) fn author(author: &Author) -> Value {
    json!({"id": author.id, "type": if author.is_bot { "bot" } else { "person" }})
}

/// The value of `X-Notion-Signature`: HMAC-SHA256 of the body, with the verification token as the key.
pub(super) fn signature(body: &[u8], token: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    let hex = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_rfc_4231() {
        assert_eq!(
            signature(b"what do ya want for nothing?", "Jefe"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
