//! <https://developers.notion.com/reference/page>

use http::Method;
use notion_schema::json::Writer;

use super::{Effect, Request, with_filter_properties};
use crate::error::Result;
use crate::id::{DataSourceId, PageId};

/// <https://developers.notion.com/reference/post-page>
pub(crate) fn create<'a>(
    parent: DataSourceId,
    properties: &str,
    only: impl IntoIterator<Item = &'a str>,
) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    json.key("parent").begin_object();
    json.key("type").string("data_source_id");
    json.key("data_source_id").string(&parent.to_string());
    json.end_object();
    json.key("properties").raw(properties);
    json.end_object();
    let path = with_filter_properties("/v1/pages".to_owned(), only);
    Request::new(
        "POST /v1/pages",
        Effect::Write,
        Method::POST,
        &path,
        Some(json.into_string()),
    )
}

/// <https://developers.notion.com/reference/retrieve-a-page>
pub(crate) fn retrieve<'a>(id: PageId, only: impl IntoIterator<Item = &'a str>) -> Result<Request> {
    let path = with_filter_properties(format!("/v1/pages/{id}"), only);
    Request::new("GET /v1/pages/{id}", Effect::Read, Method::GET, &path, None)
}

/// <https://developers.notion.com/reference/patch-page>
pub(crate) fn update<'a>(
    id: PageId,
    properties: &str,
    only: impl IntoIterator<Item = &'a str>,
) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    json.key("properties").raw(properties);
    json.end_object();
    patch(id, json, only)
}

/// <https://developers.notion.com/reference/patch-page>
pub(crate) fn set_trash<'a>(
    id: PageId,
    in_trash: bool,
    only: impl IntoIterator<Item = &'a str>,
) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    json.key("in_trash").bool(in_trash);
    json.end_object();
    patch(id, json, only)
}

fn patch<'a>(id: PageId, body: Writer, only: impl IntoIterator<Item = &'a str>) -> Result<Request> {
    let path = with_filter_properties(format!("/v1/pages/{id}"), only);
    Request::new(
        "PATCH /v1/pages/{id}",
        Effect::Write,
        Method::PATCH,
        &path,
        Some(body.into_string()),
    )
}

/// <https://developers.notion.com/reference/retrieve-a-page-property>
pub(crate) fn property_items(page: PageId, property: &str, cursor: Option<&str>) -> Result<Request> {
    let mut path = format!("/v1/pages/{page}/properties/{property}?page_size=100");
    if let Some(cursor) = cursor {
        path.push_str("&start_cursor=");
        path.extend(url::form_urlencoded::byte_serialize(cursor.as_bytes()));
    }
    Request::new(
        "GET /v1/pages/{id}/properties/{property_id}",
        Effect::Read,
        Method::GET,
        &path,
        None,
    )
}
