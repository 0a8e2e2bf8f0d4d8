//! What stands in for a row that has mistakes: one cause, one error.

use proc_macro2::TokenStream;
use quote::quote;

use super::ast::Row;
use super::expand::constants;
use crate::attr;

pub(crate) fn expand(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let constants = super::check::is_sound(row).then(|| constants(row));
    let body = quote! {
        #constants

        #[automatically_derived]
        impl #impl_generics _notion::NotionRow for #ident #ty_generics #where_clause {
            type Draft = Self;

            const COLUMNS: _notion::Columns = _notion::Columns { own: &[], flattened: &[] };

            fn blank() -> Self {
                ::core::unreachable!()
            }

            fn finish(_: Self) -> Self {
                ::core::unreachable!()
            }

            fn read_column(
                _: &mut Self,
                _: ::core::primitive::usize,
                _: &mut _notion::Reader<'_>,
            ) -> ::core::result::Result<(), _notion::ReadError> {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl #impl_generics _notion::InsertRow for #ident #ty_generics #where_clause {
            type Row = Self;

            fn write_columns(&self, _: &mut _notion::RowWriter<'_>) {}
        }
    };
    attr::wrap(&row.krate, &body)
}
