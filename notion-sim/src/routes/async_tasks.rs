//! Tasks that a request left behind.

use serde_json::Value;

use super::call::Call;
use crate::engine::id;
use crate::refusal::Refusal;

/// `GET /v1/async_tasks/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = id::decode(call.params.first().copied().unwrap_or_default());
    let bot = call.caller.bot;
    let shown = call.state.tasks.ask(bot, &id);
    shown.ok_or_else(|| {
        Refusal::new(
            404,
            "object_not_found",
            format!("Could not find async task with ID: {id}."),
        )
    })
}
