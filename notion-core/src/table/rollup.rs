//! Rollups of more related pages than a page takes in.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use notion_schema::Cut;
use notion_schema::json::{self, Reader, Writer};

use super::Table;
use super::complete::{Item, Items, cut};
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::kind;
use crate::property::{Property, typed};
use crate::row::NotionRow;

/// What a rollup is whose result Notion does not give for all pages.
const INCOMPLETE: &str = r#"{"type":"incomplete","incomplete":{}}"#;

impl<T: NotionRow> Table<T> {
    /// A rollup as a page would show it if it took in all related pages.
    pub(super) async fn complete_rollup(
        &self,
        page: PageId,
        property: &str,
        items: &Items,
    ) -> Result<String> {
        let result = typed(&mut Reader::new(&items.summary), |result, json| {
            json.skip().map(|()| result.to_owned())
        })
        .map_err(|error: json::Error| broken(&error))?;
        match &*result {
            "array" => {}
            // Of some functions this endpoint gives no result, and that of the page is one of 25 related pages.
            "unsupported" => return Ok(INCOMPLETE.to_owned()),
            _ => return Ok(items.summary.clone()),
        }
        match items.elements.first() {
            Some(first) if cut(&first.kind) == Cut::Never => Ok(array(&items.elements)),
            // Lists come here without their bounds, and empty ones not at all.
            _ => self.lists_of_related(page, property).await,
        }
    }

    /// What a rollup shows of a kind whose values are lists: read from each related page.
    async fn lists_of_related(&self, page: PageId, property: &str) -> Result<String> {
        let Some(rollup) = self.binding().rollup(property) else {
            return Ok(INCOMPLETE.to_owned());
        };
        let relation = self.items(page, &rollup.relation).await?.list();
        let mut related = Vec::<PageId>::new();
        Property::<kind::Relation>::read(&mut related, &mut Reader::new(&relation.value))
            .map_err(|error| broken(&error))?;
        let reads = related.into_iter().map(|page| self.items(page, &rollup.property));
        let values: Result<Vec<Items>> = stream::iter(reads).buffered(self.in_flight()).try_collect().await;
        match values {
            Ok(values) if values.iter().any(|value| cut(&value.kind) == Cut::Related) => {
                Ok(INCOMPLETE.to_owned())
            }
            Ok(values) => Ok(array(&values.into_iter().map(Items::list).collect::<Vec<_>>())),
            // A page that is not shared with the connection.
            Err(error) if error.is_not_found() => Ok(INCOMPLETE.to_owned()),
            Err(error) => Err(error),
        }
    }
}

fn array(elements: &[Item]) -> String {
    let mut json = Writer::new();
    json.begin_object();
    json.key("type").string("array");
    json.key("array").begin_array();
    for element in elements {
        json.begin_object();
        json.key("type").string(&element.kind);
        json.key(&element.kind).raw(&element.value);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    json.into_string()
}

fn broken(error: &dyn std::error::Error) -> Error {
    Error::new(
        ErrorKind::Response,
        format!("a rollup is not what the API promises: {error}"),
    )
}
