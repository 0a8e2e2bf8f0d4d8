use std::fmt;
use std::marker::PhantomData;

use notion_schema::json::Reader;

use super::column::Column;
use super::filter::Filter;
use crate::property::ReadError;
use crate::row::{Columns, InsertRow, KeyedRow, NotionRow, RowWriter};

/// The columns of `S` within the row `R`, for a field marked `#[notion(flatten)]`.
///
/// A struct of columns that several row types share is a row type itself, and its columns are reached through the
/// constant of the field that holds it:
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(NotionRow)]
/// struct Billing {
///     #[notion(name = "Hours")]
///     hours: Option<f64>,
///     #[notion(name = "Paid")]
///     paid: bool,
/// }
///
/// #[derive(NotionRow)]
/// struct Task {
///     #[notion(title, name = "Name")]
///     name: String,
///     #[notion(flatten)]
///     billing: Billing,
/// }
///
/// let filter = Task::NAME.contains("ship") & Task::BILLING.column(Billing::HOURS).gt(8);
/// assert_eq!(filter.to_string(), "Name.contains(\"ship\") & Hours.gt(8)");
///
/// // A condition on the shared columns is written once, and serves each row type that has them.
/// fn unpaid() -> Filter<Billing> {
///     Billing::PAID.is(false) & Billing::HOURS.is_not_empty()
/// }
/// let filter = Task::BILLING.filter(unpaid());
/// ```
pub struct Flatten<R, S> {
    offset: usize,
    types: PhantomData<fn() -> (R, S)>,
}

impl<R, S> Flatten<R, S> {
    /// A column of `S` as a column of `R`.
    #[must_use]
    pub const fn column<K, T, A>(self, column: Column<S, K, T, A>) -> Column<R, K, T, A> {
        column.within(self.offset)
    }

    /// The columns of a struct that is flattened into `S`.
    #[must_use]
    pub const fn nested<N>(self, nested: Flatten<S, N>) -> Flatten<R, N> {
        Flatten {
            offset: self.offset + nested.offset,
            types: PhantomData,
        }
    }

    /// A condition on the columns of `S` as one on the rows of `R`.
    pub fn filter(self, filter: Filter<S>) -> Filter<R> {
        filter.within(self.offset)
    }
}

/// What the code of `#[derive(NotionRow)]` leans on.
#[doc(hidden)]
impl<R, S> Flatten<R, S> {
    /// Those behind `own` columns and those of the structs that are flattened before this one.
    #[must_use]
    pub const fn new(own: usize, before: &'static [Columns]) -> Self {
        Self {
            offset: own + Columns::count(before),
            types: PhantomData,
        }
    }

    /// Reads the column at that place of `R`, unless it belongs to a struct that is flattened behind this one.
    pub fn read(
        self,
        draft: &mut S::Draft,
        column: usize,
        json: &mut Reader<'_>,
    ) -> Option<Result<(), ReadError>>
    where
        S: NotionRow,
    {
        let column = column.checked_sub(self.offset)?;
        (column < S::COLUMNS.len()).then(|| S::read_column(draft, column, json))
    }

    pub fn write(self, value: &impl InsertRow<Row = S>, row: &mut RowWriter<'_>) {
        row.within(self.offset, |row| value.write_columns(row));
    }

    pub fn key(self, value: &impl KeyedRow<S>) -> Filter<R> {
        self.filter(value.key())
    }
}

impl<R, S> Clone for Flatten<R, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, S> Copy for Flatten<R, S> {}

impl<R, S> fmt::Debug for Flatten<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flatten").field("offset", &self.offset).finish()
    }
}
