//! The companion of `#[notion(insert = NewTask)]`, and how rows are written.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::WhereClause;

use super::ast::{Column, Field, Held, Role, Row};
use super::expand::{converted, parsed, this};
use super::types::{moved, outside};

/// The struct of the columns that are written.
pub(super) fn companion(row: &Row<'_>) -> Option<TokenStream> {
    let insert = row.insert.as_ref()?;
    let (ident, vis, generics) = (&insert.ident, row.vis, row.generics);
    let where_clause = &generics.where_clause;
    let this = this(row);
    let fields = written(row).map(|field| {
        let Field { ident, vis, .. } = field;
        let docs = field.attrs.iter().filter(|attr| attr.path().is_ident("doc"));
        let ty = match &field.role {
            Role::Flatten(flatten) => flatten.insert.as_ref().unwrap_or(field.ty),
            _ => field.ty,
        };
        let ty = outside(ty, &this);
        quote!(#(#docs)* #vis #ident: #ty)
    });
    let doc = format!(
        "A [`{}`] to insert: its columns without those that Notion computes and those that are only read.",
        row.ident
    );
    let derives = &insert.derives;
    let derives = (!derives.is_empty()).then(|| quote!(#[derive(#(#derives),*)]));
    Some(quote! {
        #[doc = #doc]
        #derives
        #vis struct #ident #generics #where_clause {
            #(#fields),*
        }
    })
}

/// The fields that are written.
pub(super) fn written<'r, 'a>(row: &'r Row<'a>) -> impl Iterator<Item = &'r Field<'a>> + Clone {
    row.fields.iter().filter(|field| match &field.role {
        Role::Column(column) => column.is_written(),
        Role::Flatten(flatten) => !flatten.read_only,
        Role::Skip(_) => false,
    })
}

/// `InsertRow` and `KeyedRow` for all that has them.
pub(super) fn impls(row: &Row<'_>) -> TokenStream {
    let this = this(row);
    let columns_of = quote!(Self);
    match &row.insert {
        Some(insert) => {
            let (_, ty_generics, _) = row.generics.split_for_impl();
            let ident = &insert.ident;
            let companion = quote!(#ident #ty_generics);
            let prefix = quote!(<#this>);
            let insert = insert_row(row, &companion, &prefix, row.generics.where_clause.as_ref());
            let keyed = [
                keyed_row(row, &this, &columns_of),
                keyed_row(row, &companion, &prefix),
            ];
            let keyed = keyed.into_iter().flatten();
            quote!(#insert #(#keyed)*)
        }
        None => {
            let is_computed = |(_, column): (_, &Column)| !column.is_writable();
            let insert = (!row.columns().any(is_computed))
                .then(|| insert_row(row, &this, &columns_of, flattened_too(row).as_ref()));
            let keyed = keyed_row(row, &this, &columns_of);
            quote!(#insert #keyed)
        }
    }
}

/// A row can be inserted if the structs that are flattened into it can. The lifetime keeps the compiler from settling the
/// question here, where it would be an error of a row that is only read.
fn flattened_too(row: &Row<'_>) -> Option<WhereClause> {
    let types: Vec<_> = row
        .flattened()
        .filter(|(_, flatten)| !flatten.read_only)
        .map(|(field, _)| field.ty)
        .collect();
    if types.is_empty() {
        return row.generics.where_clause.clone();
    }
    let mut generics = row.generics.clone();
    let where_clause = generics.make_where_clause();
    for ty in types {
        where_clause
            .predicates
            .push(syn::parse_quote!(for<'notion> #ty: _notion::InsertRow<Row = #ty>));
    }
    Some(where_clause.clone())
}

fn insert_row(
    row: &Row<'_>,
    ty: &TokenStream,
    columns_of: &TokenStream,
    where_clause: Option<&WhereClause>,
) -> TokenStream {
    let (impl_generics, ..) = row.generics.split_for_impl();
    let this = this(row);
    let writes = written(row).map(|field| {
        let Field {
            ident, constant, at, ..
        } = field;
        let value = match &field.role {
            Role::Column(column) => stored(field, column, &this),
            _ => quote_spanned!(*at=> &self.#ident),
        };
        let columns_of = moved(columns_of, *at);
        quote_spanned!(*at=> #columns_of::#constant.write(#value, row);)
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics _notion::InsertRow for #ty #where_clause {
            type Row = #this;

            fn write_columns(&self, row: &mut _notion::RowWriter<'_>) {
                #(#writes)*
            }
        }
    }
}

/// What the column holds for the field.
fn stored(field: &Field<'_>, column: &Column, this: &TokenStream) -> TokenStream {
    let Field { ident, at, .. } = field;
    let at = *at;
    match &column.held {
        Held::AsItIs => quote_spanned!(at=> &self.#ident),
        Held::Parsed => {
            let parsed = parsed(field, this);
            quote_spanned!(at=> &(#parsed.text)(&self.#ident))
        }
        Held::With(module) => {
            let converted = converted(module, field, this);
            quote_spanned!(at=> &(#converted.write)(&self.#ident))
        }
    }
}

fn keyed_row(row: &Row<'_>, ty: &TokenStream, columns_of: &TokenStream) -> Option<TokenStream> {
    let this = this(row);
    let mut conditions = row
        .fields
        .iter()
        .filter_map(|field| {
            let Field {
                ident, constant, at, ..
            } = field;
            let (key, value) = match &field.role {
                Role::Column(column) => (&column.key, stored(field, column, &this)),
                Role::Flatten(flatten) => (&flatten.key, quote_spanned!(*at=> &self.#ident)),
                Role::Skip(_) => return None,
            };
            key.as_ref()?;
            let columns_of = moved(columns_of, *at);
            Some(quote_spanned!(*at=> #columns_of::#constant.key(#value)))
        })
        .peekable();
    conditions.peek()?;
    let (impl_generics, _, where_clause) = row.generics.split_for_impl();
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics _notion::KeyedRow<#this> for #ty #where_clause {
            fn key(&self) -> _notion::Filter<#this> {
                #(#conditions)&*
            }
        }
    })
}
