//! Files, icons and covers as requests give them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::access::Caller;
use super::color::ICON_COLORS;
use super::workspace::Workspace;
use super::{id, media, upload};
use crate::refusal::Refusal;
use crate::validate::{self, Fields};

/// Checks an icon or cover. `usual` is the kind that the refusal names where there is none.
pub(crate) fn check_icon(icon: &Fields<'_>, usual: &str) -> Result<Value, Refusal> {
    let kinds = ["emoji", "external", "file", "icon", "custom_emoji", "file_upload"];
    let Some(kind) = kinds.into_iter().find(|kind| icon.get(kind).is_some()) else {
        return Err(icon.place(usual).should("defined", None));
    };
    Ok(match kind {
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
            emoji.optional_string("name")?;
            emoji.optional_string("url")?;
            json!({"type": kind, kind: emoji.map})
        }
        _ => {
            let native = icon.object(kind)?;
            let name = native.string("name")?;
            let color = native.optional_enum("color", &ICON_COLORS)?;
            json!({"type": kind, kind: {"name": name, "color": color.unwrap_or("gray")}})
        }
    })
}

/// Checks the file of a media block, which is under this key: `external` or `file_upload`.
pub(crate) fn check_media(key: &str, payload: &Fields<'_>) -> Result<Value, Refusal> {
    let file = payload.object(key)?;
    if key == "file_upload" {
        return file.uuid("id").map(upload::reference);
    }
    let url = file.string("url")?;
    validate::max_text(&file.place("url"), url, validate::MAX_URL)?;
    Ok(json!({"type": "external", "external": {"url": url}}))
}

/// Whether the address of an external file can be one.
pub(crate) fn is_reachable(file: &Value) -> bool {
    let url = file.get("external").and_then(|file| file.get("url")?.as_str());
    url.is_none_or(|url| {
        let rest = ["http://", "https://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
    })
}

/// Checks that what an icon or cover refers to may be used for it. `what` is what it is for.
pub(crate) fn admit_icon(
    workspace: &Workspace,
    caller: &Caller,
    what: &str,
    icon: &mut Value,
    now: Timestamp,
) -> Result<(), Refusal> {
    upload::admit(workspace, caller, icon, now)?;
    let upload = upload::referenced(icon).and_then(|id| workspace.uploads.get(&id));
    if let Some(upload) = upload.filter(|upload| !media::is_image(upload.content_type())) {
        return Err(Refusal::invalid(format!(
            "A file upload with a content type of `{}` cannot be used as {what}, which must be an image.",
            upload.content_type()
        )));
    }
    let emoji = icon
        .get("custom_emoji")
        .and_then(|emoji| emoji.get("id")?.as_str());
    match emoji.and_then(id::parse) {
        Some(id) if !workspace.emojis.contains_key(&id) => Err(caller.missing(workspace, "custom_emoji", id)),
        _ => Ok(()),
    }
}

/// Checks that the files and the icon of a block may be used.
pub(crate) fn admit_all(
    workspace: &Workspace,
    caller: &Caller,
    payload: &mut Map<String, Value>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Some(icon) = payload.get_mut("icon") {
        admit_icon(workspace, caller, "icon", icon, now)?;
    }
    let mut whole = Value::Object(std::mem::take(payload));
    let outcome = upload::admit(workspace, caller, &mut whole, now);
    if let Value::Object(whole) = whole {
        *payload = whole;
    }
    outcome
}
