//! What a row's code looks like: typed constants, a table of them, and one call for each field.

use notion_schema::Kind;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type};

use super::ast::{Column, Default, Field, Held, Role, Row};
use super::constants::{Constants, columns_of, constants};
use super::insert;
use super::types::{innermost, last, moved, optional, outside, shown};
use crate::attr;

pub(crate) fn expand(row: &Row<'_>) -> TokenStream {
    let constants = constants(row, Constants::Real);
    let draft = has_draft(row).then(|| draft(row));
    let notion_row = notion_row(row);
    let insert = insert::impls(row);
    let snapshot = snapshot(row);
    let companion = insert::companion(row);
    let body = attr::wrap(
        &row.krate,
        &quote!(#constants #draft #notion_row #insert #snapshot),
    );
    quote!(#companion #body)
}

/// The row as a type: `Task<T>`.
pub(super) fn this(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (_, ty_generics, _) = row.generics.split_for_impl();
    quote!(#ident #ty_generics)
}

fn notion_row(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let (impl_generics, ty_generics, where_clause) = row.generics.split_for_impl();
    let (draft, new, end) = if has_draft(row) {
        let draft = draft_ident();
        (
            quote!(#draft #ty_generics),
            quote!(#draft),
            quote!(__notion_end: ()),
        )
    } else {
        (quote!(Self), quote!(Self), TokenStream::new())
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
        quote_spanned!(field.at=> Self::#constant.def #description)
    });
    let flattened = row.flattened().next().map(|_| {
        let columns = row.flattened().map(|(field, _)| columns_of(field));
        quote!(const FLATTENED: &'static [_notion::Columns] = &[#(#columns),*];)
    });
    let count = own.clone().count();
    let blanks = row.fields.iter().map(blank);
    let this = this(row);
    let reads = row.columns().map(|(field, column)| read(field, column, &this));
    let rest = rest(row);
    quote! {
        #[automatically_derived]
        impl #impl_generics _notion::NotionRow for #ident #ty_generics #where_clause {
            type Draft = #draft;

            const OWN: ::core::primitive::usize = #count;

            #flattened

            #description

            fn column(own: ::core::primitive::usize) -> _notion::ColumnDef {
                [#(#own),*][own]
            }

            fn blank() -> #draft {
                #new { #(#blanks,)* #end }
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

/// What a field begins with.
fn blank(field: &Field<'_>) -> TokenStream {
    let Field {
        ident,
        ty,
        constant,
        at,
        ..
    } = field;
    match &field.role {
        Role::Column(Column {
            held: Held::AsItIs, ..
        }) => quote_spanned!(*at=> #ident: (Self::#constant.blank)()),
        Role::Column(_) => quote!(#ident: ::core::option::Option::None),
        Role::Flatten(_) => quote_spanned!(*at=> #ident: <#ty as _notion::NotionRow>::blank()),
        Role::Skip(default) => {
            let default = function(default, *at);
            quote_spanned!(*at=> #ident: #default())
        }
    }
}

fn read(field: &Field<'_>, column: &Column, this: &TokenStream) -> TokenStream {
    let Field {
        ident, constant, at, ..
    } = field;
    let (at, index) = (*at, column.index);
    let default = column.default.as_ref().map(|default| function(default, at));
    let optional = || match &default {
        Some(default) => quote_spanned!(at=> ::core::option::Option::Some(#default)),
        None => quote_spanned!(at=> ::core::option::Option::None),
    };
    match &column.held {
        Held::AsItIs => match default {
            Some(default) => {
                quote_spanned!(at=> #index => Self::#constant.read_or(&mut draft.#ident, json, #default))
            }
            None => quote_spanned!(at=> #index => (Self::#constant.read)(&mut draft.#ident, json)),
        },
        Held::Parsed => {
            let (default, parsed) = (optional(), parsed(field, this));
            quote_spanned!(at=> #index => Self::#constant.read_parsed(&mut draft.#ident, json, #default, #parsed.parse))
        }
        Held::With(module) => {
            let (default, converted) = (optional(), converted(module, field, this));
            quote_spanned!(at=> #index => Self::#constant.read_as(&mut draft.#ident, json, #default, #converted.read))
        }
    }
}

/// The functions of a field marked `#[notion(parse)]`. `this` is the row, which `Self` is not everywhere.
pub(super) fn parsed(field: &Field<'_>, this: &TokenStream) -> TokenStream {
    let (ty, parsed) = match optional(field.ty) {
        Some(ty) => (ty, "parsed_option"),
        None => (field.ty, "parsed"),
    };
    let (ty, parsed) = (outside(ty, this), Ident::new(parsed, field.at));
    quote_spanned!(field.at=> _notion::#parsed::<#ty>())
}

/// The functions of a field marked `#[notion(with = "…")]`.
pub(super) fn converted(module: &Path, field: &Field<'_>, this: &TokenStream) -> TokenStream {
    let ty = moved(outside(field.ty, this), field.at);
    quote_spanned!(module.span()=> _notion::converted::<#module::Value, #ty, _>(#module::read, #module::write))
}

/// The function that gives a field's default value.
fn function(default: &Default, at: Span) -> TokenStream {
    match default {
        Default::OfType => quote_spanned!(at=> ::core::default::Default::default),
        Default::Function(path) => quote!(#path),
    }
}

/// What is not a column of the row itself: those of the structs that are flattened into it, or none.
fn rest(row: &Row<'_>) -> TokenStream {
    let ok = quote!(::core::result::Result::Ok(()));
    let mut reads = row
        .flattened()
        .map(|(field, _)| {
            let Field {
                ident, constant, at, ..
            } = field;
            quote_spanned! {*at=>
                if let ::core::option::Option::Some(read) = Self::#constant.read(&mut draft.#ident, column, json) {
                    return read;
                }
            }
        })
        .peekable();
    match reads.peek() {
        Some(_) => quote!({ #(#reads)* #ok }),
        None => ok,
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
    Ident::new("__NotionDraft", Span::call_site())
}

/// The struct that is read into, and becomes the row.
fn draft(row: &Row<'_>) -> TokenStream {
    let ident = row.ident;
    let draft = draft_ident();
    let generics = row.generics;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
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
            Role::Flatten(_) => quote_spanned!(field.at=> #ident: <#ty as _notion::NotionRow>::Draft),
        }
    });
    let finished = row.fields.iter().map(|field| {
        let Field { ident, ty, at, .. } = field;
        match &field.role {
            Role::Column(Column {
                held: Held::AsItIs, ..
            })
            | Role::Skip(_) => quote!(#ident: draft.#ident),
            Role::Column(_) => quote!(#ident: _notion::taken(draft.#ident)),
            Role::Flatten(_) => {
                quote_spanned!(*at=> #ident: <#ty as _notion::NotionRow>::finish(draft.#ident))
            }
        }
    });
    quote! {
        pub struct #draft #generics #where_clause {
            #(#fields,)*
            // The size of a struct is asked of its last field, and that of a flattened one that is no row is not known.
            __notion_end: (),
        }

        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#draft #ty_generics> for #ident #ty_generics #where_clause {
            fn from(draft: #draft #ty_generics) -> Self {
                Self { #(#finished),* }
            }
        }
    }
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
        quote_spanned! {field.at=>
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
