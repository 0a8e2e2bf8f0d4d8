//! Reading on where Notion ends a result.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::column::created_time;
use super::filter::Filter;
use super::rows::{RowPage, Rows, cut_short};
use super::select::Query;
use crate::error::Result;
use crate::id::PageId;
use crate::row::NotionRow;

impl<T: NotionRow, S: NotionRow> Query<T, S> {
    /// All rows, also beyond the 10,000 at which Notion ends a result, in the order in which they were created, to the minute.
    ///
    /// Where a result ends, another query goes on at the minute of the last row, and rows that were there already are left out. A
    /// row that does not fit the type is an error in its place, which may come twice.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, done: bool }
    /// # async fn example(tasks: Table<Task>) -> notion_core::Result<()> {
    /// let mut rows = tasks.query().filter(Task::DONE).stream_past_limit()?;
    /// while let Some(row) = rows.try_next().await? {
    ///     println!("{}", row.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The rows end with an error when a request fails, and when more than 10,000 rows were created in one minute
    /// ([`ErrorKind::Incomplete`](crate::ErrorKind::Incomplete)).
    ///
    /// # Errors
    /// When the query has sorts or a cursor, or a filter that is nested so deeply that Notion takes no further condition.
    pub fn stream_past_limit(self) -> Result<Rows<S>> {
        let windows = Arc::new(Mutex::new(Windows::new(self)?));
        Ok(Rows::new(None, move |_| {
            let windows = Arc::clone(&windows);
            async move { windows.lock().await.next().await }
        }))
    }
}

/// Queries that begin where the one before was cut.
struct Windows<T, S> {
    query: Query<T, S>,
    filter: Filter<T>,
    cursor: Option<String>,
    /// The minute at which the current query begins, and the rows of it that were there already.
    since: Option<Timestamp>,
    known: HashSet<PageId>,
    /// The last minute of which there was a row, and its rows so far.
    last: Option<Timestamp>,
    of_last: HashSet<PageId>,
}

impl<T: NotionRow, S: NotionRow> Windows<T, S> {
    fn new(query: Query<T, S>) -> Result<Self> {
        let (query, filter) = query.by_creation()?;
        // What cannot be asked for later is better said now.
        since(&filter, Timestamp::UNIX_EPOCH).asked(None)?;
        Ok(Self {
            query,
            filter,
            cursor: None,
            since: None,
            known: HashSet::new(),
            last: None,
            of_last: HashSet::new(),
        })
    }

    async fn next(&mut self) -> Result<RowPage<S>> {
        let mut page = self.query.fetch(self.cursor.as_deref()).await?;
        page.rows.retain(|row| match row {
            Ok(row) => !self.known.contains(&row.id()),
            Err(_) => true,
        });
        for row in page.rows.iter().flatten() {
            let created = row.page().created_time;
            if self.last.is_none_or(|last| created > last) {
                self.last = Some(created);
                self.of_last.clear();
            }
            self.of_last.insert(row.id());
        }
        self.cursor.clone_from(&page.next_cursor);
        if page.is_incomplete && page.next_cursor.is_none() {
            let last = self
                .last
                .filter(|last| Some(*last) != self.since)
                .ok_or_else(cut_short)?;
            self.since = Some(last);
            self.known.clone_from(&self.of_last);
            self.query.set_filter(since(&self.filter, last));
            page.next_cursor = Some(last.to_string());
        }
        page.is_incomplete = false;
        Ok(page)
    }
}

fn since<T>(filter: &Filter<T>, time: Timestamp) -> Filter<T> {
    created_time().on_or_after(time) & filter.clone()
}
