mod failure;
mod format1;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notion_core::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Row, Sqlite, Transaction};

use self::failure::{failed, is_busy};
use super::lock_file::{LockFolder, beside};
use super::sql::{self, Dialect};
use super::{Change, Commit, Lock, Query, Record, Store, Table};
use crate::error::{Error, ErrorKind, Result};
use crate::private;

/// Records in an `SQLite` file.
///
/// What was committed survives a crash of the program and of the machine: the file is in WAL mode and every commit is
/// flushed. Several programs may use it at once, **on a local disk**: the locks of network file systems are not to be
/// relied on. Secrets are sealed before they come here, and what is deleted is overwritten.
///
/// Beside the file, say `grants.db`, stand `SQLite`'s own `grants.db-wal` and `grants.db-shm`, the folder
/// `grants.db-locks` with a file for each lock that is held, and the folder `grants.db-spool` for answers that are on
/// their way into the store. All of these are created for their owner alone, and refused when others may read them.
/// Remove none of them while a program runs: the file of a lock is the lock. A backup has to take the file and its
/// `-wal` at one moment: use `VACUUM INTO` or the `.backup` of `sqlite3`.
///
/// On Windows it is the folder that says who may read these files, and it is not looked at: take one in the user's profile,
/// which is closed to others. There the files of locks stay.
///
/// A program that waits longer than 10 seconds for another one that writes gets [`Busy`](crate::ErrorKind::Busy).
///
/// ```
/// # async fn run(folder: &std::path::Path) -> notion_oauth::Result<()> {
/// use notion_oauth::{Connection, Key, KeyId, KeyRing, SqliteStore, Workspaces};
///
/// let connection = Connection::new("client", "secret", "https://example.com/callback")?;
/// let keys = KeyRing::new(Key::generate(KeyId::new("2026-11")?)?);
/// let store = SqliteStore::open(folder.join("grants.db")).await?;
/// let workspaces = Workspaces::builder(connection).store(store, keys).open().await?;
///
/// assert!(workspaces.list().await?.is_empty());
/// # Ok(())
/// # }
/// # let folder = tempfile::tempdir().unwrap();
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(folder.path())).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    pool: SqlitePool,
    path: PathBuf,
    locks: LockFolder,
}

impl SqliteStore {
    /// Opens the store in a file, which is created if it does not exist.
    ///
    /// A file of an earlier format is brought to the current one, in one transaction: until that is done, all else see it
    /// as it was. Format 1 kept tokens in the clear, and this alone does not seal them: see
    /// [`OpenWorkspaces::seal_plaintext`](crate::OpenWorkspaces::seal_plaintext).
    ///
    /// # Errors
    /// When the file cannot be opened, may be read by others, is no store, or was written by a newer version of this
    /// crate.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        // The locks stay where they are when the program changes its folder.
        let path = path.as_ref();
        let path = std::path::absolute(path).map_err(|error| private::failed(path, error))?;
        private::file(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(PATIENCE)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is deleted is overwritten.
            .pragma("secure_delete", "ON");
        let pool = connect(&options)
            .await
            .map_err(|error| failed(&path, "cannot be opened", error))?;
        let store = Self {
            pool,
            locks: LockFolder::new(beside(&path, "-locks")),
            path,
        };
        store.prepare().await?;
        Ok(store)
    }

    /// Waits until all is written, and closes the file. Dropping the store does not wait.
    pub async fn close(self) {
        self.pool.close().await;
    }

