//! Schemas: what a request says about columns ([`input`]), and what it does to a data source ([`edit`]).

mod edit;
mod effect;
mod formula;
mod input;
mod options;
mod reference;

pub(crate) use edit::{Edit, new_columns};
pub(crate) use input::{ColumnInput, check};
