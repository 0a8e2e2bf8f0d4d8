//! Files, icons and covers as requests give them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{self, Fields};

/// The longest address.
const MAX_URL: usize = 2000;

/// The colours of Notion's own icons.
const NATIVE_COLORS: [&str; 10] = [
    "gray",
    "lightgray",
    "brown",
    "yellow",
    "orange",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
];

/// A file of a request whose shape is right.
#[derive(Debug, Clone)]
pub(crate) enum FileInput {
    /// As it reads back.
    Ready(Value),
    Upload(Uuid),
}

impl FileInput {
    /// The file as it reads back.
    ///
    /// # Errors
    ///
    /// An upload that does not exist.
    pub(crate) fn resolve(&self, workspace: &Workspace) -> Result<Value, Refusal> {
        match self {
            Self::Ready(value) => Ok(value.clone()),
            Self::Upload(id) => uploaded(workspace, *id),
        }
    }

    /// Whether the address of an external file can be one.
    pub(crate) fn is_reachable(&self) -> bool {
        let url = match self {
            Self::Ready(value) => value.get("external").and_then(|file| file.get("url")),
            Self::Upload(_) => None,
        };
        url.and_then(Value::as_str).is_none_or(|url| {
            let rest = ["http://", "https://"]
                .iter()
                .find_map(|scheme| url.strip_prefix(scheme));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        })
    }
}

/// Checks an icon or cover. `usual` is the kind that the refusal names where there is none.
pub(crate) fn check_icon(icon: &Fields<'_>, usual: &str) -> Result<FileInput, Refusal> {
    let kinds = ["emoji", "external", "file", "icon", "custom_emoji", "file_upload"];
    let Some(kind) = kinds.into_iter().find(|kind| icon.get(kind).is_some()) else {
        return Err(icon.place(usual).should("defined", None));
    };
    Ok(FileInput::Ready(match kind {
        "emoji" => json!({"type": "emoji", "emoji": icon.string("emoji")?}),
        "external" | "file" => {
            let inner = icon.object(kind)?;
            inner.string("url")?;
            json!({"type": kind, kind: inner.map})
        }
        "file_upload" => return Ok(FileInput::Upload(icon.object(kind)?.uuid("id")?)),
        "custom_emoji" => {
            let emoji = icon.object(kind)?;
            emoji.uuid("id")?;
            emoji.optional_string("name")?;
            emoji.optional_string("url")?;
            json!({"type": kind, kind: emoji.map})
        }
        _ => {
            let native = icon.object(kind)?;
            let name = native.string("name")?;
            let color = native.optional_enum("color", &NATIVE_COLORS)?;
            json!({"type": kind, kind: {"name": name, "color": color.unwrap_or("gray")}})
        }
    }))
}

/// Checks the file of a media block, which is under this key: `external` or `file_upload`.
pub(crate) fn check_media(key: &str, payload: &Fields<'_>) -> Result<FileInput, Refusal> {
    let file = payload.object(key)?;
    if key == "file_upload" {
        return Ok(FileInput::Upload(file.uuid("id")?));
    }
    let url = file.string("url")?;
    validate::max_text(&file.place("url"), url, MAX_URL)?;
    Ok(FileInput::Ready(
        json!({"type": "external", "external": {"url": url}}),
    ))
}

/// The 404 for an upload that does not exist.
pub(crate) fn missing_upload(id: Uuid) -> Refusal {
    Refusal::new(
        404,
        "object_not_found",
        format!("Could not find file_upload with ID: {id}."),
    )
}

/// The stored file of an upload, as it reads back. Nothing can be uploaded yet.
fn uploaded(_workspace: &Workspace, id: Uuid) -> Result<Value, Refusal> {
    Err(missing_upload(id))
}
