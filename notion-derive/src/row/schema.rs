//! Compares the columns of a row with those of the data source, as its snapshot has them, and takes from there what the
//! row leaves open: the kinds, and the ids.

use notion_schema::{DataSource, Property, nearest};
use syn::LitStr;
use syn::ext::IdentExt;

use super::ast::{Column, ColumnKind, Field, Role, Row, Source};
use crate::attr::list;
use crate::ctxt::Ctxt;
use crate::snapshot;

/// How many columns a message lists.
const SHOWN: usize = 20;

pub(crate) fn resolve(ctxt: &Ctxt, row: &mut Row<'_>) {
    let Some(path) = row.schema.clone() else { return };
    let shown = path.value();
    let source = match snapshot::load(&shown) {
        Ok(source) => source,
        Err(message) => {
            ctxt.error(&path, message);
            return;
        }
    };
    let snapshot = Snapshot {
        path: &shown,
        source: &source,
    };
    let named: Vec<_> = row.columns().map(|(_, column)| column.name.value()).collect();
    for field in &mut row.fields {
        let Role::Column(column) = &mut field.role else {
            continue;
        };
        let Some(property) = snapshot.find(column) else {
            ctxt.error(
                column.given_id().unwrap_or(&column.name),
                snapshot.missing(column, &named),
            );
            continue;
        };
        snapshot.settle(ctxt, field, property);
    }
}

#[derive(Clone, Copy)]
struct Snapshot<'a> {
    path: &'a str,
    source: &'a DataSource,
}

impl<'a> Snapshot<'a> {
    /// By the id if the row gives one, for that outlives a renaming, and else by the name. A title without a name is the
    /// title.
    fn find(self, column: &Column) -> Option<&'a Property> {
        if let Some(id) = column.given_id() {
            return self.source.property_by_id(&id.value());
        }
        let named = self.source.property(&column.name.value());
        if named.is_none() && column.is_unnamed_title() {
            return self.source.property_by_id("title");
        }
        named
    }

    fn missing(self, column: &Column, named: &[String]) -> String {
        let (path, name) = (self.path, column.name.value());
        if let Some(id) = column.given_id() {
            let id = id.value();
            return match self.source.property(&name) {
                Some(property) => format!(
                    "`{path}` has no column of id `{id}`; `{name}` is of id `{}`",
                    property.id
                ),
                None => format!(
                    "`{path}` has no column of id `{id}`, and none called `{name}`; {}",
                    self.columns()
                ),
            };
        }
        // A column that another field names is not the one that was meant.
        let others = self.source.properties.iter().map(|property| &*property.name);
        let others = others.filter(|other| !named.iter().any(|named| named == other));
        match nearest(&name, others) {
            Some(near) => {
                format!("`{path}` has no column `{name}`; did you mean `#[notion(name = {near:?})]`?")
            }
            None => format!("`{path}` has no column `{name}`; {}", self.columns()),
        }
    }

    fn columns(self) -> String {
        let names = self.source.properties.iter().map(|property| &*property.name);
        let more = self.source.properties.len().saturating_sub(SHOWN);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("its columns are {}{more}", list(names.take(SHOWN)))
    }

    /// What the snapshot says of a column, in the column.
    fn settle(self, ctxt: &Ctxt, field: &mut Field<'_>, property: &Property) {
        let (path, shown) = (self.path, &property.name);
        let Role::Column(column) = &mut field.role else {
            return;
        };
        match (column.kind, property.kind()) {
            // Read as JSON, whatever it is.
            (Some(ColumnKind { kind: None, .. }), _) => {}
            (_, None) => ctxt.error(
                field.ident,
                format_args!(
                    "`{shown}` is of kind `{}` in `{path}`, which this version of notion-core does not know: `#[notion(raw)]` reads it as JSON",
                    property.type_name,
                ),
            ),
            (Some(of @ ColumnKind { kind: Some(said), .. }), Some(kind)) if said != kind => {
                of.blame(
                    ctxt,
                    field.ty,
                    format_args!("`{shown}` is of kind `{kind}` in `{path}`, not `{said}`"),
                );
                // Nothing more is said of what is one or the other.
                column.kind = None;
            }
            (Some(_), _) => {}
            (None, kind) => {
                column.kind = Some(ColumnKind {
                    kind,
                    at: field.at,
                    by: Source::Snapshot,
                });
            }
        }
        if column.is_unnamed_title() {
            column.name = LitStr::new(&property.name, field.ident.unraw().span());
        }
        column.id = Some(LitStr::new(&property.id, field.ident.span()));
        column.options = property
            .options
            .iter()
            .map(|option| option.name.clone())
            .collect();
    }
}
