//! Writing the cells of a page, in three steps: the shape of the request ([`check`]), its meaning against the schema
//! ([`plan`]), the change itself (`Plan::apply`).
//!
//! Only the third step changes anything, so a refused request leaves no trace.

mod plan;
mod shape;

pub(crate) use plan::{check_option_name, default_status, plan};
pub(crate) use shape::{Cell, check};
