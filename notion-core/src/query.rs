//! Filters and sorts that know their columns, and the queries made of them.

mod column;
mod family;
mod filter;
mod flatten;
mod operand;
mod operators;
mod rows;
mod rules;
mod select;
mod sort;

pub use column::{Column, ReadOnly, ReadWrite, Settable, created_time, last_edited_time};
#[doc(hidden)]
pub use column::{column, read_only};
pub use family::{
    ContainsOperators, DateOperators, EmptyOperators, EqualOperators, NumberOperators, TextOperators,
};
pub use filter::{Filter, IntoFilter};
pub use flatten::Flatten;
pub use operand::{AnyNumber, Me, Operand, RelativeDate};
pub use rows::{RowPage, Rows};
pub use select::Query;
pub use sort::Sort;
