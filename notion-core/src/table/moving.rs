use notion_schema::{Access, Kind};

use super::Table;
use crate::api::pages::{self, MoveTo};
use crate::error::Result;
use crate::id::{DataSourceId, PageId};
use crate::row::{AnyProperty, AnyRow, NotionRow};

/// A row that was moved, by [`Table::move_to`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// The page as it is now, with the properties that it has where it is.
    pub page: AnyRow,
    /// The properties that held a value before, and of which there is nothing now: the page has no property of that name and
    /// kind any more, or it is empty. What Notion computes is left out.
    pub lost: Vec<AnyProperty>,
}

impl From<DataSourceId> for MoveTo {
    fn from(id: DataSourceId) -> Self {
        Self::DataSource(id)
    }
}

impl From<PageId> for MoveTo {
    fn from(id: PageId) -> Self {
        Self::Page(id)
    }
}

impl<T: NotionRow> From<&Table<T>> for MoveTo {
    fn from(table: &Table<T>) -> Self {
        Self::DataSource(table.id())
    }
}

impl<T: NotionRow> Table<T> {
    /// Moves a row into another data source, or below a page. Its content goes with it.
    ///
    /// What Notion makes of the columns is not documented: as far as is known a value is kept where the other data source has a
    /// column of the same name and kind, and below a page there is only the title. So the row is read before, in full, and
    /// what was [`lost`](Moved::lost) is given back with the page.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String }
    /// # async fn example(tasks: Table<Task>, archive: Table<Task>, row: Row<Task>) -> notion_core::Result<()> {
    /// let moved = tasks.move_to(&row, &archive).await?;
    /// for property in &moved.lost {
    ///     println!("{} was {}", property.name, property.value());
    /// }
    /// let row = archive.get(moved.page.id()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the page is no row of this table, in which case nothing was moved; or when a request fails. After
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) it may have been moved.
    pub async fn move_to(&self, id: impl Into<PageId>, to: impl Into<MoveTo>) -> Result<Moved> {
        let id = id.into();
        let before = self.send(pages::retrieve(id, [])?).await?;
        let before = AnyRow::from_json(before.text())?;
        if self.is_elsewhere(before.page.parent) {
            return Err(self.elsewhere(&id.to_string()));
        }
        let mut lost = Vec::new();
        for property in before.properties.into_iter().filter(is_given) {
            let value = self.whole_value(id, &property).await?;
            lost.push(property.with_whole_value(&value));
        }
        let response = self.send(pages::move_to(id, to.into())?).await?;
        let page = AnyRow::from_json(response.text()).map_err(|error| response.after(error))?;
        lost.retain(|property| !page.properties.iter().any(|now| goes_on(property, now)));
        Ok(Moved { page, lost })
    }
}

/// Whether there is a value, and somebody gave it.
fn is_given(property: &AnyProperty) -> bool {
    let is_computed = property
        .kind()
        .is_some_and(|kind| kind.access() != Access::Writable);
    !is_computed && !matches!(property.value(), "" | "null" | "[]" | "{}" | "\"\"" | "false")
}

/// Whether a property is there again. There is one title, whatever it is called.
fn goes_on(before: &AnyProperty, now: &AnyProperty) -> bool {
    let is_same = before.kind() == Some(Kind::Title) || before.name == now.name;
    is_same && before.type_name == now.type_name && is_given(now)
}
