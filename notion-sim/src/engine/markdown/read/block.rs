//! The blocks of a text, line by line.

use serde_json::{Map, Value, json};

use super::super::node::Node;
use super::super::scan::{self, Atoms};
use super::super::tag::{Attributes, Tag};
use super::super::{language, text};
use super::literal::{self, Lines};
use super::shape::{Marked, Shape};
use super::tree::{Indent, Inside, Tree};
use super::{inline, table, tagged};

/// Reads a text from its beginning to its end.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    /// Where the next line begins.
    at: usize,
    pub(super) tree: Tree,
    /// What is left of the line, the next part last.
    pub(super) pieces: Vec<Piece<'a>>,
    /// Whether it is known that no more tables end.
    no_table: bool,
}

/// A part of a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'a> {
    Text(Indent, &'a str),
    /// The end of a block with this tag.
    End(&'static str),
}

impl<'a> Reader<'a> {
    /// Prepares to read a text in which lines end with `\n`.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            tree: Tree::new(),
            pieces: Vec::new(),
            no_table: false,
        }
    }

    /// Reads everything.
    pub(super) fn read(mut self) -> Vec<Node> {
        while let Some(line) = literal::line_at(self.text, self.at) {
            self.at += line.len() + 1;
            let unindented = line.trim_start_matches('\t');
            let indent = Indent {
                tabs: line.len() - unindented.len(),
                blanks: unindented.len() - unindented.trim_start_matches(' ').len(),
            };
            let indentation = &line[..line.len() - line.trim_start_matches(scan::is_blank).len()];
            self.pieces.push(Piece::Text(indent, line));
            while let Some(piece) = self.pieces.pop() {
                match piece {
                    Piece::Text(indent, text) => self.piece(indent, scan::trim(text), indentation),
                    Piece::End(name) => {
                        self.tree.end(name);
                    }
                }
            }
        }
        self.tree.into_nodes()
    }

    fn piece(&mut self, indent: Indent, text: &'a str, indentation: &str) {
        if text.is_empty() {
            return;
        }
        let shape = Shape::of(text);
        match &shape {
            Shape::Closes(name, rest) => {
                if let Some(name) = tagged::container(name) {
                    self.tree.end(name);
                    return self.pieces.push(Piece::Text(indent, rest));
                }
            }
            Shape::Opens(tag, rest) if tag.name == "summary" && self.summary(indent, rest) => return,
            _ => {}
        }
        self.tree.leave(indent);
        let taken = match shape {
            Shape::Fence { ticks, language } => self.code(ticks, language, indentation),
            Shape::Dollars => self.equation(indentation),
            Shape::Divider => self.add(Node::new("divider", json!({}))),
            Shape::Marked { kind, text } => self.marked(indent, kind, text),
            Shape::Image(rest) => match tagged::image(rest) {
                Some(node) => self.add(node),
                None => false,
            },
            Shape::Opens(tag, rest) if tag.name == "table" => self.table(&tag, rest, indent),
            Shape::Opens(tag, rest) => self.tagged(&tag, rest, indent),
            Shape::Row => self.bars(text),
            Shape::Closes(..) | Shape::Text => false,
        };
        if !taken {
            self.paragraph(indent, text);
        }
    }

    fn paragraph(&mut self, indent: Indent, line: &str) {
        let (line, attributes) = Attributes::split(line);
        let payload = styled(rich_text(line), attributes.color);
        let node = Node::new("paragraph", Value::Object(payload));
        self.tree.open(node, indent, Inside::Indented);
    }

    fn marked(&mut self, indent: Indent, kind: Marked, line: &'a str) -> bool {
        let is_block = kind.is_item() && begins_block(line);
        let (line, attributes) = match is_block {
            true => {
                let inside = Indent {
                    blanks: indent.blanks + 2,
                    ..indent
                };
                self.pieces.push(Piece::Text(inside, line));
                ("", Attributes::default())
            }
            false => Attributes::split(line),
        };
        let mut payload = styled(rich_text(line), attributes.color);
        let inside = match kind {
            Marked::Heading(_) if attributes.toggle => {
                payload.insert("is_toggleable".into(), json!(true));
                Some(Inside::Indented)
            }
            Marked::Heading(_) => None,
            Marked::ToDo { checked } => {
                payload.insert("checked".into(), json!(checked));
                Some(Inside::Item)
            }
            Marked::Bullet | Marked::Number => Some(Inside::Item),
            Marked::Quote => Some(Inside::Indented),
        };
        let node = Node::new(kind.kind(), Value::Object(payload));
        match inside {
            Some(inside) => self.tree.open(node, indent, inside),
            None => self.tree.add(node),
        }
        true
    }

    fn code(&mut self, ticks: usize, word: &str, indentation: &str) -> bool {
        let is_end = |line: &str| scan::run(line) >= ticks && scan::run(line) == line.len();
        let lines = Lines::until(self.text, self.at, is_end);
        self.at = lines.next;
        let code = text::plain_items(&lines.code(indentation));
        self.add(Node::new(
            "code",
            json!({"rich_text": code, "language": language::read(word)}),
        ))
    }

    fn equation(&mut self, indentation: &str) -> bool {
        let lines = Lines::until(self.text, self.at, |line| line == "$$");
        if !lines.ended {
            return false;
        }
        self.at = lines.next;
        self.add(Node::new(
            "equation",
            json!({"expression": lines.equation(indentation)}),
        ))
    }

    fn table(&mut self, tag: &Tag<'_>, rest: &'a str, indent: Indent) -> bool {
        const END: &str = "</table>";
        if let Some(end) = Atoms::new(rest).find(END, 0) {
            self.pieces.push(Piece::Text(indent, &rest[end + END.len()..]));
            return self.add(table::tagged(tag, &rest[..end]));
        }
        let below = self
            .text
            .get(self.at..)
            .filter(|_| !self.no_table)
            .unwrap_or_default();
        let Some(end) = Atoms::new(below).find(END, 0) else {
            self.no_table = true;
            return false;
        };
        self.at += end + END.len();
        let body = format!("{rest}\n{}", &below[..end]);
        self.add(table::tagged(tag, &body))
    }

    /// Reads a table between bars, if the next line says that this is one.
    fn bars(&mut self, first: &'a str) -> bool {
        let next = literal::line_at(self.text, self.at).map(scan::trim);
        if !next.is_some_and(table::is_rule) {
            return false;
        }
        let mut lines = vec![first];
        while let Some(line) = literal::line_at(self.text, self.at)
            && scan::trim(line).starts_with('|')
        {
            self.at += line.len() + 1;
            lines.push(scan::trim(line));
        }
        self.add(table::barred(&lines))
    }

    pub(super) fn add(&mut self, node: Node) -> bool {
        self.tree.add(node);
        true
    }
}

/// Whether a text that stands behind the sign of a list item is a block of its own.
fn begins_block(line: &str) -> bool {
    match Shape::of(line) {
        Shape::Text | Shape::Row | Shape::Closes(..) => false,
        Shape::Opens(tag, _) => tagged::is_block(tag.name),
        Shape::Image(rest) => tagged::image(rest).is_some(),
        Shape::Fence { .. } | Shape::Dollars | Shape::Divider | Shape::Marked { .. } => true,
    }
}

/// Formatted text as a request says it.
pub(super) fn rich_text(line: &str) -> Value {
    text::to_json(&inline::read(line))
}

/// The payload of a block that has a text and maybe a colour.
pub(super) fn styled(rich_text: Value, color: Option<String>) -> Map<String, Value> {
    let mut payload = Map::new();
    payload.insert("rich_text".into(), rich_text);
    if let Some(color) = color.filter(|color| color != "default") {
        payload.insert("color".into(), json!(color));
    }
    payload
}
