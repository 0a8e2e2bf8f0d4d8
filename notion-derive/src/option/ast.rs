//! What the attributes of an enum say.

use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Generics, Ident, LitStr, Path, Variant};

use crate::attr::{self, Attr};
use crate::ctxt::Ctxt;

pub(crate) struct Options<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) krate: Path,
    /// The variants that stand for one option each.
    pub(crate) named: Vec<Named<'a>>,
    /// The variants marked as holding any other option.
    pub(crate) others: Vec<&'a Variant>,
    pub(crate) is_enum: bool,
}

pub(crate) struct Named<'a> {
    pub(crate) variant: &'a Variant,
    /// The name of the option, at the literal that gives it or at the variant.
    pub(crate) name: LitStr,
}

pub(crate) fn parse<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Options<'a> {
    let mut options = Options {
        ident: &input.ident,
        generics: &input.generics,
        krate: attr::krate(ctxt, &input.attrs),
        named: Vec::new(),
        others: Vec::new(),
        is_enum: matches!(input.data, Data::Enum(_)),
    };
    let Data::Enum(data) = &input.data else {
        ctxt.error(
            &input.ident,
            "options are the variants of an enum; for a row derive `NotionRow`",
        );
        return options;
    };
    for variant in &data.variants {
        let mut name = Attr::NONE;
        let mut other = Attr::NONE;
        attr::parse(ctxt, &variant.attrs, &["name", "other"], |key, meta| {
            match &*key.to_string() {
                "rename" => {
                    return Err(syn::Error::new(
                        key.span(),
                        "the name of an option is `name = \"…\"`",
                    ));
                }
                "name" => name.set(ctxt, key, attr::text(key, meta)?),
                "other" => {
                    attr::flag(key, meta)?;
                    other.set(ctxt, key, key.clone());
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        let name = name.into_inner();
        if other.into_inner().is_some() {
            if let Some(name) = name {
                ctxt.error(name, "the variant for all other options has no name");
            }
            options.others.push(variant);
        } else {
            let ident = &variant.ident;
            let name = name.unwrap_or_else(|| LitStr::new(&ident.unraw().to_string(), ident.span()));
            options.named.push(Named { variant, name });
        }
    }
    options
}
