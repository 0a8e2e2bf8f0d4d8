//! A data source bound to a row type.

mod batch;
mod bind;
mod complete;
mod find;
mod insert;
mod list;
mod lookup;
mod moving;
mod read;
mod related;
mod rollup;
mod seen;
mod stored;
mod update;
mod upsert;
mod verify;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use notion_schema::{DataSource, Kind};

use crate::api::pages::{self, Body};
use crate::client::Notion;
use crate::error::Result;
use crate::id::{DataSourceId, PageId};
use crate::query::{Query, Source};
use crate::row::{Binding, ColumnDef, InsertRow, NotionRow, Row, RowRef};

pub use batch::Batch;
pub use insert::{Insert, Template};
pub use moving::Moved;
pub(crate) use read::read_list;
pub use seen::Seen;
pub use update::Update;
pub use upsert::{Upsert, Upserted};
pub use verify::Difference;

/// A data source whose rows are `T`, made by [`Notion::table`].
///
/// Binding it compared the struct with the data source once, and from then on columns go by their ids: a column that
/// somebody renames in Notion keeps working. Clones share all of it and are cheap.
///
/// ```no_run
/// # async fn example() -> notion_core::Result<()> {
/// use notion_core::prelude::*;
///
/// #[derive(Debug, NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Due")]
///     due: Option<DateOrRange>,
/// }
///
/// let notion = Notion::from_env()?;
/// let tasks = notion.table::<Task>("https://www.notion.so/acme/b55c9c91384d452b81dbd1ef79372b75").await?;
///
/// // Ids are taken from rows, or parsed: `"…".parse::<PageId>()?`.
/// let row = tasks.insert(&Task { name: "Ship it".to_owned(), due: None }).await?;
/// tasks.update(&row).set(Task::NAME, "Ship it today").await?;
///
/// let mut late = tasks.query().filter(Task::DUE.before(RelativeDate::Today)).sort(Task::DUE.asc()).stream();
/// while let Some(row) = late.try_next().await? {
///     println!("{} {}", row.id(), row.name);
/// }
/// tasks.trash(&row).await?;
/// # Ok(())
/// # }
/// ```
///
/// | to | one | many at once |
/// |---|---|---|
/// | store a row, with icon, cover, content | [`insert`](Table::insert) | [`insert_all`](Table::insert_all) |
/// | store it under its key | [`upsert`](Table::upsert) | [`upsert_all`](Table::upsert_all) |
/// | change columns, icon, cover, lists | [`update`](Table::update) | [`update_all`](Table::update_all) |
/// | put it into the trash and take it out | [`trash`](Table::trash), [`restore`](Table::restore) | [`trash_all`](Table::trash_all), [`restore_all`](Table::restore_all) |
/// | put it away and bring it back | [`archive`](Table::archive), [`unarchive`](Table::unarchive) | [`archive_all`](Table::archive_all), [`unarchive_all`](Table::unarchive_all) |
/// | move it elsewhere | [`move_to`](Table::move_to) | |
/// | read it | [`get`](Table::get), [`get_by_unique_id`](Table::get_by_unique_id) | [`get_many`](Table::get_many) |
/// | find rows | [`query`](Table::query) | [`query`](Table::query), [`trashed`](Table::trashed) |
///
/// A write is never sent twice. One whose answer was lost is an error of kind
/// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown), and an upsert finds out by itself.
pub struct Table<T> {
    inner: Arc<Inner>,
    row: PhantomData<fn() -> T>,
}

struct Inner {
    notion: Notion,
    id: DataSourceId,
    schema: DataSource,
    binding: Binding,
    renamed: Vec<Difference>,
}

impl<T: NotionRow> Table<T> {
    /// The data source's id.
    #[must_use]
    pub fn id(&self) -> DataSourceId {
        self.inner.id
    }

    /// The schema that the table was bound to.
    #[must_use]
    pub fn schema(&self) -> &DataSource {
        &self.inner.schema
    }

    /// Columns that were found by their id under another name than the struct has: by the id that `#[notion(id = "…")]` names,
    /// or when the table was [bound again](Self::rebind).
    #[must_use]
    pub fn renamed(&self) -> &[Difference] {
        &self.inner.renamed
    }

