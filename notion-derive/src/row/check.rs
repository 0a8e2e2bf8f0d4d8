//! Notion's rules for the columns of a row.

use notion_schema::Kind;
use syn::LitStr;

use super::ast::{Column, Row};
use crate::ctxt::Ctxt;

/// Notion's limit for the columns of a data source.
const MAX_COLUMNS: usize = 500;

pub(crate) fn check(ctxt: &Ctxt, row: &Row<'_>) {
    if let Some(column) = row.columns.get(MAX_COLUMNS) {
        ctxt.error(
            column.field,
            format_args!("a Notion data source has at most {MAX_COLUMNS} columns"),
        );
    }
    for (at, column) in row.columns.iter().enumerate() {
        let before = &row.columns[..at];
        kind(ctxt, column, before);
        unique(
            ctxt,
            column,
            &column.name,
            "name",
            before.iter().map(|before| (&before.name, before)),
        );
        if let Some(id) = &column.id {
            unique(
                ctxt,
                column,
                id,
                "id",
                before
                    .iter()
                    .filter_map(|before| Some((before.id.as_ref()?, before))),
            );
        }
        if let Some(same) = before.iter().find(|before| before.constant == column.constant) {
            let (constant, field) = (&column.constant, same.field);
            ctxt.error(
                column.field,
                format_args!("`{field}` has the constant `{constant}` already: rename one of the fields"),
            );
        }
    }
}

fn kind(ctxt: &Ctxt, column: &Column<'_>, before: &[Column<'_>]) {
    let Some((_, word)) = &column.kind else { return };
    if is_title(column)
        && let Some(first) = before.iter().find(|before| is_title(before))
    {
        ctxt.error(
            word,
            format_args!("a data source has one title, and `{}` is it already", first.field),
        );
    }
}

fn unique<'a>(
    ctxt: &Ctxt,
    column: &Column<'_>,
    text: &LitStr,
    what: &str,
    mut before: impl Iterator<Item = (&'a LitStr, &'a Column<'a>)>,
) {
    let value = text.value();
    if value.is_empty() {
        ctxt.error(text, format_args!("the {what} of a column is not empty"));
    } else if let Some((_, same)) = before.find(|(other, _)| other.value() == value) {
        // Two titles are reported as such.
        if !(is_title(column) && is_title(same)) {
            ctxt.error(
                text,
                format_args!("`{}` is the column of {what} `{value}` already", same.field),
            );
        }
    }
}

fn is_title(column: &Column<'_>) -> bool {
    matches!(column.kind, Some((Kind::Title, _)))
}

/// Whether the constants of the columns can be emitted although the row has mistakes.
pub(super) fn is_sound(row: &Row<'_>) -> bool {
    let is_alone = |at: usize| {
        row.columns[..at]
            .iter()
            .all(|before| before.constant != row.columns[at].constant)
    };
    (0..row.columns.len()).all(is_alone)
}
