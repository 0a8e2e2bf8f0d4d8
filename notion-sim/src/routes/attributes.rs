//! What pages, databases and data sources have in common in a request: parents, icons, covers,
//! texts, the trash.

use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use crate::engine::{id, media, rich_text, upload};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};
use crate::version::Version;

/// Where something shall be made, as the request says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ParentInput {
    Page(Uuid),
    Database(Uuid),
    DataSource(Uuid),
    Workspace,
}

/// Checks a parent. `kinds` are the keys that are possible.
pub(super) fn parent(fields: &Fields<'_>, kinds: &[&str]) -> Result<ParentInput, Refusal> {
    fields.only(&[
        "type",
        "page_id",
        "database_id",
        "data_source_id",
        "block_id",
        "workspace",
    ])?;
    let Some(kind) = kinds.iter().find(|kind| fields.get(kind).is_some()) else {
        let paths: Vec<Path> = kinds.iter().map(|kind| fields.place(kind)).collect();
        return Err(validate::either(&paths));
    };
    Ok(match *kind {
        "page_id" => ParentInput::Page(fields.uuid(kind)?),
        "database_id" => ParentInput::Database(fields.uuid(kind)?),
        "data_source_id" => ParentInput::DataSource(fields.uuid(kind)?),
        _ => match fields.get(kind) {
            Some(Value::Bool(true)) => ParentInput::Workspace,
            other => return Err(fields.place(kind).should("`true`", other)),
        },
    })
}

/// An icon or cover as it will be kept: `None` where the request has none, `Some(null)` where it clears it. Whether there are
/// such an upload and such an emoji is left to [`admit`].
pub(super) fn file(fields: &Fields<'_>, key: &str) -> Result<Option<Value>, Refusal> {
    let Some(value) = fields.get(key) else {
        return Ok(None);
    };
    if value.is_null() {
        return Ok(Some(Value::Null));
    }
    let icon = Fields::of(value, fields.place(key))?;
    let kinds = ["emoji", "external", "file", "icon", "custom_emoji", "file_upload"];
    let Some(kind) = kinds.into_iter().find(|kind| icon.get(kind).is_some()) else {
        let wanted = if key == "icon" { "emoji" } else { "external" };
        return Err(icon.place(wanted).should("defined", None));
    };
    let stored = match kind {
        "emoji" => json!({"type": "emoji", "emoji": icon.string("emoji")?}),
        "external" | "file" => {
            let inner = icon.object(kind)?;
            inner.string("url")?;
            json!({"type": kind, kind: inner.map})
        }
        "file_upload" => upload::reference(icon.object(kind)?.uuid("id")?),
        "custom_emoji" => {
            let emoji = icon.object(kind)?;
            emoji.uuid("id")?;
            json!({"type": kind, kind: emoji.map})
        }
        _ => json!({"type": kind, kind: icon.object(kind)?.map}),
    };
    Ok(Some(stored))
}

/// Checks that what an icon or cover refers to may be used for it.
pub(super) fn admit(call: &Call<'_>, key: &str, file: Option<&mut Value>) -> Result<(), Refusal> {
    let Some(file) = file else {
        return Ok(());
    };
    let workspace = call.workspace();
    upload::admit(workspace, &call.caller, file, call.now)?;
    let upload = upload::referenced(file).and_then(|id| workspace.uploads.get(&id));
    if let Some(upload) = upload.filter(|upload| !media::is_image(upload.content_type())) {
        return Err(Refusal::invalid(format!(
            "A file upload with a content type of `{}` cannot be used as {key}, which must be an image.",
            upload.content_type()
        )));
    }
    let emoji = file
        .get("custom_emoji")
        .and_then(|emoji| emoji.get("id")?.as_str());
    match emoji.and_then(id::parse) {
        Some(id) if !workspace.emojis.contains_key(&id) => Err(call.missing("custom_emoji", id)),
        _ => Ok(()),
    }
}

/// Rich text under a key, or nothing.
pub(super) fn text(body: &Fields<'_>, key: &str) -> Result<Option<Vec<rich_text::Item>>, Refusal> {
    body.get(key)
        .map(|value| rich_text::check(value, &body.place(key)))
        .transpose()
}

/// `in_trash`, or `archived` in the versions that still know it.
pub(super) fn trash_flag(call: &Call<'_>, body: &Fields<'_>) -> Result<Option<bool>, Refusal> {
    let flag = body.optional_bool("in_trash")?;
    match body.get("archived") {
        Some(value) if call.version == Version::V2026March => {
            Err(body.place("archived").should("not present", Some(value)))
        }
        Some(_) => Ok(flag.or(body.optional_bool("archived")?)),
        None => Ok(flag),
    }
}
