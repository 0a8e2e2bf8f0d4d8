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

    #[expect(
        clippy::needless_pass_by_value,
        reason = "an input is written where it is expanded"
    )]
    fn expanded(input: proc_macro2::TokenStream) -> String {
        let tokens = super::derive(&syn::parse2(input.clone()).unwrap());
        let file = syn::parse2(tokens).unwrap();
        crate::hygiene::check(&file, &input);
        prettyplease::unparse(&file)
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

    #[test]
    fn an_enum_that_says_all() {
        insta::assert_snapshot!(expanded(quote! {
            #[notion(rename_all = "Sentence case", crate = "my::notion")]
            enum State {
                /// Nobody has begun.
                #[notion(color = "gray", group = "to_do")]
                NotStarted,
                #[notion(name = "Done ✅", group = "complete", description = "Long ago.")]
                Done,
            }
        }));
    }

    #[test]
    fn an_enum_with_mistakes() {
        insta::assert_snapshot!(expanded(quote! {
            enum State<T> {
                Done(T),
            }
        }));
    }
}
