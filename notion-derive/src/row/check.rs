//! Notion's rules for the columns of a row.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use notion_schema::Kind;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::ast::{Column, Field, Flatten, Held, Role, Row, TITLE};
use super::insert::written;
use super::{fit, types};
use crate::attr::list;
use crate::ctxt::Ctxt;

/// Notion's limit for the columns of a data source.
const MAX_COLUMNS: usize = 500;

/// The kinds that hold one text each, so that other types can be parsed from it.
const TEXTS: [Kind; 7] = [
    Kind::Title,
    Kind::RichText,
    Kind::Url,
    Kind::Email,
    Kind::PhoneNumber,
    Kind::Select,
    Kind::Status,
];

pub(crate) fn check(ctxt: &Ctxt, row: &Row<'_>) {
    let columns: Vec<_> = row.columns().collect();
    if let Some((field, _)) = columns.get(MAX_COLUMNS) {
        ctxt.error(
            field.ident,
            format_args!("a Notion data source has at most {MAX_COLUMNS} columns"),
        );
    }
    for (at, (field, column)) in columns.iter().enumerate() {
        title(ctxt, field, column, &columns[..at]);
        held(ctxt, field, column);
        fit::check(ctxt, row, field, column);
        key(ctxt, field, column);
    }
    if unique(ctxt, &columns, "name", |column| Some(&column.name)) {
        unique(ctxt, &columns, "id", |column| column.id.as_ref());
    }
    for (field, flattened) in row.flattened() {
        flatten(ctxt, row, field, flattened);
    }
    constants(ctxt, row);
    insert(ctxt, row);
}

fn title(ctxt: &Ctxt, field: &Field<'_>, column: &Column, before: &[(&Field<'_>, &Column)]) {
    if let Some(kind) = column.kind
        && column.is_title()
        && let Some((first, _)) = before.iter().find(|(_, before)| before.is_title())
    {
        kind.blame(
            ctxt,
            field.ty,
            format_args!(
                "a data source has one title, and `{}` is it already",
                first.ident.unraw()
            ),
        );
    }
}

fn held(ctxt: &Ctxt, field: &Field<'_>, column: &Column) {
    let Some(kind) = column.kind else { return };
    if matches!(column.held, Held::Parsed)
        && let Some(named) = kind.kind
        && !TEXTS.contains(&named)
    {
        kind.blame(
            ctxt,
            field.ty,
            format_args!(
                "`parse` makes a value of text, and `{}` is of kind `{named}`: it goes with {}; for other kinds there is `with`",
                field.ident.unraw(),
                list(TEXTS.iter().map(|kind| kind.name())),
            ),
        );
    }
    if column.default.is_some() && kind.kind == Some(Kind::Checkbox) {
        kind.blame(
            ctxt,
            field.ty,
            format_args!(
                "a checkbox is never empty, so `{}` needs no `default`",
                field.ident.unraw()
            ),
        );
    }
}

fn key(ctxt: &Ctxt, field: &Field<'_>, column: &Column) {
    let Some(key) = &column.key else { return };
    let name = field.ident.unraw();
    if let Some(kind) = column.kind.and_then(|kind| kind.kind)
        && !column.is_writable()
    {
        ctxt.error(
            key,
            format_args!(
                "`{name}` is no key, because Notion computes what is of kind `{kind}`: a row to insert has no value to be found by"
            ),
        );
    } else if column.read_only {
        ctxt.error(
            key,
            format_args!(
                "`{name}` is `read_only`, so it is no key: a row that is inserted would not be found by it again"
            ),
        );
    }
}

