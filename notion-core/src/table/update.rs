use std::fmt;

use super::Table;
use crate::api::pages;
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::kind::{Clearable, Writable};
use crate::property::{IntoValue, WritableProperty};
use crate::query::{Column, Settable};
use crate::row::{NotionRow, Row, RowWriter, Target};

/// Changes to a row, made by [`Table::update`]. Columns that are not named stay as they are.
#[must_use = "an update does nothing until it is sent"]
pub struct Update<'a, T> {
    table: &'a Table<T>,
    id: PageId,
    changed: Vec<&'static str>,
    properties: RowWriter<'a>,
}

impl<'a, T: NotionRow> Update<'a, T> {
    pub(super) fn new(table: &'a Table<T>, id: PageId) -> Self {
        Self {
            table,
            id,
            changed: Vec::new(),
            properties: RowWriter::new(Target::Bound(table.binding())),
        }
    }

    /// Sets a column. For a column of `Option`, `None` clears it, and a value needs no `Some`.
    pub fn set<K: Writable, V: WritableProperty<K>, A: Settable>(
        mut self,
        column: Column<T, K, V, A>,
        value: impl IntoValue<V>,
    ) -> Self {
        column.write(&value.into_value(), &mut self.properties);
        self.changed.push(column.name());
        self
    }

    /// Empties a column.
    pub fn clear<K: Clearable, V: WritableProperty<K>, A: Settable>(
        mut self,
        column: Column<T, K, V, A>,
    ) -> Self {
        column.write_empty(&mut self.properties);
        self.changed.push(column.name());
        self
    }

    /// Stores the changes, and gives the row as it is then.
    ///
    /// # Errors
    /// When a column is changed twice, or a value is one that Notion would refuse, in which case nothing was sent; or
    /// when the request fails.
    pub async fn send(self) -> Result<Row<T>> {
        if let Some(twice) = self
            .changed
            .iter()
            .enumerate()
            .find(|(at, name)| self.changed[..*at].contains(name))
        {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("column `{}` is changed twice", twice.1),
            )
            .with_hint("Nothing was sent."));
        }
        if self.changed.is_empty() {
            return self.table.get(self.id).await;
        }
        let request = pages::update(self.id, &self.properties.finish()?, self.table.binding().ids())?;
        self.table.read_row(self.table.send(request).await?).await
    }
}

impl<T> fmt::Debug for Update<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Update")
            .field("id", &self.id)
            .field("changed", &self.changed)
            .finish_non_exhaustive()
    }
}
