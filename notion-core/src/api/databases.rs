//! <https://developers.notion.com/reference/database>

use http::Method;
use serde::Deserialize;

use super::{Effect, Request, Response};
use crate::error::Result;
use crate::id::{DataSourceId, DatabaseId};

/// A database: the container of data sources.
///
/// Source: <https://developers.notion.com/reference/database>.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Database {
    /// The id.
    pub id: DatabaseId,
    /// The title as plain text.
    #[serde(default, deserialize_with = "super::plain_text")]
    pub title: String,
    /// The data sources in it.
    #[serde(default, deserialize_with = "super::or_default")]
    pub data_sources: Vec<SourceRef>,
    /// The address. It changes with the title, so it is no identifier.
    #[serde(default, deserialize_with = "super::or_default")]
    pub url: String,
    /// Whether it is in the trash.
    #[serde(default, deserialize_with = "super::or_default")]
    pub in_trash: bool,
}

/// A data source that a database names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SourceRef {
    /// The id.
    pub id: DataSourceId,
    /// The title.
    #[serde(default, deserialize_with = "super::or_default")]
    pub name: String,
}

/// <https://developers.notion.com/reference/retrieve-a-database>
pub(crate) fn retrieve(id: DatabaseId) -> Result<Request> {
    Request::new(
        "GET /v1/databases/{id}",
        Effect::Read,
        Method::GET,
        &format!("/v1/databases/{id}"),
        None,
    )
}

pub(crate) fn read(response: &Response) -> Result<Database> {
    response.json()
}
