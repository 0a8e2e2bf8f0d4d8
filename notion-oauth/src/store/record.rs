use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::{Column, Table};
use crate::error::{Error, ErrorKind, Result};

/// A record of a table.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Which record of its table: 1 to 600 bytes of printable ASCII without white space.
    pub key: String,
    /// How often it was written: 1 after it was inserted, and one more each time that it is replaced.
    pub version: i64,
    /// The order among records of the table: microseconds since 1970 in UTC.
    pub time: i64,
    /// The columns that have a value: some of [`Table::columns`]. Any text without a null character.
    pub columns: BTreeMap<Column, String>,
    /// What is not secret, as JSON, which a store gives back byte for byte.
    pub body: String,
    /// What is secret, sealed, or as it is where the store is memory. Empty if there is nothing.
    pub sealed: Zeroizing<Vec<u8>>,
}

impl Record {
    /// How long a key may be.
    const KEY: usize = 600;
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("key", &self.key)
            .field("version", &self.version)
            .field("time", &self.time)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

/// One change of a commit. A store answers a kind that it does not know, of a later version, with an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Adds a record, whose version is 1. There must be none with its key.
    Insert(Table, Record),
    /// Puts a record in the place of the one with its key, whose version must be one less.
    Replace(Table, Record),
    /// Deletes a record, which must have this version.
    Delete {
        /// The table.
        table: Table,
        /// The key.
        key: String,
        /// The version.
        version: i64,
    },
}

impl Change {
    /// Which record it is about.
    #[must_use]
    pub fn place(&self) -> (Table, &str) {
        match self {
            Self::Insert(table, record) | Self::Replace(table, record) => (*table, &record.key),
            Self::Delete { table, key, .. } => (*table, key),
        }
    }

    /// Whether a store can keep this: that the key has the form that [`Record::key`] says, that the columns are those of
    /// the table and hold no null character, and that the version is 1 or more.
    ///
    /// # Errors
    /// [`Store`](ErrorKind::Store), with what is wrong. Nobody but a program with a mistake sees it.
    pub fn check(&self) -> Result<()> {
        let (table, key) = self.place();
        let (version, record) = match self {
            Self::Insert(_, record) | Self::Replace(_, record) => (record.version, Some(record)),
            Self::Delete { version, .. } => (*version, None),
        };
        let wrong = |why: fmt::Arguments<'_>| {
            Err(Error::new(
                ErrorKind::Store,
                format!("a record of {table} cannot be kept: {why}"),
            ))
        };
        if key.is_empty() || key.len() > Record::KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong(format_args!("its key is not 1 to 600 bytes of printable ASCII"));
        }
        if version < 1 {
            return wrong(format_args!("its version is {version}, and the first one is 1"));
        }
        for (column, value) in record.iter().flat_map(|record| &record.columns) {
            if !table.columns().contains(column) {
                return wrong(format_args!("the table has no column {column}"));
            }
            if value.contains('\0') {
                return wrong(format_args!("the column {column} holds a null character"));
            }
        }
        Ok(())
    }
}
