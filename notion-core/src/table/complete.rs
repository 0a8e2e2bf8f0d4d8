//! A page shows 25 references of a value. The rest comes by further requests, so that nothing is cut silently.

use notion_schema::json::{self, Reader, Writer};
use notion_schema::{Cut, Kind};

use super::Table;
use crate::api::pages;
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::property::{Raw, typed};
use crate::row::{NotionRow, Row, Walked};

impl<T: NotionRow> Table<T> {
    /// The row with all of its references.
    pub(super) async fn completed(&self, walked: Walked<T>) -> Result<Row<T>> {
        let Walked { page, mut draft, cut } = walked;
        for column in cut {
            let id = self.binding().id(column);
            let Item { kind, value } = self.complete(page.id, id).await?;
            let json = if self.binding().has_kind(column) {
                value
            } else {
                Raw::write(id, &kind, &value)
            };
            T::read_column(&mut draft, column, &mut Reader::new(&json)).map_err(|error| {
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
    pub(super) async fn complete(&self, page: PageId, property: &str) -> Result<Item> {
        let items = self.items(page, property).await?;
        match cut(&items.kind) {
            Cut::Related => Ok(Item {
                value: self.complete_rollup(page, property, &items).await?,
                kind: items.kind,
            }),
            _ => Ok(items.list()),
        }
    }

    /// All that the endpoint of a single property says.
    ///
    /// Source: <https://developers.notion.com/reference/retrieve-a-page-property>.
    pub(super) async fn items(&self, page: PageId, property: &str) -> Result<Items> {
        let mut items = Items::default();
        let mut cursor = None;
        loop {
            let request = pages::property_items(page, property, cursor.as_deref())?;
            let response = self.send(request).await?;
            let next = items
                .read(response.text())
                .map_err(|error| response.broken(error))?;
            if next.is_some() && next == cursor {
                return Err(Error::new(ErrorKind::Response, "Notion's cursor does not move"));
            }
            cursor = next;
            if cursor.is_none() {
                return Ok(items);
            }
        }
    }
}

/// A property of a page, element by element.
#[derive(Default)]
pub(super) struct Items {
    /// What the API calls its kind.
    pub(super) kind: String,
    pub(super) elements: Vec<Item>,
    /// What is said of all elements together, which is the result of a rollup.
    pub(super) summary: String,
}

/// A value and its kind. The elements of a rollup are of another kind than itself.
pub(super) struct Item {
    pub(super) kind: String,
    pub(super) value: String,
}

impl Items {
    /// The property as a page shows a list.
    pub(super) fn list(self) -> Item {
        let mut json = Writer::new();
        json.begin_array();
        for item in &self.elements {
            json.raw(&item.value);
        }
        json.end_array();
        Item {
            kind: self.kind,
            value: json.into_string(),
        }
    }

    /// Appends the items of one response, and says where the next goes on.
    fn read(&mut self, text: &str) -> Result<Option<String>, json::Error> {
        let (mut cursor, mut has_more, mut has_results) = (None, false, false);
        let mut json = Reader::new(text);
        json.begin_object()?;
        while let Some(key) = json.key()? {
            match &*key {
                "results" => {
                    has_results = true;
                    json.begin_array()?;
                    while json.element()? {
                        self.elements.push(item(&mut json)?);
                    }
                }
                "property_item" => {
                    let Item { kind, value } = item(&mut json)?;
                    self.kind = kind;
                    self.summary = value;
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
}

/// How a page cuts properties of that kind.
pub(super) fn cut(kind: &str) -> Cut {
    Kind::from_name(kind).map_or(Cut::Never, Kind::cut)
}

fn item(json: &mut Reader<'_>) -> Result<Item, json::Error> {
    typed(json, |kind, json| {
        Ok(Item {
            kind: kind.to_owned(),
            value: json.raw()?.to_owned(),
        })
    })
}
