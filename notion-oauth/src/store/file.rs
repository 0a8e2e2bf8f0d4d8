mod contents;
mod seen;

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notion_core::BoxFuture;

use self::seen::Seen;
use super::lock_file::{LockFolder, beside};
use super::memory::{Records, apply, select};
use super::{Change, Commit, Lock, Query, Record, Store, Table};
use crate::error::{Error, ErrorKind, Result};
use crate::private;

/// Records in one file of JSON, for command-line programs: no database.
///
/// A lookup costs little: what the file holds is remembered, sealed as it is, and read again after another program has
/// written it (on Unix; elsewhere each lookup reads it). But **a commit writes all of it**, and waits for the disk: ten thousand
/// installations are 15 megabytes, and each refresh of a token is two commits. That is too much for a program that
/// serves many users: take `SqliteStore` for more than a few hundred.
///
/// What was committed survives a crash of the program and of the machine: the file is written anew beside the old one,
/// flushed, and put in its place. When that fails, as on a full disk, the old one stays. Several programs may use it at
/// once, **on a local disk**: the locks of network file systems are not to be relied on. Secrets are sealed before they
/// come here.
///
/// Beside the file, say `grants.json`, stand the folder `grants.json-locks` with a file for each lock that is held, the
/// folder `grants.json-spool` for answers that are on their way into the store, and for a moment `grants.json-new`. All of
/// these are created for their owner alone, and refused when others may read them. A copy of the file is a backup.
///
/// On Windows it is the folder that says who may read them, and it is not looked at: take one in the user's profile, which is
/// closed to others. There the files of locks stay, and a commit may be lost when the machine, not the program, crashes at
/// once after it, since the names in a folder cannot be flushed.
///
/// ```
/// # async fn run(folder: &std::path::Path) -> notion_oauth::Result<()> {
/// use notion_oauth::{Connection, FileStore, Key, KeyId, KeyRing, Workspaces};
///
/// let connection = Connection::new("client", "secret", "http://localhost:8918/callback")?;
/// let keys = KeyRing::new(Key::generate(KeyId::new("2026-11")?)?);
/// let store = FileStore::open(folder.join("grants.json")).await?;
/// let workspaces = Workspaces::builder(connection).store(store, keys).open().await?;
///
/// assert!(workspaces.list().await?.is_empty());
/// # Ok(())
/// # }
/// # let folder = tempfile::tempdir().unwrap();
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(folder.path())).unwrap();
/// ```
#[derive(Clone)]
pub struct FileStore {
    path: PathBuf,
    locks: LockFolder,
    seen: Arc<Seen>,
}

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

impl FileStore {
    /// Opens the store in a file, which is created if it does not exist. Its folder has to be there.
    ///
    /// # Errors
    /// When the file cannot be read or created, may be read by others, is no store, or was written by a newer version of
    /// this crate.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let given = path.as_ref();
        // The locks stay where they are when the program changes its folder, and a link stays a link.
        let path = given
            .canonicalize()
            .or_else(|_| std::path::absolute(given))
            .map_err(|error| private::failed(given, error))?;
        let store = Self {
            locks: LockFolder::new(beside(&path, "-locks")),
            path,
            seen: Arc::default(),
        };
        let lock = store.writing().await?;
        blocking(move || {
            let _lock = lock;
            if !store.path.exists() {
                write(&store.path, &Records::new())?;
            }
            store.seen.records(&store.path)?;
            Ok(store)
        })
        .await
    }

    async fn records(&self) -> Result<Arc<Records>> {
        let store = self.clone();
        blocking(move || store.seen.records(&store.path)).await
    }

    /// The lock under which the file is written. The others have longer names.
    async fn writing(&self) -> Result<Lock> {
        self.locks.lock("", PATIENCE).await
    }
}

impl Store for FileStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        Box::pin(async move { Ok(self.records().await?.get(&(table, key.to_owned())).cloned()) })
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        Box::pin(async move { Ok(select(&*self.records().await?, query)) })
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        Box::pin(async move {
            changes.iter().try_for_each(Change::check)?;
            let lock = self.writing().await?;
            let (store, changes) = (self.clone(), changes.to_vec());
            // It goes on, and keeps the lock, also when nobody waits for it any more.
            blocking(move || {
                let _lock = lock;
                let mut records = Records::clone(&*store.seen.records(&store.path)?);
                let commit = apply(&mut records, &changes)?;
                if commit == Commit::Done {
                    let file = write(&store.path, &records)?;
                    store.seen.keep(file, records);
                }
                Ok(commit)
            })
            .await
        })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(async move { self.locks.lock(&format!("lock {name}"), patience).await })
    }

    fn spool(&self) -> Option<PathBuf> {
        Some(beside(&self.path, "-spool"))
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn read(path: &Path, file: &File) -> Result<Records> {
    let text = io::read_to_string(file).map_err(|error| private::failed(path, error))?;
    contents::parse(&text).map_err(|error| {
        let path = path.display();
        Error::new(ErrorKind::Store, format!("{path} {}", error.what))
            .with_hint(error.hint)
            .with_source(error.source)
    })
}

/// Puts the records in the place of the file, or leaves it as it is.
fn write(path: &Path, records: &Records) -> Result<File> {
    let text = contents::write(records)?;
    let new = beside(path, "-new");
    let written = create(&new, text.as_bytes()).and_then(|file| {
        private::rename(&new, path)?;
        Ok(file)
    });
    let file = written.map_err(|error| {
        // What is left of it only takes up room.
        let _ = std::fs::remove_file(&new);
        private::failed(path, error)
    })?;
    let flushed = path.parent().map_or(Ok(()), private::flush);
    flushed.map_err(|error| private::failed(path, error))?;
    Ok(file)
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<File> {
    // A program that was killed may have left one.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private::options().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // To read: one that is open to write would keep its disk from being made read-only.
    File::open(path)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::new(ErrorKind::System, "the program is about to end").with_source(error)),
    }
}
