mod failure;
mod open;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use notion_core::BoxFuture;
use sha2::{Digest, Sha256};
use sqlx::{PgPool, Postgres, Row, Transaction};
use tokio::runtime::Handle;

use self::failure::{failed, is_passing};
use super::sql::{self, Dialect};
use super::{Change, Commit, Lock, Query, Record, Store, Table};
use crate::error::{Error, Result};

pub use open::PostgresStoreBuilder;

/// Records in a schema of a `PostgreSQL` database, of version 12 or later.
///
/// What was committed survives a crash of the program and of the server, also where the server's `synchronous_commit` is
/// off; whether it survives the loss of the server depends on its replicas. Any number of programs may use it at once.
/// Secrets are sealed before they come here; what is deleted stays in the database's files until `VACUUM`, and in its
/// log and backups, sealed.
///
/// A lock is a [transaction-level advisory lock][locks] in a transaction that stays open, on a connection of its own. The
/// server takes it back when the connection ends. Then whoever held it may not know yet: what it writes is still
/// compared with the version that is there. All statements run in transactions and none is prepared for longer, so
/// that a pooler such as `PgBouncer` may hand out connections by transaction. It needs more connections to the server than
/// all programs hold [locks](PostgresStoreBuilder::locks) at once.
///
/// The URL names one server. When a replica takes its place, it has to take its address, too. What was committed is safe as
/// far as the replica had it; tokens that were lost with the rest are noticed when they are used, and flagged.
///
/// There is no folder beside it: name one on the local disk with [`spool`](crate::OpenWorkspaces::spool).
///
/// Waiting has an end: 10 seconds for a connection of the pool or for others who change the same record, 30 for an answer
/// of the server. After that comes [`Busy`](crate::ErrorKind::Busy), or [`Store`](crate::ErrorKind::Store) when the server
/// is gone.
///
/// This crate brings no TLS. Add `sqlx` to your program with its feature `tls-rustls` or `tls-native-tls`, and
/// `sslmode=verify-full` to the URL. Without such a feature and with no `sslmode` the connection is in the clear.
///
/// ```no_run
/// # async fn run() -> notion_oauth::Result<()> {
/// use notion_oauth::{Connection, KeyRing, PostgresStore, Workspaces};
///
/// let store = PostgresStore::open("postgres://app@db.example.com/app?sslmode=verify-full").await?;
/// let workspaces = Workspaces::builder(Connection::from_env()?)
///     .store(store, KeyRing::from_env()?)
///     .spool("/var/lib/app/spool")
///     .open()
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// [locks]: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    /// A lock takes a connection for as long as it is held. They are apart, so that its holder finds one to write with.
    locks: PgPool,
    dialect: Arc<Dialect>,
    schema: Arc<str>,
}

impl PostgresStore {
    /// The schema where nothing else is said.
    pub const SCHEMA: &'static str = "notion_oauth";

    /// Opens the store in the schema [`notion_oauth`](Self::SCHEMA) of a database, and creates its tables where they are
    /// not there. A password may be in the URL, in `PGPASSWORD`, or in the file that `PGPASSFILE` names.
    ///
    /// # Errors
    /// As [`PostgresStoreBuilder::open`].
    pub async fn open(url: &str) -> Result<Self> {
        Self::builder(url).open().await
    }

    /// A store with other settings.
    pub fn builder(url: &str) -> PostgresStoreBuilder {
        PostgresStoreBuilder::new(url)
    }

    /// Closes its connections. Dropping the store does not wait for that.
    pub async fn close(self) {
        self.locks.close().await;
        self.pool.close().await;
    }

    async fn read(&self, statement: sql::Statement<'_>) -> sqlx::Result<Vec<sqlx::postgres::PgRow>> {
        let mut transaction = self.pool.begin_with("BEGIN READ ONLY").await?;
        let query = statement.query::<Postgres>().persistent(false);
        let rows = query.fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(rows)
    }

    async fn write(&self, changes: &[&Change]) -> sqlx::Result<Commit> {
        let mut transaction = self.pool.begin_with(BEGIN).await?;
        for change in changes {
            let query = self.dialect.change(change).query::<Postgres>();
            let made = query.persistent(false).execute(&mut *transaction).await?;
            if made.rows_affected() == 0 {
                transaction.rollback().await?;
                return Ok(Commit::Conflict);
            }
        }
        transaction.commit().await?;
        Ok(Commit::Done)
    }

