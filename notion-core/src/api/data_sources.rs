//! <https://developers.notion.com/reference/data-source>

use http::Method;
use notion_schema::DataSource;
use serde::Deserialize;

use super::{Effect, Request, Response, with_filter_properties};
use crate::error::{Error, ErrorKind, Result};
use crate::id::{DataSourceId, PageId};

/// A template of a data source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TemplateRef {
    /// The id of the page that it is.
    pub id: PageId,
    /// The name.
    #[serde(default, deserialize_with = "super::or_default")]
    pub name: String,
    /// Whether it is the one that rows are made from where none is named.
    #[serde(default, deserialize_with = "super::or_default")]
    pub is_default: bool,
}

/// A page of templates.
#[derive(Debug, Deserialize)]
pub(crate) struct Templates {
    pub(crate) templates: Vec<TemplateRef>,
    #[serde(default, deserialize_with = "super::or_default")]
    pub(crate) has_more: bool,
    pub(crate) next_cursor: Option<String>,
}

/// <https://developers.notion.com/reference/retrieve-a-data-source>
pub(crate) fn retrieve(id: DataSourceId) -> Result<Request> {
    Request::new(
        "GET /v1/data_sources/{id}",
        Effect::Read,
        Method::GET,
        &format!("/v1/data_sources/{id}"),
        None,
    )
}

pub(crate) fn read(response: &Response) -> Result<DataSource> {
    DataSource::from_json(response.text()).map_err(|error| {
        let endpoint = "GET /v1/data_sources/{id}";
        Error::new(ErrorKind::Response, error.to_string())
            .with_endpoint(endpoint)
            .with_source(error)
    })
}

/// <https://developers.notion.com/reference/query-a-data-source>
pub(crate) fn query<'a>(
    id: DataSourceId,
    only: impl IntoIterator<Item = &'a str>,
    body: String,
) -> Result<Request> {
    let path = with_filter_properties(format!("/v1/data_sources/{id}/query"), only);
    Request::new(
        "POST /v1/data_sources/{id}/query",
        Effect::Read,
        Method::POST,
        &path,
        Some(body),
    )
}

/// <https://developers.notion.com/reference/list-data-source-templates>
pub(crate) fn templates(id: DataSourceId, cursor: Option<&str>) -> Result<Request> {
    let mut path = format!("/v1/data_sources/{id}/templates?page_size=100");
    if let Some(cursor) = cursor {
        path.push_str("&start_cursor=");
        path.extend(url::form_urlencoded::byte_serialize(cursor.as_bytes()));
    }
    Request::new(
        "GET /v1/data_sources/{id}/templates",
        Effect::Read,
        Method::GET,
        &path,
        None,
    )
}

pub(crate) fn read_templates(response: &Response) -> Result<Templates> {
    response.json()
}
