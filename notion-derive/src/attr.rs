//! The grammar of `#[notion(…)]`. It knows syntax, and nothing of Notion.

use notion_schema::nearest;
use proc_macro2::TokenStream;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Ident, LitStr, Path, Token};

use crate::ctxt::Ctxt;

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
        None => format!("{what} is not an attribute here, expected one of {}", list(known)),
    }
}

fn list(names: &[&str]) -> String {
    names
        .iter()
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

/// The path to notion-core that `crate = "…"` names.
pub(crate) fn krate(ctxt: &Ctxt, attrs: &[Attribute]) -> Path {
    let mut path = Attr::NONE;
    parse(ctxt, attrs, &["crate"], |key, meta| {
        if key != "crate" {
            return Ok(false);
        }
        let text = text(key, meta)?;
        match text.parse::<Path>() {
            Ok(value) => path.set(ctxt, key, value),
            Err(_) => ctxt.error(&text, "expected the path of a crate: `crate = \"notion_core\"`"),
        }
        Ok(true)
    });
    path.into_inner()
        .unwrap_or_else(|| syn::parse_quote!(::notion_core))
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
