//! `#[derive(NotionOption)]`.

mod ast;
mod check;
mod expand;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

/// Parse, check, emit.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let options = ast::parse(&ctxt, input);
    check::check(&ctxt, &options);
    ctxt.emit(|| expand::expand(&options), || expand::fallback(&options))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    fn expanded(input: proc_macro2::TokenStream) -> String {
        let tokens = super::derive(&syn::parse2(input).unwrap());
        prettyplease::unparse(&syn::parse2(tokens).unwrap())
    }

    #[test]
    fn a_closed_enum() {
        insta::assert_snapshot!(expanded(quote! {
            enum State {
                #[notion(name = "Not started")]
                Todo,
                r#Done,
            }
        }));
    }

    #[test]
    fn an_open_enum() {
        insta::assert_snapshot!(expanded(quote! {
            enum State {
                Done,
                #[notion(other)]
                Other(String),
            }
        }));
    }
}
