//! Blocks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attributes;
use super::call::{Call, cut, list};
use crate::engine::block::{self, Block, Change, Holder, Insertion, Limits, Position};
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::{self, Path};

/// `GET /v1/blocks/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    show(call, id)
}

/// `GET /v1/blocks/{id}/children`.
pub(super) fn children(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    let (cursor, size) = call.paging()?;
    find(call, id)?;
    let workspace = call.workspace();
    // Whoever may not see the original sees nothing of its copies either.
    if let Some(original) = workspace.blocks.get(&id).and_then(Block::original) {
        find(call, original)?;
    }
    let seen: Vec<Uuid> = block::living_children(workspace, id)
        .filter(|child| call.sees(*child))
        .collect();
    let Some((ids, next)) = cut(&seen, cursor, size) else {
        let cursor = json!(call.request.query("start_cursor"));
        return Err(Path::query()
            .key("start_cursor")
            .should("a valid uuid or `undefined`", Some(&cursor)));
    };
    Ok(show_all(call, ids, next))
}

/// `PATCH /v1/blocks/{id}/children`.
pub(super) fn append(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let children = body.required("children")?;
    let blocks = block::check_children(children, &body.place("children"), &Limits::REQUEST)?;
    let position = call.version.position(&body)?;
    body.only(&["children", "position", "after"])?;

    find(call, id)?;
    let workspace = call.workspace();
    let holder = Holder::of(workspace, id);
    let insertion = Insertion::plan(workspace, &call.caller, holder, position, &blocks, call.now)?;

    let (now, bot) = (call.now, call.caller.bot);
    let new = insertion.commit(call.workspace_mut(), bot, now);
    let Some(first) = new.first().copied().filter(|_| position != Position::End) else {
        return Ok(show_all(call, &new, None));
    };
    // What now follows the new blocks is part of the answer.
    let living: Vec<Uuid> = block::living_children(call.workspace(), id).collect();
    let (ids, next) = cut(&living, Some(first), validate::MAX_ITEMS).unwrap_or((&new, None));
    Ok(show_all(call, ids, next))
}

/// `PATCH /v1/blocks/{id}`.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let in_trash = attributes::trash_flag(call, &body)?;
    let change = Change::check(&body, &["in_trash", "archived"], &Limits::REQUEST)?;

    find(call, id)?;
    let workspace = call.workspace();
    if workspace.trashed(id) && (in_trash != Some(false) || change.is_some()) {
        return Err(Refusal::in_trash());
    }
    let plan = change.map(|change| change.plan(workspace, &call.caller, id, call.now));
    let payload = plan.transpose()?;

    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    if let Some(payload) = payload {
        block::set_payload(workspace, id, payload, bot, now);
    }
    if let Some(in_trash) = in_trash {
        block::set_trash(workspace, id, in_trash, bot, now);
    }
    show(call, id)
}

/// `DELETE /v1/blocks/{id}`: into the trash.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("block_id")?;
    find(call, id)?;
    if call.workspace().trashed(id) {
        return Err(Refusal::in_trash());
    }
    let (now, bot) = (call.now, call.caller.bot);
    block::set_trash(call.workspace_mut(), id, true, bot, now);
    show(call, id)
}

/// Refuses a block that is not there or not shared with the caller.
fn find(call: &Call<'_>, id: Uuid) -> Result<(), Refusal> {
    let there = block::any_in_trash(call.workspace(), id).is_some() && call.sees(id);
    there.then_some(()).ok_or_else(|| call.missing("block", id))
}

fn show(call: &Call<'_>, id: Uuid) -> Result<Value, Refusal> {
    find(call, id)?;
    block::any_to_json(call.workspace(), id).ok_or_else(|| call.missing("block", id))
}

fn show_all(call: &Call<'_>, ids: &[Uuid], next: Option<Uuid>) -> Value {
    let shown = ids
        .iter()
        .filter_map(|id| block::any_to_json(call.workspace(), *id));
    let next = next.map(|id| id.to_string());
    Value::Object(list(shown.collect(), next.as_deref(), "block"))
}
