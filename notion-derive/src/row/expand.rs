//! What a row's code looks like: a table of columns, and one call for each field.

use notion_schema::{Access, Kind};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::ast::{Column, Row};
use crate::attr;

pub(crate) fn expand(row: &Row<'_>) -> TokenStream {
    let constants = constants(row);
    let notion_row = notion_row(row);
    let is_writable = |column: &Column<'_>| {
        column
            .kind
            .as_ref()
            .is_none_or(|(kind, _)| kind.access() == Access::Writable)
    };
    let insert_row = row.columns.iter().all(is_writable).then(|| insert_row(row));
    attr::wrap(&row.krate, &quote!(#constants #notion_row #insert_row))
}

fn is_writable(column: &Column<'_>) -> bool {
    column
        .kind
        .as_ref()
        .is_none_or(|(kind, _)| kind.access() == Access::Writable)
}

/// A typed constant for each column.
pub(super) fn constants(row: &Row<'_>) -> TokenStream {
    let (ident, vis) = (row.ident, row.vis);
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let constants = row.columns.iter().enumerate().map(|(index, column)| {
        let Column {
            constant, ty, name, ..
        } = column;
        let column_type = column_type(column);
        let doc = format!("The column `{}`.", name.value());
        let id = column.id.as_ref().map(|id| quote!(.with_id(#id)));
        let new = format_ident!(
            "{}",
            if is_writable(column) { "new" } else { "read_only" },
            span = at(ty)
        );
        let column = quote_spanned!(at(ty)=> _notion::Column::#new(#index, #name) #id);
        quote! {
            #[doc = #doc]
            #vis const #constant: #column_type = #column;
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, non_upper_case_globals)]
        impl #impl_generics #ident #ty_generics #where_clause {
            #(#constants)*
        }
    }
}

/// The type of a column: of the kind that an attribute names, or of the field type's own.
fn column_type(column: &Column<'_>) -> TokenStream {
    let ty = column.ty;
    let Some((kind, word)) = &column.kind else {
        return quote_spanned!(at(ty)=> _notion::OwnColumn<Self, #ty>);
    };
    let marker = format_ident!("{}", marker(*kind), span = word.span());
    let result = matches!(kind, Kind::Formula | Kind::Rollup)
        .then(|| quote_spanned!(at(ty)=> <_notion::ResultOf<#ty>>));
    quote!(_notion::Column<Self, _notion::kind::#marker #result, #ty>)
}

/// `created_time` is marked by `CreatedTime`.
fn marker(kind: Kind) -> String {
    format!("{kind:?}")
}

fn notion_row(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let defs = row
        .columns
        .iter()
        .map(|Column { constant, ty, .. }| quote_spanned!(at(ty)=> Self::#constant.def()));
    let blanks = row.columns.iter().map(
        |Column {
             constant, field, ty, ..
         }| {
            let blank = quote_spanned!(at(ty)=> Self::#constant.blank());
            quote!(#field: #blank)
        },
    );
    let reads = row.columns.iter().enumerate().map(
        |(
            index,
            Column {
                constant, field, ty, ..
            },
        )| {
            let read = quote_spanned!(at(ty)=> Self::#constant.read(&mut draft.#field, json));
            quote!(#index => #read)
        },
    );
    quote! {
        #[automatically_derived]
        impl #impl_generics _notion::NotionRow for #ident #ty_generics #where_clause {
            type Draft = Self;

            const COLUMNS: _notion::Columns = _notion::Columns { own: &[#(#defs),*], flattened: &[] };

            fn blank() -> Self {
                Self { #(#blanks),* }
            }

            fn read_column(
                draft: &mut Self,
                column: ::core::primitive::usize,
                json: &mut _notion::Reader<'_>,
            ) -> ::core::result::Result<(), _notion::ReadError> {
                match column {
                    #(#reads,)*
                    _ => ::core::result::Result::Ok(()),
                }
            }

            fn finish(draft: Self) -> Self {
                draft
            }
        }
    }
}

fn insert_row(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let writes = row.columns.iter().map(
        |Column {
             constant, field, ty, ..
         }| { quote_spanned!(at(ty)=> Self::#constant.write(&self.#field, row);) },
    );
    quote! {
        #[automatically_derived]
        impl #impl_generics _notion::InsertRow for #ident #ty_generics #where_clause {
            type Row = Self;

            fn write_columns(&self, row: &mut _notion::RowWriter<'_>) {
                #(#writes)*
            }
        }
    }
}

/// What may not fit is the field's type, so that is what the compiler points at.
fn at(ty: &syn::Type) -> Span {
    Span::call_site().located_at(ty.span())
}
