//! One property of a page, complete.

use serde_json::{Map, Value, json};

use super::call::Call;
use crate::engine::column::{self, Column};
use crate::engine::id;
use crate::engine::value::{self, Detail};
use crate::refusal::Refusal;

/// `GET /v1/pages/{id}/properties/{property_id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let page_id = call.id("page_id")?;
    let wanted = id::decode(call.params.get(1).copied().unwrap_or_default());
    let size = call.paging_size()?;
    let start = match call.request.query("start_cursor") {
        None => 0,
        Some(cursor) => cursor
            .parse::<usize>()
            .map_err(|_| Refusal::invalid(format!("The start_cursor provided is invalid: {cursor}")))?,
    };

    let workspace = call.workspace();
    let page = &*call.caller.access.view(workspace, call.page(page_id)?);
    let lone = [Column::title("title")];
    let columns = workspace.columns_of(page).unwrap_or(&lone);
    let Some(column) = column::find(columns, &wanted) else {
        return Err(Refusal::new(
            404,
            "object_not_found",
            format!("Could not find property with ID: {wanted}."),
        ));
    };
    let kind = column.kind.name();
    let payload = value::read(workspace, page, column, Detail::Item);
    if !column.kind.item_is_list() {
        return Ok(Value::Object(item(column, payload)));
    }
    let values = match payload {
        Value::Array(values) => values,
        // A rollup lists the elements of its array, and nothing where it is a number or a date.
        Value::Object(ref rollup) => rollup
            .get("array")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let end = values.len().min(start.saturating_add(size));
    let start = start.min(end);
    let next = (end < values.len()).then(|| end.to_string());
    let results = values[start..end]
        .iter()
        .map(|value| Value::Object(item(column, value.clone())));

    let next_url = next.as_ref().map(|cursor| {
        format!(
            "https://api.notion.com/v1/pages/{page_id}/properties/{}?start_cursor={cursor}",
            column.id
        )
    });
    let mut inner = Map::new();
    inner.insert("id".into(), json!(&*column.id));
    inner.insert("next_url".into(), json!(next_url));
    inner.insert("type".into(), json!(kind));
    let summary = if kind == "rollup" {
        value::read(workspace, page, column, Detail::Answer)
    } else {
        json!({})
    };
    inner.insert(kind.to_owned(), summary);
    Ok(json!({
        "object": "list",
        "results": results.collect::<Vec<_>>(),
        "next_cursor": next,
        "has_more": next.is_some(),
        "type": "property_item",
        "property_item": inner,
    }))
}

fn item(column: &Column, payload: Value) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("object".into(), json!("property_item"));
    out.insert("type".into(), json!(column.kind.name()));
    out.insert("id".into(), json!(&*column.id));
    out.insert(column.kind.name().to_owned(), payload);
    out
}
