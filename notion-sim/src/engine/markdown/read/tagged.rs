//! The blocks that are tags.

use serde_json::{Map, Value, json};

use super::super::node::Node;
use super::super::scan::{self, Atoms};
use super::super::tag::{Attributes, Tag};
use super::super::{address, icon, text};
use super::block::{Piece, Reader, rich_text};
use super::inline;
use super::tree::{Indent, Inside, TAB_ITEM};

/// The tags that other blocks stand in.
const CONTAINERS: [&str; 12] = [
    "details",
    "callout",
    "columns",
    "column",
    "tabs",
    "tab",
    "synced_block",
    "synced_block_reference",
    "meeting-notes",
    "summary",
    "notes",
    "transcript",
];
/// The tags that are a block by themselves.
const LEAVES: [&str; 10] = [
    "page",
    "database",
    "audio",
    "video",
    "file",
    "pdf",
    "embed",
    "table_of_contents",
    "unknown",
    "empty-block",
];

/// The name of a tag that other blocks stand in.
pub(super) fn container(name: &str) -> Option<&'static str> {
    CONTAINERS.iter().find(|known| **known == name).copied()
}

/// Whether a tag begins a block.
pub(super) fn is_block(name: &str) -> bool {
    name == "table" || container(name).is_some() || LEAVES.contains(&name)
}

/// Reads `[caption](address)` and what may follow as an image.
pub(super) fn image(source: &str) -> Option<Node> {
    let (source, _) = Attributes::split(source);
    let (caption, address) = inline::captioned(scan::trim(source))?;
    let mut payload = file(&address);
    payload.insert("caption".into(), text::to_json(&caption));
    Some(Node::new("image", Value::Object(payload)))
}

impl<'a> Reader<'a> {
    /// Reads the title of a toggle that has none yet. Says whether there is one.
    pub(super) fn summary(&mut self, indent: Indent, rest: &'a str) -> bool {
        let toggle = self.tree.innermost().filter(|node| node.kind == "toggle");
        let Some(toggle) = toggle.filter(|node| !node.payload.contains_key("rich_text")) else {
            return false;
        };
        let (title, after) = enclosed(rest, "summary");
        toggle.payload.insert("rich_text".into(), rich_text(title));
        self.pieces.push(Piece::Text(indent, after));
        true
    }

    /// Reads a block that is a tag. Says whether it is one.
    pub(super) fn tagged(&mut self, tag: &Tag<'_>, rest: &'a str, indent: Indent) -> bool {
        match container(tag.name) {
            Some(name) => self.container(name, tag, rest, indent),
            None if LEAVES.contains(&tag.name) => {
                let (inner, after) = match tag.closed {
                    true => ("", rest),
                    false => enclosed(rest, tag.name),
                };
                if tag.name == "empty-block" {
                    return self.empty(inner, after, indent);
                }
                let Some(node) = leaf(tag, inner) else {
                    return false;
                };
                self.pieces.push(Piece::Text(indent, after));
                self.add(node)
            }
            None => false,
        }
    }

    /// An empty paragraph stands alone in its line.
    fn empty(&mut self, inner: &str, after: &str, indent: Indent) -> bool {
        let alone = scan::trim(inner).is_empty() && scan::trim(after).is_empty();
        if alone {
            self.tree
                .open(Node::paragraph(&json!([])), indent, Inside::Indented);
        }
        alone
    }

