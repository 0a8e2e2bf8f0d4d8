//! What the attributes of a field say.

use notion_schema::Kind;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Field as SynField, Ident, LitStr, Path, Type};

use super::ast::{Column, ColumnKind, Default, Field, Flatten, Held, Role, Source, TITLE};
use super::types;
use crate::attr::{self, Attr};
use crate::ctxt::Ctxt;
use crate::rename::Style;

/// The attributes beside the kinds.
const KEYS: [&str; 11] = [
    "name",
    "id",
    "key",
    "read_only",
    "default",
    "skip",
    "flatten",
    "parse",
    "with",
    "insert",
    "description",
];

/// What goes with `flatten`, and what with `skip`.
const OF_FLATTEN: [&str; 4] = ["flatten", "key", "read_only", "insert"];
const OF_SKIP: [&str; 2] = ["skip", "default"];

/// What is read as JSON, whatever its kind.
const RAW: &str = "raw";

/// A field, and its attributes.
struct Given<'a> {
    field: &'a SynField,
    ident: &'a Ident,
    ty: &'a Type,
    at: Span,
    name: Attr<LitStr>,
    id: Attr<LitStr>,
    kind: Attr<(Ident, ColumnKind)>,
    key: Attr<Ident>,
    read_only: Attr<Ident>,
    default: Attr<Default>,
    skip: Attr<Ident>,
    flatten: Attr<Ident>,
    parse: Attr<Ident>,
    with: Attr<(Ident, Path)>,
    insert: Attr<(Ident, Type)>,
    description: Attr<String>,
    /// All of them, as they were written.
    keys: Vec<Ident>,
}

/// The field, with the place of its column, if it is one, taken from `index`.
pub(crate) fn parse<'a>(
    ctxt: &Ctxt,
    field: &'a SynField,
    style: Option<Style>,
    index: &mut usize,
) -> Option<Field<'a>> {
    let given = given(ctxt, field)?;
    Some(Field {
        ident: given.ident,
        ty: given.ty,
        vis: &field.vis,
        attrs: &field.attrs,
        at: given.at,
        constant: constant(given.ident),
        role: role(ctxt, given, style, index),
    })
}

/// The name in upper case, made an identifier by `_` where it is a keyword, and left as it is where nothing else helps.
fn constant(field: &Ident) -> Ident {
    let plain = field.unraw().to_string();
    let upper = plain.to_uppercase();
    let mut ident = syn::parse_str(&upper)
        .or_else(|_| syn::parse_str(&format!("{upper}_")))
        .unwrap_or_else(|_| field.clone());
    ident.set_span(field.span());
    ident
}

fn role(ctxt: &Ctxt, given: Given<'_>, style: Option<Style>, index: &mut usize) -> Role {
    if let Some(skip) = given.skip.get() {
        only(
            ctxt,
            &given,
            &OF_SKIP,
            format_args!("`{skip}`: the field is no column"),
        );
        return Role::Skip(given.default.into_inner().unwrap_or(Default::OfType));
    }
    if let Some(flatten) = given.flatten.get() {
        only(
            ctxt,
            &given,
            &OF_FLATTEN,
            format_args!("`{flatten}`: the field is not one column but those of another struct"),
        );
        return Role::Flatten(Flatten {
            key: given.key.into_inner(),
            read_only: given.read_only.get().is_some(),
            insert: given.insert.into_inner().map(|(_, ty)| ty),
        });
    }
    if let Some((key, _)) = given.insert.get() {
        ctxt.error(
            key,
            "`insert` on a field goes with `flatten`: it names what stands for the columns in the companion",
        );
    }
    let column = column(ctxt, given, style, *index);
    *index += 1;
    Role::Column(column)
}

fn only(ctxt: &Ctxt, given: &Given<'_>, allowed: &[&str], what: std::fmt::Arguments<'_>) {
    for key in &given.keys {
        if !allowed.iter().any(|allowed| key == allowed) {
            ctxt.error(key, format_args!("`{key}` does not go with {what}"));
        }
    }
}

