use std::fmt;
use std::future::IntoFuture;

use super::Table;
use super::update::properties;
use crate::api::data_sources;
use crate::api::pages::{self, Body};
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::query::{Asked, Filter};
use crate::row::{AnyRow, ColumnValue, InsertRow, KeyedRow, NotionRow, Refused, Row, RowWriter};
use crate::token::BoxFuture;

/// A row to be stored under its key, made by [`Table::upsert`]. It is stored when it is awaited.
#[must_use = "a row is only stored when the upsert is awaited"]
pub struct Upsert<T> {
    table: Table<T>,
    key: Filter<T>,
    values: Vec<ColumnValue>,
    refused: Refused,
}

/// What an [upsert](Table::upsert) did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Upserted<T> {
    /// There was no row of that key, and now there is.
    Inserted(Row<T>),
    /// There was one that differed, and it was changed.
    #[non_exhaustive]
    Updated {
        /// The row as it is now.
        row: Row<T>,
        /// The columns that differed, by the names that the row type gives them.
        columns: Vec<&'static str>,
    },
    /// There was one that says the same, and nothing was written.
    Unchanged(Row<T>),
}

impl<T> Upserted<T> {
    /// The row as it is stored.
    #[must_use]
    pub fn row(&self) -> &Row<T> {
        match self {
            Self::Inserted(row) | Self::Updated { row, .. } | Self::Unchanged(row) => row,
        }
    }

    /// The row as it is stored.
    #[must_use]
    pub fn into_row(self) -> Row<T> {
        match self {
            Self::Inserted(row) | Self::Updated { row, .. } | Self::Unchanged(row) => row,
        }
    }
}

impl<T: NotionRow> Table<T> {
    /// Stores a row under its key: inserts it if no row has the key, and else changes those columns of the one that has that
    /// differ. The [`Upsert`] is to be awaited.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # use notion_core::Upserted;
    /// #[derive(NotionRow)]
    /// struct Task {
    ///     #[notion(title, name = "Name")]
    ///     name: String,
    ///     #[notion(key, name = "Ticket")]
    ///     ticket: String,
    /// }
    ///
    /// # async fn example(tasks: Table<Task>, task: Task) -> notion_core::Result<()> {
    /// match tasks.upsert(&task).await? {
    ///     Upserted::Inserted(row) => println!("{} is new", row.id()),
    ///     Upserted::Updated { columns, .. } => println!("changed {}", columns.join(", ")),
    ///     _ => println!("nothing to do"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Rows are compared as the columns' types see them, after what Notion makes of them: a `String` that reads the same leaves the
    /// formatting of a text alone, and seconds of a date are no difference. An empty status is always written, because Notion
    /// puts the column's first status there and does not say which that is. The key is compared as Notion's filters do it, but for
    /// text whose case is another: `a1` and `A1` are the keys of two rows. In e-mail addresses and options case means nothing.
    ///
    /// When the answer to the write was lost, Notion is asked what became of it, by the id if it named one, and else by the key. So
    /// calling `upsert` again is always safe once Notion has finished with the first call, which takes it a minute at most.
    ///
    /// Notion keeps no key unique, and its queries lag some moments behind: two programs that upsert the same key at the same
    /// time may both insert it. Rows in the trash or archived are not found.
    ///
    /// # Errors
    /// When the key is empty, or a value is one that Notion would refuse, in which case nothing was sent; when two rows have the
    /// key ([`ErrorKind::NotUnique`]), which names both; and when a request fails. After [`ErrorKind::OutcomeUnknown`] the row
    /// may have been stored.
    pub fn upsert<R: InsertRow<Row = T> + KeyedRow<T>>(&self, row: &R) -> Upsert<T> {
        let (values, refused) = RowWriter::values(|writer| row.write_columns(writer));
        Upsert {
            table: self.clone(),
            key: row.key(),
            values,
            refused,
        }
    }
}

impl<T: NotionRow> Upsert<T> {
    /// Stores the row, and says what that took. Awaiting the upsert does the same.
    ///
    /// # Errors
    /// As for [`Table::upsert`].
    pub async fn send(self) -> Result<Upserted<T>> {
        self.checked_key()?;
        let found = self.find().await?;
        self.send_to(found).await
    }

    /// Stores the row, in the page that has the key.
    pub(super) async fn send_to(self, found: Option<String>) -> Result<Upserted<T>> {
        match found {
            None => self.insert().await,
            Some(page) => self.update(page).await,
        }
    }

    pub(super) fn key(&self) -> &Filter<T> {
        &self.key
    }

    /// The key as Notion's JSON, of a row that can be sent.
    pub(super) fn checked_key(&self) -> Result<String> {
        self.refused.check()?;
        let refused = |why: String| {
            Error::new(ErrorKind::InvalidInput, format!("the key `{}` {why}", self.key))
                .with_hint("Nothing was sent. A key has a value that no other row has.")
        };
        if let Some(column) = self.key.blank_column() {
            return Err(refused(format!("is empty in column `{column}`")));
        }
        match self.key.asked(Some(self.table.source()))? {
            Asked::Some(json) => Ok(json),
            Asked::All | Asked::None => Err(refused("tells no row from others".to_owned())),
        }
    }

