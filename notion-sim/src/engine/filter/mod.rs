//! Filters: read from the request ([`parse`]), held against the schema ([`bind`]), asked of each row ([`eval`]).

mod bind;
mod eval;
mod parse;
mod view;

pub(crate) use bind::bind;
pub(crate) use eval::{Context, passes};
pub(crate) use parse::{DateTest, Filter, Moment, RELATIVE, Test, TextTest, check};
pub(crate) use view::View;
