//! Notes of meetings: `meeting_notes` blocks, wherever they are, and the filters by which they are found.

mod filter;
mod made;
mod notes;
mod sort;
mod span;

pub(crate) use filter::check;
pub(crate) use made::{Source, begin, finish};
pub(crate) use notes::all;
pub(crate) use sort::check as check_sorts;
