//! What the attributes of an enum say.

use notion_schema::Kind;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Generics, Ident, LitStr, Path, Variant};

use crate::attr::{self, Attr};
use crate::ctxt::Ctxt;
use crate::rename::Style;

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
    pub(crate) color: Option<&'static str>,
    pub(crate) group: Option<&'static str>,
    pub(crate) description: Option<String>,
}

/// The colours and groups as the API calls them, and the variants of `OptionColor` and `StatusGroup` for them.
const COLORS: [(&str, &str); 10] = [
    ("default", "Default"),
    ("gray", "Gray"),
    ("brown", "Brown"),
    ("orange", "Orange"),
    ("yellow", "Yellow"),
    ("green", "Green"),
    ("blue", "Blue"),
    ("purple", "Purple"),
    ("pink", "Pink"),
    ("red", "Red"),
];
const GROUPS: [(&str, &str); 3] = [
    ("to_do", "ToDo"),
    ("in_progress", "InProgress"),
    ("complete", "Complete"),
];

const VARIANT_KEYS: [&str; 5] = ["name", "color", "description", "group", "other"];

pub(crate) fn parse<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Options<'a> {
    let mut krate = Attr::NONE;
    let mut rename_all = Attr::NONE;
    attr::parse(ctxt, &input.attrs, &["crate", "rename_all"], |key, meta| {
        match &*key.to_string() {
            "crate" => krate.set(ctxt, key, attr::path(key, meta, "a crate")?),
            "rename_all" => rename_all.set(ctxt, key, attr::style(key, meta)?),
            _ => return Ok(false),
        }
        Ok(true)
    });
    let mut options = Options {
        ident: &input.ident,
        generics: &input.generics,
        krate: krate.into_inner().unwrap_or_else(attr::default_crate),
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
    let style = rename_all.into_inner();
    for variant in &data.variants {
        match option(ctxt, variant, style) {
            Some(named) => options.named.push(named),
            None => options.others.push(variant),
        }
    }
    options
}

/// The option that a variant stands for; `None` where it holds all others.
fn option<'a>(ctxt: &Ctxt, variant: &'a Variant, style: Option<Style>) -> Option<Named<'a>> {
    let mut name = Attr::NONE;
    let mut color = Attr::NONE;
    let mut group = Attr::NONE;
    let mut description = Attr::NONE;
    let mut other: Attr<Ident> = Attr::NONE;
    let mut keys = Vec::new();
    attr::parse(ctxt, &variant.attrs, &VARIANT_KEYS, |key, meta| {
        keys.push(key.clone());
        match &*key.to_string() {
            "name" => name.set(ctxt, key, attr::text(key, meta)?),
            "color" => color.set(
                ctxt,
                key,
                variant_of(&attr::text(key, meta)?, "colour of Notion's", &COLORS)?,
            ),
            "group" => {
                let group_of = variant_of(&attr::text(key, meta)?, "group of a status", &GROUPS)?;
                group.set(ctxt, key, group_of);
            }
            "description" => description.set(ctxt, key, attr::text(key, meta)?.value()),
            "other" => {
                attr::flag(key, meta)?;
                other.set(ctxt, key, key.clone());
            }
            "default" | "fallback" => {
                other.set(ctxt, key, key.clone());
                return Err(syn::Error::new(
                    key.span(),
                    "a variant for all other options is marked `other`",
                ));
            }
            word if Kind::from_name(word).is_some() => {
                let message = format!("a kind is said of the field that holds the enum: `#[notion({word})]`");
                return Err(syn::Error::new(key.span(), message));
            }
            word => {
                return match elsewhere(word) {
                    Some(here) => Err(syn::Error::new(key.span(), here)),
                    None => Ok(false),
                };
            }
        }
        Ok(true)
    });
    if let Some(other) = other.get() {
        for key in keys.iter().filter(|key| *key != other) {
            ctxt.error(
                key,
                format_args!("`{key}` does not go with `other`: the variant stands for no single option"),
            );
        }
        return None;
    }
    let ident = &variant.ident;
    let plain = ident.unraw().to_string();
    Some(Named {
        variant,
        name: name.into_inner().unwrap_or_else(|| {
            let name = style.map_or(plain.clone(), |style| style.apply(&plain));
            LitStr::new(&name, ident.span())
        }),
        color: color.into_inner(),
        group: group.into_inner(),
        description: description.into_inner().or_else(|| attr::summary(&variant.attrs)),
    })
}

/// The Rust name of what the API calls like `text`.
fn variant_of(text: &LitStr, what: &str, names: &[(&str, &'static str)]) -> syn::Result<&'static str> {
    let from_name = |name: &str| {
        let found = names.iter().find(|(of_api, _)| *of_api == name);
        found.map(|(_, variant)| *variant)
    };
    attr::one_of(text, what, from_name, names.iter().map(|(of_api, _)| *of_api))
}

/// What the words of other libraries are called here.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "rename" | "serialize" => "the name of an option is `name = \"…\"`",
        "colour" => "the colour of an option is `color = \"…\"`",
        "skip" => "each variant is an option, or holds all others: `other`",
        _ => return None,
    })
}
