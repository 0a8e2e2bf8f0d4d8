mod failure;
mod file;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use notion_core::{BoxFuture, UserId};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Row, Sqlite, Transaction};

use self::failure::{failed, is_busy};
use super::{Addition, GrantStore, Installation, StoredGrant};
use crate::error::{Error, ErrorKind, Result};
use crate::grant::{Grant, GrantId};
use crate::id::{BotId, ClientId, WorkspaceId};

/// Grants in an `SQLite` file.
///
/// **The tokens in it are not encrypted: protect the file.** It is created for its owner alone (mode `0600`), and one
/// that others may read is refused, but a backup or a copy is as good as the tokens themselves.
///
/// What was saved survives a crash of the program and of the machine: the file is in WAL mode and every save is
/// flushed. Several processes may use it at once, on a local disk. Next to it `SQLite` keeps `-wal` and `-shm` files.
///
/// ```
/// # async fn run(folder: &std::path::Path, grant: notion_oauth::Grant) -> notion_oauth::Result<()> {
/// use notion_oauth::{GrantStore, SqliteStore};
///
/// let store = SqliteStore::open(folder.join("grants.db")).await?;
/// store.save(&grant).await?;
///
/// assert_eq!(store.list(grant.client_id()).await?.len(), 1);
/// # Ok(())
/// # }
/// # let raw = r#"{"access_token": "ntn_a", "token_type": "bearer", "bot_id": "b", "workspace_id": "w"}"#;
/// # let client = notion_oauth::ClientId::new("client").unwrap();
/// # let grant = notion_oauth::Grant::restore(notion_oauth::GrantId::generate(), client, "2026-11-20T12:00:00Z".parse().unwrap(), raw).unwrap();
/// # let folder = tempfile::tempdir().unwrap();
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(folder.path(), grant)).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    pool: SqlitePool,
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the store in a file, which is created if it does not exist.
    ///
    /// # Errors
    /// When the file cannot be opened, may be read by others, is not a grant store, or was written by a newer version of
    /// this crate.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        file::prepare(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten.
            .pragma("secure_delete", "ON");
        let pool = connect(&options)
            .await
            .map_err(|error| failed(path, "cannot be opened", error))?;
        let store = Self {
            pool,
            path: path.to_owned(),
        };
        store.migrate().await?;
        Ok(store)
    }

    /// Waits until all is written, and closes the file. Dropping the store does not wait.
    pub async fn close(self) {
        self.pool.close().await;
    }

    async fn migrate(&self) -> Result<()> {
        let error = |error| failed(&self.path, "cannot be prepared", error);
        let mut transaction = self.begin().await?;
        let number = |row: SqliteRow| row.try_get::<i64, _>(0);
        let version = sqlx::query("PRAGMA user_version")
            .try_map(number)
            .fetch_one(&mut *transaction)
            .await
            .map_err(error)?;
        let tables = sqlx::query("SELECT count(*) FROM sqlite_schema")
            .try_map(number)
            .fetch_one(&mut *transaction)
            .await
            .map_err(error)?;
        let application = sqlx::query("PRAGMA application_id")
            .try_map(number)
            .fetch_one(&mut *transaction)
            .await
            .map_err(error)?;
        let refused = |why: String, hint: &'static str| {
            let path = self.path.display();
            Err(Error::new(ErrorKind::Store, format!("the file {path} {why}")).with_hint(hint))
        };
        match (application, version) {
            (APPLICATION, VERSION) => return Ok(()),
            (APPLICATION, _) => {
                return refused(
                    format!("holds grants in format {version}, and this version knows format {VERSION}"),
                    "A newer version of the program wrote it: use that one.",
                );
            }
            (0, 0) if tables == 0 => {}
            _ => {
                return refused(
                    "is a database of something else".to_owned(),
                    "Choose a file of its own for the grants.",
                );
            }
        }
        for statement in [include_str!("sqlite.sql"), SET_APPLICATION, SET_VERSION] {
            sqlx::raw_sql(statement)
                .execute(&mut *transaction)
                .await
                .map_err(error)?;
        }
        transaction.commit().await.map_err(error)
    }

    /// A transaction that holds the right to write from its beginning, so that it never has to give up half-way.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        self.pool
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(|error| failed(&self.path, "cannot be written", error))
    }

    async fn add(&self, grant: &Grant) -> Result<()> {
        let error = |error| failed(&self.path, "cannot be written", error);
        let mut transaction = self.begin().await?;
        let known = sqlx::query("SELECT 1 FROM token_grant WHERE grant_id = ?")
            .bind(grant.id().to_string())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(error)?;
        if known.is_some() {
            return Ok(());
        }
        let row = sqlx::query(CURRENT)
            .bind(grant.client_id().as_str())
            .bind(grant.bot_id().as_str())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(error)?;
        // A current grant that is damaged gives way: the user came again because of it.
        let before = row.as_ref().and_then(|row| self.installation(row).ok());
        let (after, addition) = match &before {
            None => (Installation::new(grant.clone()), Addition::Newer),
            Some(before) => before.add(grant),
        };
        sqlx::query(WRITE_INSTALLATION)
            .bind(grant.client_id().as_str())
            .bind(grant.bot_id().as_str())
            .bind(after.workspace_id().as_str())
            .bind(after.owner_id().map(|id| id.to_string()))
            .bind(after.details())
            .bind(after.created_at().as_microsecond())
            .bind(after.updated_at().as_microsecond())
            .execute(&mut *transaction)
            .await
            .map_err(error)?;
        let superseded_at = match addition {
            Addition::Same => return transaction.commit().await.map_err(error),
            Addition::Newer => {
                sqlx::query(SUPERSEDE)
                    .bind(grant.received_at().as_microsecond())
                    .bind(grant.client_id().as_str())
                    .bind(grant.bot_id().as_str())
                    .execute(&mut *transaction)
                    .await
                    .map_err(error)?;
                None
            }
            Addition::Older => before.map(|before| before.grant().received_at().as_microsecond()),
        };
        sqlx::query(WRITE_GRANT)
            .bind(grant.id().to_string())
            .bind(grant.client_id().as_str())
            .bind(grant.bot_id().as_str())
            .bind(grant.expose_raw())
            .bind(grant.received_at().as_microsecond())
            .bind(superseded_at)
            .execute(&mut *transaction)
            .await
            .map_err(error)?;
        transaction.commit().await.map_err(error)
    }

    async fn select<'q>(&self, query: SelectQuery<'q>) -> Result<Vec<Installation>> {
        let rows = query
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.unread(error))?;
        rows.iter().map(|row| self.installation(row)).collect()
    }

    fn installation(&self, row: &SqliteRow) -> Result<Installation> {
        let grant = self.grant(row)?;
        let details: String = self.column(row, "details")?;
        let created_at = self.time(row, "created_at")?;
        Installation::restore(grant, details, created_at, self.time(row, "updated_at")?)
    }

    fn grant(&self, row: &SqliteRow) -> Result<Grant> {
        let id: GrantId = self
            .column::<String>(row, "grant_id")?
            .parse()
            .map_err(|error| self.unread(error))?;
        let client_id = ClientId::new(self.column::<String>(row, "client_id")?)?;
        let raw = zeroize::Zeroizing::new(self.column::<String>(row, "raw")?);
        Grant::restore(id, client_id, self.time(row, "received_at")?, &*raw)
    }

    fn time(&self, row: &SqliteRow, column: &str) -> Result<Timestamp> {
        Timestamp::from_microsecond(self.column(row, column)?).map_err(|error| self.unread(error))
    }

    fn column<'r, T>(&self, row: &'r SqliteRow, column: &str) -> Result<T>
    where
        T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
    {
        row.try_get(column).map_err(|error| self.unread(error))
    }

    fn unread(&self, error: impl std::error::Error + Send + Sync + 'static) -> Error {
        failed(&self.path, "cannot be read", error)
    }
}

