//! Search.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::call::{Call, Wanted, cut, list};
use super::legacy;
use crate::engine::id;
use crate::engine::index::Index;
use crate::engine::reader::Reader;
use crate::engine::search::{self, Search};
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::Fields;
use crate::version::Version;

/// `POST /v1/search`.
pub(super) fn search(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let mut search = Search {
        query: body.optional_string("query")?.unwrap_or_default().to_owned(),
        ..Search::default()
    };
    if let Some(filter) = body.optional_object("filter")? {
        read_filter(call.version, &filter, &mut search)?;
    }
    if let Some(sort) = body.optional_object("sort")? {
        search.oldest_first = check_sort(&sort)?;
    }
    let cursor = match body.get("start_cursor") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_str().and_then(id::parse).ok_or_else(|| {
            body.place("start_cursor")
                .should("a valid uuid or `undefined`", Some(value))
        })?),
    };
    let size = call.body_page_size(&body)?;
    body.only(&["query", "filter", "sort", "start_cursor", "page_size"])?;

    let workspace = call.workspace();
    let lag = call.core.search_lag();
    let since = call.now.checked_sub(lag).unwrap_or(Timestamp::MIN);
    let index = match lag.is_zero() {
        true => Index::current(),
        false => Index::as_of(&call.state.history, since),
    };
    let mut found = search::run(workspace, &call.caller.access, &index, &search);
    if call.version == Version::V2022June {
        found.retain(|id| legacy::knows(workspace, *id));
    }
    let Some((ids, next)) = cut(&found, cursor, size) else {
        return Err(Refusal::invalid("The start_cursor provided is invalid."));
    };
    let reader = call.reader();
    let results = ids.iter().filter_map(|id| show(call, &reader, *id)).collect();
    Ok(Value::Object(list(
        results,
        next.map(|id| id.to_string()).as_deref(),
        "page_or_data_source",
    )))
}

/// Whether the oldest come first. Relevance is the time of the last edit, as recordings show.
fn check_sort(sort: &Fields<'_>) -> Result<bool, Refusal> {
    if sort.optional_enum("property", &["relevance"])?.is_some() {
        sort.only(&["property"])?;
        return Ok(false);
    }
    let direction = sort.optional_enum("direction", &["ascending", "descending"])?;
    let timestamp = sort.get("timestamp");
    if timestamp.is_some_and(|timestamp| timestamp != "last_edited_time") {
        return Err(Refusal::invalid(
            "body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp.",
        ));
    }
    sort.only(&["timestamp", "direction"])?;
    Ok(direction == Some("ascending"))
}

fn read_filter(version: Version, filter: &Fields<'_>, search: &mut Search) -> Result<(), Refusal> {
    filter.only(&["property", "value", "in_trash"])?;
    search.in_trash = filter.optional_bool("in_trash")?.unwrap_or(false);
    if filter.get("property").is_none() && filter.get("in_trash").is_some() {
        return Ok(());
    }
    filter.word("property", &["object"])?;
    let other = if version == Version::V2022June {
        "database"
    } else {
        "data_source"
    };
    search.pages = Some(filter.word("value", &["page", other])? == "page");
    Ok(())
}

fn show(call: &Call<'_>, reader: &Reader<'_>, id: Uuid) -> Option<Value> {
    let workspace = reader.workspace;
    match workspace.pages.get(&id) {
        Some(page) => Some(call.show(reader, page, &Wanted::All)),
        None => workspace
            .data_sources
            .get(&id)
            .map(|source| call.show_source(source)),
    }
}
