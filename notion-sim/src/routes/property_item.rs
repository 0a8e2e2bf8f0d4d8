//! One property of a page, complete.

use serde_json::{Map, Value, json};

use super::call::Call;
use crate::engine::column::{self, Column};
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::page::Page;
use crate::engine::reader::Reader;
use crate::engine::rollup::{self, Rolled};
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

    let reader = call.reader();
    let workspace = reader.workspace;
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
    if !column.kind.item_is_list() {
        let payload = value::read(&reader, page, column, Detail::Item);
        return Ok(Value::Object(item(column, payload)));
    }
    let values = if column.kind == Kind::Rollup {
        rolled(&reader, page, column)
    } else {
        let payload = value::read(&reader, page, column, Detail::Item);
        let elements = payload.as_array().cloned().unwrap_or_default();
        elements
            .into_iter()
            .map(|element| item(column, element))
            .collect()
    };
    let end = values.len().min(start.saturating_add(size));
    let start = start.min(end);
    let next = (end < values.len()).then(|| end.to_string());
    let results: Vec<Value> = values[start..end].iter().cloned().map(Value::Object).collect();

    let next_url = next.as_ref().map(|cursor| {
        format!(
            "{}/v1/pages/{page_id}/properties/{}?start_cursor={cursor}",
            call.request.origin, column.id
        )
    });
    let mut inner = Map::new();
    inner.insert("id".into(), json!(&*column.id));
    inner.insert("next_url".into(), json!(next_url));
    inner.insert("type".into(), json!(kind));
    let summary = if column.kind == Kind::Rollup {
        rollup::read_item(&reader, page, column, next.is_none())
    } else {
        json!({})
    };
    inner.insert(kind.to_owned(), summary);
    Ok(json!({
        "object": "list",
        "results": results,
        "next_cursor": next,
        "has_more": next.is_some(),
        "type": "property_item",
        "property_item": inner,
    }))
}

/// The values that a rollup takes in, one item each; of lists one for each element.
fn rolled(reader: &Reader<'_>, page: &Page, rollup: &Column) -> Vec<Map<String, Value>> {
    let Some(rolled) = Rolled::find(reader, page, rollup, usize::MAX) else {
        return Vec::new();
    };
    let column = rolled.column;
    let values = rolled.items(reader).into_iter();
    let elements = values.flat_map(|value| match value {
        Value::Array(elements) if column.kind.item_is_list() => elements,
        whole => vec![whole],
    });
    elements.map(|element| item(column, element)).collect()
}

fn item(column: &Column, payload: Value) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("object".into(), json!("property_item"));
    out.insert("type".into(), json!(column.kind.name()));
    out.insert("id".into(), json!(&*column.id));
    out.insert(column.kind.name().to_owned(), payload);
    out
}
