//! <https://developers.notion.com/reference/data-source>

use http::Method;
use notion_schema::DataSource;

use super::{Effect, Request, Response, with_filter_properties};
use crate::error::{Error, ErrorKind, Result};
use crate::id::DataSourceId;

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