type SelectQuery<'q> = sqlx::query::Query<'q, Sqlite, sqlx::sqlite::SqliteArguments>;

/// "ngra", so that the file is not taken for another program's, nor another's for this.
const APPLICATION: i64 = 0x6e67_7261;
const SET_APPLICATION: &str = "PRAGMA application_id = 1852273249";
/// The format of the file. A greater one is a newer program's, and is left alone.
const VERSION: i64 = 1;
const SET_VERSION: &str = "PRAGMA user_version = 1";

/// An installation with its current grant; `$rest` narrows it down.
macro_rules! installations {
    ($rest:literal) => {
        concat!(
            "SELECT i.details, i.created_at, i.updated_at, g.grant_id, g.client_id, g.raw, g.received_at \
             FROM installation i JOIN token_grant g \
             ON g.client_id = i.client_id AND g.bot_id = i.bot_id AND g.superseded_at IS NULL ",
            $rest
        )
    };
}

const CURRENT: &str = installations!("WHERE i.client_id = ? AND i.bot_id = ?");
const LIST: &str = installations!("WHERE i.client_id = ? ORDER BY i.created_at, i.bot_id");
const BY_WORKSPACE: &str =
    installations!("WHERE i.client_id = ? AND i.workspace_id = ? ORDER BY i.created_at, i.bot_id");