    /// Stores a row, and gives it back as Notion stored it. The [`Insert`] is to be awaited, and takes icon, cover and content
    /// before.
    ///
    /// # Errors
    /// When a value is one that Notion would refuse, in which case nothing was sent; or when the request fails. After
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) the row may have been stored.
    pub fn insert(&self, row: &impl InsertRow<Row = T>) -> Insert<T> {
        Insert::new(self.clone(), row)
    }

    /// The row of that id, also when it is in the trash.
    ///
    /// # Errors
    /// When there is no such page, it is not shared with the connection, or it is not a row of this data source.
    pub async fn get(&self, id: impl Into<PageId>) -> Result<Row<T>> {
        let id = id.into();
        let request = pages::retrieve(id, self.binding().ids())?;
        match self.send(request).await {
            Ok(response) => self.read_row(response).await,
            Err(error) => Err(self.refused(id, error).await),
        }
    }

    /// Changes columns of a row, its icon, cover and content, and leaves the others as they are. The [`Update`] is to be awaited.
    ///
    /// A row that was read through another data source's table is refused, and nothing is sent.
    pub fn update(&self, row: impl Into<RowRef>) -> Update<T> {
        Update::new(self.clone(), row.into())
    }

    /// Moves a row to the trash.
    ///
    /// # Errors
    /// When there is no such page, it is in the trash already, or the request fails.
    pub async fn trash(&self, row: impl Into<RowRef>) -> Result<Row<T>> {
        self.set_flag(row.into(), "in_trash", true).await
    }

    /// Takes a row out of the trash.
    ///
    /// # Errors
    /// When there is no such page, or the request fails.
    pub async fn restore(&self, row: impl Into<RowRef>) -> Result<Row<T>> {
        self.set_flag(row.into(), "in_trash", false).await
    }

    /// Archives a row: it is no more among the rows that people and queries see, and is not in the trash. See
    /// [`Query::archived`].
    ///
    /// # Errors
    /// When there is no such page, it is in the trash, or the request fails.
    pub async fn archive(&self, row: impl Into<RowRef>) -> Result<Row<T>> {
        self.set_flag(row.into(), "is_archived", true).await
    }

    /// Brings an archived row back among the others.
    ///
    /// # Errors
    /// When there is no such page, it is in the trash, or the request fails.
    pub async fn unarchive(&self, row: impl Into<RowRef>) -> Result<Row<T>> {
        self.set_flag(row.into(), "is_archived", false).await
    }

    /// Starts a query.
    pub fn query(&self) -> Query<T> {
        Query::new(self.clone())
    }

    async fn set_flag(&self, row: RowRef, flag: &'static str, value: bool) -> Result<Row<T>> {
        let id = self.own(row)?;
        let mut body = Body::default();
        body.set(flag, value.to_string());
        let request = pages::update(id, &body, self.binding().ids())?;
        self.read_row(self.send(request).await?).await
    }

    /// The same table with rows of another type, mostly one with fewer columns: only those are requested. See also
    /// [`Query::select`]. Columns that both types name are the same ones, also where this table found them under another name.
    ///
    /// # Errors
    /// When the type does not fit the data source ([`ErrorKind::SchemaMismatch`](crate::ErrorKind::SchemaMismatch)). No request
    /// is sent: the schema is the one that this table was bound to.
    pub fn project<U: NotionRow>(&self) -> Result<Table<U>> {
        let names: Vec<_> = T::COLUMNS.iter().map(|column| column.name).collect();
        let known = |_, column: &ColumnDef| {
            let at = names.iter().position(|name| *name == column.name);
            at.filter(|_| column.id.is_none()).map(|at| self.binding().id(at))
        };
        self.inner.notion.bind(self.inner.schema.clone(), &known)
    }

    /// The same table, compared anew with the data source as it is now. Columns are found by the ids that this table knows, so
    /// those that were renamed since are, and [`renamed`](Self::renamed) tells them.
    ///
    /// # Errors
    /// When the type does not fit any more ([`ErrorKind::SchemaMismatch`](crate::ErrorKind::SchemaMismatch)), or the request fails.
    pub async fn rebind(&self) -> Result<Self> {
        let schema = self.inner.notion.data_source(self.inner.id).await?;
        let known = |column, _: &ColumnDef| Some(self.binding().id(column));
        Ok(self.inner.notion.bind(schema, &known)?.warned())
    }

    /// The same table, whose renamed columns are told to whoever looks after the program.
    fn warned(self) -> Self {
        for difference in self.renamed() {
            tracing::warn!(data_source = %self.id(), "{difference}");
        }
        self
    }

    /// Whether data sources may be among the rows, which only wikis have: and only they verify their pages.
    pub(crate) fn is_wiki(&self) -> bool {
        let mut properties = self.inner.schema.properties.iter();
        properties.any(|property| property.kind() == Some(Kind::Verification))
    }

    pub(crate) fn binding(&self) -> &Binding {
        &self.inner.binding
    }

    /// What filters and sorts take from the data source.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            binding: self.binding(),
            schema: self.schema(),
        }
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            row: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("title", &self.inner.schema.title)
            .field("id", &self.inner.id)
            .finish()
    }
}
