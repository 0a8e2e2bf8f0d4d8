//! Search.

use serde_json::Value;
use uuid::Uuid;

use super::call::{Call, Wanted, body_page_size, cut, list};
use crate::engine::id;
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
        search.oldest_first =
            sort.optional_enum("direction", &["ascending", "descending"])? == Some("ascending");
        if sort
            .get("timestamp")
            .is_some_and(|timestamp| timestamp != "last_edited_time")
        {
            return Err(Refusal::invalid(
                "body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp.",
            ));
        }
    }
    let cursor = match body.get("start_cursor") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_str().and_then(id::parse).ok_or_else(|| {
            body.place("start_cursor")
                .should("a valid uuid or `undefined`", Some(value))
        })?),
    };
    let size = body_page_size(&body)?;
    body.only(&["query", "filter", "sort", "start_cursor", "page_size"])?;

    let workspace = call.workspace();
    let found = search::run(workspace, &call.caller.access, &search);
    let Some((ids, next)) = cut(&found, cursor, size) else {
        return Err(Refusal::invalid("The start_cursor provided is invalid."));
    };
    let results = ids.iter().filter_map(|id| show(call, *id)).collect();
    Ok(Value::Object(list(
        results,
        next.map(|id| id.to_string()).as_deref(),
        "page_or_data_source",
    )))
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

fn show(call: &Call<'_>, id: Uuid) -> Option<Value> {
    let workspace = call.workspace();
    match workspace.pages.get(&id) {
        Some(page) => Some(call.show(page, &Wanted::All)),
        None => workspace
            .data_sources
            .get(&id)
            .map(|source| call.show_source(source)),
    }
}
