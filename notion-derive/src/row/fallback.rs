//! What stands in for a row that has mistakes: one cause, one error.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericParam, Generics};

use super::ast::Row;
use super::check;
use super::constants::{Constants, constants};
use super::insert::companion;
use crate::attr;

pub(crate) fn expand(row: &Row<'_>) -> TokenStream {
    let constants = constants(row, Constants::StandIn);
    let ident = row.ident;
    let (generics, arguments) = owned(row.generics);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let this = quote!(#ident <#(#arguments),*>);
    // A companion that would be an error of its own is left out: one that borrows, is the row, or lacks a type.
    let has_companion = row.generics.lifetimes().next().is_none()
        && row.insert.as_ref().is_some_and(|insert| insert.ident != *ident)
        && check::lost_parameter(row).is_none();
    let companion = has_companion.then(|| companion(row)).flatten();
    let inserted = row.insert.as_ref().filter(|_| has_companion).map(|insert| {
        let ident = &insert.ident;
        quote!(#ident <#(#arguments),*>)
    });
    let inserted: Vec<_> = [this.clone()].into_iter().chain(inserted).collect();
    let body = quote! {
        #constants

        #[automatically_derived]
        impl #impl_generics _notion::NotionRow for #this #where_clause {
            type Draft = Self;

            const OWN: ::core::primitive::usize = 0;

            fn column(_: ::core::primitive::usize) -> _notion::ColumnDef {
                ::core::unreachable!()
            }

            fn blank() -> Self {
                ::core::unreachable!()
            }

            fn read_column(
                _: &mut Self,
                _: ::core::primitive::usize,
                _: &mut _notion::Reader<'_>,
            ) -> _notion::Result<(), _notion::ReadError> {
                ::core::unreachable!()
            }
        }

        #(
            #[automatically_derived]
            impl #impl_generics _notion::InsertRow for #inserted #where_clause {
                type Row = #this;

                fn write_columns(&self, _: &mut _notion::RowWriter<'_>) {}
            }

            #[automatically_derived]
            impl #impl_generics _notion::KeyedRow<#this> for #inserted #where_clause {
                fn key(&self) -> _notion::Filter<#this> {
                    ::core::unreachable!()
                }
            }
        )*
    };
    let body = attr::wrap(&row.krate, &body);
    quote!(#companion #body)
}

/// A row that borrows would be refused once more: its stand-in is of values that live forever.
fn owned(generics: &Generics) -> (Generics, Vec<TokenStream>) {
    let arguments = generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(_) => quote!('static),
        GenericParam::Type(param) => {
            let ident = &param.ident;
            quote!(#ident)
        }
        GenericParam::Const(param) => {
            let ident = &param.ident;
            quote!(#ident)
        }
    });
    let arguments = arguments.collect();
    let mut generics = generics.clone();
    if generics.lifetimes().next().is_some() {
        let params = std::mem::take(&mut generics.params);
        generics.params = params
            .into_iter()
            .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
            .collect();
        generics.where_clause = None;
    }
    (generics, arguments)
}
