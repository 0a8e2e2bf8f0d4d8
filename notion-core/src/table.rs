//! A data source bound to a row type.

mod bind;
mod complete;
mod read;
mod related;
mod rollup;
mod update;
mod verify;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use notion_schema::DataSource;

use crate::api::pages;
use crate::client::Notion;
use crate::error::Result;
use crate::id::{DataSourceId, PageId};
use crate::query::Query;
use crate::row::{Binding, InsertRow, NotionRow, Row, RowWriter, Target};

pub(crate) use read::read_list;
pub use update::Update;
pub use verify::Difference;

/// How many pages are read at a time, where one question takes many.
const AT_A_TIME: usize = 6;

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
/// tasks.update(&row).set(Task::NAME, "Ship it today").send().await?;
///
/// let mut late = tasks.query().filter(Task::DUE.before(RelativeDate::Today)).sort(Task::DUE.asc()).stream();
/// while let Some(row) = late.try_next().await? {
///     println!("{} {}", row.id(), row.name);
/// }
/// tasks.trash(&row).await?;
/// # Ok(())
/// # }
/// ```
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

    /// Columns that were found by the id that `#[notion(id = "…")]` names, under another name than the struct has.
    #[must_use]
    pub fn renamed(&self) -> &[Difference] {
        &self.inner.renamed
    }

    /// Stores a row, and gives it back as Notion stored it.
    ///
    /// # Errors
    /// When a value is one that Notion would refuse, in which case nothing was sent; or when the request fails. After
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) the row may have been stored.
    pub async fn insert(&self, row: &impl InsertRow<Row = T>) -> Result<Row<T>> {
        let properties = RowWriter::row(Target::Bound(self.binding()), row)?;
        let request = pages::create(self.inner.id, &properties, self.binding().ids())?;
        self.read_row(self.send(request).await?).await
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

    /// Changes columns of a row, and leaves the others as they are.
    pub fn update(&self, id: impl Into<PageId>) -> Update<'_, T> {
        Update::new(self, id.into())
    }

    /// Moves a row to the trash.
    ///
    /// # Errors
    /// When there is no such page, it is in the trash already, or the request fails.
    pub async fn trash(&self, id: impl Into<PageId>) -> Result<Row<T>> {
        self.set_trash(id.into(), true).await
    }

    /// Takes a row out of the trash.
    ///
    /// # Errors
    /// When there is no such page, or the request fails.
    pub async fn restore(&self, id: impl Into<PageId>) -> Result<Row<T>> {
        self.set_trash(id.into(), false).await
    }

    /// Starts a query.
    pub fn query(&self) -> Query<T> {
        Query::new(self.clone())
    }

    async fn set_trash(&self, id: PageId, in_trash: bool) -> Result<Row<T>> {
        let request = pages::set_trash(id, in_trash, self.binding().ids())?;
        self.read_row(self.send(request).await?).await
    }

    pub(crate) fn binding(&self) -> &Binding {
        &self.inner.binding
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
