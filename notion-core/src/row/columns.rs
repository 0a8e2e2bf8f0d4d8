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
/// [flattened](macro@crate::NotionRow) into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    #[doc(hidden)]
    pub own: &'static [ColumnDef],
    #[doc(hidden)]
    pub flattened: &'static [Columns],
}

impl Columns {
    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a row without columns is of no use")]
    pub const fn len(self) -> usize {
        let mut length = self.own.len();
        let mut at = 0;
        while at < self.flattened.len() {
            length += self.flattened[at].len();
            at += 1;
        }
        length
    }

    /// The column at that place.
    pub(crate) const fn at(self, mut place: usize) -> ColumnDef {
        if place < self.own.len() {
            return self.own[place];
        }
        place -= self.own.len();
        let mut at = 0;
        while place >= self.flattened[at].len() {
            place -= self.flattened[at].len();
            at += 1;
        }
        self.flattened[at].at(place)
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = &'static ColumnDef> {
        let mut all = Vec::with_capacity(self.len());
        self.append_to(&mut all);
        all.into_iter()
    }

    fn append_to(self, all: &mut Vec<&'static ColumnDef>) {
        all.extend(self.own);
        for columns in self.flattened {
            columns.append_to(all);
        }
    }
}
