use notion_schema::json::Writer;

use super::{Binding, InsertRow};
use crate::error::{Error, ErrorKind, Result};
use crate::property::WriteError;

/// Writes the columns of a row, one at a time.
///
/// A value that Notion would refuse is remembered, and all of them become one error: the request is not sent.
pub struct RowWriter<'a> {
    json: Writer,
    target: Target<'a>,
    refused: Refused,
    /// Where the values go, instead of into the JSON, if they are to be looked at one by one.
    values: Option<Vec<ColumnValue>>,
    /// Where the columns of the struct that is being written begin, if it is one that is flattened into the row.
    offset: usize,
}

/// The value of a column as it would be written.
pub(crate) struct ColumnValue {
    pub(crate) column: usize,
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) json: String,
    rewrite: Rewrite,
}

/// Gives a stored value as the column would write it; `None` for one that it cannot hold.
pub(crate) type Rewrite = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What Notion would refuse, as sentences without an end.
#[derive(Debug, Default)]
pub(crate) struct Refused(Vec<String>);

/// How columns are named in a request.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// By the ids of a data source.
    Bound(&'a Binding),
    /// By the names that the row type gives them.
    Unbound,
}

impl<'a> RowWriter<'a> {
    fn new(json: Writer, target: Target<'a>, values: Option<Vec<ColumnValue>>) -> Self {
        Self {
            json,
            target,
            refused: Refused::default(),
            values,
            offset: 0,
        }
    }

    /// The `properties` object of all columns of a row, in a buffer whose content is dropped and whose memory is used again.
    pub(crate) fn properties<T: InsertRow + ?Sized>(
        target: Target<'a>,
        row: &T,
        buffer: String,
    ) -> (String, Refused) {
        let mut writer = Self::new(Writer::reusing(buffer), target, None);
        writer.json.begin_object();
        row.write_columns(&mut writer);
        writer.json.end_object();
        (writer.json.into_string(), writer.refused)
    }

    /// The values of the columns that `write` writes, apart.
    pub(crate) fn values(write: impl FnOnce(&mut RowWriter<'_>)) -> (Vec<ColumnValue>, Refused) {
        let mut writer = RowWriter::new(Writer::new(), Target::Unbound, Some(Vec::new()));
        write(&mut writer);
        (writer.values.unwrap_or_default(), writer.refused)
    }

    pub(crate) fn column(
        &mut self,
        column: usize,
        name: &'static str,
        kind: &'static str,
        value: impl FnOnce(&mut Writer) -> Result<(), WriteError>,
        rewrite: impl FnOnce() -> Rewrite,
    ) {
        let column = self.offset + column;
        let written = match &mut self.values {
            None => {
                self.json.key(match self.target {
                    Target::Bound(binding) => binding.id(column),
                    Target::Unbound => name,
                });
                self.json.begin_object();
                let written = value(self.json.key(kind));
                self.json.end_object();
                written
            }
            Some(values) => {
                let mut json = Writer::new();
                value(&mut json).map(|()| {
                    values.push(ColumnValue {
                        column,
                        name,
                        kind,
                        json: json.into_string(),
                        rewrite: rewrite(),
                    });
                })
            }
        };
        if let Err(error) = written {
            self.refused.push(format!("column `{name}` {error}"));
        }
    }

    /// Writes the columns of a struct that is flattened into the row.
    pub(crate) fn within(&mut self, offset: usize, columns: impl FnOnce(&mut Self)) {
        self.offset += offset;
        columns(self);
        self.offset -= offset;
    }
}

impl ColumnValue {
    /// A stored value as the column would write it; `None` for one that it cannot hold.
    pub(crate) fn rewrite(&self, stored: &str) -> Option<String> {
        (self.rewrite)(stored)
    }
}

impl Refused {
    pub(crate) fn push(&mut self, what: String) {
        self.0.push(what);
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// # Errors
    /// When there is anything that Notion would refuse.
    pub(crate) fn check(&self) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::InvalidInput, self.0.join("; ")).with_hint("Nothing was sent."))
    }
}
