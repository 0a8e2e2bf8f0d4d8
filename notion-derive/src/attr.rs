//! The grammar of `#[notion(…)]`. It knows syntax, and nothing of Notion.

use notion_schema::nearest;
use proc_macro2::TokenStream;
use syn::meta::ParseNestedMeta;
use syn::parse::Parse;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path, Token};

use crate::ctxt::Ctxt;
use crate::rename::Style;

/// What an attribute says, at most once.
pub(crate) struct Attr<T> {
    value: Option<T>,
}

impl<T> Attr<T> {
    pub(crate) const NONE: Self = Self { value: None };

    /// Takes the value, and reports a second one at `key`.
    pub(crate) fn set(&mut self, ctxt: &Ctxt, key: &Ident, value: T) {
        if self.value.is_some() {
            ctxt.error(key, format_args!("`{key}` is given twice"));
        } else {
            self.value = Some(value);
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub(crate) fn into_inner(self) -> Option<T> {
        self.value
    }
}

/// Hands each key within `#[notion(…)]` to `take`, which says whether it knows it. Everything else is reported, with the
/// keys that are known.
pub(crate) fn parse(
    ctxt: &Ctxt,
    attrs: &[Attribute],
    known: &[&str],
    mut take: impl FnMut(&Ident, &ParseNestedMeta<'_>) -> syn::Result<bool>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("notion")) {
        if let Ok(text) = attr.parse_args::<LitStr>() {
            let text = text.value();
            ctxt.error(
                attr,
                format_args!("expected words, such as `#[notion(name = {text:?})]`"),
            );
            continue;
        }
        let parsed = attr.parse_nested_meta(|meta| {
            let Some(key) = meta.path.get_ident().cloned() else {
                ctxt.error(&meta.path, unknown("this path", None, known));
                return skip_value(&meta);
            };
            match take(&key, &meta) {
                Ok(true) => Ok(()),
                Ok(false) => {
                    let near = nearest(&key.to_string(), known.iter().copied());
                    ctxt.error(&key, unknown(&format!("`{key}`"), near, known));
                    skip_value(&meta)
                }
                Err(error) => {
                    ctxt.push(error);
                    skip_value(&meta)
                }
            }
        });
        if let Err(error) = parsed {
            ctxt.push(error);
        }
    }
}

fn unknown(what: &str, near: Option<&str>, known: &[&str]) -> String {
    match near {
        Some(near) => format!("{what} is not an attribute here; did you mean `{near}`?"),
        None if known.len() == 1 => format!("{what} is not an attribute here, expected `{}`", known[0]),
        None => format!(
            "{what} is not an attribute here, expected one of {}",
            list(known.iter().copied())
        ),
    }
}

/// Names in backticks.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Passes over what follows a key that could not be read, so that the next one can be.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// The text of `key = "text"`.
pub(crate) fn text(key: &Ident, meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let expected = || syn::Error::new(key.span(), format!("expected `{key} = \"…\"`"));
    if !meta.input.peek(Token![=]) {
        return Err(expected());
    }
    let value = meta.value()?;
    value
        .parse::<LitStr>()
        .map_err(|error| syn::Error::new(error.span(), format!("expected a string: `{key} = \"…\"`")))
}

/// Makes sure that a key stands alone.
pub(crate) fn flag(key: &Ident, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.is_empty() || meta.input.peek(Token![,]) {
        return Ok(());
    }
    Err(syn::Error::new(key.span(), format!("`{key}` takes no value")))
}

/// The path of `key = "a::path"`.
pub(crate) fn path(key: &Ident, meta: &ParseNestedMeta<'_>, of: &str) -> syn::Result<Path> {
    let text = text(key, meta)?;
    text.parse().map_err(|_| {
        let expected = format!("expected the path of {of}: `{key} = \"some::path\"`");
        syn::Error::new(text.span(), expected)
    })
}

/// What stands behind `key =`, which is no string.
pub(crate) fn value<T: Parse>(key: &Ident, meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<T> {
    let expected = format!("expected `{key} = {example}`");
    if !meta.input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), expected));
    }
    let value = meta.value()?;
    value
        .parse()
        .map_err(|error| syn::Error::new(error.span(), expected))
}

/// The paths of `key(one, two)`.
pub(crate) fn paths(key: &Ident, meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<Vec<Path>> {
    let expected = |span| syn::Error::new(span, format!("expected `{key}({example})`"));
    if !meta.input.peek(syn::token::Paren) {
        return Err(expected(key.span()));
    }
    let content;
    syn::parenthesized!(content in meta.input);
    let paths = content.parse_terminated(Path::parse_mod_style, Token![,]);
    match paths {
        Ok(paths) => Ok(paths.into_iter().collect()),
        Err(error) => {
            // What is left over would be an error once more.
            content.parse::<TokenStream>()?;
            Err(expected(error.span()))
        }
    }
}

pub(crate) fn default_crate() -> Path {
    syn::parse_quote!(::notion_core)
}

/// The style of `rename_all = "Title Case"`.
pub(crate) fn style(key: &Ident, meta: &ParseNestedMeta<'_>) -> syn::Result<Style> {
    let text = text(key, meta)?;
    one_of(&text, "style", Style::from_name, Style::names())
}

/// The value that a text names; an error with what it may have been meant to be for another text.
pub(crate) fn one_of<'a, T>(
    text: &LitStr,
    what: &str,
    from_name: impl FnOnce(&str) -> Option<T>,
    names: impl Iterator<Item = &'a str> + Clone,
) -> syn::Result<T> {
    let value = text.value();
    from_name(&value).ok_or_else(|| {
        let hint = match nearest(&value, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected one of {}", list(names)),
        };
        syn::Error::new(text.span(), format!("`{value}` is not a {what}; {hint}"))
    })
}

/// The first paragraph of the documentation, as one line: what comes behind it is for programmers.
pub(crate) fn summary(attrs: &[Attribute]) -> Option<String> {
    let mut summary = String::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        let Meta::NameValue(doc) = &attr.meta else {
            continue;
        };
        let Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) = &doc.value
        else {
            continue;
        };
        for line in text.value().split('\n').map(str::trim) {
            match line {
                "" if summary.is_empty() => {}
                "" => return Some(summary),
                line => {
                    summary.push_str(if summary.is_empty() { "" } else { " " });
                    summary.push_str(line);
                }
            }
        }
    }
    (!summary.is_empty()).then_some(summary)
}

/// Wraps an expansion, so that it brings no name into the scope of the struct.
pub(crate) fn wrap(krate: &Path, body: &TokenStream) -> TokenStream {
    quote::quote! {
        const _: () = {
            use #krate::__private as _notion;
            #body
        };
    }
}
