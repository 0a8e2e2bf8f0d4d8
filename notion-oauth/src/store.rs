//! Where the tables of this crate are kept.
//!
//! A [`Store`] knows nothing of OAuth: it keeps [records](Record) in a few [tables](Table), finds them by some columns,
//! changes several of them at once or none, and gives locks that end with their holder. All else, from sealing what is
//! secret to what a grant is, is done above it and in one place. So a store for another database is four short
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
mod query;
mod record;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod table;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use notion_core::BoxFuture;

use crate::error::Result;

#[cfg(feature = "file")]
pub use file::FileStore;
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresStore, PostgresStoreBuilder};
pub use query::Query;
pub use record::{Change, Record};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use table::{Column, Table};

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
