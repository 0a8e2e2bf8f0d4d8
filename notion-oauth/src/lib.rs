#![doc = include_str!("../README.md")]

mod callback;
mod connection;
mod endpoint;
mod error;
mod flow;
mod grant;
mod id;
mod state;

#[cfg(feature = "loopback")]
pub mod loopback;
pub mod store;

pub use callback::{AuthorizationError, Callback};
pub use connection::{ClientSecret, Connection, ConnectionBuilder, RedirectUri};
pub use error::{Error, ErrorKind, Result};
pub use flow::{Outcome, Pending};
pub use grant::{Grant, GrantId, Owner, Person, RefreshToken};
pub use id::{BotId, ClientId, WorkspaceId};
#[cfg(feature = "loopback")]
pub use loopback::Loopback;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{GrantStore, Installation, MemoryStore, StoredGrant};
