//! Notion's rules for options.
//!
//! Source: <https://developers.notion.com/reference/property-object#select>.

use syn::{Fields, Type};

use super::ast::Options;
use crate::ctxt::Ctxt;

/// The longest name of an option, in UTF-16 units: what is longer is refused when it is written.
const MAX_NAME: usize = 100;

pub(crate) fn check(ctxt: &Ctxt, options: &Options<'_>) {
    if options.is_enum && options.named.is_empty() && options.others.is_empty() {
        ctxt.error(options.ident, "an enum of options needs at least one variant");
    }
    for (at, option) in options.named.iter().enumerate() {
        let name = option.name.value();
        if !matches!(option.variant.fields, Fields::Unit) {
            ctxt.error(
                &option.variant.fields,
                "an option holds no values; a variant for all other options is marked `#[notion(other)]`",
            );
        }
        if name.is_empty() {
            ctxt.error(&option.name, "the name of an option is not empty");
        }
        if name.contains(',') {
            ctxt.error(&option.name, "Notion takes no comma in the name of an option");
        }
        let length = name.encode_utf16().count();
        if length > MAX_NAME {
            ctxt.error(
                &option.name,
                format_args!("the name of an option has {length} characters, and Notion takes {MAX_NAME}"),
            );
        }
        // Notion tells options apart without regard to case.
        let same = |other: &str| other.to_lowercase() == name.to_lowercase();
        if let Some(first) = options.named[..at]
            .iter()
            .find(|before| same(&before.name.value()))
        {
            let variant = &first.variant.ident;
            ctxt.error(
                &option.name,
                format_args!("`{variant}` is the option `{}` already", first.name.value()),
            );
        }
    }
    for (at, other) in options.others.iter().enumerate() {
        if !holds_text(&other.fields) {
            ctxt.error(
                &other.ident,
                format_args!(
                    "the variant for all other options holds their name: `{}(String)`",
                    other.ident
                ),
            );
        }
        if at > 0 {
            ctxt.error(
                &other.ident,
                format_args!("`{}` holds all other options already", options.others[0].ident),
            );
        }
    }
}

/// Whether a variant is `Other(String)`, as far as can be seen from how the type is written.
fn holds_text(fields: &Fields) -> bool {
    let Fields::Unnamed(fields) = fields else {
        return false;
    };
    match fields.unnamed.first().map(|field| &field.ty) {
        Some(Type::Path(ty)) if fields.unnamed.len() == 1 => ty
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "String"),
        _ => false,
    }
}
