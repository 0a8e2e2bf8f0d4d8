//! What an option type's code looks like.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::ast::{Named, Options};
use crate::attr;

pub(crate) fn expand(options: &Options<'_>) -> TokenStream {
    let names = || options.named.iter().map(|option| &option.name);
    let arms = names();
    let defs = options.named.iter().map(def);
    let variants = || options.named.iter().map(|option| &option.variant.ident);
    let other = options.others.first().map(|variant| &variant.ident);
    let is_open = other.is_some();
    let blank = match (options.named.first(), other) {
        (Some(Named { variant, .. }), _) => {
            let variant = &variant.ident;
            quote!(Self::#variant)
        }
        (None, other) => quote!(Self::#other(::core::default::Default::default())),
    };
    let unknown = match other {
        Some(other) => quote!(Self::#other(::core::convert::From::from(name))),
        None => quote!(return ::core::option::Option::None),
    };
    let from_arms = names()
        .zip(variants())
        .map(|(name, variant)| quote!(#name => Self::#variant));
    let name_arms = variants()
        .zip(arms)
        .map(|(variant, name)| quote!(Self::#variant => #name));
    let other_arm = other.map(|other| quote!(Self::#other(name) => name,));
    let body = quote! {
        const OPTIONS: &'static [_notion::OptionDef] = &[#(#defs),*];
        const OPEN: ::core::primitive::bool = #is_open;

        fn blank() -> Self {
            #blank
        }

        fn from_name(name: &::core::primitive::str) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(match name {
                #(#from_arms,)*
                _ => #unknown,
            })
        }

        fn name(&self) -> &::core::primitive::str {
            match self {
                #(#name_arms,)*
                #other_arm
            }
        }
    };
    impls(options, &body)
}

/// An option, with what is said of it.
fn def(option: &Named<'_>) -> TokenStream {
    let Named {
        name,
        color,
        group,
        description,
        ..
    } = option;
    let color = color.map(|color| {
        let color = Ident::new(color, Span::call_site());
        quote!(.with_color(_notion::OptionColor::#color))
    });
    let group = group.map(|group| {
        let group = Ident::new(group, Span::call_site());
        quote!(.with_group(_notion::StatusGroup::#group))
    });
    let description = description.as_ref().map(|text| quote!(.with_description(#text)));
    quote!(_notion::OptionDef::new(#name) #color #group #description)
}

/// What stands in for an enum that has mistakes: one cause, one error.
pub(crate) fn fallback(options: &Options<'_>) -> TokenStream {
    let body = quote! {
        const OPTIONS: &'static [_notion::OptionDef] = &[];
        const OPEN: ::core::primitive::bool = true;

        fn blank() -> Self {
            ::core::unreachable!()
        }

        fn from_name(_: &::core::primitive::str) -> ::core::option::Option<Self> {
            ::core::unreachable!()
        }

        fn name(&self) -> &::core::primitive::str {
            ::core::unreachable!()
        }
    };
    impls(options, &body)
}

fn impls(options: &Options<'_>, body: &TokenStream) -> TokenStream {
    let ident = options.ident;
    let (impl_generics, ty_generics, where_clause) = options.generics.split_for_impl();
    let impls = quote! {
        #[automatically_derived]
        impl #impl_generics _notion::NotionOption for #ident #ty_generics #where_clause {
            #body
        }

        #[automatically_derived]
        impl #impl_generics _notion::HasKind for #ident #ty_generics #where_clause {
            type Kind = _notion::kind::Select;
        }
    };
    attr::wrap(&options.krate, &impls)
}
