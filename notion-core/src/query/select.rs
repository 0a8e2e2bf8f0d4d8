use std::fmt;
use std::sync::Arc;

use notion_schema::json::Writer;

use super::column::created_time;
use super::filter::{Asked, Filter, IntoFilter};
use super::many::MAX_LIST;
use super::rows::{RowPage, Rows, cut_short, stuck};
use super::sort::Sort;
use crate::error::{Error, ErrorKind, Result};
use crate::row::{NotionRow, Row};
use crate::table::Table;

/// A query of a table, made by [`Table::query`].
///
/// Its filters and sorts are of the columns of `T`, and its rows are `S`, which is the same type unless
/// [`select`](Query::select) says otherwise. It asks for the columns of `S` and no others.
#[must_use = "a query does nothing until its rows are asked for"]
pub struct Query<T, S = T> {
    table: Table<T>,
    rows: Table<S>,
    filter: Option<Filter<T>>,
    sorts: Vec<Sort<T>>,
    page_size: u8,
    start_cursor: Option<String>,
    is_archived: bool,
}

impl<T: NotionRow> Query<T> {
    pub(crate) fn new(table: Table<T>) -> Self {
        Self {
            rows: table.clone(),
            table,
            filter: None,
            sorts: Vec::new(),
            page_size: 100,
            start_cursor: None,
            is_archived: false,
        }
    }
}

impl<T: NotionRow, S: NotionRow> Query<T, S> {
    /// The same query with rows of another type, mostly one with fewer columns: only those are requested. Filters and sorts stay
    /// those of `T`.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, due: Option<DateOrRange>, note: String }
    /// #[derive(NotionRow)]
    /// struct Title {
    ///     #[notion(title)]
    ///     name: String,
    /// }
    ///
    /// # async fn example(tasks: Table<Task>) -> notion_core::Result<()> {
    /// let titles = tasks.query().filter(Task::DUE.this_week()).select::<Title>()?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the type does not fit the data source ([`ErrorKind::SchemaMismatch`]). No request is sent for that.
    pub fn select<U: NotionRow>(self) -> Result<Query<T, U>> {
        Ok(Query {
            rows: self.table.project()?,
            table: self.table,
            filter: self.filter,
            sorts: self.sorts,
            page_size: self.page_size,
            start_cursor: self.start_cursor,
            is_archived: self.is_archived,
        })
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

    /// The rows that are archived, instead of those that are not. For those in the trash see [`Table::trashed`].
    ///
    /// Source: <https://developers.notion.com/reference/query-a-data-source>.
    pub fn archived(mut self) -> Self {
        self.is_archived = true;
        self
    }

    /// All rows, one request at a time.
    ///
    /// A row that does not fit the type is an error in its place, and those behind it still come.
    pub fn stream(self) -> Rows<S> {
        let cursor = self.start_cursor.clone();
        let query = Arc::new(self);
        Rows::new(cursor, move |cursor| {
            let query = Arc::clone(&query);
            async move { query.fetch(cursor.as_deref()).await }
        })
    }

    /// All rows.
    ///
    /// # Errors
    /// When a request fails, a row does not fit the type, or Notion cut the result at 10,000 rows.
    pub async fn all(self) -> Result<Vec<Row<S>>> {
        let mut rows = self.stream();
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(of_all)? {
            all.push(row);
        }
        Ok(all)
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// When the request fails, or the row does not fit the type.
    pub async fn first(self) -> Result<Option<Row<S>>> {
        self.page_size(1).stream().try_next().await
    }

    /// The only row.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is none, and [`NotUnique`](ErrorKind::NotUnique) when there is more
    /// than one, which names the first two.
    pub async fn one(self) -> Result<Row<S>> {
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
    pub async fn one_or_none(self) -> Result<Option<Row<S>>> {
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

    /// Whether there is any such row, whatever its columns hold.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn exists(self) -> Result<bool> {
        Ok(self.page_size(1).count_up_to(1).await? > 0)
    }

    /// How many such rows there are.
    ///
    /// Notion does not count, so all of them are requested, with their titles only: a request for each 100 rows.
    ///
    /// # Errors
    /// When a request fails, and when there are more than the 10,000 rows that Notion gives out ([`ErrorKind::Incomplete`]).
    pub async fn count(self) -> Result<usize> {
        self.count_up_to(usize::MAX).await
    }

    async fn count_up_to(self, enough: usize) -> Result<usize> {
        let mut count = 0;
        let mut cursor = self.start_cursor.clone();
        while let Some(body) = self.body(cursor.as_deref())? {
            let (pages, end) = self.table.count_pages(body).await?;
            count += pages;
            match end.next_cursor {
                _ if count >= enough => break,
                None if end.is_incomplete => return Err(cut_short()),
                None => break,
                next if next == cursor => return Err(stuck()),
                next => cursor = next,
            }
        }
        Ok(count)
    }

    /// The rows of one request.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn page(&self) -> Result<RowPage<S>> {
        self.fetch(self.start_cursor.as_deref()).await
    }

    pub(super) async fn fetch(&self, cursor: Option<&str>) -> Result<RowPage<S>> {
        match self.body(cursor)? {
            Some(body) => self.rows.read_query(body).await,
            None => Ok(RowPage {
                rows: Vec::new(),
                next_cursor: None,
                is_incomplete: false,
            }),
        }
    }

    /// The query in the order of creation, and its filter.
    pub(super) fn by_creation(mut self) -> Result<(Self, Filter<T>)> {
        if !self.sorts.is_empty() || self.start_cursor.is_some() {
            let message = "rows past the limit come in the order of creation, from the first";
            return Err(
                Error::new(ErrorKind::InvalidInput, message).with_hint("Leave out the sorts and the cursor.")
            );
        }
        self.sorts.push(created_time().asc());
        let filter = self.filter.clone().unwrap_or_else(|| Filter::all([]));
        Ok((self, filter))
    }

    pub(super) fn set_filter(&mut self, filter: Filter<T>) {
        self.filter = Some(filter);
    }

    /// The body of a request; `None` where no row can be what is asked for.
    pub(crate) fn body(&self, cursor: Option<&str>) -> Result<Option<String>> {
        let source = Some(self.table.source());
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
            let count = self.sorts.len();
            let message = format!("the query has {count} sorts, and Notion takes {MAX_LIST}");
            return Err(Error::new(ErrorKind::InvalidInput, message).with_hint("Nothing was sent."));
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
        if self.is_archived {
            json.key("is_archived").bool(true);
        }
        if self.table.is_wiki() {
            // A wiki lists data sources among its rows.
            json.key("result_type").string("page");
        }
        json.end_object();
        Ok(Some(json.into_string()))
    }
}

/// Where one row is no `S`, that need not be the end.
fn of_all(error: Error) -> Error {
    if error.kind() == ErrorKind::Value && error.hint().is_none() {
        error.with_hint("`stream()` and `page()` go on behind such a row.")
    } else {
        error
    }
}

impl<T, S> Clone for Query<T, S> {
    fn clone(&self) -> Self {
        Self {
            table: self.table.clone(),
            rows: self.rows.clone(),
            filter: self.filter.clone(),
            sorts: self.sorts.clone(),
            page_size: self.page_size,
            start_cursor: self.start_cursor.clone(),
            is_archived: self.is_archived,
        }
    }
}

impl<T, S> fmt::Debug for Query<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("table", &self.table)
            .field("filter", &self.filter)
            .field("sorts", &self.sorts)
            .finish_non_exhaustive()
    }
}
