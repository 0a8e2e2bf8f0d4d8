use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::{Error, ErrorKind, Result};
use crate::row::{NotionRow, Row};
use crate::token::BoxFuture;

/// The rows of one request, made by [`Query::page`](crate::Query::page).
#[derive(Debug)]
#[non_exhaustive]
pub struct RowPage<T> {
    /// The rows, and an error in the place of each that does not fit the type.
    pub rows: Vec<Result<Row<T>>>,
    /// Where the next request goes on, if there is more.
    pub next_cursor: Option<String>,
    /// Whether Notion ended the result although there is more: a query yields 10,000 rows at most.
    ///
    /// Source: <https://developers.notion.com/reference/query-a-data-source>.
    pub is_incomplete: bool,
}

/// The rows of a query, made by [`Query::stream`](crate::Query::stream).
///
/// A [`Stream`], with a [`try_next`](Rows::try_next) of its own so that no other crate is needed to use it. Dropping it
/// stops reading.
#[must_use = "rows are only requested when they are asked for"]
pub struct Rows<T> {
    fetch: Fetch<T>,
    ready: VecDeque<Result<Row<T>>>,
    /// Where the next request begins, or the one that is under way has begun.
    cursor: Option<String>,
    state: State<T>,
}

/// Sends the request that begins at a cursor.
type Fetch<T> = Box<dyn Fn(Option<String>) -> BoxFuture<'static, Result<RowPage<T>>> + Send + Sync>;

enum State<T> {
    /// The next request is due.
    Due,
    Fetching(BoxFuture<'static, Result<RowPage<T>>>),
    End,
}

impl<T: NotionRow> Rows<T> {
    pub(crate) fn new<F>(
        cursor: Option<String>,
        fetch: impl Fn(Option<String>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<RowPage<T>>> + Send + 'static,
    {
        Self {
            fetch: Box::new(move |cursor| Box::pin(fetch(cursor))),
            ready: VecDeque::new(),
            cursor,
            state: State::Due,
        }
    }

    /// The next row, or `None` behind the last one.
    ///
    /// # Errors
    /// When a request fails, which ends the rows; when a row does not fit the type, behind which the next call goes
    /// on; and instead of an end where Notion cut the result at 10,000 rows.
    pub async fn try_next(&mut self) -> Result<Option<Row<T>>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    fn arrived(&mut self, page: Result<RowPage<T>>) {
        self.state = State::End;
        let page = match page {
            Ok(page) => page,
            Err(error) => return self.ready.push_back(Err(error)),
        };
        self.ready.extend(page.rows);
        match page.next_cursor {
            Some(next) if Some(&next) == self.cursor.as_ref() => {
                self.ready.push_back(Err(stuck()));
            }
            Some(next) => {
                self.cursor = Some(next);
                self.state = State::Due;
            }
            None if page.is_incomplete => self.ready.push_back(Err(cut_short())),
            None => {}
        }
    }
}

impl<T: NotionRow> Stream for Rows<T> {
    type Item = Result<Row<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Poll::Ready(Some(row));
            }
            match &mut self.state {
                State::End => return Poll::Ready(None),
                State::Due => self.state = State::Fetching((self.fetch)(self.cursor.clone())),
                State::Fetching(future) => match future.as_mut().poll(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(page) => self.arrived(page),
                },
            }
        }
    }
}

/// The future in it is pinned in its box, and the rest is moved freely.
impl<T> Unpin for Rows<T> {}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

pub(super) fn cut_short() -> Error {
    Error::new(
        ErrorKind::Incomplete,
        "Notion ended the result at its limit of 10,000 rows, and there are more",
    )
    .with_hint(
        "`stream_past_limit()` reads on. Or narrow the filter, for example to a range of `created_time`.",
    )
}

pub(super) fn stuck() -> Error {
    Error::new(ErrorKind::Response, "Notion's cursor does not move")
}
