use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::bots::Bots;
use super::hooks::{Hooks, NoHooks};
use super::{Inner, Workspaces};
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "encryption")]
use crate::keys::KeyRing;
use crate::seal::Seal;
use crate::spool::Spool;
use crate::store::{MemoryStore, Store};
use crate::vault::Vault;

/// How long to wait for another program.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection whose store is still to be named.
///
/// A store on a disk comes with the keys that seal it: without them nothing compiles, and nothing is written in the clear.
///
/// ```compile_fail,E0599
/// # async fn example(connection: notion_oauth::Connection) -> notion_oauth::Result<()> {
/// notion_oauth::Workspaces::builder(connection).open().await?; // Where are the tokens kept?
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0061
/// # fn example(connection: notion_oauth::Connection, store: notion_oauth::MemoryStore) {
/// let _ = notion_oauth::Workspaces::builder(connection).store(store); // And what seals them?
/// # }
/// ```
#[must_use = "a builder does nothing until it is opened"]
#[derive(Debug)]
pub struct WorkspacesBuilder {
    connection: Connection,
}

impl WorkspacesBuilder {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Keeps everything in memory: for tests, and for programs that ask at every start.
    pub fn in_memory(self) -> OpenWorkspaces {
        let mut opening = self.store_with(Arc::new(MemoryStore::new()), Seal::Plain);
        opening.place = Place::Memory;
        opening
    }

    /// Keeps everything in a store, with the secrets sealed.
    #[cfg(feature = "encryption")]
    pub fn store(self, store: impl Store, keys: KeyRing) -> OpenWorkspaces {
        self.store_with(Arc::new(store), Seal::Keys(keys))
    }

    /// Keeps everything in a store, **with the tokens in the clear**.
    pub fn insecure_plaintext_store_for_tests(self, store: impl Store) -> OpenWorkspaces {
        self.store_with(Arc::new(store), Seal::Plain)
    }

    fn store_with(self, store: Arc<dyn Store>, seal: Seal) -> OpenWorkspaces {
        OpenWorkspaces {
            connection: self.connection,
            place: Place::Folder(store.spool()),
            vault: Vault::new(store, seal),
            patience: PATIENCE,
            max_age: None,
            hooks: Arc::new(NoHooks),
            #[cfg(feature = "encryption")]
            seals_plaintext: false,
        }
    }
}

/// Sets up [`Workspaces`] whose store is named.
#[must_use = "a builder does nothing until it is opened"]
pub struct OpenWorkspaces {
    connection: Connection,
    vault: Vault,
    hooks: Arc<dyn Hooks>,
    place: Place,
    patience: Duration,
    max_age: Option<Duration>,
    #[cfg(feature = "encryption")]
    seals_plaintext: bool,
}

/// Where answers wait until they are in the store.
#[derive(Debug)]
enum Place {
    /// Nowhere: the store is memory too.
    Memory,
    Folder(Option<PathBuf>),
}

impl OpenWorkspaces {
    /// What the program does when something happens to an installation.
    pub fn hooks(mut self, hooks: impl Hooks) -> Self {
        self.hooks = Arc::new(hooks);
        self
    }

    /// Keeps answers of Notion that are on their way into the store in this folder, sealed as there.
    ///
    /// Tokens are given once. Until the store has them, they lie in a file, so that no crash and no trouble with the store
    /// loses them. The folder has to be on a local disk that outlives the program, and be the same for all programs
    /// on this machine that use the store. Without this it is a folder beside the store, where that is a file.
    pub fn spool(mut self, folder: impl Into<PathBuf>) -> Self {
        self.place = Place::Folder(Some(folder.into()));
        self
    }

    /// Refreshes tokens that are older than this before they are used, where there is a refresh token.
    ///
    /// Without this they are refreshed when Notion refuses them, which is enough: Notion does not say how long they are
    /// good.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// How long to wait for another program that works at the same installation or flow: 30 seconds if this is not
    /// called.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Seals what an earlier version of this crate kept in the clear.
    ///
    /// Ask for it once, at the first start after the upgrade, and take the call away again: a store that is sealed takes
    /// nothing that is not, so that nobody who can write the database can put tokens of their own into it. A program
    /// that is stopped half-way goes on where it was. At the end the store is [scrubbed](Store::scrub); backups that were made
    /// before still hold the tokens.
    #[cfg(feature = "encryption")]
    pub fn seal_plaintext(mut self) -> Self {
        self.seals_plaintext = true;
        self
    }

    /// Opens them.
    ///
    /// What a program that ended in the middle of something has left is gone on with, as
    /// [`recover`](Workspaces::recover) does: answers to refreshes that lie in the spool are brought in now, and the rest is
    /// done in the background, as Notion and the [hooks](Self::hooks) may take their time. Call `recover` to wait for that.
    ///
    /// # Errors
    /// When the store fails or the keys do not open it, and [`Configuration`](ErrorKind::Configuration) when there is no
    /// [`spool`](Self::spool), or one that is open to other users of the machine.
    pub async fn open(self) -> Result<Workspaces> {
        #[cfg(feature = "encryption")]
        self.vault
            .no_plaintext(self.connection.client_id(), self.seals_plaintext)
            .await?;
        #[cfg(feature = "encryption")]
        self.vault.check_keys(self.connection.client_id()).await?;
        let spool = match &self.place {
            Place::Memory => Spool::none(),
            Place::Folder(Some(folder)) => Spool::open(folder, self.vault.seal().clone())?,
            Place::Folder(None) => return Err(no_spool()),
        };
        let inner = Inner {
            connection: self.connection,
            vault: self.vault,
            hooks: self.hooks,
            starts: AtomicU64::new(0),
            spool,
            bots: Bots::default(),
            tasks: TaskTracker::new(),
            recovering: tokio::sync::Mutex::default(),
            id: Uuid::new_v4(),
            patience: self.patience,
            max_age: self.max_age,
        };
        let workspaces = Workspaces {
            inner: Arc::new(inner),
        };
        workspaces.recover_at_start().await?;
        Ok(workspaces)
    }
}

impl fmt::Debug for OpenWorkspaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenWorkspaces")
            .field("connection", &self.connection)
            .field("spool", &self.place)
            .field("patience", &self.patience)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

fn no_spool() -> Error {
    Error::new(
        ErrorKind::Configuration,
        "there is no folder for answers on their way into the store",
    )
    .with_hint("Name one on a local disk that outlives the program: `.spool(\"/var/lib/app/spool\")`.")
}
