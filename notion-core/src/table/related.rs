//! From relations to the rows that they point at.

use super::Table;
use crate::error::{Error, Result};
use crate::property::{Related, Relation};
use crate::row::{NotionRow, Row};

impl<T: NotionRow> Relation<T> {
    /// Reads the rows, in the order of the relation and several at a time. `table` is the one that they are in.
    ///
    /// ```no_run
    /// # use notion_core::prelude::*;
    /// # #[derive(NotionRow)]
    /// # struct Task { #[notion(title)] name: String }
    /// # #[derive(NotionRow)]
    /// # struct Project { #[notion(title)] name: String, tasks: Relation<Task> }
    /// # async fn example(tasks: Table<Task>, project: Row<Project>) -> notion_core::Result<()> {
    /// for task in project.tasks.load(&tasks).await? {
    ///     println!("{}", task.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When one of the rows cannot be read: because it is not shared with the connection, or not in the table. The error names all
    /// such rows.
    pub async fn load(&self, table: &Table<T>) -> Result<Vec<Row<T>>> {
        let results = table.get_many(self.iter().copied()).await;
        let mut rows = Vec::with_capacity(results.len());
        let mut unread = Vec::new();
        for (page, result) in self.iter().zip(results) {
            match result {
                Ok(row) => rows.push(row),
                Err(error) => unread.push((page, error)),
            }
        }
        match unread.len() {
            0 => Ok(rows),
            1 => Err(unread.remove(0).1),
            count => {
                let pages: Vec<_> = unread.iter().map(|(page, _)| page.to_string()).collect();
                let (_, first) = unread.remove(0);
                let message = format!(
                    "{count} of {} related pages cannot be read: {}",
                    self.len(),
                    pages.join(", ")
                );
                Err(Error::new(first.kind(), message).with_source(first))
            }
        }
    }
}

impl<T: NotionRow> Related<T> {
    /// Reads the row. `table` is the one that it is in.
    ///
    /// # Errors
    /// When it is not shared with the connection, or not in the table.
    pub async fn load(&self, table: &Table<T>) -> Result<Row<T>> {
        table.get(*self).await
    }
}
