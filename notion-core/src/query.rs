//! Filters and sorts that know their columns, and the queries made of them.

mod column;
mod family;
mod filter;
mod operand;
mod rows;
mod rules;
mod select;

pub use column::{Column, Sort, created_time, last_edited_time};
pub use family::{
    ContainsOperators, DateOperators, EmptyOperators, EqualOperators, NumberOperators, TextOperators,
};
pub use filter::Filter;
pub use operand::{Me, Numeric, Operand, RelativeDate};
pub use rows::{RowPage, Rows};
pub use select::Query;
