//! Where the tables of this crate are kept.
//!
//! A [`Store`] knows nothing of OAuth: it keeps [records](Record) in a few [tables](Table), finds them by some columns,
//! changes several of them at once or none, and gives locks that end with their holder. All else, from sealing what is
//! secret to what a grant is, is done above it and in one place. So a store for another database is five short
//! functions, and the `conformance` feature brings the tests that it has to pass.
//!
//! [`MemoryStore`] forgets with the program.

mod memory;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use notion_core::BoxFuture;

use crate::error::Result;

pub use memory::MemoryStore;

/// Keeps records.
///
/// An implementation has to be right about four things. A commit takes effect as a whole or not at all, and is on the disk
/// when it is done. A change takes effect only if the version that it expects is there. A lock is held by one
/// holder at a time, and ends when that one does, however it does: a lock that ends by itself after some time is none.
/// And no call waits without end.
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
    /// [`Commit::Conflict`] says that one of them did not find what it expects; no error is that.
    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>>;

    /// Takes a lock that excludes all other programs that use the same store, waiting `patience` for it at most.
    ///
    /// # Errors
    /// [`Busy`](crate::ErrorKind::Busy) when another holder has it for longer.
    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>>;

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
        use Column::{BotId, ClientId, KeyId, OwnerId, ResourceId, Status, Tenant, WorkspaceId};
        match self {
            Self::Installation => &[ClientId, BotId, WorkspaceId, OwnerId, Status, KeyId],
            Self::Grant => &[ClientId, BotId, KeyId],
            Self::Link => &[ClientId, BotId, Tenant],
            Self::Resource => &[ClientId, BotId, ResourceId],
            Self::Flow => &[ClientId, Status, KeyId],
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
    /// Which record of its table, at most 600 bytes of printable ASCII.
    pub key: String,
    /// How often it was written: 1 after it was inserted, and one more each time that it is replaced.
    pub version: i64,
    /// The order among records of the table: microseconds since 1970 in UTC.
    pub time: i64,
    /// The columns that have a value: some of [`Table::columns`].
    pub columns: BTreeMap<Column, String>,
    /// What is not secret, as JSON.
    pub body: String,
    /// What is secret, sealed. Empty if there is nothing.
    pub sealed: Vec<u8>,
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
    /// What the columns have to be.
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
