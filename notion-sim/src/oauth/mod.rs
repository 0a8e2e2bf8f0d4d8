//! The OAuth side: registered connections, authorizations, codes and tokens.

mod authorize;
mod endpoint;
mod registry;

pub(crate) use authorize::{decide, show};
pub(crate) use endpoint::{introspect, revoke, token};
pub(crate) use registry::{Authorization, Connection, Registry, Token, TokenUse};
