//! <https://developers.notion.com/reference/post-search>

use http::Method;
use notion_schema::json::Writer;
use serde::Deserialize;

use super::{Effect, Request, Response};
use crate::error::Result;
use crate::id::DataSourceId;

/// A data source that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FoundDataSource {
    /// The id.
    pub id: DataSourceId,
    /// The title as plain text.
    #[serde(default, deserialize_with = "super::plain_text")]
    pub title: String,
    /// The address. It changes with the title, so it is no identifier.
    #[serde(default, deserialize_with = "super::or_default")]
    pub url: String,
    /// Whether it is in the trash.
    #[serde(default, deserialize_with = "super::or_default")]
    pub in_trash: bool,
}

/// How much is shared with a connection: what the first page of a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shared {
    /// How many pages, those in data sources included.
    pub pages: usize,
    /// How many data sources.
    pub data_sources: usize,
    /// Whether there are more than were counted.
    pub has_more: bool,
}

/// A page of results.
#[derive(Debug, Deserialize)]
pub(crate) struct Found {
    pub(crate) results: Vec<FoundDataSource>,
    pub(crate) next_cursor: Option<String>,
}

pub(crate) fn data_sources(query: &str, cursor: Option<&str>) -> Result<Request> {
    search(query, Some("data_source"), false, cursor)
}

/// All pages that are in the trash.
pub(crate) fn trashed_pages(cursor: Option<&str>) -> Result<Request> {
    search("", Some("page"), true, cursor)
}

/// The first results of all that is shared.
pub(crate) fn everything() -> Result<Request> {
    search("", None, false, None)
}

fn search(query: &str, object: Option<&str>, in_trash: bool, cursor: Option<&str>) -> Result<Request> {
    let mut json = Writer::new();
    json.begin_object();
    if !query.is_empty() {
        json.key("query").string(query);
    }
    if let Some(object) = object {
        json.key("filter").begin_object();
        json.key("property").string("object");
        json.key("value").string(object);
        if in_trash {
            json.key("in_trash").bool(true);
        }
        json.end_object();
    }
    if let Some(cursor) = cursor {
        json.key("start_cursor").string(cursor);
    }
    json.key("page_size").integer(100);
    json.end_object();
    Request::new(
        "POST /v1/search",
        Effect::Read,
        Method::POST,
        "/v1/search",
        Some(json.into_string()),
    )
}

pub(crate) fn read(response: &Response) -> Result<Found> {
    response.json()
}

pub(crate) fn read_shared(response: &Response) -> Result<Shared> {
    #[derive(Deserialize)]
    struct Found {
        results: Vec<Object>,
        #[serde(default)]
        has_more: bool,
    }
    #[derive(Deserialize)]
    struct Object {
        object: String,
    }
    let Found { results, has_more } = response.json()?;
    let count = |object: &str| results.iter().filter(|found| found.object == object).count();
    Ok(Shared {
        pages: count("page"),
        data_sources: count("data_source"),
        has_more,
    })
}
