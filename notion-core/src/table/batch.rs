//! Many at once.

use std::fmt;
use std::future::{self, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;

use super::{Table, Update};
use crate::error::{Error, ErrorKind, Result};
use crate::row::{InsertRow, NotionRow, Row, RowRef};
use crate::token::BoxFuture;

/// The same thing done to many rows, several at a time: made by [`Table::insert_all`] and its kin.
///
/// Awaited, it gives one result for each row, in the order of the rows, whatever becomes of the others. Or take the results
/// as they come, each with the place of its row:
///
/// ```no_run
/// # use notion_core::prelude::*;
/// # #[derive(NotionRow)]
/// # struct Task { #[notion(title)] name: String }
/// # async fn example(tasks: Table<Task>, new: Vec<Task>) -> notion_core::Result<()> {
/// for (task, result) in new.iter().zip(tasks.insert_all(&new).await) {
///     if let Err(error) = result {
///         println!("{}: {error}", task.name);
///     }
/// }
///
/// let mut batch = tasks.insert_all(&new);
/// while let Some((at, result)) = batch.next().await {
///     println!("{} of {}: {}", at + 1, new.len(), result?.id());
/// }
/// # Ok(())
/// # }
/// ```
///
/// Requests keep to the rate limit, as all of the connection do. Rows are taken from the iterator as their turn comes, so that it
/// may be long.
///
/// # Cancellation
///
/// Dropping the future that [`next`](Batch::next) gives loses nothing: call it again. Dropping the batch drops the requests that
/// are under way, which may be carried out or not, as any request; results that were not taken go with it, and so do those that
/// an awaited batch has gathered. To end in good order, call [`stop`](Batch::stop) and take the results that are left.
#[must_use = "nothing is done until the batch is awaited"]
pub struct Batch<'a, O> {
    waiting: Box<dyn Iterator<Item = BoxFuture<'static, Result<O>>> + Send + 'a>,
    under_way: FuturesUnordered<BoxFuture<'static, (usize, Result<O>)>>,
    begun: usize,
    concurrency: usize,
    is_stopped: bool,
}

impl<'a, O: Send + 'static> Batch<'a, O> {
    fn new<F, I>(concurrency: usize, futures: I) -> Self
    where
        F: IntoFuture<Output = Result<O>, IntoFuture: Send + 'static>,
        I: IntoIterator<Item = F, IntoIter: Send + 'a>,
    {
        let futures = futures.into_iter();
        Self {
            waiting: Box::new(futures.map(|future| Box::pin(future.into_future()) as _)),
            under_way: FuturesUnordered::new(),
            begun: 0,
            concurrency,
            is_stopped: false,
        }
    }

    /// How many are under way at a time at most. If not set, as many as use up what the connection's rate limit allows: 6 where it
    /// is 180 requests a minute, 16 where it is 600.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Begins no more. What is under way goes on, and each row that was not begun becomes an error of kind
    /// [`ErrorKind::Stopped`].
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// The next result, with the place of its row among the rows; `None` behind the last one. They come as they are finished.
    pub async fn next(&mut self) -> Option<(usize, Result<O>)> {
        future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    async fn all(mut self) -> Vec<Result<O>> {
        let mut results = Vec::new();
        while let Some(result) = self.next().await {
            results.push(result);
        }
        results.sort_unstable_by_key(|(at, _)| *at);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

impl<O: Send + 'static> Stream for Batch<'_, O> {
    type Item = (usize, Result<O>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.is_stopped || self.under_way.len() < self.concurrency {
            let Some(next) = self.waiting.next() else { break };
            let at = self.begun;
            self.begun += 1;
            if self.is_stopped {
                return Poll::Ready(Some((at, Err(stopped()))));
            }
            self.under_way.push(Box::pin(async move { (at, next.await) }));
        }
        Pin::new(&mut self.under_way).poll_next(context)
    }
}

impl<'a, O: Send + 'static> IntoFuture for Batch<'a, O> {
    type Output = Vec<Result<O>>;
    type IntoFuture = BoxFuture<'a, Vec<Result<O>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.all())
    }
}

impl<O> fmt::Debug for Batch<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("begun", &self.begun)
            .field("under_way", &self.under_way.len())
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Stopped, "the batch was stopped before this row")
        .with_hint("Nothing was sent for it.")
}

impl<T: NotionRow> Table<T> {
    /// [Inserts](Table::insert) rows, several at a time: `insert_all(&rows)`, or any iterator.
    ///
    /// Their order in Notion is not that of the iterator, since they are stored as it happens.
    pub fn insert_all<'a, I>(&self, rows: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: InsertRow<Row = T>, IntoIter: Send + 'a>,
    {
        let table = self.clone();
        self.batch(rows.into_iter().map(move |row| table.insert(&row)))
    }

    /// Sends [updates](Table::update), several at a time. Two of the same row may be carried out in any order.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String, done: bool }
    /// # async fn example(tasks: Table<Task>, rows: Vec<Row<Task>>) {
    /// let results = tasks.update_all(rows.iter().map(|row| tasks.update(row).set(Task::DONE, true))).await;
    /// # }
    /// ```
    pub fn update_all<'a, I>(&self, updates: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item = Update<T>, IntoIter: Send + 'a>,
    {
        self.batch(updates)
    }

    /// [Reads](Table::get) rows by their ids, several at a time.
    pub fn get_many<'a, I>(&self, ids: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: Into<RowRef>, IntoIter: Send + 'a>,
    {
        self.each(ids, |table, row| async move { table.get(row.id()).await })
    }

    /// Moves rows [to the trash](Table::trash), several at a time.
    pub fn trash_all<'a, I>(&self, rows: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: Into<RowRef>, IntoIter: Send + 'a>,
    {
        self.each(rows, |table, row| async move { table.trash(row).await })
    }

    /// Takes rows [out of the trash](Table::restore), several at a time.
    pub fn restore_all<'a, I>(&self, rows: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: Into<RowRef>, IntoIter: Send + 'a>,
    {
        self.each(rows, |table, row| async move { table.restore(row).await })
    }

    /// [Archives](Table::archive) rows, several at a time.
    pub fn archive_all<'a, I>(&self, rows: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: Into<RowRef>, IntoIter: Send + 'a>,
    {
        self.each(rows, |table, row| async move { table.archive(row).await })
    }

    /// [Brings back](Table::unarchive) archived rows, several at a time.
    pub fn unarchive_all<'a, I>(&self, rows: I) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: Into<RowRef>, IntoIter: Send + 'a>,
    {
        self.each(rows, |table, row| async move { table.unarchive(row).await })
    }

    fn each<'a, I, F>(&self, ids: I, what: fn(Self, RowRef) -> F) -> Batch<'a, Row<T>>
    where
        I: IntoIterator<Item: Into<RowRef>, IntoIter: Send + 'a>,
        F: Future<Output = Result<Row<T>>> + Send + 'static,
    {
        let table = self.clone();
        self.batch(ids.into_iter().map(move |id| what(table.clone(), id.into())))
    }

    /// How many requests at a time use up what the rate limit allows.
    pub(super) fn in_flight(&self) -> usize {
        self.inner.notion.inner.in_flight()
    }

    pub(super) fn batch<'a, F, I, O: Send + 'static>(&self, futures: I) -> Batch<'a, O>
    where
        F: IntoFuture<Output = Result<O>, IntoFuture: Send + 'static>,
        I: IntoIterator<Item = F, IntoIter: Send + 'a>,
    {
        Batch::new(self.in_flight(), futures)
    }
}
