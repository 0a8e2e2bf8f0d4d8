//! From text to blocks.

mod block;
mod emphasis;
mod inline;
mod link;
mod literal;
mod shape;
mod table;
mod tagged;
mod tree;

use std::borrow::Cow;

use super::node::Node;

pub(super) use literal::all_begin_with;
pub(super) use shape::misleads_at;

/// Reads a text. Every text is some row of blocks: what means nothing else is a paragraph.
pub(crate) fn read(text: &str) -> Vec<Node> {
    let text: Cow<'_, str> = match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    };
    block::Reader::new(&text).read()
}
