use notion_schema::Kind;

use crate::property::OptionSet;

/// What a row says of one of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnDef {
    /// The name of the property.
    pub name: &'static str,
    /// The id of the property, where `#[notion(id = "…")]` names one.
    pub id: Option<&'static str>,
    /// The kind of the property; `None` for a column that is read as JSON, whatever its kind.
    pub kind: Option<Kind>,
    /// The options that the field's type names, for columns of options.
    pub options: Option<OptionSet>,
    /// What the column is for, as people read it in Notion: `#[notion(description = "…")]`, or else the first paragraph of
    /// the field's documentation.
    pub description: Option<&'static str>,
}

impl ColumnDef {
    pub(crate) const fn new(name: &'static str, kind: Option<Kind>, options: Option<OptionSet>) -> Self {
        Self {
            name,
            id: None,
            kind,
            options,
            description: None,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_description(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }
}

/// The columns of a row type: its own in the order of the fields, and behind them those of structs that are
/// [flattened](crate::Flatten) into it.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    own: usize,
    /// It is a function because a table in a constant costs the compiler three times as much.
    column: fn(usize) -> ColumnDef,
    flattened: &'static [Columns],
}

impl Columns {
    /// A number of own columns, what they are, and those of the structs that are flattened into the row.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(own: usize, column: fn(usize) -> ColumnDef, flattened: &'static [Columns]) -> Self {
        Self {
            own,
            column,
            flattened,
        }
    }

    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a row without columns is of no use")]
    pub const fn len(self) -> usize {
        self.own + Self::count(self.flattened)
    }

    /// How many there are in several structs together.
    pub(crate) const fn count(all: &[Columns]) -> usize {
        let (mut count, mut at) = (0, 0);
        while at < all.len() {
            count += all[at].len();
            at += 1;
        }
        count
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = ColumnDef> {
        let mut all = Vec::with_capacity(self.len());
        self.append_to(&mut all);
        all.into_iter()
    }

    fn append_to(self, all: &mut Vec<ColumnDef>) {
        all.extend((0..self.own).map(self.column));
        for columns in self.flattened {
            columns.append_to(all);
        }
    }
}
