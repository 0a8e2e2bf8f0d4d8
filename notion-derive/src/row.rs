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
mod tests {
    use quote::quote;

    fn expanded(input: proc_macro2::TokenStream) -> String {
        let tokens = super::derive(&syn::parse2(input).unwrap());
        prettyplease::unparse(&syn::parse2(tokens).unwrap())
    }

    #[test]
    fn a_row() {
        let input = quote! {
            /// Team work items.
            pub struct Task {
                #[notion(title)]
                name: String,
                #[notion(name = "Due Date")]
                due: Option<DateOrRange>,
                #[notion(url, name = "Link", id = "a%3Ab")]
                r#type: Option<String>,
            }
        };
        insta::assert_snapshot!(expanded(input));
    }

    #[test]
    fn a_row_with_a_computed_column_and_generics() {
        let input = quote! {
            #[notion(crate = "my::notion")]
            struct Noted<T: Bound> where T: Other {
                inner: T,
                #[notion(created_time)]
                created: Timestamp,
            }
        };
        insta::assert_snapshot!(expanded(input));
    }

    #[test]
    fn a_row_of_twelve_columns_expands_to_at_most_150_lines() {
        let fields = (0..12).map(|at| quote::format_ident!("column_{at}"));
        let lines = expanded(quote!(struct Wide { #(#fields: Option<String>),* }))
            .lines()
            .count();
        assert!(lines <= 150, "{lines} lines");
    }
}
