//! `#[derive(NotionRow)]`.

mod ast;
mod check;
mod constants;
mod expand;
mod fallback;
mod field;
mod fit;
mod insert;
mod schema;
mod types;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

/// Parse, compare with the snapshot, check, emit.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let mut row = ast::parse(&ctxt, input);
    schema::resolve(&ctxt, &mut row);
    check::check(&ctxt, &row);
    ctxt.emit(|| expand::expand(&row), || fallback::expand(&row))
}

#[cfg(test)]
mod tests;