fn column(ctxt: &Ctxt, given: Given<'_>, style: Option<Style>, index: usize) -> Column {
    let Given {
        field, ident, ty, at, ..
    } = given;
    let held = match (given.parse.into_inner(), given.with.into_inner()) {
        (Some(_), Some((with, _))) => {
            ctxt.error(
                with,
                "`with` does not go with `parse`: the module says how the text is read",
            );
            Held::Parsed
        }
        (Some(_), None) => Held::Parsed,
        (None, Some((_, module))) => Held::With(module),
        (None, None) => Held::AsItIs,
    };
    let kind = match (given.kind.into_inner(), &held) {
        (Some((_, kind)), _) => Some(kind),
        (None, Held::AsItIs) => types::evident_kind(ty).map(|kind| ColumnKind {
            kind,
            at,
            by: Source::Type,
        }),
        (None, Held::Parsed | Held::With(_)) => None,
    };
    let is_title = kind.is_some_and(|kind| kind.kind == Some(Kind::Title));
    let plain = ident.unraw().to_string();
    let named = given.name.into_inner();
    let name = named.unwrap_or_else(|| {
        let name = match style {
            Some(style) => style.apply(&plain),
            // The title is the same column everywhere, whatever it is called.
            None if is_title => TITLE.to_owned(),
            None => plain,
        };
        LitStr::new(&name, ident.span())
    });
    let id = given.id.into_inner();
    Column {
        index,
        name,
        id: id.or_else(|| is_title.then(|| LitStr::new(TITLE, ident.span()))),
        kind,
        held,
        default: given.default.into_inner(),
        key: given.key.into_inner(),
        read_only: given.read_only.get().is_some(),
        description: given
            .description
            .into_inner()
            .or_else(|| attr::summary(&field.attrs)),
        options: Vec::new(),
    }
}

fn given<'a>(ctxt: &Ctxt, field: &'a SynField) -> Option<Given<'a>> {
    let ty = types::ungroup(&field.ty);
    let mut given = Given {
        field,
        ident: field.ident.as_ref()?,
        ty,
        at: types::at(ty),
        name: Attr::NONE,
        id: Attr::NONE,
        kind: Attr::NONE,
        key: Attr::NONE,
        read_only: Attr::NONE,
        default: Attr::NONE,
        skip: Attr::NONE,
        flatten: Attr::NONE,
        parse: Attr::NONE,
        with: Attr::NONE,
        insert: Attr::NONE,
        description: Attr::NONE,
        keys: Vec::new(),
    };
    let known: Vec<_> = KEYS
        .into_iter()
        .chain(Kind::all().map(Kind::name))
        .chain([RAW])
        .collect();
    attr::parse(ctxt, &field.attrs, &known, |key, meta| {
        given.keys.push(key.clone());
        let flag = |attr: &mut Attr<Ident>| {
            attr::flag(key, meta)?;
            attr.set(ctxt, key, key.clone());
            Ok(true)
        };
        match &*key.to_string() {
            "name" => given.name.set(ctxt, key, attr::text(key, meta)?),
            "id" => given.id.set(ctxt, key, attr::text(key, meta)?),
            "key" => return flag(&mut given.key),
            "read_only" => return flag(&mut given.read_only),
            "skip" => return flag(&mut given.skip),
            "flatten" => return flag(&mut given.flatten),
            "parse" => return flag(&mut given.parse),
            "default" if meta.input.peek(syn::Token![=]) => {
                let function = attr::path(key, meta, "a function")?;
                given.default.set(ctxt, key, Default::Function(function));
            }
            "default" => given.default.set(ctxt, key, Default::OfType),
            "with" => given
                .with
                .set(ctxt, key, (key.clone(), attr::path(key, meta, "a module")?)),
            "insert" => given
                .insert
                .set(ctxt, key, (key.clone(), attr::value(key, meta, "NewPart")?)),
            "description" => given.description.set(ctxt, key, attr::text(key, meta)?.value()),
            word => {
                let Some(kind) = kind(word, key.span()) else {
                    return match elsewhere(word) {
                        Some(here) => Err(syn::Error::new(key.span(), here)),
                        None => Ok(false),
                    };
                };
                attr::flag(key, meta)?;
                match given.kind.get() {
                    Some((first, _)) if first != key => ctxt.error(
                        key,
                        format_args!("a column has one kind, and this one is `{first}` already"),
                    ),
                    _ => given.kind.set(ctxt, key, (key.clone(), kind)),
                }
            }
        }
        Ok(true)
    });
    Some(given)
}

fn kind(word: &str, at: Span) -> Option<ColumnKind> {
    let kind = Kind::from_name(word);
    (kind.is_some() || word == RAW).then_some(ColumnKind {
        kind,
        at,
        by: Source::Attribute,
    })
}

/// What the words of other libraries, and of people, are called here.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "text" | "string" => "this kind is called `rich_text`",
        "phone" => "this kind is called `phone_number`",
        "person" | "user" | "users" => "this kind is called `people`",
        "file" => "this kind is called `files`",
        "bool" | "boolean" => "this kind is called `checkbox`",
        "link" => "this kind is called `url`",
        "tags" => "this kind is called `multi_select`",
        "datetime" | "time" => "this kind is called `date`",
        "rename" | "column" => "the name of a column is `name = \"…\"`",
        "kind" | "type" => "the kind is a word by itself: `#[notion(url)]`",
        "readonly" => "what is read and never written is `read_only`",
        "optional" | "nullable" => "a column that may be empty is an `Option<…>`",
        "unique" | "primary_key" => "what tells a row from all others is its `key`",
        "ignore" => "a field that is no column is marked `skip`",
        _ => return None,
    })
}