    /// The transaction that holds a lock, if nobody else does.
    async fn try_lock(&self, number: i64) -> sqlx::Result<Option<Transaction<'static, Postgres>>> {
        let mut transaction = self.locks.begin_with(BEGIN_LOCK).await?;
        let row = sqlx::query("SELECT pg_try_advisory_xact_lock($1)")
            .bind(number)
            .persistent(false)
            .fetch_one(&mut *transaction)
            .await?;
        if row.try_get(0)? {
            sqlx::raw_sql(HOLD).execute(&mut *transaction).await?;
            return Ok(Some(transaction));
        }
        transaction.rollback().await?;
        Ok(None)
    }
}

/// A transaction that is on the disk when it is committed, and does not wait without end. Each statement sees what was
/// committed before it, and the versions in its condition do the rest.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '10s'; \
    SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";

/// A transaction that may come to hold a lock.
const BEGIN_LOCK: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// From then on, the server does not end the transaction because it is idle, but does end it soon after its client's machine is
/// gone. This costs ten times what the lock does, so that those who wait for one do without.
const HOLD: &str = "SELECT set_config(name, CASE name WHEN 'tcp_keepalives_idle' THEN '20' WHEN 'tcp_keepalives_interval' THEN '5' \
    WHEN 'tcp_keepalives_count' THEN '4' ELSE '0' END, true) FROM pg_settings WHERE name IN \
    ('idle_in_transaction_session_timeout', 'transaction_timeout', \
    'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count')";

/// How long to wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait for a connection of the pool, or for others.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait for a connection to the lock, where nobody wants to wait for the lock.
const CONNECT: Duration = Duration::from_secs(2);
/// When to look again whether a lock is free: soon, and then less and less often, as many may wait for long.
const FIRST_POLL: Duration = Duration::from_millis(20);
const LAST_POLL: Duration = Duration::from_millis(250);
/// How often a transaction is tried that others keep in the way of.
const ATTEMPTS: u32 = 10;

impl Store for PostgresStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        Box::pin(async move {
            let rows = retried(|| self.read(self.dialect.get(table, key))).await?;
            let row = rows.first();
            row.map(|row| sql::record(table, row).map_err(failed)).transpose()
        })
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        Box::pin(async move {
            let rows = retried(|| self.read(self.dialect.find(query))).await?;
            let records = rows.iter().map(|row| sql::record(query.table, row));
            records.collect::<sqlx::Result<_>>().map_err(failed)
        })
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        Box::pin(async move {
            changes.iter().try_for_each(Change::check)?;
            // Everyone goes through records in the same order, so that no two wait for each other.
            let mut ordered = Vec::from_iter(changes);
            ordered.sort_by_key(|change| change.place());
            retried(|| self.write(&ordered)).await
        })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(async move {
            let number = lock_number(&self.schema, name);
            let start = Instant::now();
            let mut poll = FIRST_POLL;
            loop {
                let left = patience.saturating_sub(start.elapsed());
                let attempt = tokio::time::timeout(left.max(CONNECT), self.try_lock(number));
                match attempt.await {
                    Ok(Ok(Some(transaction))) => {
                        // The server may cut the connection while its holder goes on.
                        return Ok(Lock::new(Held::new(transaction)).losable());
                    }
                    Ok(Ok(None)) => {}
                    Ok(Err(error)) => return Err(failed(error)),
                    Err(_) => return Err(Error::busy(patience)),
                }
                let left = patience.saturating_sub(start.elapsed());
                if left.is_zero() {
                    return Err(Error::busy(patience));
                }
                tokio::time::sleep(poll.min(left)).await;
                poll = LAST_POLL.min(poll * 2);
            }
        })
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

/// Tries again what others were in the way of. Nothing of it was done.
async fn retried<T, F: Future<Output = sqlx::Result<T>>>(work: impl Fn() -> F) -> Result<T> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let result = tokio::time::timeout(TIMEOUT, work()).await;
        match result.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(done) => return Ok(done),
            Err(error) if is_passing(&error) && attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(5) * attempt).await;
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// The number by which the server knows a lock. Schemas of a database do not share them.
fn lock_number(schema: &str, name: &str) -> i64 {
    let digest = Sha256::digest(format!("{schema}.{name}"));
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// The transaction that holds a lock. Its end may come on a thread that knows no runtime.
struct Held {
    transaction: Option<Transaction<'static, Postgres>>,
    runtime: Handle,
}

impl Held {
    fn new(transaction: Transaction<'static, Postgres>) -> Self {
        Self {
            transaction: Some(transaction),
            runtime: Handle::current(),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _context = self.runtime.enter();
        self.transaction.take();
    }
}