    fn container(&mut self, name: &'static str, tag: &Tag<'_>, rest: &'a str, indent: Indent) -> bool {
        let in_notes = self
            .tree
            .innermost()
            .is_some_and(|node| node.kind == "meeting_notes");
        let mut payload = Map::new();
        let kind = match name {
            "details" => "toggle",
            "columns" => "column_list",
            "tabs" => "tab",
            "tab" => TAB_ITEM,
            "synced_block_reference" => "synced_block",
            "meeting-notes" => "meeting_notes",
            "summary" | "notes" | "transcript" if !in_notes => return false,
            _ => name,
        };
        if !self.tree.has_room() {
            return false;
        }
        let record = tag.get("url").and_then(address::record);
        match name {
            "details" | "callout" | "tab" => {
                if let Some(color) = tag.color().filter(|color| color != "default") {
                    payload.insert("color".into(), json!(color));
                }
            }
            "synced_block" => drop(payload.insert("synced_from".into(), Value::Null)),
            "synced_block_reference" => {
                let from = record.map(|id| json!({"type": "block_id", "block_id": id}));
                payload.insert("synced_from".into(), json!(from));
            }
            "column" => {
                if let Some(ratio) = tag.get("ratio").and_then(ratio) {
                    payload.insert("width_ratio".into(), ratio);
                }
            }
            _ => {}
        }
        if let Some(icon) = tag.get("icon").and_then(icon::read)
            && ["callout", "tab"].contains(&name)
        {
            payload.insert("icon".into(), icon);
        }
        let mut node = Node::new(kind, Value::Object(payload));
        node.id = record.filter(|_| name == "synced_block");
        let inside = match name {
            "details" => Inside::IndentedTagged(name),
            _ => Inside::Tagged(name),
        };
        self.tree.open(node, indent, inside);
        self.contents(name, tag.closed, rest, indent);
        true
    }

    /// Goes on with what stands behind an opening tag.
    fn contents(&mut self, name: &'static str, closed: bool, rest: &'a str, indent: Indent) {
        let deeper = Indent {
            tabs: indent.tabs + 1,
            blanks: 0,
        };
        let (inner, after) = match closed {
            true => ("", Some(rest)),
            false => split_at_end(rest, name),
        };
        if let Some(after) = after {
            self.pieces.push(Piece::Text(indent, after));
            self.pieces.push(Piece::End(name));
        }
        self.pieces.push(Piece::Text(deeper, inner));
    }
}

/// A block that is only a tag and maybe a text.
fn leaf(tag: &Tag<'_>, inner: &str) -> Option<Node> {
    let record = tag.get("url").and_then(address::record);
    let title = || text::plain(&inline::read(inner));
    let caption = || rich_text(inner);
    let mut node = match tag.name {
        "page" => Node::new("child_page", json!({"title": title()})),
        "database" => Node::new("child_database", json!({"title": title()})),
        "unknown" => Node::new("unsupported", json!({"block_type": tag.get("alt")})),
        "table_of_contents" => {
            let color = tag.color().filter(|color| color != "default");
            let payload = color.map_or_else(|| json!({}), |color| json!({"color": color}));
            Node::new("table_of_contents", payload)
        }
        "embed" => Node::new("embed", json!({"url": tag.get("src")?, "caption": caption()})),
        media => {
            let mut payload = file(tag.get("src")?);
            payload.insert("caption".into(), caption());
            Node::new(media, Value::Object(payload))
        }
    };
    node.id = record.filter(|_| ["page", "database", "unknown"].contains(&tag.name));
    Some(node)
}

/// The file that an address leads to.
fn file(address: &str) -> Map<String, Value> {
    let (kind, payload) = match address::upload(address) {
        Some(id) => ("file_upload", json!({"id": id})),
        None => ("external", json!({"url": address})),
    };
    let mut file = Map::new();
    file.insert("type".into(), json!(kind));
    file.insert(kind.into(), payload);
    file
}

/// The width of a column: per cent in text, a part of one in JSON.
fn ratio(text: &str) -> Option<Value> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let ratio: f64 = format!("{text}e-2").parse().ok().filter(|_| plain)?;
    (ratio > 0.0 && ratio <= 1.0).then(|| json!(ratio))
}

/// What stands before a closing tag, and what behind it. Without one, all is before it.
fn enclosed<'a>(rest: &'a str, name: &str) -> (&'a str, &'a str) {
    let (inner, after) = split_at_end(rest, name);
    (inner, after.unwrap_or_default())
}

fn split_at_end<'a>(rest: &'a str, name: &str) -> (&'a str, Option<&'a str>) {
    let end = format!("</{name}>");
    match Atoms::new(rest).find(&end, 0) {
        Some(at) => (&rest[..at], Some(&rest[at + end.len()..])),
        None => (rest, None),
    }
}
