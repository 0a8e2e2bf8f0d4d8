//! What the attributes of a struct say.

use notion_schema::Kind;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{
    Attribute, Data, DeriveInput, Field as SynField, Fields, Generics, Ident, LitStr, Path, Type, Visibility,
};

use super::field;
use super::types;
use crate::attr::{self, Attr};
use crate::ctxt::Ctxt;

pub(crate) struct Row<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) generics: &'a Generics,
    pub(crate) krate: Path,
    pub(crate) description: Option<String>,
    pub(crate) insert: Option<Insert>,
    pub(crate) fields: Vec<Field<'a>>,
}

/// The companion that is inserted in place of the row.
pub(crate) struct Insert {
    pub(crate) ident: Ident,
    pub(crate) derives: Vec<Path>,
}

pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) vis: &'a Visibility,
    pub(crate) attrs: &'a [Attribute],
    /// The name of the associated constant.
    pub(crate) constant: Ident,
    pub(crate) role: Role,
}

pub(crate) enum Role {
    Column(Column),
    /// Holds the columns of another struct.
    Flatten(Flatten),
    /// Is no column, and has the default value.
    Skip(Default),
}

pub(crate) struct Column {
    /// The place among the row's own columns.
    pub(crate) index: usize,
    /// The name of the property, at the literal that gives it or at the field.
    pub(crate) name: LitStr,
    pub(crate) id: Option<LitStr>,
    pub(crate) kind: Option<ColumnKind>,
    pub(crate) held: Held,
    /// What an empty value is read as.
    pub(crate) default: Option<Default>,
    pub(crate) key: Option<Ident>,
    pub(crate) read_only: bool,
    pub(crate) description: Option<String>,
}

/// The kind of a column, and what says so.
#[derive(Clone, Copy)]
pub(crate) struct ColumnKind {
    /// `None` for a column that is read as JSON, whatever its kind.
    pub(crate) kind: Option<Kind>,
    pub(crate) at: Span,
}

/// How a field holds what the column holds.
pub(crate) enum Held {
    AsItIs,
    /// As what the text says.
    Parsed,
    /// As what the functions of a module make of it.
    With(Path),
}

#[derive(Clone)]
pub(crate) enum Default {
    OfType,
    Function(Path),
}

pub(crate) struct Flatten {
    pub(crate) key: Option<Ident>,
    pub(crate) read_only: bool,
    /// What stands for the columns in the companion, where they cannot all be written.
    pub(crate) insert: Option<Type>,
}

impl<'a> Row<'a> {
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&Field<'a>, &Column)> + Clone {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Column(column) => Some((field, column)),
            _ => None,
        })
    }

    pub(crate) fn flattened(&self) -> impl Iterator<Item = (&Field<'a>, &Flatten)> + Clone {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Flatten(flatten) => Some((field, flatten)),
            _ => None,
        })
    }
}

const STRUCT_KEYS: [&str; 5] = ["crate", "rename_all", "description", "insert", "insert_derive"];

pub(crate) fn parse<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Row<'a> {
    let mut krate = Attr::NONE;
    let mut rename_all = Attr::NONE;
    let mut description = Attr::NONE;
    let mut insert = Attr::NONE;
    let mut derives: Attr<(Ident, Vec<Path>)> = Attr::NONE;
    attr::parse(ctxt, &input.attrs, &STRUCT_KEYS, |key, meta| {
        match &*key.to_string() {
            "crate" => krate.set(ctxt, key, attr::path(key, meta, "a crate")?),
            "rename_all" => rename_all.set(ctxt, key, attr::style(key, meta)?),
            "description" => description.set(ctxt, key, attr::text(key, meta)?.value()),
            "insert" => insert.set(ctxt, key, attr::value(key, meta, "NewTask")?),
            "insert_derive" => {
                let paths = attr::paths(key, meta, "Debug, Clone")?;
                derives.set(ctxt, key, (key.clone(), paths));
            }
            _ => return Ok(false),
        }
        Ok(true)
    });
    let insert: Option<Ident> = insert.into_inner();
    let derives = derives.into_inner();
    if let (None, Some((key, _))) = (&insert, &derives) {
        ctxt.error(
            key,
            "`insert_derive` needs `insert = NewTask`: it is what the companion derives",
        );
    }
    let style = rename_all.into_inner();
    let mut index = 0;
    Row {
        ident: &input.ident,
        vis: &input.vis,
        generics: &input.generics,
        krate: krate.into_inner().unwrap_or_else(attr::default_crate),
        description: description.into_inner().or_else(|| attr::summary(&input.attrs)),
        insert: insert.map(|ident| Insert {
            ident,
            derives: derives.map(|(_, paths)| paths).unwrap_or_default(),
        }),
        fields: named(ctxt, input)
            .into_iter()
            .filter_map(|field| {
                let ident = field.ident.as_ref()?;
                Some(Field {
                    ident,
                    ty: types::ungroup(&field.ty),
                    vis: &field.vis,
                    attrs: &field.attrs,
                    constant: constant(ident),
                    role: field::role(ctxt, field, ident, style, &mut index),
                })
            })
            .collect(),
    }
}

fn named<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Vec<&'a SynField> {
    for lifetime in input.generics.lifetimes() {
        ctxt.error(
            lifetime,
            "a row owns its values: use `String` in place of `&str`, and no lifetimes",
        );
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

fn constant(field: &Ident) -> Ident {
    let upper = field.unraw().to_string().to_uppercase();
    let mut ident = syn::parse_str(&upper).unwrap_or_else(|_| Ident::new(&format!("{upper}_"), field.span()));
    ident.set_span(field.span());
    ident
}
