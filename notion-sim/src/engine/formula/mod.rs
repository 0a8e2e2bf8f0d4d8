//! Formulas: what the expression of a formula column means.
//!
//! An expression is read ([`parse`]), checked against the types of the columns ([`check`]), written back ([`print`]), and
//! computed for a row ([`eval`]), whose cells come in through a [`Scope`]. Nothing in here knows of rows or columns.
//!
//! What Notion does with empty values, as far as it was measured, holds all of it together:
//!
//! - An empty cell is [`Value::Empty`], which equals neither `0` nor `""`. A sum takes it for 0, a text shows nothing.
//! - A function that needs a number, a date or a list fails without one, and so does the whole formula: its result is empty.
//!   Only `map` and its like go on, with nothing in the place of the element.
//! - A number that is not finite is empty.
//! - What is beyond the limits of the simulator is "unsupported", as large formulas are for Notion.
//!
//! All dates are in UTC.

mod answer;
mod ast;
mod check;
mod definition;
mod eval;
mod functions;
mod moment;
mod moment_format;
mod number_format;
mod operate;
mod parse;
mod print;
mod token;
mod value;
mod work;

pub(crate) use answer::answer;
pub(crate) use ast::Key;
pub(crate) use check::Type;
pub(crate) use definition::{Formula, Problem};
pub(crate) use eval::{Outcome, Scope};
pub(crate) use moment::{Moment, Period};
pub(crate) use parse::MAX_LENGTH;
pub(crate) use print::reference;
pub(crate) use value::{Page, Person, Value};
pub(crate) use work::{TOO_COSTLY, Work};

#[cfg(test)]
mod tests;
