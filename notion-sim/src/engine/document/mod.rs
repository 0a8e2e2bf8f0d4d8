//! What is on a page as one text: shown, edited, and turned into changes of its blocks.
//!
//! A page is edited by writing its text, changing that, and reading it again. What reads back the same is not touched, so that
//! comments and links to blocks stay good; what reads differently is changed in place where a block of the same type was there
//! before.

#![allow(dead_code, unused_imports, reason = "the route that edits comes next")]

mod diff;
mod edit;
mod load;

pub(crate) use diff::{Outcome, Placed, diff};
pub(crate) use edit::{Edit, Target, Update};
pub(crate) use load::Content;
