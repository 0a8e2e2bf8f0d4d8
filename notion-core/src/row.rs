//! Structs as rows.

mod any;
mod assert;
mod binding;
mod columns;
mod convert;
mod icon;
mod layout;
mod offline;
mod page;
mod reference;
mod walk;
mod write;

use notion_schema::json::Reader;

use crate::property::ReadError;
use crate::query::Filter;

pub use any::{AnyProperty, AnyRow};
#[doc(hidden)]
pub use assert::assert_options;
pub(crate) use binding::{Binding, Rollup};
pub use columns::{ColumnDef, Columns};
#[doc(hidden)]
pub use convert::{Converted, Parse, Parsed, converted, parsed, parsed_option, taken};
pub use icon::{Cover, Icon, IconColor};
pub use offline::{properties_json, properties_json_into};
pub use page::{Page, Parent, Row};
pub use reference::RowRef;
pub(crate) use walk::{Walk, Walked, Walker};
pub use write::RowWriter;
pub(crate) use write::{ColumnValue, Refused, Rewrite, Target};

/// A struct whose fields are columns of a data source.
///
/// Derive it:
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(Debug, NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(name = "Due")]
///     due: Option<DateOrRange>,
///     done: bool,
/// }
///
/// assert_eq!(Task::DUE.name(), "Due");
/// ```
///
/// Each field is read from the column that `#[notion(name = "…")]` names, or else from the one that is called
/// like the field. Its kind is what an attribute says (`#[notion(title)]`, `#[notion(url)]`, …), or else the
/// type's [own](crate::property::HasKind): `String` stands for rich text, `bool` for a checkbox. Other columns
/// of the data source are neither requested nor touched. A title without a name is the title column, whatever it is
/// called.
///
/// For each field there is a [`Column`](crate::Column) by the field's name in upper case, for filters, sorts
/// and updates.
///
/// What else can be said of a field is listed at the [derive](macro@crate::NotionRow): a key, what is only read, parsed,
/// converted, shared with other rows, or no column at all; and that the struct is compared with a snapshot of the data
/// source while the program is compiled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a Notion data source",
    label = "derive `NotionRow` for it"
)]
pub trait NotionRow: Sized + Send + 'static {
    /// What the columns are read into, which becomes the row when all of them are there. It is the row itself, except
    /// where a field's type has no value to begin with.
    #[doc(hidden)]
    type Draft: Send + Into<Self>;

    /// How many columns the row has of its own.
    #[doc(hidden)]
    const OWN: usize;

    /// The columns of the structs that are flattened into it.
    #[doc(hidden)]
    const FLATTENED: &'static [Columns] = &[];

    /// The columns.
    const COLUMNS: Columns = Columns::new(Self::OWN, Self::column, Self::FLATTENED);

    /// What the rows are, as people read it in Notion: `#[notion(description = "…")]`, or else the struct's documentation.
    const DESCRIPTION: &'static str = "";

    /// The own column at that place.
    #[doc(hidden)]
    fn column(own: usize) -> ColumnDef;

    /// A draft for [`read_column`](NotionRow::read_column) to fill.
    #[doc(hidden)]
    fn blank() -> Self::Draft;

    /// Reads the value of the column at that place of [`COLUMNS`](NotionRow::COLUMNS).
    ///
    /// # Errors
    /// When the field cannot hold the value.
    #[doc(hidden)]
    fn read_column(draft: &mut Self::Draft, column: usize, json: &mut Reader<'_>) -> Result<(), ReadError>;

    /// The row, once each of its columns was read into the draft.
    #[doc(hidden)]
    fn finish(draft: Self::Draft) -> Self {
        draft.into()
    }
}

/// What can be inserted as a row: the row type itself where all of its columns can be written, or else the companion that
/// `#[notion(insert = NewTask)]` gives it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into a Notion data source",
    label = "not a row that can be written",
    note = "a struct with a computed column (created time, formula, …) can only be read: `#[notion(insert = NewTask)]` on it makes a struct of the other columns, which can be inserted",
    note = "a flattened struct that is only read is marked so, `#[notion(flatten, read_only)]`, or stands for its companion, `#[notion(flatten, insert = NewPart)]`"
)]
pub trait InsertRow {
    /// The rows that it becomes one of.
    type Row: NotionRow;

    /// Writes all columns.
    fn write_columns(&self, row: &mut RowWriter<'_>);
}

#[diagnostic::do_not_recommend]
impl<R: InsertRow + ?Sized> InsertRow for &R {
    type Row = R::Row;

    fn write_columns(&self, row: &mut RowWriter<'_>) {
        (**self).write_columns(row);
    }
}

/// A row that is told from all others by its columns marked `#[notion(key)]`, so that it can be updated or inserted,
/// whichever is due: see [`Table::upsert`](crate::Table::upsert).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no key",
    label = "not a row with a key",
    note = "mark the column, or the columns together, that tell a row from all others: `#[notion(key)]`"
)]
pub trait KeyedRow<R = Self> {
    /// The condition that holds of this row and of no other.
    fn key(&self) -> Filter<R>;
}

#[diagnostic::do_not_recommend]
impl<R, K: KeyedRow<R> + ?Sized> KeyedRow<R> for &K {
    fn key(&self) -> Filter<R> {
        (**self).key()
    }
}
