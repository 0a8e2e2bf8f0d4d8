//! Uploads where they are used.
//!
//! An icon, a cover, an item of a files property, a block or an attachment keeps `{"type": "file_upload", "file_upload": {"id"}}`,
//! just as the request had it. Only what is answered has a `file` with an address in its place, made for that answer. Custom
//! emojis are kept by id in the same way.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::record::{Status, Upload};
use crate::engine::access::Caller;
use crate::engine::id;
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;

/// Where the simulator serves files. What follows is the workspace, the upload and the name of the file.
pub(crate) const FILES: &str = "/_files/";

/// A reference to an upload, as it is kept.
pub(crate) fn reference(upload: Uuid) -> Value {
    json!({"type": "file_upload", "file_upload": {"id": upload}})
}

/// An upload that the caller may use in a page, a block or a comment.
///
/// # Errors
///
/// An upload that is not there, not the caller's, not complete or expired.
pub(crate) fn usable<'a>(
    workspace: &'a Workspace,
    caller: &Caller,
    id: Uuid,
    now: Timestamp,
) -> Result<&'a Upload, Refusal> {
    let upload = workspace
        .uploads
        .get(&id)
        .filter(|upload| upload.status(now) == Status::Uploaded && belongs_to(workspace, upload, caller));
    upload.ok_or_else(|| {
        let message = format!(
            "Could not find file_upload with ID: {id}. Confirm the status of the file upload is `uploaded` and that your \
             integration has capabilities to update or insert content."
        );
        Refusal::new(404, "object_not_found", message).with_data("integration_id", json!(caller.bot))
    })
}

/// Whether the caller made an upload. What people made, or somebody unknown to the workspace, is everybody's.
pub(crate) fn belongs_to(workspace: &Workspace, upload: &Upload, caller: &Caller) -> bool {
    let maker = workspace.users.get(&upload.created_by);
    let other_bot = maker.is_some_and(|user| user.get("type").is_some_and(|kind| kind == "bot"));
    upload.created_by == caller.bot || !other_bot
}

/// Checks all uploads in a value that is about to be kept. A file of the simulator's own that is sent back as it was read
/// becomes the reference again that it was made from.
///
/// # Errors
///
/// As [`usable`].
pub(crate) fn admit(
    workspace: &Workspace,
    caller: &Caller,
    value: &mut Value,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Some(id) = referenced(value) {
        usable(workspace, caller, id, now)?;
    } else if let Some(id) = sent_back(value).filter(|id| workspace.uploads.contains_key(id)) {
        replace(value, "file", "file_upload", json!({"id": id}));
    }
    let mut outcome = Ok(());
    inside(value, |value| {
        if outcome.is_ok() {
            outcome = admit(workspace, caller, value, now);
        }
    });
    outcome
}

/// Notes that the uploads in some values are in use: they do not expire any more.
pub(crate) fn attach<'a>(workspace: &mut Workspace, values: impl IntoIterator<Item = &'a Value>) {
    values.into_iter().for_each(|value| attach_in(workspace, value));
}

fn attach_in(workspace: &mut Workspace, value: &Value) {
    if let Some(id) = referenced(value) {
        // Only the first use is a change.
        let waits = workspace
            .uploads
            .get(&id)
            .is_some_and(|upload| upload.expires.is_some());
        if waits && let Some(upload) = workspace.uploads.get_mut(&id) {
            upload.expires = None;
        }
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| attach_in(workspace, item)),
        Value::Object(map) => map.values().for_each(|item| attach_in(workspace, item)),
        _ => {}
    }
}

/// Puts what answers show in place of the references in a value. `file` gives the address of an upload.
pub(crate) fn resolve(value: &mut Value, workspace: &Workspace, file: &dyn Fn(&Upload) -> Value) {
    if let Some(upload) = referenced(value).and_then(|id| workspace.uploads.get(&id)) {
        replace(value, "file_upload", "file", file(upload));
    }
    if let Some(emoji) = value.get_mut("custom_emoji")
        && let Some(known) = id_in(emoji).and_then(|id| workspace.emojis.get(&id))
    {
        *emoji = known.to_json();
    }
    inside(value, |value| resolve(value, workspace, file));
}

/// The upload that a value is a reference to.
pub(crate) fn referenced(value: &Value) -> Option<Uuid> {
    id_in(value.get("file_upload")?)
}

/// The upload that an address of the simulator's own leads to.
pub(crate) fn at_address(url: &str) -> Option<Uuid> {
    let (_, path) = url.split_once(FILES)?;
    path.split('/').nth(1).and_then(id::parse)
}

/// The upload behind a file that has an address of the simulator's own.
fn sent_back(value: &Value) -> Option<Uuid> {
    value.get("file")?.get("url")?.as_str().and_then(at_address)
}

fn id_in(value: &Value) -> Option<Uuid> {
    value.get("id")?.as_str().and_then(id::parse)
}

/// Puts another key and value in the place of a key of an object, and names the `type` after it.
fn replace(object: &mut Value, old: &str, new: &str, value: Value) {
    let Some(map) = object.as_object_mut() else {
        return;
    };
    let mut value = Some(value);
    let renamed = std::mem::take(map).into_iter().map(|(key, kept)| match &*key {
        "type" => (key, json!(new)),
        _ if key == old => (new.to_owned(), value.take().unwrap_or(kept)),
        _ => (key, kept),
    });
    *map = renamed.collect();
}

fn inside(value: &mut Value, visit: impl FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(visit),
        Value::Object(map) => map.values_mut().for_each(visit),
        _ => {}
    }
}
