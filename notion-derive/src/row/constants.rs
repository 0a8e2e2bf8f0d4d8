//! The typed constants of a row: one for each column, and one for each struct that is flattened into it.

use std::borrow::Cow;

use notion_schema::Kind;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{LitStr, Type, parse_quote};

use super::ast::{Column, Field, Held, Role, Row};
use super::check;
use super::types::{end, is_borrowed, moved, optional};

/// How the constants of a row are made.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Constants {
    Real,
    /// With types, and nothing that the compiler could find wrong.
    StandIn,
}

pub(super) fn constants(row: &Row<'_>, made: Constants) -> TokenStream {
    let ident = row.ident;
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let constants = row.fields.iter().enumerate().filter_map(|(place, field)| {
        if made == Constants::StandIn && !check::has_stand_in(row, place) {
            return None;
        }
        match &field.role {
            Role::Skip(_) => None,
            Role::Column(column) => Some(of_column(row, field, column, made)),
            Role::Flatten(_) => Some(of_flattened(row, field, made)),
        }
    });
    quote! {
        #[allow(dead_code, non_upper_case_globals)]
        impl #impl_generics #ident #ty_generics #where_clause {
            #(#constants)*
        }
    }
}

fn of_column(row: &Row<'_>, field: &Field<'_>, column: &Column, made: Constants) -> TokenStream {
    let Column { index, name, id, .. } = column;
    let Field { constant, at, ty, .. } = field;
    let at = *at;
    let doc = format!("The column `{}`.", name.value());
    // Where a type is asked for its kind or result, that is done more than once, and the answer comes once only for the
    // same place. Where it is asked once, the place is all of the type.
    let is_asked_once = column.known_kind().is_some_and(|kind| !has_result(kind));
    let new = if column.is_written() {
        "column"
    } else {
        "read_only"
    };
    let new = match &column.held {
        Held::With(module) => Ident::new(new, Span::call_site().located_at(module.span())),
        _ if is_asked_once => Ident::new(new, end(ty)),
        _ => Ident::new(new, at),
    };
    let vis = moved(row.vis, at);
    let ty = column_type(field, column, made);
    let value = match made {
        Constants::Real => {
            let id = id.as_ref().map_or_else(String::new, LitStr::value);
            // What does not fit in a column is the type of the field, or that of the module's `Value`.
            let from = if let Held::With(_) = column.held {
                new.span()
            } else {
                at
            };
            quote_spanned!(from=> _notion::#new(#index, (#name, #id)))
        }
        Constants::StandIn => quote!(_notion::stand_in()),
    };
    quote_spanned! {at=>
        #[doc = #doc]
        #vis const #constant: #ty = #value;
    }
}

fn of_flattened(row: &Row<'_>, field: &Field<'_>, made: Constants) -> TokenStream {
    let Field { constant, at, ty, .. } = field;
    let vis = row.vis;
    let doc = format!("The columns of the field `{}`.", field.ident);
    let own = row.columns().count();
    let before = row.flattened().map(|(field, _)| field);
    let before = before
        .take_while(|before| before.ident != field.ident)
        .map(columns_of);
    let value = match made {
        Constants::Real => quote_spanned!(*at=> _notion::Flatten::new(#own, &[#(#before),*])),
        Constants::StandIn => quote!(_notion::Flatten::new(0, &[])),
    };
    quote_spanned! {*at=>
        #[doc = #doc]
        #vis const #constant: _notion::Flatten<Self, #ty> = #value;
    }
}

/// The columns of the struct that a field holds.
pub(super) fn columns_of(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    quote_spanned!(field.at=> <#ty as _notion::NotionRow>::COLUMNS)
}

/// The type of a column: of the kind that an attribute or the snapshot names, or of the field type's own.
fn column_type(field: &Field<'_>, column: &Column, made: Constants) -> TokenStream {
    let at = field.at;
    let stored = stored_type(field.ty, column, made);
    let access = column.read_only.then(|| quote!(, _notion::ReadOnly));
    let (kind, span) = match (column.kind, &column.held) {
        (Some(kind), _) => (kind.kind, kind.at),
        (None, Held::Parsed) => (Some(Kind::RichText), at),
        (None, _) => return quote_spanned!(at=> _notion::OwnColumn<Self, #stored #access>),
    };
    let marker = marker(kind, span);
    let result = kind
        .is_some_and(has_result)
        .then(|| quote_spanned!(at=> <_notion::ResultOf<#stored>>));
    quote_spanned!(at=> _notion::Column<Self, _notion::kind::#marker #result, #stored #access>)
}

/// Whether the marker of a kind says what its values result in.
fn has_result(kind: Kind) -> bool {
    matches!(kind, Kind::Formula | Kind::Rollup)
}

/// The type that holds what is in the column.
fn stored_type<'a>(ty: &'a Type, column: &Column, made: Constants) -> Cow<'a, Type> {
    match &column.held {
        // That is what the field is told to hold.
        Held::AsItIs if made == Constants::StandIn && is_borrowed(ty) => {
            Cow::Owned(parse_quote!(_notion::String))
        }
        Held::AsItIs => Cow::Borrowed(ty),
        Held::Parsed if optional(ty).is_some() => Cow::Owned(parse_quote!(_notion::Option<_notion::String>)),
        Held::Parsed => Cow::Owned(parse_quote!(_notion::String)),
        Held::With(module) => Cow::Owned(parse_quote!(#module::Value)),
    }
}

/// `created_time` is marked by `CreatedTime`.
fn marker(kind: Option<Kind>, span: Span) -> Ident {
    match kind {
        Some(kind) => Ident::new(&format!("{kind:?}"), span),
        None => Ident::new("Raw", span),
    }
}
