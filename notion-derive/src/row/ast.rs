//! What the attributes of a struct say.

use notion_schema::Kind;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Field, Fields, Generics, Ident, LitStr, Path, Type};

use crate::attr::{self, Attr};
use crate::ctxt::Ctxt;

pub(crate) struct Row<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a syn::Visibility,
    pub(crate) generics: &'a Generics,
    pub(crate) krate: Path,
    pub(crate) columns: Vec<Column<'a>>,
}

pub(crate) struct Column<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The name of the associated constant.
    pub(crate) constant: Ident,
    /// The name of the property, at the literal that gives it or at the field.
    pub(crate) name: LitStr,
    pub(crate) id: Option<LitStr>,
    /// The kind, at the word that names it.
    pub(crate) kind: Option<(Kind, Ident)>,
}

pub(crate) fn parse<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Row<'a> {
    Row {
        ident: &input.ident,
        vis: &input.vis,
        generics: &input.generics,
        krate: attr::krate(ctxt, &input.attrs),
        columns: fields(ctxt, input)
            .iter()
            .filter_map(|field| column(ctxt, field))
            .collect(),
    }
}

fn fields<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Vec<&'a Field> {
    for lifetime in input.generics.lifetimes() {
        ctxt.error(lifetime, "a row owns its values: use `String` in place of `&str`");
    }
    let expected = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return fields.named.iter().collect(),
            Fields::Unnamed(_) | Fields::Unit => "a row needs a struct with named fields: each is a column",
        },
        Data::Enum(_) => "a row is a struct; for the options of a select column derive `NotionOption`",
        Data::Union(_) => "a row is a struct",
    };
    ctxt.error(&input.ident, expected);
    Vec::new()
}

fn column<'a>(ctxt: &Ctxt, field: &'a Field) -> Option<Column<'a>> {
    let ident = field.ident.as_ref()?;
    let mut name = Attr::NONE;
    let mut id = Attr::NONE;
    let mut kind: Attr<(Kind, Ident)> = Attr::NONE;
    let mut first_kind: Option<Ident> = None;
    let known: Vec<_> = ["name", "id"]
        .into_iter()
        .chain(Kind::all().map(Kind::name))
        .collect();
    attr::parse(ctxt, &field.attrs, &known, |key, meta| {
        match &*key.to_string() {
            "name" => name.set(ctxt, key, attr::text(key, meta)?),
            "id" => id.set(ctxt, key, attr::text(key, meta)?),
            "skip" => {
                return Err(syn::Error::new(
                    key.span(),
                    "each field is a column: keep what is none outside of the struct",
                ));
            }
            "text" => return Err(syn::Error::new(key.span(), "this kind is called `rich_text`")),
            "rename" => {
                return Err(syn::Error::new(
                    key.span(),
                    "the name of a column is `name = \"…\"`",
                ));
            }
            "kind" => {
                return Err(syn::Error::new(
                    key.span(),
                    "the kind is a word by itself: `#[notion(url)]`",
                ));
            }
            word => {
                let Some(named) = Kind::from_name(word) else {
                    return Ok(false);
                };
                attr::flag(key, meta)?;
                match &first_kind {
                    Some(first) if first != key => {
                        ctxt.error(
                            key,
                            format_args!("a column has one kind, and this one is `{first}` already"),
                        );
                    }
                    _ => kind.set(ctxt, key, (named, key.clone())),
                }
                first_kind.get_or_insert_with(|| key.clone());
            }
        }
        Ok(true)
    });
    let (name, mut id, kind) = (name.into_inner(), id.into_inner(), kind.into_inner());
    let is_title = matches!(kind, Some((Kind::Title, _)));
    if is_title && id.is_none() {
        // The title's column is found by its id, which is the same everywhere.
        id = Some(LitStr::new("title", ident.span()));
    }
    let plain = ident.unraw().to_string();
    let name = name.unwrap_or_else(|| LitStr::new(if is_title { "title" } else { &plain }, ident.span()));
    Some(Column {
        field: ident,
        ty: ungroup(&field.ty),
        constant: constant(&plain, ident.span()),
        name,
        id,
        kind,
    })
}

fn constant(field: &str, span: Span) -> Ident {
    let upper = field.to_uppercase();
    let mut ident = syn::parse_str(&upper).unwrap_or_else(|_| Ident::new(&format!("{upper}_"), span));
    ident.set_span(span);
    ident
}

/// A type that came through a `macro_rules!` is wrapped in a group that nobody sees.
fn ungroup(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}
