//! Structs as rows.

mod any;
mod offline;
mod page;
mod walk;
mod write;

use notion_schema::Kind;
use notion_schema::json::Reader;

use crate::property::{OptionSet, ReadError};

pub use any::{AnyProperty, AnyRow};
pub use offline::properties_json;
pub use page::{Page, Parent, Row};
pub(crate) use walk::{Binding, Walk, Walked, Walker};
pub use write::RowWriter;
pub(crate) use write::Target;

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
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a Notion data source",
    label = "derive `NotionRow` for it"
)]
pub trait NotionRow: Sized + Send + 'static {
    /// The columns, in the order of the fields.
    const COLUMNS: &'static [ColumnDef];

    /// A row for [`read_column`](NotionRow::read_column) to fill.
    fn blank() -> Self;

    /// Reads the value of the column at that place of [`COLUMNS`](NotionRow::COLUMNS).
    ///
    /// # Errors
    /// When the field cannot hold the value.
    fn read_column(&mut self, column: usize, json: &mut Reader<'_>) -> Result<(), ReadError>;
}

/// A row all of whose columns can be written, so that it can be inserted.
///
/// The derive implements it for structs without computed columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into a Notion data source",
    label = "not a row that can be written",
    note = "a struct with a computed column (created time, formula, …) can only be read: insert one without it"
)]
pub trait InsertRow: NotionRow {
    /// Writes all columns.
    fn write_columns(&self, row: &mut RowWriter<'_>);
}

/// What a row says of one of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnDef {
    /// The name of the property.
    pub name: &'static str,
    /// The id of the property, where `#[notion(id = "…")]` names one.
    pub id: Option<&'static str>,
    /// The kind of the property.
    pub kind: Kind,
    /// The options that the field's type names, for columns of options.
    pub options: Option<OptionSet>,
}

impl ColumnDef {
    pub(crate) const fn new(
        name: &'static str,
        id: Option<&'static str>,
        kind: Kind,
        options: Option<OptionSet>,
    ) -> Self {
        Self {
            name,
            id,
            kind,
            options,
        }
    }
}
