use notion_schema::json::Writer;

use super::{Binding, InsertRow};
use crate::error::{Error, ErrorKind, Result};
use crate::property::WriteError;

/// Writes the `properties` of a request, a column at a time.
///
/// A value that Notion would refuse is remembered, and all of them become one error: the request is not sent.
pub struct RowWriter<'a> {
    json: Writer,
    target: Target<'a>,
    /// Where the columns of the struct that is being written begin, if it is one that is flattened into the row.
    offset: usize,
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
        Self::reusing(String::new(), target)
    }

    /// Goes on in a buffer whose content is dropped and whose memory is used again.
    pub(crate) fn reusing(buffer: String, target: Target<'a>) -> Self {
        let mut json = Writer::reusing(buffer);
        json.begin_object();
        Self {
            json,
            target,
            offset: 0,
            refused: Vec::new(),
        }
    }

    /// Writes all columns of a row.
    pub(crate) fn row<T: InsertRow + ?Sized>(target: Target<'a>, row: &T) -> Result<String> {
        let mut writer = Self::new(target);
        row.write_columns(&mut writer);
        writer.finish()
    }

    pub(crate) fn column(
        &mut self,
        column: usize,
        name: &str,
        kind: &str,
        value: impl FnOnce(&mut Writer) -> Result<(), WriteError>,
    ) {
        self.json.key(match self.target {
            Target::Bound(binding) => binding.id(self.offset + column),
            Target::Unbound => name,
        });
        self.json.begin_object();
        if let Err(error) = value(self.json.key(kind)) {
            self.refused.push(format!("column `{name}` {error}"));
        }
        self.json.end_object();
    }

    /// Writes the columns of a struct that is flattened into the row.
    pub(crate) fn within(&mut self, offset: usize, columns: impl FnOnce(&mut Self)) {
        self.offset += offset;
        columns(self);
        self.offset -= offset;
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
}
