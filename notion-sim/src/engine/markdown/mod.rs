//! Enhanced Markdown: the text in which the API shows and takes the content of a page.
//!
//! [`read`] turns text into a tree of blocks in the form of a request, [`write`] turns a tree into text. What was read is
//! written so that it reads back the same, whatever the text was. Neither knows of a workspace or of requests.
//!
//! The dialect has Markdown's look and rules of its own: a line is a block, tabs nest, empty lines mean nothing, tags stand for
//! what Markdown has no sign for, and everything special in a text is written with a backslash.

mod address;
mod color;
mod date;
mod icon;
mod language;
mod node;
mod read;
mod scan;
mod tag;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use address::{of_upload as address_of_upload, steady};
pub(crate) use node::Node;
pub(crate) use read::{read, read_inline};
pub(crate) use write::{Style, Written, write};