/// Reports names or ids that two columns have, and says whether there are none.
fn unique<'a>(
    ctxt: &Ctxt,
    columns: &[(&'a Field<'a>, &'a Column)],
    what: &str,
    text: impl Fn(&'a Column) -> Option<&'a LitStr>,
) -> bool {
    let mut first = BTreeMap::new();
    let mut are_unique = true;
    for (field, column) in columns {
        let Some(text) = text(column) else { continue };
        let value = text.value();
        if value.is_empty() {
            // A column without a name can be told by its id.
            if what == "id" || column.id.is_none() {
                let or = if what == "id" { "" } else { ", or give its `id`" };
                ctxt.error(text, format_args!("the {what} of a column is not empty{or}"));
            }
            continue;
        }
        match first.entry(value) {
            Entry::Vacant(entry) => {
                entry.insert((field.ident, column.is_title()));
            }
            // Two titles are reported as such.
            Entry::Occupied(entry) if entry.get().1 && column.is_title() => {}
            Entry::Occupied(entry) => {
                are_unique = false;
                let (field, is_title) = entry.get();
                let hint = if *is_title && entry.key() == TITLE {
                    ", as a title without a name goes by that: give either its own, `#[notion(name = \"…\")]`"
                } else {
                    ""
                };
                ctxt.error(
                    text,
                    format_args!(
                        "the field `{}` has the column of {what} `{}` already{hint}",
                        field.unraw(),
                        entry.key()
                    ),
                );
            }
        }
    }
    are_unique
}

fn flatten(ctxt: &Ctxt, row: &Row<'_>, field: &Field<'_>, flatten: &Flatten) {
    let name = field.ident.unraw();
    if let Some(inner) = types::optional(field.ty) {
        ctxt.error(
            field.ty,
            format_args!(
                "the columns of a flattened struct are there for each row: `{name}` is of type `{}`, whose fields are what may be empty",
                types::shown(inner),
            ),
        );
    }
    if let (Some(key), true) = (&flatten.key, flatten.read_only) {
        ctxt.error(
            key,
            format_args!(
                "`{name}` is `read_only`, so it is no key: a row that is inserted would not be found by it again"
            ),
        );
    }
    if let (Some(ty), None) = (&flatten.insert, &row.insert) {
        ctxt.error(
            ty,
            format_args!(
                "`insert` on a field names a part of the companion, and `{}` has none: `#[notion(insert = New{0})]` on the struct makes one",
                row.ident.unraw(),
            ),
        );
    }
}

fn constants(ctxt: &Ctxt, row: &Row<'_>) {
    for (at, field) in row.fields.iter().enumerate() {
        if !has_constant(field) {
            continue;
        }
        if let Some(same) = namesake(row, at) {
            let (constant, other) = (&field.constant, same.ident.unraw());
            ctxt.error(
                field.ident,
                format_args!("`{other}` has the constant `{constant}` already: rename one of the fields"),
            );
        }
    }
}

fn has_constant(field: &Field<'_>) -> bool {
    !matches!(field.role, Role::Skip(_))
}

/// A field before that one whose constant has the same name.
fn namesake<'r, 'a>(row: &'r Row<'a>, at: usize) -> Option<&'r Field<'a>> {
    let constant = &row.fields[at].constant;
    row.fields[..at]
        .iter()
        .find(|before| has_constant(before) && before.constant == *constant)
}

/// Whether the constant of a field can be there although the row has mistakes.
pub(super) fn has_stand_in(row: &Row<'_>, at: usize) -> bool {
    let ty = row.fields[at].ty;
    let fits = match &row.fields[at].role {
        // The result is asked of the type.
        Role::Column(column) => match column.known_kind() {
            Some(kind @ (Kind::Formula | Kind::Rollup)) => types::evident_kind(ty) == Some(Some(kind)),
            _ => true,
        },
        Role::Flatten(_) => types::optional(ty).is_none(),
        Role::Skip(_) => false,
    };
    fits && namesake(row, at).is_none()
}

fn insert(ctxt: &Ctxt, row: &Row<'_>) {
    let Some(insert) = &row.insert else { return };
    let ident = &insert.ident;
    if ident == row.ident {
        ctxt.error(
            ident,
            format_args!(
                "the companion is another struct than the row, so it needs a name of its own: `New{ident}`"
            ),
        );
    }
    if written(row).next().is_none() && !row.fields.is_empty() {
        ctxt.error(
            ident,
            format_args!(
                "`{ident}` would be empty: no column of `{}` is written",
                row.ident.unraw()
            ),
        );
    }
    if let Some(parameter) = lost_parameter(row) {
        ctxt.error(
            ident,
            format_args!(
                "no column of `{ident}` is of `{parameter}`, and then Rust cannot tell which `{}` it becomes: \
                 write a companion of your own, and implement `InsertRow` for it",
                row.ident.unraw(),
            ),
        );
    }
}

/// A type parameter that the companion does not have.
pub(super) fn lost_parameter<'a>(row: &Row<'a>) -> Option<&'a Ident> {
    let parameters = row.generics.type_params().map(|parameter| &parameter.ident);
    let is_lost = |parameter: &&Ident| !written(row).any(|field| types::mentions(field.ty, &[parameter]));
    parameters.into_iter().find(is_lost)
}
