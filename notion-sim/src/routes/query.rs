//! Queries.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::attributes;
use super::call::{Call, list};
use crate::engine::filter::{self, Filter};
use crate::engine::id;
use crate::engine::sort::{self, Sort};
use crate::refusal::Refusal;
use crate::request::object;
use crate::state::Found;
use crate::validate::Path;

/// What a query asks for.
pub(super) struct Question {
    filter: Option<Filter>,
    sorts: Vec<Sort>,
    archived: bool,
    in_trash: bool,
}

impl Question {
    /// Checks the shape of a filter and sorts that stand under their keys in an object at `path`.
    pub(super) fn check(filter: Option<&Value>, sorts: &[Value], path: &Path) -> Result<Self, Refusal> {
        Ok(Self {
            filter: match filter {
                None => None,
                Some(value) => Some(filter::check(value, path.key("filter"))?),
            },
            sorts: sort::check(sorts, &path.key("sorts"))?,
            archived: false,
            in_trash: false,
        })
    }
}

/// `POST /v1/data_sources/{id}/query`.
pub(super) fn query(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("data_source_id")?;
    answer(call, |call| Ok(call.data_source(id)?.id))
}

/// Answers a query of the data source that `find` finds once the shape of the request is right.
pub(super) fn answer(
    call: &mut Call<'_>,
    find: impl FnOnce(&Call<'_>) -> Result<Uuid, Refusal>,
) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let sorts = body.optional_array("sorts")?.unwrap_or_default();
    let mut question = Question::check(body.get("filter"), sorts, &body.path)?;
    let cursor = match body.get("start_cursor") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_str().and_then(read_cursor).ok_or_else(|| {
            body.place("start_cursor")
                .should("a valid uuid or `undefined`", Some(value))
        })?),
    };
    let size = call.body_page_size(&body)?;
    let result_type = body.optional_enum("result_type", &["page", "data_source"])?;
    question.archived = body.optional_bool("is_archived")?.unwrap_or(false);
    question.in_trash = attributes::trash_flag(call, &body)?.unwrap_or(false);
    body.only(&[
        "filter",
        "sorts",
        "start_cursor",
        "page_size",
        "result_type",
        "is_archived",
        "in_trash",
        "archived",
    ])?;

    let id = find(call)?;
    let source = call.data_source(id)?;
    let wanted = call.wanted(Some(&source.columns))?;
    let kept = cursor
        .and_then(|(session, _)| session)
        .and_then(|session| call.state.sessions.find(session))
        .filter(|found| found.source == id);
    let (session, found) = match (kept, cursor) {
        (Some(found), Some((Some(session), _))) => (Some(session), found),
        _ => (None, Arc::new(run(call, id, &question)?)),
    };
    let start = match cursor {
        None => 0,
        Some((_, row)) => found.rows.iter().position(|id| *id == row).ok_or_else(|| {
            body.place("start_cursor")
                .should("a valid uuid or `undefined`", body.get("start_cursor"))
        })?,
    };
    let end = found.rows.len().min(start + size);
    let reader = call.reader();
    let workspace = reader.workspace;
    let results = match result_type {
        Some("data_source") => Vec::new(),
        _ => found.rows[start..end]
            .iter()
            .filter_map(|row| workspace.pages.get(row))
            .filter(|page| page.in_trash == question.in_trash)
            .map(|page| call.show(&reader, page, &wanted))
            .collect(),
    };
    let next = found.rows.get(end).copied().map(|row| {
        let session = session.unwrap_or_else(|| call.state.sessions.open(found.clone()));
        format!("s:{session}:{row}")
    });
    let capped = found.capped;
    let mut out = list(results, next.as_deref(), "page_or_data_source");
    if capped {
        out.insert("request_status".into(), cut_off());
    }
    Ok(Value::Object(out))
}

/// What says that the cap on results cut something off.
pub(super) fn cut_off() -> Value {
    json!({"type": "incomplete", "incomplete_reason": "query_result_limit_reached"})
}

/// Filters and sorts. Without sorts the newest row comes first.
pub(super) fn run(call: &Call<'_>, id: Uuid, question: &Question) -> Result<Found, Refusal> {
    let reader = call.reader();
    let workspace = reader.workspace;
    let source = call.data_source(id)?;
    let filter = question
        .filter
        .as_ref()
        .map(|filter| filter::bind(&reader, source, filter))
        .transpose()?;
    let me = call.caller.owner.map(|owner| owner.to_string());
    let lag = call.core.query_lag;
    let since = call.now.checked_sub(lag).unwrap_or(Timestamp::MIN);
    let passes = |row: &&Uuid| {
        workspace.pages.get(row).is_some_and(|page| {
            page.in_trash == question.in_trash
                && (lag.is_zero() || page.created_time <= since)
                && page.is_archived == question.archived
                && call.sees(page.id)
                && filter.as_ref().is_none_or(|filter| {
                    let page = call.caller.access.view(workspace, page);
                    filter.matches(&reader, &page, me.as_deref())
                })
        })
    };
    let rows: Vec<Uuid> = workspace
        .rows_of(id)
        .iter()
        .rev()
        .filter(passes)
        .copied()
        .collect();
    let mut rows = sort::run(&reader, source, &question.sorts, rows)?;
    let limit = call.core.query_limit;
    let capped = rows.len() > limit;
    if capped {
        call.note(format!(
            "The query found {} rows; the first {limit} of them are all that can be paged through.",
            rows.len()
        ));
    }
    rows.truncate(limit);
    Ok(Found {
        source: id,
        rows,
        capped,
    })
}

/// `s:<session>:<row>`, or just the row, as cursors were before.
fn read_cursor(text: &str) -> Option<(Option<Uuid>, Uuid)> {
    match text.strip_prefix("s:") {
        None => id::parse(text).map(|row| (None, row)),
        Some(rest) => {
            let (session, row) = rest.split_once(':')?;
            Some((Some(id::parse(session)?), id::parse(row)?))
        }
    }
}
