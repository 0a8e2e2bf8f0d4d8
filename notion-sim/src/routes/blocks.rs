//! Blocks, in their first form: reading, and moving into and out of the trash.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attributes;
use super::call::{Call, cut, list};
use crate::engine::block;
use crate::refusal::Refusal;
use crate::request::object;

/// `GET /v1/blocks/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    show(call, id)
}

/// `GET /v1/blocks/{id}/children`.
pub(super) fn children(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    let (cursor, size) = call.paging()?;
    show(call, id)?;
    let workspace = call.workspace();
    let all = workspace.children.get(&id).map(Vec::as_slice).unwrap_or_default();
    let living: Vec<Uuid> = all
        .iter()
        .copied()
        .filter(|id| block::any_in_trash(workspace, *id) == Some(false))
        .collect();
    let Some((ids, next)) = cut(&living, cursor, size) else {
        let cursor = json!(call.request.query("start_cursor"));
        return Err(crate::validate::Path::query()
            .key("start_cursor")
            .should("a valid uuid or `undefined`", Some(&cursor)));
    };
    let results = ids
        .iter()
        .filter_map(|id| block::any_to_json(workspace, *id))
        .collect();
    Ok(Value::Object(list(
        results,
        next.map(|id| id.to_string()).as_deref(),
        "block",
    )))
}

/// `PATCH /v1/blocks/{id}`: only `in_trash` so far.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let in_trash = attributes::trash_flag(call, &body)?;
    show(call, id)?;
    let others = body
        .map
        .keys()
        .any(|key| !["in_trash", "archived"].contains(&key.as_str()));
    let Some(in_trash) = in_trash.filter(|_| !others) else {
        return Err(Refusal::unimplemented("PATCH /v1/blocks/{id} with content"));
    };
    set_trash(call, id, in_trash);
    show(call, id)
}

/// `DELETE /v1/blocks/{id}`: into the trash.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    show(call, id)?;
    set_trash(call, id, true);
    show(call, id)
}

fn show(call: &Call<'_>, id: Uuid) -> Result<Value, Refusal> {
    let shown = if call.sees(id) {
        block::any_to_json(call.workspace(), id)
    } else {
        None
    };
    shown.ok_or_else(|| call.missing("block", id))
}

/// Puts any kind of block into the trash, or takes it out.
pub(super) fn set_trash(call: &mut Call<'_>, id: Uuid, in_trash: bool) {
    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    let tick = workspace.next_tick();
    if let Some(block) = workspace.blocks.get_mut(&id) {
        block.in_trash = in_trash;
        block.touch(bot, now);
    } else if let Some(page) = workspace.pages.get_mut(&id) {
        page.in_trash = in_trash;
        page.touch(bot, now, tick);
    } else if let Some(database) = workspace.databases.get_mut(&id) {
        database.in_trash = in_trash;
        database.last_edited_time = now;
    }
}
