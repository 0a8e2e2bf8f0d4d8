//! From blocks to text.

mod block;
mod inline;

use std::ops::Range;

use uuid::Uuid;

use super::node::Node;

/// What a text is for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Style {
    /// The page that the blocks are on, for the addresses of blocks.
    pub(crate) page: Option<Uuid>,
    /// Whether the text tells what is only there to be seen: the names of mentioned records, the numbers of list items. A text
    /// without them is the same for blocks that mean the same.
    pub(crate) labels: bool,
    /// Whether what was said in meetings is in it.
    pub(crate) transcripts: bool,
}

/// A text, and where in it the blocks are.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) text: String,
    /// For each block with an id where its own lines are, without those of blocks inside of it. In the order of their ends.
    pub(crate) places: Vec<(Uuid, Range<usize>)>,
    /// The blocks that stand in the text without what they say.
    pub(crate) unknown: Vec<Uuid>,
}

/// Writes blocks, one or more lines each, without an end of line behind the last.
pub(crate) fn write(nodes: &[Node], style: Style) -> Written {
    let mut writer = block::Writer::new(style);
    writer.blocks(nodes, 0);
    writer.written
}
