//! Tables, between tags or between bars.

use serde_json::{Value, json};

use super::super::node::Node;
use super::super::scan::{self, Atoms};
use super::super::tag::{self, Tag};
use super::super::text;
use super::inline;

/// Reads what stands between `<table>` and `</table>`. Column colours and widths have no place in the API.
pub(super) fn tagged(tag: &Tag<'_>, body: &str) -> Node {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut atoms = Atoms::new(body);
    let mut at = 0;
    while let Some(found) = atoms.find("<", at) {
        let Some(inner) = Tag::read(&body[found..]) else {
            at = found + 1;
            continue;
        };
        at = found + inner.length;
        match inner.name {
            "tr" => rows.push(Vec::new()),
            "td" | "th" => {
                let end = cell_end(&mut atoms, body, at);
                let row = rows.last_mut();
                match row {
                    Some(row) => row.push(cell(&body[at..end])),
                    None => rows.push(vec![cell(&body[at..end])]),
                }
                at = end;
            }
            _ => {}
        }
    }
    node(rows, tag.flag("header-row"), tag.flag("header-column"))
}

/// Where a cell ends: at any tag of the table itself.
fn cell_end(atoms: &mut Atoms<'_>, body: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = atoms.find("<", at) {
        let rest = &body[found..];
        let name = match tag::closing(rest) {
            Some((name, _)) => name,
            None => Tag::read(rest).map_or("", |tag| tag.name),
        };
        if ["td", "th", "tr", "table"].contains(&name) {
            return found;
        }
        at = found + 1;
    }
    body.len()
}

/// Reads the lines of a table whose cells stand between bars. The second line only says that there is a head.
pub(super) fn barred(lines: &[&str]) -> Node {
    let rows = lines.iter().enumerate().filter(|(at, _)| *at != 1);
    let rows = rows.map(|(_, line)| split(line).into_iter().map(cell).collect());
    node(rows.collect(), true, false)
}

/// Whether a line is the one below the head of a table.
pub(super) fn is_rule(line: &str) -> bool {
    let is_dashes = |cell: &str| {
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    line.starts_with('|') && split(line).into_iter().all(|cell| is_dashes(scan::trim(cell)))
}

fn split(line: &str) -> Vec<&str> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut atoms = Atoms::new(line);
    let mut cells = Vec::new();
    let mut from = 0;
    while let Some(bar) = atoms.find("|", from) {
        cells.push(&line[from..bar]);
        from = bar + 1;
    }
    if cells.is_empty() || !scan::trim(&line[from..]).is_empty() {
        cells.push(&line[from..]);
    }
    cells
}

fn cell(source: &str) -> Value {
    text::to_json(&inline::read(source.trim_matches('\n')))
}

/// All rows get as many cells as the longest.
fn node(mut rows: Vec<Vec<Value>>, has_column_header: bool, has_row_header: bool) -> Node {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(width, json!([]));
    }
    let payload = json!({
        "table_width": width,
        "has_column_header": has_column_header,
        "has_row_header": has_row_header,
    });
    let rows = rows
        .into_iter()
        .map(|cells| Node::new("table_row", json!({"cells": cells})));
    Node::new("table", payload).with(rows.collect())
}
