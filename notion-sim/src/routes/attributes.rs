//! What pages, databases and data sources have in common in a request: parents, icons, covers,
//! texts, the trash.

use serde_json::Value;
use uuid::Uuid;

use super::call::Call;
use crate::engine::{file, rich_text};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// Where something shall be made, as the request says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ParentInput {
    Page(Uuid),
    Database(Uuid),
    DataSource(Uuid),
    Workspace,
}

/// Checks a parent. `kinds` are the keys that are possible; `type` may say which one counts.
pub(super) fn parent(fields: &Fields<'_>, kinds: &[&str]) -> Result<ParentInput, Refusal> {
    fields.only(&[
        "type",
        "page_id",
        "database_id",
        "data_source_id",
        "block_id",
        "workspace",
    ])?;
    let named = fields.optional_enum("type", kinds)?;
    let present = || kinds.iter().find(|kind| fields.get(kind).is_some()).copied();
    let Some(kind) = named.or_else(present) else {
        let paths: Vec<Path> = kinds.iter().map(|kind| fields.place(kind)).collect();
        return Err(validate::either(&paths));
    };
    Ok(match kind {
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
    let usual = if key == "icon" { "emoji" } else { "external" };
    file::check_icon(&Fields::of(value, fields.place(key))?, usual).map(Some)
}

/// Checks that what an icon or cover refers to may be used for it.
pub(super) fn admit(call: &Call<'_>, key: &str, file: Option<&mut Value>) -> Result<(), Refusal> {
    match file {
        None => Ok(()),
        Some(file) => file::admit_icon(call.workspace(), &call.caller, key, file, call.now),
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
    call.version.trash_flag(body)
}
