#![doc = include_str!("../README.md")]

mod attr;
mod ctxt;
mod option;
mod row;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Maps a struct to the columns of a Notion data source: see `notion_core::NotionRow`.
///
/// On the struct:
///
/// - `#[notion(crate = "path::to::notion_core")]`, where notion-core goes by another name.
///
/// On a field:
///
/// - `#[notion(name = "Due Date")]`: the name of the column, which is the field's without it. A title without a name is
///   the title column, whatever it is called.
/// - `#[notion(id = "%3AUPp")]`: the id of the property, which outlives a renaming.
/// - `#[notion(title)]`, `#[notion(url)]`, …: the kind of the column, which is the type's own without it.
#[proc_macro_derive(NotionRow, attributes(notion))]
pub fn notion_row(input: TokenStream) -> TokenStream {
    row::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Maps an enum to the options of a select, multi-select or status column: see `notion_core::NotionOption`.
///
/// On the enum:
///
/// - `#[notion(crate = "path::to::notion_core")]`, where notion-core goes by another name.
///
/// On a variant:
///
/// - `#[notion(name = "Not started")]`: the name of the option, which is the variant's without it.
/// - `#[notion(other)]`, on a variant that holds a `String`: any option that has no variant of its own.
#[proc_macro_derive(NotionOption, attributes(notion))]
pub fn notion_option(input: TokenStream) -> TokenStream {
    option::derive(&parse_macro_input!(input as DeriveInput)).into()
}
