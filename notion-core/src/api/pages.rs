//! <https://developers.notion.com/reference/page>

use http::Method;
use notion_schema::json::Writer;

use super::{Effect, Request, with_filter_properties};
use crate::error::Result;
use crate::id::{DataSourceId, PageId};

/// The members of a request's body, each a key and its value as JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body(Vec<(&'static str, String)>);

impl Body {
    /// Sets a member; one of the same key is replaced.
    pub(crate) fn set(&mut self, key: &'static str, json: impl Into<String>) {
        self.0.retain(|(other, _)| *other != key);
        self.0.push((key, json.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, json: &mut Writer) {
        for (key, value) in &self.0 {
            json.key(key).raw(value);
        }
    }
}

/// <https://developers.notion.com/reference/post-page>
pub(crate) fn create<'a>(
    parent: DataSourceId,
    body: &Body,
    only: impl IntoIterator<Item = &'a str>,
) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    json.key("parent").raw(&to_parent(MoveTo::DataSource(parent)));
    body.write(&mut json);
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
    body: &Body,
    only: impl IntoIterator<Item = &'a str>,
) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    body.write(&mut json);
    json.end_object();
    let path = with_filter_properties(format!("/v1/pages/{id}"), only);
    Request::new(
        "PATCH /v1/pages/{id}",
        Effect::Write,
        Method::PATCH,
        &path,
        Some(json.into_string()),
    )
}

/// Where a page can be moved to.
///
/// Made from the [`DataSourceId`] or the [`Table`](crate::Table) that it becomes a row of, or the [`PageId`] that it goes
/// below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoveTo {
    /// It becomes a row of this data source.
    DataSource(DataSourceId),
    /// It goes below this page.
    Page(PageId),
}

/// <https://developers.notion.com/reference/move-page>
pub(crate) fn move_to(id: PageId, to: MoveTo) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    json.key("parent").raw(&to_parent(to));
    json.end_object();
    Request::new(
        "POST /v1/pages/{id}/move",
        Effect::Write,
        Method::POST,
        &format!("/v1/pages/{id}/move"),
        Some(json.into_string()),
    )
}

fn to_parent(to: MoveTo) -> String {
    let (kind, id) = match to {
        MoveTo::DataSource(id) => ("data_source_id", id.to_string()),
        MoveTo::Page(id) => ("page_id", id.to_string()),
    };
    let mut json = Writer::new();
    json.begin_object();
    json.key("type").string(kind);
    json.key(kind).string(&id);
    json.end_object();
    json.into_string()
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
