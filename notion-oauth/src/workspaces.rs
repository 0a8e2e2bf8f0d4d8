mod bots;
mod builder;
mod exchange;
mod finish;
mod flow;
mod hooks;
mod install;
mod provider;
mod purge;
mod recover;
mod refresh;
mod replay;
#[cfg(feature = "encryption")]
mod reseal;
mod resources;
mod tasks;
mod tenants;
mod uninstall;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use notion_core::UserId;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use self::bots::Bots;
use self::install::{ATTEMPTS, contended};
use crate::audit::AuditEntry;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{BotId, ClientId, WorkspaceId};
use crate::installation::{Installation, StoredGrant};
use crate::spool::{Name, Spool};
use crate::store::{Column, Lock};
use crate::vault::{Stored, Vault};

pub use builder::{OpenWorkspaces, WorkspacesBuilder};
pub use finish::{Finished, FlowResult};
pub use flow::{Start, Started};
pub use hooks::{HookResult, Hooks, Installed, Installing, Verdict};
pub use provider::Provider;
pub use purge::Purged;
pub use recover::Recovered;
#[cfg(feature = "encryption")]
pub use reseal::Resealed;
pub use tenants::{Tenant, Unlinked};

/// The workspaces in which a connection is installed: who authorized it, and with which tokens.
///
/// Each installation is one user's authorization in one workspace, and is named by its bot. Clones share all of it and
/// are cheap.
#[derive(Clone)]
pub struct Workspaces {
    inner: Arc<Inner>,
}

struct Inner {
    connection: Connection,
    vault: Vault,
    hooks: Arc<dyn Hooks>,
    /// How many flows began here.
    starts: AtomicU64,
    spool: Spool,
    bots: Bots,
    tasks: TaskTracker,
    /// One task at a time looks for what a crash left.
    recovering: tokio::sync::Mutex<()>,
    /// Names this program, from its start to its end.
    id: Uuid,
    /// How long to wait for another program.
    patience: Duration,
    max_age: Option<Duration>,
}

impl Workspaces {
    /// A builder, which asks for the store next.
    pub fn builder(connection: Connection) -> WorkspacesBuilder {
        WorkspacesBuilder::new(connection)
    }

    /// The connection.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.inner.connection
    }

    /// All installations, by the time of their first grant.
    ///
    /// # Errors
    /// When the store fails, or the keys do not open it.
    pub async fn list(&self) -> Result<Vec<Installation>> {
        self.vault().list(self.client_id(), None).await
    }

    /// The installations in a workspace: one for each user there who authorized the connection.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn by_workspace(&self, workspace_id: &WorkspaceId) -> Result<Vec<Installation>> {
        let filter = (Column::WorkspaceId, workspace_id.as_str());
        self.vault().list(self.client_id(), Some(filter)).await
    }

    /// The installations of a user: one for each workspace in which they authorized the connection.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn by_owner(&self, owner: UserId) -> Result<Vec<Installation>> {
        let owner = owner.to_string();
        let filter = (Column::OwnerId, owner.as_str());
        self.vault().list(self.client_id(), Some(filter)).await
    }

    /// An installation.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound), and as [`list`](Self::list).
    pub async fn get(&self, bot_id: &BotId) -> Result<Installation> {
        let stored = self.load(bot_id).await?;
        stored
            .and_then(|stored| stored.installation)
            .ok_or_else(|| not_found(bot_id))
    }

    /// All grants of an installation, the current one first and then from new to old.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn history(&self, bot_id: &BotId) -> Result<Vec<StoredGrant>> {
        let current = self.get(bot_id).await?.grant().clone();
        let mut grants = vec![StoredGrant::current(current)];
        grants.extend(self.vault().past(self.client_id(), bot_id).await?);
        Ok(grants)
    }

    /// What happened to an installation, from old to new, also after its end.
    ///
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed) when the log is not as it was written, [`NotFound`](ErrorKind::NotFound) when there
    /// never was such an installation, and as [`list`](Self::list).
    pub async fn audit(&self, bot_id: &BotId) -> Result<Vec<AuditEntry>> {
        let mut stored = self.load(bot_id).await?.ok_or_else(|| not_found(bot_id))?;
        for _ in 0..ATTEMPTS {
            let log = self.vault().log(self.client_id(), bot_id).await?;
            let is_right = stored.head().verify(&log);
            let now = self.load(bot_id).await?.ok_or_else(|| not_found(bot_id))?;
            // Where an entry came in between, the two do not fit together, and nobody has changed anything.
            if is_right.is_ok() || now.version() == stored.version() {
                return is_right.map(|()| log);
            }
            stored = now;
        }
        Err(contended())
    }

    fn client_id(&self) -> &ClientId {
        self.inner.connection.client_id()
    }

    fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    fn hooks(&self) -> Arc<dyn Hooks> {
        Arc::clone(&self.inner.hooks)
    }

    fn spool(&self) -> &Spool {
        &self.inner.spool
    }

    /// Takes the lock that guards an answer, and with it all that is done to one installation.
    async fn lock(&self, name: &Name) -> Result<Lock> {
        self.vault()
            .store()
            .lock(name.as_str(), self.inner.patience)
            .await
    }

    async fn load(&self, bot_id: &BotId) -> Result<Option<Stored>> {
        self.vault().load(self.client_id(), bot_id).await
    }
}

impl fmt::Debug for Workspaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspaces")
            .field("connection", self.connection())
            .finish_non_exhaustive()
    }
}

fn not_found(bot_id: &BotId) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("the connection is not installed with the bot {bot_id}"),
    )
    .with_hint("Let the user authorize it, or look at the list of installations.")
}
