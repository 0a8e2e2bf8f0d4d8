//! The guard of an update: the row must still be what the program saw.

use jiff::Timestamp;

use super::stored::Stored;
use crate::error::{Error, ErrorKind, Result};
use crate::row::{ColumnValue, InsertRow, Row, RowWriter};

/// What a program knows of a row that it is about to change: a [`Row`] that it read, or the time at which the row was last
/// edited.
///
/// See [`Update::if_unchanged_since`](crate::Update::if_unchanged_since).
#[diagnostic::on_unimplemented(
    message = "a row of `{T}` cannot be compared with `{Self}`",
    label = "neither such a row nor a time",
    note = "give a `&Row<{T}>` whose columns can all be written, or the `last_edited_time` of its `page()`, which is to the minute"
)]
pub trait Seen<T> {
    /// What is compared.
    #[doc(hidden)]
    fn version(self) -> Version;
}

/// What a row is compared with.
#[doc(hidden)]
pub struct Version {
    last_edited_time: Timestamp,
    /// The columns as they were, if they are known.
    values: Option<Vec<ColumnValue>>,
    /// Whether the time counts as well: always where it is all that is known, and where a column cannot be compared.
    is_by_time: bool,
}

impl<T> Seen<T> for Timestamp {
    fn version(self) -> Version {
        Version {
            last_edited_time: self,
            values: None,
            is_by_time: true,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: InsertRow<Row = T>> Seen<T> for &Row<T> {
    fn version(self) -> Version {
        let (values, refused) = RowWriter::values(|row| self.write_columns(row));
        Version {
            last_edited_time: self.page().last_edited_time,
            values: Some(values),
            is_by_time: !refused.is_empty(),
        }
    }
}

impl Version {
    /// The columns that are compared.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.values.iter().flatten().map(|value| value.column)
    }

    /// # Errors
    /// [`ErrorKind::Changed`] when the row is not what it was.
    pub(super) fn check(&self, stored: &Stored) -> Result<()> {
        let changed: Vec<_> = self
            .values
            .iter()
            .flatten()
            .filter(|value| stored.differs(value))
            .map(|value| format!("`{}`", value.name))
            .collect();
        let (id, edited) = (stored.page.id, stored.page.last_edited_time);
        let what = match &*changed {
            [] if self.is_by_time && edited > self.last_edited_time => {
                format!("at {edited}, after {}", self.last_edited_time)
            }
            [] => return Ok(()),
            [one] => format!("in column {one}"),
            several => format!("in columns {}", several.join(", ")),
        };
        Err(Error::new(
            ErrorKind::Changed,
            format!("row {id} was changed since it was read, {what}"),
        )
        .with_hint("Nothing was written. Read the row again, and decide on what it is now."))
    }
}
