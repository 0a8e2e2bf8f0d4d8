//! The OAuth side: consent, codes and tokens.

mod authorize;
mod endpoint;
mod grant;
mod registry;
mod report;
mod settings;
mod tokens;

pub(crate) use authorize::{Approval, Place, choose, decide, show};
pub(crate) use endpoint::{introspect, revoke, token};
pub(crate) use registry::Registry;
pub(crate) use report::report;
pub use settings::{OAuthSettings, RefreshMode};
pub(crate) use tokens::{Spent, Token, TokenUse};
