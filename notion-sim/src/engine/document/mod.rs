//! What is on a page as one text: shown, edited, and turned into changes of its blocks.
//!
//! A page is edited by writing its text, changing that, and reading it again. What reads back the same is not touched, so that
//! comments and links to blocks stay good; what reads differently is changed in place where a block of the same type was there
//! before.

mod diff;
mod edit;
mod load;
mod places;
mod plan;
mod protect;
mod request;
mod settle;

pub(crate) use diff::diff;
pub(crate) use edit::{Edit, Target, Update};
pub(crate) use load::{Content, steady};
pub(crate) use plan::{Plan, Scene};
