use notion_schema::json::Writer;

use super::{Binding, InsertRow};
use crate::error::{Error, ErrorKind, Result};
use crate::kind::Kind;
use crate::property::WritableProperty;

/// Writes the `properties` of a request, a column at a time.
///
/// A value that Notion would refuse is remembered, and all of them become one error: the request is not sent.
pub struct RowWriter<'a> {
    json: Writer,
    target: Target<'a>,
    refused: Vec<String>,
}

/// How columns are named in a request.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// By the ids of a data source.
    Bound(&'a Binding),
    /// By the names that the row type gives them.
    Unbound,
}

impl<'a> RowWriter<'a> {
    pub(crate) fn new(target: Target<'a>) -> Self {
        let mut json = Writer::new();
        json.begin_object();
        Self {
            json,
            target,
            refused: Vec::new(),
        }
    }

    /// Writes all columns of a row.
    pub(crate) fn row<T: InsertRow>(target: Target<'a>, row: &T) -> Result<String> {
        let mut writer = Self::new(target);
        row.write_columns(&mut writer);
        writer.finish()
    }

    pub(crate) fn column<K: Kind, V: WritableProperty<K>>(&mut self, column: usize, name: &str, value: &V) {
        self.open(column, name).key(K::KIND.name());
        if let Err(error) = value.write(&mut self.json) {
            self.refused.push(format!("column `{name}` {error}"));
        }
        self.json.end_object();
    }

    pub(crate) fn empty<K: Kind>(&mut self, column: usize, name: &str) {
        self.open(column, name).key(K::KIND.name()).raw(K::EMPTY);
        self.json.end_object();
    }

    /// The `properties` object.
    pub(crate) fn finish(mut self) -> Result<String> {
        if !self.refused.is_empty() {
            return Err(
                Error::new(ErrorKind::InvalidInput, self.refused.join("; ")).with_hint("Nothing was sent.")
            );
        }
        self.json.end_object();
        Ok(self.json.into_string())
    }

    fn open(&mut self, column: usize, name: &str) -> &mut Writer {
        let key = match self.target {
            Target::Bound(binding) => binding.id(column),
            Target::Unbound => name,
        };
        self.json.key(key).begin_object();
        &mut self.json
    }
}
