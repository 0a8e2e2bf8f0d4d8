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

use serde_json::Value;

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

/// Reads the text of one block, in which nothing makes blocks: rich text as a request says it. An end of line stays one.
pub(crate) fn read_inline(text: &str) -> Value {
    block::rich_text(text)
}
