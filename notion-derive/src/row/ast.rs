//! What the attributes of a struct say.

use std::fmt::Display;

use notion_schema::{Access, Kind};
use proc_macro2::Span;
use syn::{
    Attribute, Data, DeriveInput, Field as SynField, Fields, Generics, Ident, LitStr, Path, Type, Visibility,
};

use super::field;
use crate::attr::{self, Attr};
use crate::ctxt::Ctxt;

pub(crate) struct Row<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) generics: &'a Generics,
    pub(crate) krate: Path,
    pub(crate) description: Option<String>,
    /// The snapshot that the columns are checked against.
    pub(crate) schema: Option<LitStr>,
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
    /// Where the type is, which is what the compiler points at when it does not fit.
    pub(crate) at: Span,
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
    /// The options that the column has in the snapshot.
    pub(crate) options: Vec<String>,
}

/// The kind of a column, and what says so.
#[derive(Clone, Copy)]
pub(crate) struct ColumnKind {
    /// `None` for a column that is read as JSON, whatever its kind.
    pub(crate) kind: Option<Kind>,
    pub(crate) at: Span,
    pub(crate) by: Source,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Source {
    Attribute,
    Type,
    Snapshot,
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

impl ColumnKind {
    /// Reports what is wrong with the kind, at the word that says it, or else at the type of the field.
    pub(crate) fn blame(self, ctxt: &Ctxt, ty: &Type, message: impl Display) {
        if self.by == Source::Attribute {
            ctxt.error_at(self.at, message);
        } else {
            ctxt.error(ty, message);
        }
    }
}

impl Column {
    /// The kind, unless it is left to the type, or any.
    pub(crate) fn known_kind(&self) -> Option<Kind> {
        self.kind.and_then(|kind| kind.kind)
    }

    pub(crate) fn is_title(&self) -> bool {
        self.known_kind() == Some(Kind::Title)
    }

    /// Whether it is the title, whatever it is called.
    pub(crate) fn is_unnamed_title(&self) -> bool {
        self.is_title() && self.name.value() == TITLE
    }

    /// The id, unless it goes without saying.
    pub(crate) fn given_id(&self) -> Option<&LitStr> {
        self.id.as_ref().filter(|_| !self.is_title())
    }

    /// Whether Notion takes values for it.
    pub(crate) fn is_writable(&self) -> bool {
        match self.kind {
            None => true,
            Some(kind) => kind.kind.is_some_and(|kind| kind.access() == Access::Writable),
        }
    }

    /// Whether the row writes it.
    pub(crate) fn is_written(&self) -> bool {
        self.is_writable() && !self.read_only
    }
}

/// The id of the title in all data sources; and its name, where a row gives none.
pub(crate) const TITLE: &str = "title";

const STRUCT_KEYS: [&str; 6] = [
    "crate",
    "rename_all",
    "schema",
    "description",
    "insert",
    "insert_derive",
];

pub(crate) fn parse<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Row<'a> {
    let mut krate = Attr::NONE;
    let mut rename_all = Attr::NONE;
    let mut schema = Attr::NONE;
    let mut description = Attr::NONE;
    let mut insert = Attr::NONE;
    let mut derives: Attr<(Ident, Vec<Path>)> = Attr::NONE;
    attr::parse(ctxt, &input.attrs, &STRUCT_KEYS, |key, meta| {
        match &*key.to_string() {
            "crate" => krate.set(ctxt, key, attr::path(key, meta, "a crate")?),
            "rename_all" => rename_all.set(ctxt, key, attr::style(key, meta)?),
            "schema" => schema.set(ctxt, key, attr::text(key, meta)?),
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
        schema: schema.into_inner(),
        insert: insert.map(|ident| Insert {
            ident,
            derives: derives.map(|(_, paths)| paths).unwrap_or_default(),
        }),
        fields: named(ctxt, input)
            .into_iter()
            .filter_map(|field| field::parse(ctxt, field, style, &mut index))
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
