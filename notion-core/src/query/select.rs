use std::fmt;

use notion_schema::json::Writer;

use super::filter::{Asked, Filter, IntoFilter};
use super::many::MAX_LIST;
use super::rows::{RowPage, Rows};
use super::sort::Sort;
use super::source::Source;
use crate::error::{Error, ErrorKind, Result};
use crate::row::{NotionRow, Row};
use crate::table::Table;

/// A query of a table, made by [`Table::query`].
///
/// It asks for the columns of the row type and no others.
#[must_use = "a query does nothing until its rows are asked for"]
pub struct Query<T> {
    table: Table<T>,
    filter: Option<Filter<T>>,
    sorts: Vec<Sort<T>>,
    page_size: u8,
    start_cursor: Option<String>,
}

impl<T: NotionRow> Query<T> {
    pub(crate) fn new(table: Table<T>) -> Self {
        Self {
            table,
            filter: None,
            sorts: Vec::new(),
            page_size: 100,
            start_cursor: None,
        }
    }

    /// Only rows for which `filter` holds, in addition to any filters already given.
    ///
    /// A checkbox column is a filter by itself: `filter(Task::DONE)`.
    pub fn filter(mut self, filter: impl IntoFilter<T>) -> Self {
        let filter = filter.into_filter();
        self.filter = Some(match self.filter {
            Some(before) => before & filter,
            None => filter,
        });
        self
    }

    /// Sorted by `sort`, where the sorts given before leave the order open.
    ///
    /// Without any, the order is Notion's: the newest row first, as far as is known.
    pub fn sort(mut self, sort: Sort<T>) -> Self {
        self.sorts.push(sort);
        self
    }

    /// How many rows a request asks for, from 1 to 100 (which is the default).
    pub fn page_size(mut self, rows: u8) -> Self {
        self.page_size = rows.clamp(1, 100);
        self
    }

    /// Goes on where a [`RowPage`] ended.
    pub fn start_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.start_cursor = Some(cursor.into());
        self
    }

    /// All rows, one request at a time.
    ///
    /// A row that does not fit the type is an error in its place, and those behind it still come.
    pub fn stream(self) -> Rows<T> {
        Rows::new(self)
    }

    /// All rows.
    ///
    /// # Errors
    /// When a request fails, a row does not fit the type, or Notion cut the result at 10,000 rows.
    pub async fn all(self) -> Result<Vec<Row<T>>> {
        let mut rows = self.stream();
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            all.push(row);
        }
        Ok(all)
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// When the request fails, or the row does not fit the type.
    pub async fn first(self) -> Result<Option<Row<T>>> {
        self.page_size(1).stream().try_next().await
    }

    /// The only row.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is none, and [`NotUnique`](ErrorKind::NotUnique) when there is more
    /// than one, which names the first two.
    pub async fn one(self) -> Result<Row<T>> {
        let title = self.table.schema().title.clone();
        let none = || {
            Error::new(
                ErrorKind::NotFound,
                format!("no row of `{title}` matches the query"),
            )
        };
        self.one_or_none().await?.ok_or_else(none)
    }

    /// The only row, if there is any.
    ///
    /// # Errors
    /// [`NotUnique`](ErrorKind::NotUnique) when there is more than one, which names the first two.
    pub async fn one_or_none(self) -> Result<Option<Row<T>>> {
        let mut rows = self.page_size(2).stream();
        let first = rows.try_next().await?;
        match (first, rows.try_next().await?) {
            (Some(first), Some(second)) => Err(Error::new(
                ErrorKind::NotUnique,
                format!("expected one row, found more: {} and {}", first.id(), second.id()),
            )),
            (first, _) => Ok(first),
        }
    }

    /// The rows of one request.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn page(&self) -> Result<RowPage<T>> {
        self.fetch(self.start_cursor.as_deref()).await
    }

    pub(super) async fn fetch(&self, cursor: Option<&str>) -> Result<RowPage<T>> {
        match self.body(cursor)? {
            Some(body) => self.table.read_query(body).await,
            None => Ok(RowPage {
                rows: Vec::new(),
                next_cursor: None,
                is_incomplete: false,
            }),
        }
    }

    pub(super) fn cursor(&self) -> Option<String> {
        self.start_cursor.clone()
    }

    /// The body of a request; `None` where no row can be what is asked for.
    fn body(&self, cursor: Option<&str>) -> Result<Option<String>> {
        let source = Some(Source {
            binding: self.table.binding(),
            schema: self.table.schema(),
        });
        let filter = match &self.filter {
            None => Asked::All,
            Some(filter) => filter.asked(source)?,
        };
        let filter = match filter {
            Asked::None => return Ok(None),
            Asked::All => None,
            Asked::Some(filter) => Some(filter),
        };
        let mut json = Writer::new();
        json.begin_object();
        if let Some(filter) = filter {
            json.key("filter").raw(&filter);
        }
        if self.sorts.len() > MAX_LIST {
            let message = format!(
                "the query has {} sorts, and Notion takes {MAX_LIST}",
                self.sorts.len()
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        if !self.sorts.is_empty() {
            json.key("sorts").begin_array();
            for sort in &self.sorts {
                sort.write(&mut json, source)?;
            }
            json.end_array();
        }
        if let Some(cursor) = cursor {
            json.key("start_cursor").string(cursor);
        }
        json.key("page_size").integer(self.page_size.into());
        json.end_object();
        Ok(Some(json.into_string()))
    }
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        Self {
            table: self.table.clone(),
            filter: self.filter.clone(),
            sorts: self.sorts.clone(),
            page_size: self.page_size,
            start_cursor: self.start_cursor.clone(),
        }
    }
}

impl<T> fmt::Debug for Query<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("table", &self.table)
            .field("filter", &self.filter)
            .field("sorts", &self.sorts)
            .finish_non_exhaustive()
    }
}
