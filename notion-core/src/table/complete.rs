//! A page shows 25 references of a value. The rest comes by further requests, so that nothing is cut silently.

use notion_schema::json::{self, Reader, Writer};

use super::Table;
use crate::api::pages;
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::row::{NotionRow, Row, Walked};

impl<T: NotionRow> Table<T> {
    /// The row with all of its references.
    pub(super) async fn completed(&self, walked: Walked<T>) -> Result<Row<T>> {
        let Walked { page, mut draft, cut } = walked;
        for column in cut {
            let array = self.property_items(page.id, self.binding().id(column)).await?;
            T::read_column(&mut draft, column, &mut Reader::new(&array)).map_err(|error| {
                let name = self.binding().name(column);
                Error::new(
                    ErrorKind::Value,
                    format!("column `{name}` of row {} {error}", page.id),
                )
            })?;
        }
        Ok(Row::new(page, T::finish(draft)))
    }

    /// A value as a page would show it if it showed all.
    ///
    /// Source: <https://developers.notion.com/reference/retrieve-a-page-property>.
    pub(super) async fn property_items(&self, page: PageId, property: &str) -> Result<String> {
        let mut array = Writer::new();
        array.begin_array();
        let mut cursor = None;
        loop {
            let request = pages::property_items(page, property, cursor.as_deref())?;
            let response = self.send(request).await?;
            let next = append(response.text(), &mut array).map_err(|error| response.broken(error))?;
            if next.is_some() && next == cursor {
                return Err(Error::new(ErrorKind::Response, "Notion's cursor does not move"));
            }
            cursor = next;
            if cursor.is_none() {
                array.end_array();
                return Ok(array.into_string());
            }
        }
    }
}

/// Appends the items of one response, and says where the next goes on.
fn append(text: &str, array: &mut Writer) -> Result<Option<String>, json::Error> {
    let (mut cursor, mut has_more, mut has_results) = (None, false, false);
    let mut json = Reader::new(text);
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "results" => {
                has_results = true;
                json.begin_array()?;
                while json.element()? {
                    append_item(&mut json, array)?;
                }
            }
            "has_more" => has_more = json.bool()?,
            "next_cursor" if !json.null() => cursor = Some(json.string()?.into_owned()),
            "next_cursor" => {}
            _ => json.skip()?,
        }
    }
    json.end()?;
    match (has_results, has_more, &cursor) {
        (false, ..) => Err(json.error("`results`")),
        (_, true, None) => Err(json.error("`next_cursor`, as there is more")),
        _ => Ok(cursor),
    }
}

/// An item has its one element under the name of its kind.
fn append_item(json: &mut Reader<'_>, array: &mut Writer) -> Result<(), json::Error> {
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "relation" | "people" | "title" | "rich_text" => array.raw(json.raw()?),
            _ => json.skip()?,
        }
    }
    Ok(())
}
