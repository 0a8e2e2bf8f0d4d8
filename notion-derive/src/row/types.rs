//! What can be seen of a type from how it is written. Whether it fits a column is left to the compiler.

use notion_schema::Kind;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, PathArguments, PathSegment, Type};

/// What may not fit is the field's type, so that is what the compiler points at. Types are mostly paths, and of these the
/// place is found without printing them, which takes long.
pub(crate) fn at(ty: &Type) -> Span {
    let first = match ty {
        Type::Path(ty) if ty.qself.is_none() && ty.path.leading_colon.is_none() => {
            ty.path.segments.first().map(|segment| segment.ident.span())
        }
        _ => None,
    };
    Span::call_site().located_at(first.unwrap_or_else(|| ty.span()))
}

/// Where the type ends: a path from `at` to here is all of it in the eyes of the compiler.
pub(crate) fn end(ty: &Type) -> Span {
    let last = match last(ty).map(|segment| (&segment.ident, &segment.arguments)) {
        Some((ident, PathArguments::None)) => Some(ident.span()),
        Some((_, PathArguments::AngleBracketed(arguments))) => Some(arguments.gt_token.span),
        _ => ty.to_token_stream().into_iter().last().map(|token| token.span()),
    };
    Span::call_site().located_at(last.unwrap_or_else(|| ty.span()))
}

/// A type that came through a `macro_rules!` is wrapped in a group that nobody sees.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}

/// The last name of a type that is a path, and what stands in its angle brackets.
pub(crate) fn last(ty: &Type) -> Option<&PathSegment> {
    match ungroup(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

pub(crate) fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The `T` of an `Option<T>`.
pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    last(ty)
        .filter(|segment| segment.ident == "Option")
        .and_then(argument)
}

/// Whether it is a reference, or holds one.
pub(crate) fn is_borrowed(ty: &Type) -> bool {
    matches!(innermost(ungroup(ty)), Type::Reference(_))
}

/// The innermost type: the `State` of an `Option<Vec<State>>`.
pub(crate) fn innermost(ty: &Type) -> &Type {
    last(ty).and_then(argument).map_or(ty, innermost)
}

/// The kind that a type stands for where its values are not written, because the derive must know which these are. The
/// inner `None` is that of JSON, which is any kind.
pub(crate) fn evident_kind(ty: &Type) -> Option<Option<Kind>> {
    if let Type::Tuple(tuple) = ungroup(ty)
        && tuple.elems.is_empty()
    {
        return Some(Some(Kind::Button));
    }
    let segment = last(ty)?;
    match &*segment.ident.to_string() {
        "Formula" if argument(segment).is_some() => Some(Some(Kind::Formula)),
        "Rollup" if argument(segment).is_some() => Some(Some(Kind::Rollup)),
        "UniqueId" => Some(Some(Kind::UniqueId)),
        "Raw" => Some(None),
        "Option" => evident_kind(argument(segment)?),
        _ => None,
    }
}

/// Whether a type names one of these.
pub(crate) fn mentions(ty: impl ToTokens, idents: &[&Ident]) -> bool {
    ty.into_token_stream().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => idents.contains(&&ident),
        TokenTree::Group(group) => mentions(group.stream(), idents),
        _ => false,
    })
}

/// The same tokens at another place.
pub(crate) fn moved(tokens: impl ToTokens, span: Span) -> TokenStream {
    let tokens = tokens.into_token_stream().into_iter();
    tokens
        .map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}

/// The type as a message shows it: without the spaces between its tokens.
pub(crate) fn shown(ty: &Type) -> String {
    let mut shown = ty.to_token_stream().to_string();
    for (spaced, close) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
    ] {
        shown = shown.replace(spaced, close);
    }
    shown
}

/// A type as it is written outside of the struct, where `Self` is another one.
pub(crate) fn outside(ty: &Type, this: &TokenStream) -> TokenStream {
    replace_self(ty.into_token_stream(), this)
}

fn replace_self(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    let mut replaced = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                // `Self::Item` is `<Task>::Item`, and `Self` is `Task`.
                let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                replaced.extend(if is_path { quote!(<#this>) } else { this.clone() });
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace_self(group.stream(), this));
                inner.set_span(group.span());
                replaced.extend([TokenTree::Group(inner)]);
            }
            token => replaced.extend([token]),
        }
    }
    replaced
}
