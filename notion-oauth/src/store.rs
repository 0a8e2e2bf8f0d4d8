//! Where grants are kept.
//!
//! A grant belongs to an installation: one bot of one connection, which is one user's authorization in one workspace.
//! Each authorization of that user adds a grant. The newest is the current one, older ones are kept as history.
//!
//! [`MemoryStore`] forgets with the program; `SqliteStore` (feature `sqlite`) is a file. For another database, implement
//! [`GrantStore`]; [`Installation`] holds what the implementations share.

mod installation;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use notion_core::{BoxFuture, UserId};

use crate::error::Result;
use crate::grant::Grant;
use crate::id::{BotId, ClientId, WorkspaceId};

pub use installation::{Addition, Installation, StoredGrant};
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

/// Keeps grants.
///
/// Every operation names the connection, so that several can share a store. Installations are listed by the time of
/// their first grant, and then by bot id.
pub trait GrantStore: Send + Sync + 'static {
    /// Keeps a grant, in full or, on an error, not at all.
    ///
    /// The newest by [`received_at`](Grant::received_at) becomes the current one, whatever the order in which they
    /// are saved. One with the same tokens as the current one only says that those were given again. Saving the same
    /// grant twice is the same as once.
    fn save<'a>(&'a self, grant: &'a Grant) -> BoxFuture<'a, Result<()>>;

    /// An installation with its current grant.
    fn current<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Option<Installation>>>;

    /// All installations of a connection.
    fn list<'a>(&'a self, client_id: &'a ClientId) -> BoxFuture<'a, Result<Vec<Installation>>>;

    /// The installations in a workspace: one for each user there who authorized the connection.
    fn by_workspace<'a>(
        &'a self,
        client_id: &'a ClientId,
        workspace_id: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>>;

    /// The installations of a user: one for each workspace in which they authorized the connection.
    fn by_owner<'a>(
        &'a self,
        client_id: &'a ClientId,
        owner: UserId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>>;

    /// All grants of an installation, the current one first and then from new to old.
    fn history<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Vec<StoredGrant>>>;

    /// Forgets an installation and all its grants. Gives whether there was one.
    ///
    /// Notion is not told: the tokens stay good until they are revoked there.
    fn remove<'a>(&'a self, client_id: &'a ClientId, bot_id: &'a BotId) -> BoxFuture<'a, Result<bool>>;
}
