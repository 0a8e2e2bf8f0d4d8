//! Types that plainly do not fit their column. Whether one fits is the compiler's to say; but of the types that everybody
//! begins with it is known, and here can be said better.

use notion_schema::Kind;
use quote::ToTokens;
use syn::Type;
use syn::ext::IdentExt;

use super::ast::{Column, ColumnKind, Field, Held, Row, Source};
use super::types::{self, argument, last, optional, ungroup};
use crate::ctxt::Ctxt;

pub(crate) fn check(ctxt: &Ctxt, row: &Row<'_>, field: &Field<'_>, column: &Column) {
    if !matches!(column.held, Held::AsItIs) {
        return;
    }
    let name = field.ident.unraw();
    let ty = optional(field.ty).unwrap_or(field.ty);
    if types::is_borrowed(ty) {
        if row.generics.lifetimes().next().is_none() {
            ctxt.error(field.ty, "a row owns its values: use `String` in place of `&str`");
        }
        return;
    }
    let Some(kinds) = kinds(ty) else { return };
    let kind = column.known_kind();
    let is_checkbox = kind.is_none_or(|kind| kind == Kind::Checkbox);
    if kinds == [Kind::Checkbox] && optional(field.ty).is_some() && is_checkbox && !column.read_only {
        ctxt.error(
            field.ty,
            format_args!("a checkbox always has a value, so `{name}` is a `bool`"),
        );
        return;
    }
    if let (Some(kind), Some(said)) = (kind, column.kind)
        && !kinds.contains(&kind)
    {
        ctxt.error(field.ty, misfit(row, field, column, kind, said));
    }
}

fn misfit(row: &Row<'_>, field: &Field<'_>, column: &Column, kind: Kind, said: ColumnKind) -> String {
    let (ty, fitting) = (types::shown(field.ty), fitting(kind));
    match (&row.schema, said.by) {
        (Some(path), Source::Snapshot) => format!(
            "`{}` is of kind `{kind}` in `{}`, which `{ty}` does not hold: use {fitting}",
            column.name.value(),
            path.value(),
        ),
        _ => format!(
            "`{}` is marked as `{kind}`, which `{ty}` does not hold: use {fitting}",
            field.ident.unraw()
        ),
    }
}

/// The kinds that a type holds or may hold, for which the compiler is asked.
fn kinds(ty: &Type) -> Option<&'static [Kind]> {
    const TEXTS: &[Kind] = &[
        Kind::Title,
        Kind::RichText,
        Kind::Url,
        Kind::Email,
        Kind::PhoneNumber,
        Kind::Select,
        Kind::Status,
        Kind::UniqueId,
        Kind::Verification,
        Kind::Place,
    ];
    let Type::Path(path) = ungroup(ty) else {
        return None;
    };
    let segment = last(ty)?;
    if path.path.segments.len() > 1 {
        return None;
    }
    Some(match &*segment.ident.to_string() {
        "bool" => &[Kind::Checkbox],
        "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            &[Kind::Number, Kind::UniqueId]
        }
        "String" => TEXTS,
        "Vec" if argument(segment).is_some_and(|ty| ty.to_token_stream().to_string() == "String") => {
            &[Kind::MultiSelect]
        }
        _ => return None,
    })
}

/// The types that hold a kind.
fn fitting(kind: Kind) -> &'static str {
    match kind {
        Kind::Title | Kind::RichText => "`String` or `RichText`",
        Kind::Number => "a number such as `f64` or `Option<i64>`",
        Kind::Select | Kind::Status => "an enum that derives `NotionOption`, or `String`",
        Kind::MultiSelect => "a `Vec` of an enum that derives `NotionOption`, or `Vec<String>`",
        Kind::Date => "`DateOrRange`, `jiff::civil::Date`, `jiff::Timestamp` or `jiff::Zoned`",
        Kind::People => "`Vec<UserRef>`",
        Kind::Files => "`Vec<FileRef>`",
        Kind::Checkbox => "`bool`",
        Kind::Url | Kind::Email | Kind::PhoneNumber => "`String` or `Option<String>`",
        Kind::Relation => "`Relation<…>`, `Related<…>` or `Vec<PageId>`",
        Kind::Formula => "`Formula<…>` of what it results in, such as `Formula<f64>`",
        Kind::Rollup => "`Rollup<…>` of what it results in, such as `Rollup<f64>`",
        Kind::CreatedTime | Kind::LastEditedTime => "`jiff::Timestamp` or `jiff::Zoned`",
        Kind::CreatedBy | Kind::LastEditedBy => "`UserRef`",
        Kind::UniqueId => "`UniqueId`",
        Kind::Verification => "`Verification`",
        Kind::Place => "`Place`",
        Kind::Button => "`()`",
        _ => "a type from the table in the documentation of `notion_core::property`",
    }
}
