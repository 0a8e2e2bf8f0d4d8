//! Asking for meeting notes, which has a grammar of filters of its own.

mod condition;
mod question;

pub(crate) use question::Question;
