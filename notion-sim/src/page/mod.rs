//! Pages for people: plain HTML that needs no script and no other file.

pub(crate) mod app;
mod consent;
mod layout;

pub(crate) use consent::consent;
pub(crate) use layout::error;