const BY_OWNER: &str =
    installations!("WHERE i.client_id = ? AND i.owner_user_id = ? ORDER BY i.created_at, i.bot_id");

const HISTORY: &str = "SELECT grant_id, client_id, raw, received_at, superseded_at FROM token_grant \
    WHERE client_id = ? AND bot_id = ? ORDER BY superseded_at IS NULL DESC, received_at DESC, rowid DESC";

const WRITE_INSTALLATION: &str = "INSERT INTO installation \
    (client_id, bot_id, workspace_id, owner_user_id, details, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT (client_id, bot_id) DO UPDATE SET workspace_id = excluded.workspace_id, \
    owner_user_id = excluded.owner_user_id, details = excluded.details, created_at = excluded.created_at, \
    updated_at = excluded.updated_at";

const SUPERSEDE: &str = "UPDATE token_grant SET superseded_at = ? \
    WHERE client_id = ? AND bot_id = ? AND superseded_at IS NULL";

const WRITE_GRANT: &str = "INSERT INTO token_grant (grant_id, client_id, bot_id, raw, received_at, superseded_at) \
    VALUES (?, ?, ?, ?, ?, ?)";

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every statement waits for other programs but the one that puts a new file into WAL mode: that one is tried again.
async fn connect(options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let start = Instant::now();
    loop {
        match SqlitePoolOptions::new()
            .max_connections(4)
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

impl GrantStore for SqliteStore {
    fn save<'a>(&'a self, grant: &'a Grant) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.add(grant))
    }

    fn current<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Option<Installation>>> {
        let query = sqlx::query(CURRENT)
            .bind(client_id.as_str())
            .bind(bot_id.as_str());
        Box::pin(async move { Ok(self.select(query).await?.pop()) })
    }

    fn list<'a>(&'a self, client_id: &'a ClientId) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(self.select(sqlx::query(LIST).bind(client_id.as_str())))
    }

    fn by_workspace<'a>(
        &'a self,
        client_id: &'a ClientId,
        workspace_id: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>> {
        let query = sqlx::query(BY_WORKSPACE).bind(client_id.as_str());
        Box::pin(self.select(query.bind(workspace_id.as_str())))
    }

    fn by_owner<'a>(
        &'a self,
        client_id: &'a ClientId,
        owner: UserId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>> {
        let query = sqlx::query(BY_OWNER).bind(client_id.as_str());
        Box::pin(self.select(query.bind(owner.to_string())))
    }

    fn history<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Vec<StoredGrant>>> {
        let query = sqlx::query(HISTORY)
            .bind(client_id.as_str())
            .bind(bot_id.as_str());
        Box::pin(async move {
            let rows = query
                .fetch_all(&self.pool)
                .await
                .map_err(|error| self.unread(error))?;
            let stored = |row: &SqliteRow| {
                let grant = self.grant(row)?;
                Ok(match self.column::<Option<i64>>(row, "superseded_at")? {
                    None => StoredGrant::current(grant),
                    Some(_) => StoredGrant::superseded(grant, self.time(row, "superseded_at")?),
                })
            };
            rows.iter().map(stored).collect()
        })
    }

    fn remove<'a>(&'a self, client_id: &'a ClientId, bot_id: &'a BotId) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let removed = sqlx::query("DELETE FROM installation WHERE client_id = ? AND bot_id = ?")
                .bind(client_id.as_str())
                .bind(bot_id.as_str())
                .execute(&self.pool)
                .await
                .map_err(|error| failed(&self.path, "cannot be written", error))?;
            // The log still holds what it wrote before. If others are reading it, it is emptied when they are done.
            let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&self.pool)
                .await;
            Ok(removed.rows_affected() > 0)
        })
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
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA secure_delete", 1),
                ("PRAGMA application_id", APPLICATION),
                ("PRAGMA user_version", VERSION),
            ] {
                let row = sqlx::query(pragma).fetch_one(&mut **connection).await.unwrap();
                assert_eq!(row.get::<i64, _>(0), expected, "{pragma}");
            }
        }
    }
}
