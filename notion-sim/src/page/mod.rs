//! Pages for people: plain HTML that needs no script and no other file.

mod consent;
mod layout;

pub(crate) use consent::consent;
pub(crate) use layout::error;