    async fn prepare(&self) -> Result<()> {
        let mut connection = self.connection().await?;
        let mut transaction = self.begin(&mut connection).await?;
        let application = self.number(&mut transaction, "PRAGMA application_id").await?;
        let format = self.number(&mut transaction, "PRAGMA user_version").await?;
        let tables = self
            .number(&mut transaction, "SELECT count(*) FROM sqlite_schema")
            .await?;
        let path = self.path.display();
        let old = match (application, format, tables) {
            (APPLICATION, FORMAT, _) | (0, 0, 0) => Vec::new(),
            (APPLICATION, 1, _) => format1::take(&mut transaction, &self.path).await?,
            (APPLICATION, ..) => {
                return Err(Error::new(
                    ErrorKind::Store,
                    format!("{path} is in format {format}, and this version knows formats up to {FORMAT}"),
                )
                .with_hint("A newer version of the program wrote it: use that one."));
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::Store,
                    format!("{path} is a database of something else"),
                )
                .with_hint("Choose a file of its own for the store."));
            }
        };
        let tables = Table::ALL.iter().flat_map(|table| DIALECT.create(*table));
        let marks = [
            format!("PRAGMA application_id = {APPLICATION}"),
            format!("PRAGMA user_version = {FORMAT}"),
        ];
        for statement in tables.chain(marks) {
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut *transaction)
                .await
                .map_err(|error| self.unwritten(error))?;
        }
        if self.make(&mut transaction, &old).await? == Commit::Conflict {
            return Err(format1::twice());
        }
        transaction.commit().await.map_err(|error| self.unwritten(error))
    }

    async fn number(&self, transaction: &mut Transaction<'_, Sqlite>, query: &'static str) -> Result<i64> {
        let row = sqlx::query(query).fetch_one(&mut **transaction).await;
        row.and_then(|row| row.try_get(0))
            .map_err(|error| self.unread(error))
    }

    async fn connection(&self) -> Result<PoolConnection<Sqlite>> {
        let connection = self.pool.acquire().await;
        connection.map_err(|error| self.unwritten(error))
    }

    /// A transaction that holds the right to write from its beginning, so that it never has to give up half-way.
    async fn begin<'c>(&self, connection: &'c mut PoolConnection<Sqlite>) -> Result<Transaction<'c, Sqlite>> {
        connection
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(|error| self.unwritten(error))
    }

    async fn write(&self, connection: &mut PoolConnection<Sqlite>, changes: &[Change]) -> Result<Commit> {
        let mut transaction = self.begin(connection).await?;
        let commit = self.make(&mut transaction, changes).await?;
        if commit == Commit::Done {
            transaction
                .commit()
                .await
                .map_err(|error| self.unwritten(error))?;
        }
        Ok(commit)
    }

    /// Makes the changes in a transaction, which after a conflict is not to be committed.
    async fn make(&self, transaction: &mut Transaction<'_, Sqlite>, changes: &[Change]) -> Result<Commit> {
        for change in changes {
            let made = DIALECT.change(change).query().execute(&mut **transaction).await;
            if made.map_err(|error| self.unwritten(error))?.rows_affected() == 0 {
                return Ok(Commit::Conflict);
            }
        }
        Ok(Commit::Done)
    }

    fn record(&self, table: Table, row: &SqliteRow) -> Result<Record> {
        sql::record(table, row).map_err(|error| self.unread(error))
    }

    fn unread(&self, error: sqlx::Error) -> Error {
        failed(&self.path, "cannot be read", error)
    }

    fn unwritten(&self, error: sqlx::Error) -> Error {
        failed(&self.path, "cannot be written", error)
    }
}

/// "ngra", so that the file is not taken for another program's, nor another's for this.
const APPLICATION: i64 = 0x6e67_7261;
/// The format of the file. A greater one is a newer program's, and is left alone.
const FORMAT: i64 = 2;

const DIALECT: Dialect = Dialect {
    schema: String::new(),
    number: "INTEGER",
    bytes: "BLOB",
    collation: "",
    options: " STRICT",
};

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every statement waits for other programs but the one that puts a new file into WAL mode: that one is tried again.
async fn connect(options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let start = Instant::now();
    loop {
        match SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone())
            .await
        {
            Err(error) if is_busy(&error) && start.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            connected => return connected,
        }
    }
}

impl Store for SqliteStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        Box::pin(async move {
            let row = DIALECT.get(table, key).query().fetch_optional(&self.pool).await;
            let row = row.map_err(|error| self.unread(error))?;
            row.map(|row| self.record(table, &row)).transpose()
        })
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        Box::pin(async move {
            let rows = DIALECT.find(query).query().fetch_all(&self.pool).await;
            let rows = rows.map_err(|error| self.unread(error))?;
            rows.iter().map(|row| self.record(query.table, row)).collect()
        })
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        Box::pin(async move {
            changes.iter().try_for_each(Change::check)?;
            let mut connection = self.connection().await?;
            let made = self.write(&mut connection, changes).await;
            if made.is_err() {
                // `SQLite` may have ended the transaction by itself, as on a full disk, which sqlx takes for still open.
                connection.close_on_drop();
            }
            made
        })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(self.locks.lock(name, patience))
    }

    /// Empties the log, which still holds what it wrote before. What is deleted in the file itself is overwritten at once.
    fn scrub(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&self.pool)
                .await;
            let is_busy = row.and_then(|row| row.try_get::<i64, _>(0));
            match is_busy.map_err(|error| self.unwritten(error))? {
                0 => Ok(()),
                _ => Err(Error::busy(PATIENCE)),
            }
        })
    }

    fn spool(&self) -> Option<PathBuf> {
        Some(beside(&self.path, "-spool"))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_connection_flushes_and_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("grants.db")).await.unwrap();
        let mut connections = Vec::new();
        for _ in 0..4 {
            connections.push(store.pool.acquire().await.unwrap());
        }
        for connection in &mut connections {
            for (pragma, expected) in [
                ("PRAGMA synchronous", 2),
                ("PRAGMA secure_delete", 1),
                ("PRAGMA application_id", APPLICATION),
                ("PRAGMA user_version", FORMAT),
            ] {
                let row = sqlx::query(pragma).fetch_one(&mut **connection).await.unwrap();
                assert_eq!(row.get::<i64, _>(0), expected, "{pragma}");
            }
        }
    }

    #[tokio::test]
    async fn searches_use_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("grants.db")).await.unwrap();
        for table in Table::ALL {
            for column in table.columns() {
                let index = format!("{table}_by_{column}");
                let query = sqlx::query("SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?");
                let row = query.bind(&index).fetch_one(&store.pool).await.unwrap();
                assert!(row.get::<String, _>(0).contains(column.name()), "{index}");
            }
        }
    }
}
