//! Where the tables of this crate are kept.
//!
//! A [`Store`] knows nothing of OAuth: it keeps [records](Record) in a few [tables](Table), finds them by some columns,
//! changes several of them at once or none, and gives locks that end with their holder. All else, from sealing what is
//! secret to what a grant is, is done above it and in one place. So a store for another database is five short
//! functions, and the `conformance` feature brings the tests that it has to pass.
//!
//! [`MemoryStore`] forgets with the program. The others come with a feature each: `SqliteStore` (`sqlite`),
//! `PostgresStore` (`postgres`) and `FileStore` (`file`).

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "file")]
mod file;
#[cfg(any(feature = "file", feature = "sqlite"))]
mod lock_file;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use notion_core::BoxFuture;

use crate::error::{Error, ErrorKind, Result};

#[cfg(feature = "file")]
pub use file::FileStore;
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresStore, PostgresStoreBuilder};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

/// Keeps records.
///
/// An implementation has to be right about five things. A commit takes effect as a whole or not at all, and is on the disk
/// when it is done. A change takes effect only if the version that it expects is there. What was committed is seen by
/// every read that begins later, through whichever handle. A lock is held by one holder at a time, and ends when that
/// one does, however it does: a lock that ends by itself after some time is none. And no call waits without end.
///
/// A future of it that is dropped half-way has done all of what it was to do, or none.
///
/// Errors have the kind [`Store`](crate::ErrorKind::Store), or [`Busy`](crate::ErrorKind::Busy) where waiting was of no
/// use; see [`Error::custom`](crate::Error::custom).
pub trait Store: Send + Sync + 'static {
    /// The record with this key.
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>>;

    /// The records that a query is about, ordered by [`time`](Record::time) and then by key, byte by byte.
    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>>;

    /// Makes all changes, or none.
    ///
    /// They are made one after the other, so that one may be about what an earlier one wrote. [`Commit::Conflict`] says
    /// that one of them did not find what it expects; no error is that. After an error it may be that they were made,
    /// where the answer of a server is what was lost: read again what is there.
    ///
    /// # Errors
    /// Also when a change is none that a store can keep: see [`Change::check`], which is to be called first.
    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>>;

    /// Takes a lock that excludes all others who use the same store, in this program or another, waiting `patience` for
    /// it at most. Any text is a name; names that differ do not wait for each other.
    ///
    /// # Errors
    /// [`Busy`](crate::ErrorKind::Busy) when another holder has it for longer.
    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>>;

    /// Takes what was deleted or replaced out of logs and free space, as far as the store can.
    ///
    /// It is called after secrets were forgotten, or sealed for the first time.
    fn scrub(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// The folder beside the store for answers that are on their way into it, if it is on the local disk.
    fn spool(&self) -> Option<PathBuf> {
        None
    }
}

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Table {
    /// One user's authorization of a connection in one workspace.
    Installation,
    /// The token pairs of installations that newer ones took the place of.
    Grant,
    /// Which tenant of the program may use which installation.
    Link,
    /// Which installations reach which page or database.
    Resource,
    /// Flows that have begun, and for a while how they ended.
    Flow,
    /// What happened to installations, entry by entry.
    Audit,
}

