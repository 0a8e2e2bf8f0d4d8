//! A page: its properties and its content.

use serde_json::Value;
use uuid::Uuid;

use super::super::layout::escape;
use super::{View, block, cell, edit, schema, shell, table, tree};
use crate::engine::column::Column;
use crate::engine::id;
use crate::engine::page::Page;
use crate::engine::parent::Parent;
use crate::engine::reader::Reader;
use crate::engine::value::{self, Detail};
use crate::engine::workspace::Workspace;
use crate::request::{Answer, Request};
use crate::state::State;

/// The page of a page.
pub(super) fn show(state: &State, reader: &Reader<'_>, id: Uuid, view: View, request: &Request) -> Answer {
    let space = reader.workspace;
    let Some(page) = space.pages.get(&id) else {
        return shell::missing(state, "There is no page with this id.");
    };
    let title = tree::named(&page.title_text());
    let mut main = table::crumbs(space, id);
    main.push_str(&cover(page));
    main.push_str(&format!(
        "<h1>{}{}</h1>",
        escape(&tree::icon(&page.icon, "📄")),
        escape(&title)
    ));
    if page.in_trash {
        main.push_str("<div class=\"notice\">This page is in the trash.</div>");
    }
    main.push_str(&table::tabs(id, view));
    main.push_str(&match view {
        View::Content => content(reader, page, request),
        View::Schema => match source(space, page) {
            Some(source) => schema::show(space, source),
            None => "<p>A page outside of a data source has a title and no other property.</p>".to_owned(),
        },
        View::Json => table::json(&page.to_json(space, |column| {
            Some(value::read(reader, page, column, Detail::Answer))
        })),
    });
    shell::page(state, &title, &format!("/p/{id}"), &main)
}

fn source<'a>(space: &'a Workspace, page: &Page) -> Option<&'a crate::engine::container::DataSource> {
    match &page.parent {
        Parent::DataSource { data_source, .. } => space.data_sources.get(data_source),
        _ => None,
    }
}

fn cover(page: &Page) -> String {
    let url = ["external", "file"]
        .iter()
        .find_map(|kind| page.cover.get(kind)?.get("url")?.as_str());
    url.map(|url| format!("<p class=\"soft\">Cover: {}</p>", escape(url)))
        .unwrap_or_default()
}

fn content(reader: &Reader<'_>, page: &Page, request: &Request) -> String {
    let space = reader.workspace;
    let lone = [Column::title("title")];
    let columns = space.columns_of(page).unwrap_or(&lone);
    let edited = request.query("edit");
    let mut out = String::new();
    if let Some(problem) = request.query("problem") {
        out.push_str(&shell::notice(problem));
    }
    out.push_str("<table class=\"plain\"><tbody>");
    for column in table::in_reading_order(columns) {
        let open = edited == Some(&*column.id);
        out.push_str(&format!(
            "<tr><th scope=\"row\" title=\"{}\">{}</th><td>{}</td></tr>",
            escape(column.kind.name()),
            escape(&column.name),
            property(reader, page, column, open)
        ));
    }
    out.push_str("</tbody></table>");
    out.push_str(&format!(
        "<div class=\"blocks\">{}</div>",
        block::children(space, page.id, 0)
    ));
    out
}

fn property(reader: &Reader<'_>, page: &Page, column: &Column, open: bool) -> String {
    let at = format!("/p/{}", page.id);
    if open {
        return edit::form(reader, page, column, &format!("{at}?"));
    }
    let payload: Value = value::read(reader, page, column, Detail::Answer);
    let shown = cell::show(reader.workspace, column, &payload);
    if !edit::can(&column.kind) {
        return shown;
    }
    let address = format!("{at}?edit={}", id::encode(&column.id));
    format!("{shown} <a class=\"soft\" href=\"{address}\" title=\"Edit\">✎</a>")
}
