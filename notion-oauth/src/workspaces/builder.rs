use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::hooks::{Hooks, NoHooks};
use super::{Inner, Workspaces};
use crate::connection::Connection;
use crate::error::Result;
#[cfg(feature = "encryption")]
use crate::keys::KeyRing;
use crate::seal::Seal;
use crate::store::{MemoryStore, Store};
use crate::vault::Vault;

/// A connection whose store is still to be named.
///
/// A store on a disk comes with the keys that seal it: without them nothing compiles, and nothing is written in the clear.
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
        self.store_with(Arc::new(MemoryStore::new()), Seal::Plain)
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
            vault: Vault::new(store, seal),
            hooks: Arc::new(NoHooks),
        }
    }
}

/// Sets up [`Workspaces`] whose store is named.
#[must_use = "a builder does nothing until it is opened"]
pub struct OpenWorkspaces {
    connection: Connection,
    vault: Vault,
    hooks: Arc<dyn Hooks>,
}

impl OpenWorkspaces {
    /// What the program does when something happens to an installation.
    pub fn hooks(mut self, hooks: impl Hooks) -> Self {
        self.hooks = Arc::new(hooks);
        self
    }

    /// Opens them.
    ///
    /// # Errors
    /// When the store fails, or the keys do not open it.
    pub async fn open(self) -> Result<Workspaces> {
        Ok(Workspaces {
            inner: Arc::new(Inner {
                connection: self.connection,
                vault: self.vault,
                hooks: self.hooks,
                starts: AtomicU64::new(0),
            }),
        })
    }
}
