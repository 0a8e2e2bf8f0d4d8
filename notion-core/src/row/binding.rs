use notion_schema::json;
use notion_schema::{Cut, Kind};

use super::Columns;

/// The columns of a row type, bound to the properties of a data source.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// In the order of the responses, which is that of the property ids.
    pub(super) bound: Vec<Bound>,
    /// The place in `bound` of each column.
    pub(super) places: Vec<usize>,
    pub(super) rollups: Vec<Rollup>,
}

/// A rollup among the columns. Whether a page shows all that it comes to, only its relation says, which is therefore requested
/// as well.
#[derive(Debug, Clone)]
pub(crate) struct Rollup {
    pub(crate) column: usize,
    /// The id of the relation that leads to the related pages.
    pub(crate) relation: String,
    /// The id of the property of theirs that is rolled up.
    pub(crate) property: String,
}

/// A column and the property that it is bound to.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) column: usize,
    pub(super) id: String,
    pub(super) name: String,
    /// `None` for a column that is read as JSON, whatever its kind.
    pub(super) kind: Option<&'static str>,
    pub(super) cut: Cut,
    /// How the API writes a property up to its value. Where a response has just this, as all recorded ones
    /// do, the id, the kind and the value's place are settled by one comparison. Empty for a column without a kind.
    pub(super) prefix: String,
}

impl Binding {
    /// Binds each column to the property of that id and name; they come in the order of the columns.
    pub(crate) fn new<'a>(
        columns: Columns,
        properties: impl IntoIterator<Item = (&'a str, &'a str)>,
        order: impl Fn(&str) -> usize,
    ) -> Self {
        let mut bound: Vec<_> = columns
            .iter()
            .zip(properties)
            .enumerate()
            .map(|(column, (def, (id, name)))| {
                let kind = def.kind.map(Kind::name);
                Bound {
                    column,
                    id: id.to_owned(),
                    name: name.to_owned(),
                    kind,
                    cut: def.kind.map_or(Cut::Never, Kind::cut),
                    prefix: kind.map(|kind| prefix(name, id, kind)).unwrap_or_default(),
                }
            })
            .collect();
        bound.sort_by_key(|bound| order(&bound.id));
        let mut places = vec![0; bound.len()];
        for (place, bound) in bound.iter().enumerate() {
            places[bound.column] = place;
        }
        Self {
            bound,
            places,
            rollups: Vec::new(),
        }
    }

    /// The same with what is known of the rollups among the columns.
    pub(crate) fn with_rollups(mut self, rollups: Vec<Rollup>) -> Self {
        for rollup in &rollups {
            // Its relation says more exactly what else would be guessed.
            self.bound[self.places[rollup.column]].cut = Cut::Marked;
        }
        self.rollups = rollups;
        self
    }

    /// Whether the column is read as a value of a kind, and not as JSON.
    pub(crate) fn has_kind(&self, column: usize) -> bool {
        self.bound[self.places[column]].kind.is_some()
    }

    /// What is known of the rollup of that id.
    pub(crate) fn rollup(&self, id: &str) -> Option<&Rollup> {
        self.rollups.iter().find(|rollup| self.id(rollup.column) == id)
    }

    /// The id of the property that the column is bound to.
    pub(crate) fn id(&self, column: usize) -> &str {
        &self.bound[self.places[column]].id
    }

    /// The name that the property had when the column was bound to it.
    pub(crate) fn name(&self, column: usize) -> &str {
        &self.bound[self.places[column]].name
    }

    /// The ids of all properties to request.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        let relations = self.rollups.iter().map(|rollup| &*rollup.relation);
        let unbound = relations.filter(|id| self.bound.iter().all(|bound| bound.id != *id));
        self.bound.iter().map(|bound| &*bound.id).chain(unbound)
    }
}

fn prefix(name: &str, id: &str, kind: &str) -> String {
    let mut prefix = json::Writer::new();
    prefix.begin_object();
    prefix.key(name).begin_object();
    prefix.key("id").string(id);
    prefix.key("type").string(kind);
    prefix.key(kind);
    prefix.as_str()[1..].to_owned()
}
