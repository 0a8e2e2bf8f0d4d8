//! The blocks that are still open while a text is read.

use serde_json::json;

use super::super::node::Node;

/// What a tab is called until it is complete. In the end it is a paragraph.
pub(super) const TAB_ITEM: &str = "tab_item";
/// How deep blocks can be nested. What would be deeper goes beside what it would be in.
const MAX_DEPTH: usize = 100;

/// How far a line is indented.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Indent {
    pub(super) tabs: usize,
    /// Blanks behind the tabs.
    pub(super) blanks: usize,
}

/// What may stand in a block, and how its end is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inside {
    /// Whatever is indented deeper by tabs.
    Indented,
    /// The same, but blanks count too, as people write lists.
    Item,
    /// Everything up to a closing tag.
    Tagged(&'static str),
    /// Whatever is indented deeper; a closing tag comes, but means nothing.
    IndentedTagged(&'static str),
}

/// The nodes from the page down to the block that the next line may go into.
#[derive(Debug)]
pub(super) struct Tree {
    done: Vec<Node>,
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    node: Node,
    indent: Indent,
    inside: Inside,
}

impl Open {
    fn contains(&self, line: Indent) -> bool {
        match self.inside {
            Inside::Indented | Inside::IndentedTagged(_) => line.tabs > self.indent.tabs,
            Inside::Item => {
                line.tabs > self.indent.tabs
                    || (line.tabs == self.indent.tabs && line.blanks >= self.indent.blanks + 2)
            }
            Inside::Tagged(_) => line.tabs >= self.indent.tabs,
        }
    }

    fn tag(&self) -> Option<&'static str> {
        match self.inside {
            Inside::Tagged(name) | Inside::IndentedTagged(name) => Some(name),
            Inside::Indented | Inside::Item => None,
        }
    }
}

impl Tree {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            done: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The innermost open block.
    pub(super) fn innermost(&mut self) -> Option<&mut Node> {
        self.open.last_mut().map(|open| &mut open.node)
    }

    /// Whether another block may be opened.
    pub(super) fn has_room(&self) -> bool {
        self.open.len() < MAX_DEPTH
    }

    /// Closes the blocks that a line is no longer in.
    pub(super) fn leave(&mut self, line: Indent) {
        while self.open.last().is_some_and(|open| !open.contains(line)) {
            self.close();
        }
    }

    /// Adds a block that nothing can be in.
    pub(super) fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(above) => adopt(&mut above.node, node),
            None => adopt_at_top(&mut self.done, node),
        }
    }

    /// Opens a block.
    pub(super) fn open(&mut self, node: Node, indent: Indent, inside: Inside) {
        if self.has_room() {
            self.open.push(Open { node, indent, inside });
        } else {
            self.add(finish(node));
        }
    }

    /// Closes the innermost block that a closing tag fits to, and everything in it. Says whether there is one.
    pub(super) fn end(&mut self, name: &str) -> bool {
        let found = self.open.iter().rposition(|open| open.tag() == Some(name));
        if let Some(at) = found {
            while self.open.len() > at {
                self.close();
            }
        }
        found.is_some()
    }

    /// Everything that was read.
    pub(super) fn into_nodes(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.close();
        }
        self.done
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.add(finish(open.node));
        }
    }
}

/// Puts a block into another one. Where only columns or tabs can be, others go into the last of them.
fn adopt(above: &mut Node, node: Node) {
    let wanted = match above.kind.as_str() {
        "column_list" => "column",
        "tab" => "paragraph",
        _ => return adopt_at_top(&mut above.children, node),
    };
    if node.kind == wanted {
        above.children.push(node);
        return;
    }
    if above.children.is_empty() {
        above.children.push(finish(Node::new(wanted, json!({}))));
    }
    if let Some(last) = above.children.last_mut() {
        adopt_at_top(&mut last.children, node);
    }
}

/// Adds a block to others. A column that is not among columns is nothing by itself.
fn adopt_at_top(row: &mut Vec<Node>, node: Node) {
    if node.kind == "column" {
        row.extend(node.children);
    } else {
        row.push(node);
    }
}

/// A block that has everything that was in the text. Callouts and tabs have their own text in their first line.
fn finish(mut node: Node) -> Node {
    let is_tab = node.kind == TAB_ITEM;
    if is_tab {
        "paragraph".clone_into(&mut node.kind);
    }
    let own_text = match node.kind.as_str() {
        "callout" => Some("rich_text"),
        "paragraph" if is_tab => Some("rich_text"),
        "meeting_notes" => Some("title"),
        _ => None,
    };
    if let Some(key) = own_text {
        let first = node.children.first().filter(|first| first.is_bare_paragraph());
        let own = first.and_then(|first| first.payload.get("rich_text").cloned());
        if own.is_some() {
            node.children.remove(0);
        }
        node.payload.insert(key.into(), own.unwrap_or_else(|| json!([])));
    }
    if ["paragraph", "toggle"].contains(&node.kind.as_str()) {
        node.payload.entry("rich_text").or_insert_with(|| json!([]));
    }
    node
}
