//! A data source as a table.

use serde_json::Value;
use uuid::Uuid;

use super::super::layout::escape;
use super::{View, cell, edit, schema, shell, tree};
use crate::engine::column::Column;
use crate::engine::container::{DataSource, Database};
use crate::engine::expression::Form;
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::reader::Reader;
use crate::engine::value::{self, Detail};
use crate::engine::workspace::Workspace;
use crate::request::{Answer, Request};
use crate::state::State;

/// How many rows a page shows.
const ROWS: usize = 100;

/// The page of a data source.
pub(super) fn show(state: &State, reader: &Reader<'_>, id: Uuid, view: View, request: &Request) -> Answer {
    let space = reader.workspace;
    let Some(source) = space.data_sources.get(&id) else {
        return shell::missing(state, "There is no data source with this id.");
    };
    let database = space.databases.get(&source.database);
    let title = database
        .map(|database| tree::named(&database.title.text()))
        .unwrap_or_default();
    let icon = database
        .map(|database| tree::icon(&database.icon, "▦"))
        .unwrap_or_default();
    let mut main = format!(
        "{}<h1>{}{}</h1>",
        crumbs(space, source.database),
        escape(&icon),
        escape(&title)
    );
    main.push_str(&sources(space, database, id));
    main.push_str(&tabs(id, view));
    main.push_str(&match view {
        View::Content => rows(reader, source, request),
        View::Schema => schema::show(space, source),
        View::Json => json(&source.to_json(space, Form::at(reader.now))),
    });
    let here = format!("/p/{}", source.database);
    shell::page(state, &title, &here, &main)
}

/// What a record is in, from the outside in.
pub(super) fn crumbs(space: &Workspace, id: Uuid) -> String {
    let mut above: Vec<String> = space
        .lineage(id)
        .skip(1)
        .filter_map(|id| {
            let title = match (space.pages.get(&id), space.databases.get(&id)) {
                (Some(page), _) => page.title_text(),
                (_, Some(database)) => database.title.text(),
                _ => return None,
            };
            Some(format!(
                "<a href=\"/p/{id}\">{}</a>",
                escape(&tree::named(&title))
            ))
        })
        .collect();
    above.reverse();
    format!("<p class=\"crumbs\">{}</p>", above.join(" / "))
}

/// A database with more than one data source has an entry for each.
fn sources(space: &Workspace, database: Option<&Database>, here: Uuid) -> String {
    let ids = database
        .map(|database| database.data_sources.as_slice())
        .unwrap_or_default();
    if ids.len() < 2 {
        return String::new();
    }
    let links = ids.iter().filter_map(|id| {
        let source = space.data_sources.get(id)?;
        let class = if *id == here { "here" } else { "" };
        let name = escape(&tree::named(&source.title.text()));
        Some(format!("<a class=\"{class}\" href=\"/p/{id}\">{name}</a>"))
    });
    format!("<div class=\"tabs\">{}</div>", links.collect::<String>())
}

/// The ways of looking at a record.
pub(super) fn tabs(id: Uuid, view: View) -> String {
    let tab = |name: &str, suffix: &str, of: View| {
        let class = if of == view { "here" } else { "" };
        format!("<a class=\"{class}\" href=\"/p/{id}{suffix}\">{name}</a>")
    };
    format!(
        "<div class=\"tabs\">{}{}{}</div>",
        tab("Content", "", View::Content),
        tab("Schema", "/schema", View::Schema),
        tab("JSON", "/json", View::Json)
    )
}

/// A record as the API returns it.
pub(super) fn json(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("<pre>{}</pre>", escape(&text))
}

/// The columns as people read them: the title first.
pub(super) fn in_reading_order(columns: &[Column]) -> Vec<&Column> {
    let mut columns: Vec<&Column> = columns.iter().collect();
    columns.sort_by_key(|column| (column.kind != Kind::Title, column.name.to_lowercase()));
    columns
}

fn rows(reader: &Reader<'_>, source: &DataSource, request: &Request) -> String {
    let space = reader.workspace;
    let columns = in_reading_order(&source.columns);
    let living: Vec<Uuid> = space
        .rows_of(source.id)
        .iter()
        .copied()
        .filter(|row| space.pages.get(row).is_some_and(|page| !page.in_trash))
        .collect();
    let from: usize = request
        .query("from")
        .and_then(|from| from.parse().ok())
        .unwrap_or(0);
    let edited = request.query("edit").and_then(|edited| {
        let (row, column) = edited.split_once('/')?;
        Some((id::parse(row)?, column.to_owned()))
    });
    let mut out = String::new();
    if let Some(problem) = request.query("problem") {
        out.push_str(&shell::notice(problem));
    }
    out.push_str("<div class=\"scroll\"><table class=\"rows\"><thead><tr>");
    for column in &columns {
        out.push_str(&format!(
            "<th scope=\"col\" title=\"{}\">{}</th>",
            escape(column.kind.name()),
            escape(&column.name)
        ));
    }
    out.push_str("</tr></thead><tbody>");
    for row in living.iter().skip(from).take(ROWS) {
        out.push_str(&format!("<tr id=\"r-{row}\">"));
        for column in &columns {
            let at = format!("/p/{}?from={from}", source.id);
            let open = edited
                .as_ref()
                .is_some_and(|(id, key)| id == row && *key == *column.id);
            out.push_str(&one(reader, *row, column, &at, open));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    out.push_str(&pages(source.id, from, living.len()));
    out
}

fn one(reader: &Reader<'_>, row: Uuid, column: &Column, at: &str, open: bool) -> String {
    let Some(page) = reader.workspace.pages.get(&row) else {
        return "<td></td>".to_owned();
    };
    let class = if column.kind == Kind::Title {
        " class=\"title\""
    } else {
        ""
    };
    if open {
        return format!(
            "<td>{}</td>",
            edit::form(reader, page, column, &format!("{at}#r-{row}"))
        );
    }
    let payload = value::read(reader, page, column, Detail::Answer);
    let mut shown = cell::show(reader.workspace, column, &payload);
    if column.kind == Kind::Title {
        let icon = page.icon.get("emoji").and_then(Value::as_str).unwrap_or_default();
        shown = format!(
            "{} {shown} <a class=\"soft\" href=\"/p/{row}\" title=\"Open\">↗</a>",
            escape(icon)
        );
    }
    if !edit::can(&column.kind) {
        return format!("<td{class}>{shown}</td>");
    }
    // A link cannot stand inside a link, so a value that has some gets its own beside it.
    let address = format!("{at}&edit={row}/{}#r-{row}", id::encode(&column.id));
    if shown.contains("<a ") {
        return format!("<td{class}>{shown} <a class=\"soft\" href=\"{address}\" title=\"Edit\">✎</a></td>");
    }
    format!("<td{class}><a class=\"edit\" href=\"{address}\" title=\"Edit\">{shown}&nbsp;</a></td>")
}

fn pages(source: Uuid, from: usize, all: usize) -> String {
    let last = all.min(from + ROWS);
    let mut out = format!(
        "<p class=\"soft\">{}</p>",
        match all {
            0 => "No rows yet.".to_owned(),
            _ => format!("Rows {} to {last} of {all}.", all.min(from + 1)),
        }
    );
    if from > 0 {
        let before = from.saturating_sub(ROWS);
        out.push_str(&format!(
            "<a class=\"link\" href=\"/p/{source}?from={before}\">← earlier</a> "
        ));
    }
    if last < all {
        out.push_str(&format!(
            "<a class=\"link\" href=\"/p/{source}?from={last}\">later →</a>"
        ));
    }
    out
}
