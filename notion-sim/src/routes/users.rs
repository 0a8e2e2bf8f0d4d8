//! Users.

use serde_json::Value;

use super::call::{Call, cut, list as wrap};
use crate::engine::id;
use crate::refusal::Refusal;

/// `GET /v1/users/me`: the bot of the token.
pub(super) fn me(call: &mut Call<'_>) -> Result<Value, Refusal> {
    Ok(call.workspace().whole_user(call.caller.bot))
}

/// `GET /v1/users`: people and bots.
pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    if let Some(cursor) = call
        .request
        .query("start_cursor")
        .filter(|cursor| id::parse(cursor).is_none())
    {
        return Err(Refusal::invalid(format!(
            "The start_cursor provided is invalid: {cursor}"
        )));
    }
    let (cursor, size) = call.paging()?;
    let workspace = call.workspace();
    let Some((ids, next)) = cut(&workspace.user_order, cursor, size) else {
        let cursor = call.request.query("start_cursor").unwrap_or_default();
        return Err(Refusal::invalid(format!(
            "The start_cursor provided is invalid: {cursor}"
        )));
    };
    let users = ids.iter().map(|id| seen_by(call, *id)).collect();
    Ok(Value::Object(wrap(
        users,
        next.map(|id| id.to_string()).as_deref(),
        "user",
    )))
}

/// `GET /v1/users/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("user_id")?;
    if !call.workspace().users.contains_key(&id) {
        return Err(Refusal::missing_user(id, call.caller.bot));
    }
    Ok(seen_by(call, id))
}

/// A user as the caller sees it: of other bots there is nothing to see.
fn seen_by(call: &Call<'_>, id: uuid::Uuid) -> Value {
    if id == call.caller.bot {
        call.workspace().whole_user(id)
    } else {
        call.workspace().user_json(id)
    }
}