impl Table {
    /// All tables. A store that makes them from this list has those of later versions too.
    pub const ALL: &'static [Self] = &[
        Self::Installation,
        Self::Grant,
        Self::Link,
        Self::Resource,
        Self::Flow,
        Self::Audit,
    ];

    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::Grant => "token_grant",
            Self::Link => "link",
            Self::Resource => "resource",
            Self::Flow => "flow",
            Self::Audit => "audit",
        }
    }

    /// The columns by which its records are found, beside the key.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        use Column::{BotId, Browser, ClientId, KeyId, OwnerId, ResourceId, Status, Tenant, WorkspaceId};
        match self {
            Self::Installation => &[ClientId, BotId, WorkspaceId, OwnerId, Status, KeyId],
            Self::Grant => &[ClientId, BotId, KeyId],
            Self::Link => &[ClientId, BotId, Tenant],
            Self::Resource => &[ClientId, BotId, ResourceId],
            Self::Flow => &[ClientId, Status, Browser, KeyId],
            Self::Audit => &[ClientId, BotId],
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A column of text by which records are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Column {
    /// The connection.
    ClientId,
    /// The installation.
    BotId,
    /// The workspace.
    WorkspaceId,
    /// The user of Notion who authorized.
    OwnerId,
    /// The page or database.
    ResourceId,
    /// The program's own customer.
    Tenant,
    /// What stage the record is in.
    Status,
    /// The browser that began a flow, by the digest of its secret.
    Browser,
    /// The key that seals the record.
    KeyId,
}

impl Column {
    /// The name, in lower case with underscores.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientId => "client_id",
            Self::BotId => "bot_id",
            Self::WorkspaceId => "workspace_id",
            Self::OwnerId => "owner_id",
            Self::ResourceId => "resource_id",
            Self::Tenant => "tenant",
            Self::Status => "status",
            Self::Browser => "browser",
            Self::KeyId => "key_id",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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
    /// What is secret, sealed. Empty if there is nothing.
    pub sealed: Vec<u8>,
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

/// Which records to find.
///
/// ```
/// use notion_oauth::store::{Column, Query, Table};
///
/// let query = Query::new(Table::Grant)
///     .filter(Column::ClientId, "client")
///     .filter(Column::KeyId, "2025")
///     .limit(100);
///
/// assert_eq!(query.filters.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The table.
    pub table: Table,
    /// What the columns have to be. A column that the table does not have is that of no record.
    pub filters: Vec<(Column, String)>,
    /// Only records whose [`time`](Record::time) is smaller.
    pub before: Option<i64>,
    /// Only records that come after this time and key: the last ones of the page before.
    pub after: Option<(i64, String)>,
    /// How many at most.
    pub limit: Option<u32>,
}

impl Query {
    /// All records of a table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table,
            filters: Vec::new(),
            before: None,
            after: None,
            limit: None,
        }
    }

    /// Only those whose column has this value.
    #[must_use]
    pub fn filter(mut self, column: Column, value: impl Into<String>) -> Self {
        self.filters.push((column, value.into()));
        self
    }

    /// Only those whose time is smaller.
    #[must_use]
    pub fn before(mut self, time: i64) -> Self {
        self.before = Some(time);
        self
    }

    /// Only those that come after this record.
    #[must_use]
    pub fn after(mut self, record: &Record) -> Self {
        self.after = Some((record.time, record.key.clone()));
        self
    }

    /// So many at most.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Whether the query is about a record, its [`limit`](Self::limit) aside: for stores that look at each.
    #[must_use]
    pub fn matches(&self, record: &Record) -> bool {
        let is_after = |(time, key): &(i64, String)| (record.time, &record.key) > (*time, key);
        self.filters
            .iter()
            .all(|(column, value)| record.columns.get(column) == Some(value))
            && self.before.is_none_or(|time| record.time < time)
            && self.after.as_ref().is_none_or(is_after)
    }
}

/// One change of a commit.
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

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a conflict has to be handled"]
pub enum Commit {
    /// All changes are made, and on the disk.
    Done,
    /// None is, because somebody else changed a record since it was read.
    Conflict,
}

/// A lock that is held. Dropping it gives it back.
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    _guard: Box<dyn Send>,
    may_be_lost: bool,
}

impl Lock {
    /// A lock that is held until `guard` is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self {
            _guard: Box::new(guard),
            may_be_lost: false,
        }
    }

    /// The same, of a kind that ends when a connection to a server does: its holder may go on without knowing.
    ///
    /// Whoever comes next then waits for as long as a request of the last holder can still be under way.
    pub fn losable(mut self) -> Self {
        self.may_be_lost = true;
        self
    }

    pub(crate) fn may_be_lost(&self) -> bool {
        self.may_be_lost
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock(…)")
    }
}
