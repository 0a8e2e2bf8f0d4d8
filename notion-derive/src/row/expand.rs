//! What a row's code looks like: a typed constant for each column, a table of them, and one call for each field.

use notion_schema::Kind;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use super::ast::{Column, Default, Field, Held, Role, Row};
use super::types::{at, end, innermost, last, moved, optional, outside, shown};
use super::{check, insert};
use crate::attr;

pub(crate) fn expand(row: &Row<'_>) -> TokenStream {
    let constants = constants(row, Constants::Real);
    let draft = has_draft(row).then(|| draft(row));
    let notion_row = notion_row(row);
    let insert = insert::impls(row);
    let distinct = distinct(row);
    let snapshot = snapshot(row);
    let companion = insert::companion(row);
    let body = attr::wrap(
        &row.krate,
        &quote!(#constants #draft #notion_row #insert #distinct #snapshot),
    );
    quote!(#companion #body)
}

/// The row as a type: `Task<T>`.
pub(super) fn this(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (_, ty_generics, _) = row.generics.split_for_impl();
    quote!(#ident #ty_generics)
}

/// How the constants of a row are made.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Constants {
    Real,
    /// With types, and nothing that the compiler could find wrong.
    StandIn,
}

/// A typed constant for each column.
pub(super) fn constants(row: &Row<'_>, made: Constants) -> TokenStream {
    let (ident, vis) = (row.ident, row.vis);
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let own = row.columns().count();
    let mut before: Vec<&Type> = Vec::new();
    let constants = row.fields.iter().enumerate().filter_map(|(place, field)| {
        let span = at(field.ty);
        let (doc, ty, value) = match &field.role {
            Role::Skip(_) => return None,
            Role::Column(column) => {
                let Column { index, name, id, .. } = column;
                let doc = format!("The column `{}`.", name.value());
                let new = if column.is_written() { "new" } else { "read_only" };
                // Where the type is asked for more than once, the answer comes once only for the same place.
                let is_asked_once = column.known_kind().is_some_and(|kind| !has_result(kind));
                let new = Ident::new(new, if is_asked_once { end(field.ty) } else { span });
                let id = id.as_ref().map(|id| quote!(.with_id(#id)));
                let value = quote_spanned!(span=> _notion::Column::#new(#index, #name) #id);
                (doc, column_type(field.ty, column), value)
            }
            Role::Flatten(_) => {
                let ty = field.ty;
                let doc = format!("The columns of the field `{}`.", field.ident);
                let columns = before.iter().map(|ty| columns_of(ty));
                let value = quote_spanned!(span=> _notion::Flatten::new(#own, &[#(#columns),*]));
                before.push(ty);
                (doc, quote!(_notion::Flatten<Self, #ty>), value)
            }
        };
        let value = match made {
            Constants::Real => value,
            Constants::StandIn if !check::has_stand_in(row, place) => return None,
            Constants::StandIn => quote!(_notion::stand_in()),
        };
        let constant = &field.constant;
        // All in one place, so that what is wrong with a type is said once.
        let vis = moved(vis, span);
        Some(quote_spanned! {span=>
            #[doc = #doc]
            #vis const #constant: #ty = #value;
        })
    });
    quote! {
        #[allow(dead_code, non_upper_case_globals)]
        impl #impl_generics #ident #ty_generics #where_clause {
            #(#constants)*
        }
    }
}

/// The type of a column: of the kind that an attribute or the snapshot names, or of the field type's own.
fn column_type(ty: &Type, column: &Column) -> TokenStream {
    let stored = stored_type(ty, column);
    let access = column.read_only.then(|| quote!(, _notion::ReadOnly));
    let (kind, span) = match (column.kind, &column.held) {
        (Some(kind), _) => (kind.kind, kind.at),
        (None, Held::Parsed) => (Some(Kind::RichText), at(ty)),
        (None, _) => return quote_spanned!(at(ty)=> _notion::OwnColumn<Self, #stored #access>),
    };
    let marker = marker(kind, span);
    let result = kind
        .is_some_and(has_result)
        .then(|| quote_spanned!(at(ty)=> <_notion::ResultOf<#stored>>));
    quote_spanned!(at(ty)=> _notion::Column<Self, _notion::kind::#marker #result, #stored #access>)
}

/// Whether the marker of a kind says what its values result in.
fn has_result(kind: Kind) -> bool {
    matches!(kind, Kind::Formula | Kind::Rollup)
}

/// The type that holds what is in the column.
fn stored_type(ty: &Type, column: &Column) -> TokenStream {
    match &column.held {
        Held::AsItIs => quote!(#ty),
        Held::Parsed if optional(ty).is_some() => quote!(_notion::Option<_notion::String>),
        Held::Parsed => quote!(_notion::String),
        Held::With(module) => quote!(#module::Value),
    }
}

/// `created_time` is marked by `CreatedTime`.
pub(super) fn marker(kind: Option<Kind>, span: Span) -> Ident {
    match kind {
        Some(kind) => format_ident!("{kind:?}", span = span),
        None => format_ident!("Raw", span = span),
    }
}

fn notion_row(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let (draft, new) = if has_draft(row) {
        let draft = draft_ident();
        (quote!(#draft #ty_generics), quote!(#draft))
    } else {
        (quote!(Self), quote!(Self))
    };
    let description = row
        .description
        .as_ref()
        .map(|text| quote!(const DESCRIPTION: &'static ::core::primitive::str = #text;));
    let own = row.columns().map(|(field, column)| {
        let constant = &field.constant;
        let description = column
            .description
            .as_ref()
            .map(|text| quote!(.with_description(#text)));
        quote_spanned!(at(field.ty)=> Self::#constant.def #description)
    });
    let flattened = row.flattened().map(|(field, _)| columns_of(field.ty));
    let blanks = row.fields.iter().map(blank);
    let reads = row.columns().map(|(field, column)| {
        let index = column.index;
        let read = read(field, column);
        quote!(#index => #read)
    });
    let rest = row.flattened().map(|(field, _)| {
        let Field { ident, ty, constant, .. } = field;
        quote_spanned! {at(ty)=>
            if let ::core::option::Option::Some(read) = Self::#constant.read(&mut draft.#ident, column, json) {
                return read;
            }
        }
    });
    let ok = quote!(::core::result::Result::Ok(()));
    let rest = match row.flattened().next() {
        Some(_) => quote!({ #(#rest)* #ok }),
        None => ok,
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics _notion::NotionRow for #ident #ty_generics #where_clause {
            type Draft = #draft;

            const COLUMNS: _notion::Columns = _notion::Columns {
                own: &[#(#own),*],
                flattened: &[#(#flattened),*],
            };

            #description

            fn blank() -> #draft {
                #new { #(#blanks),* }
            }

            fn read_column(
                draft: &mut #draft,
                column: ::core::primitive::usize,
                json: &mut _notion::Reader<'_>,
            ) -> _notion::Result<(), _notion::ReadError> {
                match column {
                    #(#reads,)*
                    _ => #rest,
                }
            }
        }
    }
}

fn columns_of(ty: &Type) -> TokenStream {
    quote_spanned!(at(ty)=> <#ty as _notion::NotionRow>::COLUMNS)
}

/// What a field begins with.
fn blank(field: &Field<'_>) -> TokenStream {
    let Field {
        ident, ty, constant, ..
    } = field;
    let blank = match &field.role {
        Role::Column(Column {
            held: Held::AsItIs, ..
        }) => quote_spanned!(at(ty)=> (Self::#constant.blank)()),
        Role::Column(_) => quote!(::core::option::Option::None),
        Role::Flatten(_) => quote_spanned!(at(ty)=> <#ty as _notion::NotionRow>::blank()),
        Role::Skip(default) => {
            let default = function(default, ty);
            quote_spanned!(at(ty)=> #default())
        }
    };
    quote!(#ident: #blank)
}

fn read(field: &Field<'_>, column: &Column) -> TokenStream {
    let Field {
        ident, ty, constant, ..
    } = field;
    let default = column.default.as_ref().map(|default| function(default, ty));
    let convert = match &column.held {
        Held::AsItIs => {
            return match default {
                Some(default) => {
                    quote_spanned!(at(ty)=> Self::#constant.read_or(&mut draft.#ident, json, #default))
                }
                None => quote_spanned!(at(ty)=> (Self::#constant.read)(&mut draft.#ident, json)),
            };
        }
        Held::Parsed if optional(ty).is_some() => quote_spanned!(at(ty)=> _notion::parse_optional),
        Held::Parsed => quote_spanned!(at(ty)=> _notion::parse),
        Held::With(module) => quote!(_notion::refusing(#module::read)),
    };
    let default = match default {
        Some(default) => quote_spanned!(at(ty)=> ::core::option::Option::Some(#default)),
        None => quote!(::core::option::Option::None),
    };
    quote_spanned!(at(ty)=> Self::#constant.read_as(&mut draft.#ident, json, #default, #convert))
}

/// The function that gives a field's default value.
fn function(default: &Default, ty: &Type) -> TokenStream {
    match default {
        Default::OfType => quote_spanned!(at(ty)=> ::core::default::Default::default),
        Default::Function(path) => quote!(#path),
    }
}

/// Whether some fields have no value to begin with.
fn has_draft(row: &Row<'_>) -> bool {
    row.fields.iter().any(|field| match &field.role {
        Role::Column(column) => !matches!(column.held, Held::AsItIs),
        Role::Flatten(_) => true,
        Role::Skip(_) => false,
    })
}

/// No name that anybody else has: the draft stands beside the types of the fields.
fn draft_ident() -> Ident {
    format_ident!("__NotionDraft")
}

/// The struct that is read into, and becomes the row.
fn draft(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let draft = draft_ident();
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let this = this(row);
    let fields = row.fields.iter().map(|field| {
        let ident = field.ident;
        let ty = outside(field.ty, &this);
        match &field.role {
            Role::Column(Column {
                held: Held::AsItIs, ..
            })
            | Role::Skip(_) => quote!(#ident: #ty),
            Role::Column(_) => quote!(#ident: _notion::Option<#ty>),
            Role::Flatten(_) => quote_spanned!(at(field.ty)=> #ident: <#ty as _notion::NotionRow>::Draft),
        }
    });
    let finished = row.fields.iter().map(|field| {
        let Field { ident, ty, .. } = field;
        match &field.role {
            Role::Column(Column {
                held: Held::AsItIs, ..
            })
            | Role::Skip(_) => quote!(#ident: draft.#ident),
            Role::Column(_) => quote!(#ident: _notion::taken(draft.#ident)),
            Role::Flatten(_) => {
                quote_spanned!(at(ty)=> #ident: <#ty as _notion::NotionRow>::finish(draft.#ident))
            }
        }
    });
    let generics = row.generics;
    quote! {
        pub struct #draft #generics #where_clause {
            #(#fields),*
        }

        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#draft #ty_generics> for #ident #ty_generics #where_clause {
            fn from(draft: #draft #ty_generics) -> Self {
                Self { #(#finished),* }
            }
        }
    }
}

/// The names of flattened columns are known to the compiler alone.
fn distinct(row: &Row<'_>) -> Option<TokenStream> {
    let (field, _) = row.flattened().next()?;
    if !row.generics.params.is_empty() {
        return None;
    }
    let ident = row.ident;
    Some(quote_spanned! {at(field.ty)=>
        const _: () = _notion::assert_distinct(<#ident as _notion::NotionRow>::COLUMNS);
    })
}

/// What of the snapshot only the compiler can compare, and that it compiles again when the file changes.
fn snapshot(row: &Row<'_>) -> Option<TokenStream> {
    let path = row.schema.as_ref()?;
    let file = format!("/{}", path.value());
    let ident = row.ident;
    // The options of a type that is not known yet cannot be asked for.
    let is_known = row.generics.params.is_empty();
    let columns = row
        .columns()
        .filter(|(field, column)| is_known && has_options(field.ty, column));
    let options = columns.map(|(field, column)| {
        let (constant, name, options) = (&field.constant, &column.name, &column.options);
        let ty = shown(innermost(field.ty));
        let may_create = column.known_kind() != Some(Kind::Status);
        quote_spanned! {at(field.ty)=>
            const _: () = _notion::assert_options(
                #ident::#constant.def.options, #ty, #name, #path, &[#(#options),*], #may_create,
            );
        }
    });
    Some(quote! {
        const _: &[::core::primitive::u8] =
            ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #file));
        #(#options)*
    })
}

/// Whether the options of a column are to be compared with those of a type: text holds any.
fn has_options(ty: &Type, column: &Column) -> bool {
    let is_of_options = matches!(
        column.known_kind(),
        Some(Kind::Select | Kind::MultiSelect | Kind::Status)
    );
    is_of_options
        && !matches!(column.held, Held::Parsed)
        && last(innermost(ty)).is_none_or(|ty| ty.ident != "String")
}
