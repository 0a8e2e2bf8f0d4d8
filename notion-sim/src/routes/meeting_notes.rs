//! Meeting notes.

use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use crate::engine::block;
use crate::engine::meeting::Question;
use crate::refusal::Refusal;
use crate::request::object;

/// `POST /v1/blocks/meeting_notes/query`.
pub(super) fn query(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let question = Question::check(&object(&body)?)?;
    let workspace = call.workspace();
    let mut ids: Vec<Uuid> = workspace
        .blocks
        .values()
        .filter(|block| block.kind == "meeting_notes")
        .map(|block| block.id)
        .filter(|id| call.sees(*id) && !workspace.trashed(*id))
        .collect();
    ids.sort_unstable();
    let blocks = ids.iter().filter_map(|id| block::any_to_json(workspace, *id));
    let (mut results, has_more) = question.answer(workspace, blocks.collect(), call.now);
    // They are told without the page that they are on.
    for block in results.iter_mut().filter_map(Value::as_object_mut) {
        block.shift_remove("parent");
    }
    Ok(json!({"object": "list", "results": results, "has_more": has_more}))
}
