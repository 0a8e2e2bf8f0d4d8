//! That expansions mean the same in any scope: they name what is theirs from the root, or from what the derive was given.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, File, Macro, Path, Token};

/// What an expansion binds itself, and so may name.
const OWN: [&str; 11] = [
    "Self",
    "self",
    "_notion",
    "__NotionDraft",
    "draft",
    "column",
    "name",
    "own",
    "json",
    "row",
    "read",
];

/// Panics at a path that is neither from the root, nor named in `input`, nor the expansion's own.
pub(crate) fn check(expansion: &File, input: &TokenStream) {
    let mut given = OWN.map(str::to_owned).to_vec();
    names(input, &mut given);
    Checker { given }.visit_file(expansion);
}

fn names(tokens: &TokenStream, given: &mut Vec<String>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => given.push(ident.to_string()),
            TokenTree::Group(group) => names(&group.stream(), given),
            // A path in quotes.
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                given.extend(text.trim_matches('"').split("::").map(str::to_owned));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

struct Checker {
    given: Vec<String>,
}

impl Visit<'_> for Checker {
    fn visit_path(&mut self, path: &Path) {
        let first = path.segments[0].ident.to_string();
        assert!(
            path.leading_colon.is_some() || self.given.contains(&first),
            "`{}` is whatever the scope makes of it",
            quote::quote!(#path),
        );
        visit::visit_path(self, path);
    }

    /// The compiler knows attributes by itself, and macros are looked into.
    fn visit_attribute(&mut self, _: &Attribute) {}

    fn visit_macro(&mut self, found: &Macro) {
        self.visit_path(&found.path);
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(found.tokens.clone());
        for argument in arguments.unwrap() {
            self.visit_expr(&argument);
        }
    }
}

#[test]
#[should_panic = "`Some` is whatever the scope makes of it"]
fn the_check_is_awake() {
    let expansion = syn::parse_quote!(
        fn f() {
            Some(1);
        }
    );
    check(&expansion, &TokenStream::new());
}
