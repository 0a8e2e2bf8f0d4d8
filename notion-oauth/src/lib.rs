#![doc = include_str!("../README.md")]

mod audit;
mod binding;
mod callback;
mod connection;
#[cfg(all(feature = "hardening", unix))]
mod core_dumps;
mod endpoint;
mod error;
mod failpoint;
mod flow;
mod grant;
mod html;
mod id;
mod installation;
mod introspection;
#[cfg(feature = "encryption")]
mod keys;
mod private;
mod query;
mod return_to;
mod seal;
mod spool;
mod state;
mod vault;
mod wipe;
mod workspaces;

#[cfg(feature = "broker")]
pub mod broker;
pub mod doctor;
#[cfg(feature = "loopback")]
pub mod loopback;
pub mod store;
#[cfg(feature = "axum")]
pub mod web;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use audit::{Action, AuditEntry};
pub use binding::Binding;
pub use callback::{AuthorizationError, Callback};
pub use connection::{ClientSecret, Connection, ConnectionBuilder, RedirectUri};
#[cfg(all(feature = "hardening", unix))]
pub use core_dumps::refuse_core_dumps;
pub use error::{Error, ErrorKind, Result};
pub use flow::{Outcome, Pending};
pub use grant::{Grant, GrantId, Owner, Person, RefreshToken};
pub use id::{BotId, ClientId, FlowId, ResourceId, TenantId, WorkspaceId};
pub use installation::{Installation, Status, StoredGrant};
pub use introspection::Introspection;
#[cfg(feature = "encryption")]
pub use keys::{Key, KeyId, KeyRing};
#[cfg(feature = "loopback")]
pub use loopback::Loopback;
pub use return_to::{Origins, ReturnTo};
#[cfg(feature = "file")]
pub use store::FileStore;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{MemoryStore, Store};
#[cfg(feature = "postgres")]
pub use store::{PostgresStore, PostgresStoreBuilder};
pub use vault::{Resource, ResourceKind};
#[cfg(feature = "encryption")]
pub use workspaces::Resealed;
pub use workspaces::{
    Finished, FlowResult, HookResult, Hooks, Installed, Installing, OpenWorkspaces, Provider, Purged,
    Recovered, Start, Started, Tenant, Unlinked, Verdict, Workspaces, WorkspacesBuilder,
};
