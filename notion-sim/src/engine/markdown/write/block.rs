//! The lines of blocks.

use serde_json::Value;

use super::super::node::Node;
use super::super::read::all_begin_with;
use super::super::tag::{self, Attributes};
use super::super::text::{self, Run};
use super::super::{address, color};
use super::{Style, Written, inline};

/// Writes one line after the other.
#[derive(Debug)]
pub(super) struct Writer {
    style: Style,
    pub(super) written: Written,
}

impl Writer {
    /// Prepares to write.
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            written: Written::default(),
        }
    }

    /// Writes blocks that are beside each other.
    pub(super) fn blocks(&mut self, nodes: &[Node], depth: usize) {
        let mut number = 0;
        for node in nodes {
            number = match node.kind.as_str() {
                "numbered_list_item" if number == 0 => self.first_number(node),
                "numbered_list_item" => number + 1,
                _ => 0,
            };
            self.block(node, depth, number);
        }
    }

    fn first_number(&self, node: &Node) -> u64 {
        let start = node.payload.get("list_start_index").and_then(Value::as_u64);
        start.filter(|_| self.style.labels).unwrap_or(1)
    }

    fn block(&mut self, node: &Node, depth: usize, number: u64) {
        let start = self.written.text.len();
        match node.kind.as_str() {
            "paragraph" => self.paragraph(node, depth, start),
            "heading_1" => self.marked(node, "#", depth, start),
            "heading_2" => self.marked(node, "##", depth, start),
            "heading_3" => self.marked(node, "###", depth, start),
            "heading_4" => self.marked(node, "####", depth, start),
            "bulleted_list_item" => self.marked(node, "-", depth, start),
            "numbered_list_item" => self.marked(node, &format!("{number}."), depth, start),
            "to_do" if node.flag("checked") => self.marked(node, "- [x]", depth, start),
            "to_do" => self.marked(node, "- [ ]", depth, start),
            "quote" => self.marked(node, ">", depth, start),
            "toggle" => self.toggle(node, depth, start),
            "callout" => self.container(node, "callout", "rich_text", depth, start),
            "column_list" => self.container(node, "columns", "", depth, start),
            "column" => self.container(node, "column", "", depth, start),
            "synced_block" => self.container(node, synced_tag(node), "", depth, start),
            "meeting_notes" => self.container(node, "meeting-notes", "title", depth, start),
            // What cannot be changed does not make a difference.
            "transcript" if !self.style.transcripts && !self.style.labels => {}
            "summary" | "notes" | "transcript" => self.container(node, &node.kind, "", depth, start),
            "tab" => self.tabs(node, depth, start),
            _ => {
                self.leaf(node, depth);
                self.place(node, start);
            }
        }
    }

    /// Notes where the own lines of a block are: from `start` to here.
    fn place(&mut self, node: &Node, start: usize) {
        let text = &self.written.text;
        // The end of the line before is not its own.
        let from = start + usize::from(start > 0 && start < text.len());
        if let Some(id) = node.id {
            self.written.places.push((id, from..text.len()));
        }
    }

    fn line(&mut self, depth: usize, line: &str) {
        let text = &mut self.written.text;
        if !text.is_empty() {
            text.push('\n');
        }
        text.extend(std::iter::repeat_n('\t', depth));
        text.push_str(line);
    }

    fn inline(&self, items: &Value) -> String {
        inline::write(&text::from_json(items), self.style.labels)
    }

    fn runs(node: &Node, key: &str) -> Vec<Run> {
        node.payload.get(key).map(text::from_json).unwrap_or_default()
    }

    fn paragraph(&mut self, node: &Node, depth: usize, start: usize) {
        let text = inline::write_line(&Self::runs(node, "rich_text"), self.style.labels);
        let attributes = attributes(node);
        let line = match (text.is_empty(), attributes.is_empty()) {
            (true, true) => "<empty-block/>".to_owned(),
            (true, false) => attributes.trim_start().to_owned(),
            (false, _) => text + &attributes,
        };
        self.line(depth, &line);
        self.place(node, start);
        self.blocks(&node.children, depth + 1);
    }

    fn marked(&mut self, node: &Node, sign: &str, depth: usize, start: usize) {
        let runs = Self::runs(node, "rich_text");
        // Behind the sign of a list item other blocks may stand.
        let text = match sign.starts_with(['#', '>']) {
            true => inline::write(&runs, self.style.labels),
            false => inline::write_line(&runs, self.style.labels),
        };
        let gap = if text.is_empty() { "" } else { " " };
        let line = format!("{sign}{gap}{text}{}", attributes(node));
        self.line(depth, &line);
        self.place(node, start);
        self.blocks(&node.children, depth + 1);
    }

    fn toggle(&mut self, node: &Node, depth: usize, start: usize) {
        let title = inline::write(&Self::runs(node, "rich_text"), self.style.labels);
        self.line(depth, &tag::opening("details", &[("color", tag_color(node))]));
        self.line(depth, &format!("<summary>{title}</summary>"));
        self.place(node, start);
        self.blocks(&node.children, depth + 1);
        self.line(depth, "</details>");
    }

    /// Writes a block between tags. Its own text, if there may be one under `key`, is the first line.
    fn container(&mut self, node: &Node, name: &str, key: &str, depth: usize, start: usize) {
        self.line(depth, &tag::opening(name, &self.container_attributes(node)));
        if node.kind == "transcript" && !self.style.transcripts {
            let address = node.id.map(|id| address::of_block(self.style.page, id));
            self.line(depth + 1, &address.unwrap_or_default());
        } else {
            let runs = Self::runs(node, key);
            let text = inline::write_line(&runs, self.style.labels);
            let first = node.children.first();
            if !text.is_empty() {
                self.line(depth + 1, &text);
            } else if !key.is_empty() && first.is_some_and(Node::is_bare_paragraph) {
                // The first line would be taken for the block's own.
                self.line(depth + 1, "<empty-block/>");
            }
            self.place(node, start);
            self.blocks(&node.children, depth + 1);
        }
        self.line(depth, &format!("</{name}>"));
    }

    fn container_attributes(&self, node: &Node) -> [(&'static str, Option<String>); 4] {
        let from = node
            .payload
            .get("synced_from")
            .and_then(|from| from.get("block_id"));
        let from = from.and_then(Value::as_str).and_then(crate::engine::id::parse);
        let url = match node.kind.as_str() {
            "synced_block" => from.or(node.id),
            _ => None,
        };
        let ratio = node.payload.get("width_ratio").and_then(Value::as_f64);
        [
            ("url", url.map(|id| address::of_block(self.style.page, id))),
            ("ratio", ratio.map(per_cent)),
            ("icon", node.icon()),
            ("color", tag_color(node)),
        ]
    }

    fn tabs(&mut self, node: &Node, depth: usize, start: usize) {
        self.line(depth, "<tabs>");
        self.place(node, start);
        for tab in &node.children {
            let start = self.written.text.len();
            let attributes = [("icon", tab.icon()), ("color", tag_color(tab))];
            self.line(depth + 1, &tag::opening("tab", &attributes));
            let label = inline::write_line(&Self::runs(tab, "rich_text"), self.style.labels);
            let label = if label.is_empty() {
                "<empty-block/>"
            } else {
                &label
            };
            self.line(depth + 2, label);
            self.place(tab, start);
            self.blocks(&tab.children, depth + 2);
            self.line(depth + 1, "</tab>");
        }
        self.line(depth, "</tabs>");
    }

    fn leaf(&mut self, node: &Node, depth: usize) {
        match node.kind.as_str() {
            "divider" => self.line(depth, "---"),
            "code" => self.code(node, depth),
            "equation" => self.equation(node, depth),
            "table" => self.table(node, depth),
            "table_row" => self.row(node),
            "image" => {
                let caption = inline::write(&Self::runs(node, "caption"), self.style.labels);
                let line = format!("![{caption}]{}", inline::destination(&node.file()));
                self.line(depth, &line);
            }
            "audio" | "video" | "file" | "pdf" => {
                let attributes = [("src", Some(node.file()))];
                let caption = inline::write(&Self::runs(node, "caption"), self.style.labels);
                self.enclosed(depth, &node.kind, &attributes, &caption);
            }
            // One that is on a page is shown as something unknown.
            "embed" if node.id.is_none() => {
                let attributes = [("src", Some(node.str("url").to_owned()))];
                let caption = inline::write(&Self::runs(node, "caption"), self.style.labels);
                self.enclosed(depth, "embed", &attributes, &caption);
            }
            "child_page" => {
                let attributes = [("url", node.id.map(address::of_page))];
                let title = self.inline(&text::plain_items(node.str("title")));
                self.enclosed(depth, "page", &attributes, &title);
            }
            "child_database" => {
                let shown = |key: &str| node.payload.get(key).filter(|_| self.style.labels);
                let source = shown("data_source_id").and_then(Value::as_str);
                let attributes = [
                    ("url", node.id.map(address::of_page)),
                    ("inline", shown("is_inline").map(Value::to_string)),
                    ("data-source-url", source.map(|id| format!("collection://{id}"))),
                ];
                let title = self.inline(&text::plain_items(node.str("title")));
                self.enclosed(depth, "database", &attributes, &title);
            }
            "table_of_contents" => {
                self.line(
                    depth,
                    &tag::alone("table_of_contents", &[("color", tag_color(node))]),
                );
            }
            _ => {
                let attributes = [
                    ("url", node.id.map(|id| address::of_block(self.style.page, id))),
                    ("alt", unknown_name(node)),
                ];
                self.line(depth, &tag::alone("unknown", &attributes));
                self.written.unknown.extend(node.id);
            }
        }
    }

    fn enclosed(&mut self, depth: usize, name: &str, attributes: &[(&str, Option<String>)], inner: &str) {
        self.line(
            depth,
            &format!("{}{inner}</{name}>", tag::opening(name, attributes)),
        );
    }

    /// Notion indents only the fences of code. Code that could be taken for indented code is indented.
    fn code(&mut self, node: &Node, depth: usize) {
        let code = text::plain(&Self::runs(node, "rich_text"));
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(3.max(longest + 1));
        self.line(depth, &format!("{fence}{}", node.str("language")));
        if !code.is_empty() {
            let lines: Vec<&str> = code.split('\n').collect();
            self.literal(&lines, depth);
        }
        self.line(depth, &fence);
    }

    fn equation(&mut self, node: &Node, depth: usize) {
        self.line(depth, "$$");
        let mut lines = node.str("expression").split('\n');
        if let Some(first) = lines.next().filter(|_| !node.str("expression").is_empty()) {
            self.line(depth, first);
            self.literal(&lines.collect::<Vec<_>>(), depth);
        }
        self.line(depth, "$$");
    }

    fn literal(&mut self, lines: &[&str], depth: usize) {
        let indented = depth > 0 && all_begin_with(lines, &"\t".repeat(depth));
        for line in lines {
            let depth = if indented && !line.is_empty() { depth } else { 0 };
            // Also an empty line is one.
            self.written.text.push('\n');
            self.written.text.extend(std::iter::repeat_n('\t', depth));
            self.written.text.push_str(line);
        }
    }

    /// As with code, only the tags of the table itself are indented.
    fn table(&mut self, node: &Node, depth: usize) {
        let flag = |key: &str| node.flag(key).then(|| "true".to_owned());
        let attributes = [
            ("header-row", flag("has_column_header")),
            ("header-column", flag("has_row_header")),
        ];
        self.line(depth, &tag::opening("table", &attributes));
        for row in &node.children {
            self.row(row);
        }
        self.line(depth, "</table>");
    }

    fn row(&mut self, row: &Node) {
        self.line(0, "<tr>");
        for cell in row
            .payload
            .get("cells")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let cell = self.inline(cell);
            self.line(0, &format!("<td>{cell}</td>"));
        }
        self.line(0, "</tr>");
    }
}

fn attributes(node: &Node) -> String {
    let attributes = Attributes {
        color: node.color().map(str::to_owned),
        toggle: node.flag("is_toggleable"),
    };
    attributes.write()
}

fn tag_color(node: &Node) -> Option<String> {
    node.color().map(color::write)
}

fn synced_tag(node: &Node) -> &'static str {
    match node
        .payload
        .get("synced_from")
        .is_some_and(|from| !from.is_null())
    {
        true => "synced_block_reference",
        false => "synced_block",
    }
}

/// What Notion calls a block that text cannot show. Nothing, where it is not known what it is.
fn unknown_name(node: &Node) -> Option<String> {
    let name = match node.kind.as_str() {
        "unsupported" => node.str("block_type"),
        "link_to_page" => "alias",
        other => other,
    };
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// A part of one as per cent: the same digits with the point two places further.
fn per_cent(ratio: f64) -> String {
    let text = format!("{ratio}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = format!("{fraction:0<2}");
    let (moved, rest) = fraction.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    match rest {
        "" => whole.to_owned(),
        _ => format!("{whole}.{rest}"),
    }
}