    /// The page that has the key, as text.
    async fn find(&self) -> Result<Option<String>> {
        let query = self.table.query().filter(self.key.clone()).page_size(2);
        let mut found: Vec<String> = Vec::new();
        let mut cursor = None;
        while let Some(body) = query.body(cursor.as_deref())? {
            let request = data_sources::query(self.table.id(), self.table.binding().ids(), body)?;
            let response = self.table.send(request).await?;
            let (pages, end) = self.table.pages(&response)?;
            for page in pages {
                if self.has_key(page)? {
                    found.push(page.to_owned());
                }
            }
            cursor = end.next_cursor;
            if cursor.is_none() || found.len() > 1 {
                break;
            }
        }
        if found.len() > 1 {
            return Err(self.not_unique(&found));
        }
        Ok(found.pop())
    }

    /// Whether a page that Notion found has the key to the letter.
    fn has_key(&self, page: &str) -> Result<bool> {
        let row = AnyRow::from_json(page)?;
        let stored = |column| row.value_of(self.table.binding().id(column));
        Ok(!self.key.differs_in_case(&stored))
    }

    fn not_unique(&self, pages: &[String]) -> Error {
        let pages = pages
            .iter()
            .filter_map(|page| AnyRow::from_json(page).ok())
            .take(2);
        let pages: Vec<_> = pages
            .map(|row| format!("{} ({})", row.page.id, row.page.url))
            .collect();
        Error::new(
            ErrorKind::NotUnique,
            format!(
                "more than one row has the key `{}`: {}",
                self.key,
                pages.join(" and ")
            ),
        )
        .with_hint("Nothing was written. Give one of them another key, or move it to the trash.")
    }

    /// The error that a row of the same batch has the same key.
    pub(super) fn same_key(&self, first: usize) -> Error {
        let message = format!(
            "the key `{}` is that of the row at index {first} of the batch, too",
            self.key
        );
        Error::new(ErrorKind::InvalidInput, message).with_hint("Nothing was sent. Leave one of them out.")
    }

    async fn insert(&self) -> Result<Upserted<T>> {
        let mut body = Body::default();
        body.set(
            "properties",
            self.properties(&self.values.iter().collect::<Vec<_>>()),
        );
        let request = pages::create(self.table.id(), &body, self.table.binding().ids())?;
        let row = match self.table.send(request).await {
            Ok(response) => self.table.read_row(response).await?,
            Err(error) => {
                let id = error.committed_ids().first().and_then(|id| id.parse().ok());
                self.outcome(error, id).await?
            }
        };
        Ok(Upserted::Inserted(row))
    }

    async fn update(&self, page: String) -> Result<Upserted<T>> {
        let stored = AnyRow::from_json(&page)?;
        let id = stored.page.id;
        let different = self.different(stored).await?;
        if different.is_empty() {
            return Ok(Upserted::Unchanged(self.table.row_of(&page).await?));
        }
        let mut body = Body::default();
        body.set("properties", self.properties(&different));
        let request = pages::update(id, &body, self.table.binding().ids())?;
        let row = match self.table.send(request).await {
            Ok(response) => self.table.read_row(response).await?,
            Err(error) => self.outcome(error, Some(id)).await?,
        };
        let columns = different.iter().map(|value| value.name).collect();
        Ok(Upserted::Updated { row, columns })
    }

    /// The values that a stored page does not have.
    async fn different(&self, page: AnyRow) -> Result<Vec<&ColumnValue>> {
        let columns: Vec<_> = self.values.iter().map(|value| value.column).collect();
        let stored = self.table.whole(page, &columns).await?;
        Ok(self.values.iter().filter(|value| stored.differs(value)).collect())
    }

    fn properties(&self, values: &[&ColumnValue]) -> String {
        let values = values
            .iter()
            .map(|value| (value.column, value.kind, &*value.json));
        properties(self.table.binding(), values).unwrap_or_else(|| "{}".to_owned())
    }

    /// What became of a write whose answer was lost: the row, if it is as it was to become, and else the error.
    async fn outcome(&self, error: Error, id: Option<PageId>) -> Result<Row<T>> {
        if error.kind() != ErrorKind::OutcomeUnknown {
            return Err(error);
        }
        match self.stored_row(id).await {
            Ok(Some(row)) => Ok(row),
            _ => Err(error.with_hint(
                "It may still be carried out. Call `upsert` again after a minute: it looks first.",
            )),
        }
    }

    async fn stored_row(&self, id: Option<PageId>) -> Result<Option<Row<T>>> {
        let page = match id {
            None => self.find().await?,
            Some(id) => {
                let request = pages::retrieve(id, self.table.binding().ids())?;
                Some(self.table.send(request).await?.text().to_owned())
            }
        };
        match page {
            Some(page) if self.different(AnyRow::from_json(&page)?).await?.is_empty() => {
                Ok(Some(self.table.row_of(&page).await?))
            }
            _ => Ok(None),
        }
    }
}

impl<T: NotionRow> IntoFuture for Upsert<T> {
    type Output = Result<Upserted<T>>;
    type IntoFuture = BoxFuture<'static, Result<Upserted<T>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> fmt::Debug for Upsert<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upsert")
            .field("table", &self.table)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
