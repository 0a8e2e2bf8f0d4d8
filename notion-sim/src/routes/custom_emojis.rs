//! Custom emojis.

use serde_json::{Value, json};

use super::call::{Call, bad_cursor, cut};
use crate::engine::emoji::CustomEmoji;
use crate::refusal::Refusal;

/// `GET /v1/custom_emojis`: all, or those with exactly this name.
pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (cursor, size) = call.paging()?;
    let name = call.request.query("name");
    let workspace = call.workspace();
    let all = workspace.all_emojis();
    let fits = |emoji: &&&CustomEmoji| name.is_none_or(|name| emoji.name == name);
    let found: Vec<_> = all.iter().filter(fits).map(|emoji| emoji.id).collect();
    let (ids, next) = cut(&found, cursor, size).ok_or_else(|| bad_cursor(call))?;
    let results = ids.iter().filter_map(|id| workspace.emojis.get(id));
    Ok(json!({
        "object": "list",
        "type": "custom_emoji",
        "results": results.map(CustomEmoji::to_json).collect::<Vec<_>>(),
        "has_more": next.is_some(),
        "next_cursor": next,
    }))
}
