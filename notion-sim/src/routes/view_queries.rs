//! Queries of views: worked out once, kept for a while, read page by page.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::{Call, cut, list};
use super::query::{self, Question, cut_off};
use crate::engine::view::DASHBOARD;
use crate::engine::{id, time};
use crate::refusal::Refusal;
use crate::request::object;
use crate::state::{Found, ViewQuery};
use crate::validate::Path;

/// How long results are kept.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// `POST /v1/views/{id}/queries`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("view_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let size = call.body_page_size(&body)?;
    body.only(&["page_size"])?;

    let view = call.view(id)?;
    let Some(source) = view.data_source.filter(|_| view.layout != DASHBOARD) else {
        return Err(Refusal::invalid(format!(
            "View {id} has no rows of its own and cannot be queried."
        )));
    };
    let source = call.data_source(source)?;
    let (filter, sorts) = view.question(&source.columns);
    let question = Question::check(filter.as_ref(), &sorts, &Path::body())?;
    let found = Arc::new(query::run(call, source.id, &question)?);
    let query = ViewQuery {
        id: id::fresh(),
        view: id,
        expires_at: call.now.checked_add(KEPT).unwrap_or(call.now),
        found: found.clone(),
    };
    let (rows, next) = cut(&found.rows, None, size).unwrap_or_default();
    let mut out = Map::new();
    out.insert("object".into(), json!("view_query"));
    out.insert("id".into(), json!(query.id));
    out.insert("view_id".into(), json!(id));
    out.insert("expires_at".into(), json!(time::milli_offset(query.expires_at)));
    out.insert("total_count".into(), json!(found.rows.len()));
    out.insert("results".into(), references(rows));
    out.insert("next_cursor".into(), json!(next));
    out.insert("has_more".into(), json!(next.is_some()));
    if found.capped {
        out.insert("request_status".into(), cut_off());
    }
    call.state.view_queries.open(query, call.now);
    Ok(Value::Object(out))
}

/// `GET /v1/views/{id}/queries/{query_id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (view, query) = ids(call)?;
    let (cursor, size) = call.paging()?;
    call.view(view)?;
    let found: Arc<Found> = call
        .state
        .view_queries
        .find(view, query, call.now)
        .ok_or_else(|| call.missing("view query", query))?;
    let Some((rows, next)) = cut(&found.rows, cursor, size) else {
        let cursor = json!(call.request.query("start_cursor"));
        return Err(Path::query()
            .key("start_cursor")
            .should("a valid uuid or `undefined`", Some(&cursor)));
    };
    let next = next.map(|id| id.to_string());
    let mut out = list(Vec::new(), next.as_deref(), "page");
    out.insert("results".into(), references(rows));
    if found.capped {
        out.insert("request_status".into(), cut_off());
    }
    Ok(Value::Object(out))
}

/// `DELETE /v1/views/{id}/queries/{query_id}`. A query that is gone already is as good as deleted.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (view, query) = ids(call)?;
    call.view(view)?;
    call.state.view_queries.close(view, query);
    Ok(json!({"object": "view_query", "id": query, "deleted": true}))
}

fn ids(call: &Call<'_>) -> Result<(Uuid, Uuid), Refusal> {
    Ok((call.id("view_id")?, call.id_at(1, "query_id")?))
}

fn references(rows: &[Uuid]) -> Value {
    rows.iter()
        .map(|id| json!({"object": "page", "id": id}))
        .collect()
}
