//! Notes of meetings.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::attributes::{self, ParentInput};
use super::call::Call;
use crate::engine::block;
use crate::engine::capability::Capability;
use crate::engine::meeting::{self, Source};
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::Fields;

/// The most notes that a query gives.
const MAX_NOTES: usize = 50;
/// What can be spoken in a meeting.
const LANGUAGES: [&str; 23] = [
    "auto", "en", "zh-CN", "zh-TW", "es", "fr", "de", "ja", "ko", "pt", "ru", "th", "vi", "id", "da", "fi",
    "no", "nl", "it", "sv", "ar", "he", "pl",
];

/// `POST /v1/blocks/meeting_notes/query`.
pub(super) fn query(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let filter = body.optional_object("filter")?;
    let filter = filter.map(|filter| meeting::check(&filter)).transpose()?;
    let sorts = body.optional_array("sort")?.unwrap_or_default();
    let sorts = meeting::check_sorts(sorts, &body.place("sort"))?;
    let limit = limit(&body)?;
    body.only(&["filter", "sort", "limit"])?;

    let found = meeting::all(call.workspace(), &call.caller, filter.as_ref(), &sorts, call.now);
    let shown = found.iter().take(limit).filter_map(|id| show(call, *id));
    Ok(json!({
        "object": "list",
        "results": shown.collect::<Vec<_>>(),
        "has_more": found.len() > limit,
    }))
}

/// `POST /v1/blocks/meeting_notes`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let title = body.optional_string("title")?.unwrap_or_default();
    body.optional_enum("language", &LANGUAGES)?;
    let has_summary = match body.optional_object("options")? {
        None => true,
        Some(options) => {
            options.only(&["kickoff_summary"])?;
            options.optional_bool("kickoff_summary")?.unwrap_or(true)
        }
    };
    let source = body.object("source")?;
    let kind = source.word("type", &["file_upload", "block"])?;
    let key = if kind == "block" {
        "block_id"
    } else {
        "file_upload_id"
    };
    let id = source.uuid(key)?;
    source.only(&["type", key])?;
    let mut known = vec!["title", "language", "options", "source"];
    let page = if kind == "file_upload" {
        known.push("parent");
        Some(attributes::parent(&body.object("parent")?, &["page_id"])?)
    } else {
        None
    };
    body.only(&known)?;

    let source = match page {
        Some(ParentInput::Page(page)) => {
            call.page(page)?;
            refuse_trashed(call, page)?;
            Source::upload(call.workspace(), &call.caller, id, page, call.now)?
        }
        _ => {
            if !call.caller.may(Capability::ReadContent) {
                return Err(Refusal::restricted());
            }
            if block::any_in_trash(call.workspace(), id).is_none() || !call.sees(id) {
                return Err(call.missing("block", id));
            }
            refuse_trashed(call, id)?;
            Source::block(call.workspace(), id)?
        }
    };
    let (now, bot) = (call.now, call.caller.bot);
    let id = meeting::begin(call.workspace_mut(), source, title, bot, now);
    let answer = show(call, id);
    meeting::finish(call.workspace_mut(), id, has_summary, bot, now);
    answer.ok_or_else(|| call.missing("block", id))
}

fn refuse_trashed(call: &Call<'_>, id: Uuid) -> Result<(), Refusal> {
    match call.workspace().trashed(id) {
        true => Err(Refusal::in_trash()),
        false => Ok(()),
    }
}

fn limit(body: &Fields<'_>) -> Result<usize, Refusal> {
    let Some(value) = body.get("limit") else {
        return Ok(MAX_NOTES);
    };
    let place = body.place("limit");
    let whole = value.as_f64().filter(|limit| limit.fract() == 0.0);
    let Some(limit) = whole else {
        return Err(place.should("an integer or `undefined`", Some(value)));
    };
    if limit < 1.0 {
        return Err(place.should("≥ `1` or `undefined`", Some(value)));
    }
    if limit > MAX_NOTES as f64 {
        return Err(place.should("≤ `50` or `undefined`", Some(value)));
    }
    Ok(limit as usize)
}

/// Notes as both routes show them: not where they are, and what they say before everything else.
fn show(call: &Call<'_>, id: Uuid) -> Option<Value> {
    let Value::Object(mut block) = block::any_to_json(call.workspace(), id)? else {
        return None;
    };
    block.shift_remove("parent");
    let mut shown = Map::new();
    for key in ["object", "id", "type", "meeting_notes"] {
        let value = block.shift_remove(key)?;
        shown.insert(key.to_owned(), value);
    }
    shown.extend(block);
    Some(Value::Object(shown))
}
