//! stub while core is first compiled
use proc_macro::TokenStream;
#[proc_macro_derive(NotionRow, attributes(notion))]
pub fn a(_: TokenStream) -> TokenStream { TokenStream::new() }
#[proc_macro_derive(NotionOption, attributes(notion))]
pub fn b(_: TokenStream) -> TokenStream { TokenStream::new() }
