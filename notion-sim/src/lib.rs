#![doc = include_str!("../README.md")]

mod clock;
mod connection;
mod control;
mod core;
mod engine;
mod error;
mod exposure;
mod fault;
mod guard;
mod journal;
mod oauth;
mod page;
mod persist;
mod refusal;
mod request;
mod routes;
mod secret;
mod seed;
mod server;
mod sim;
mod state;
mod validate;
mod version;

pub use connection::Connection;
pub use engine::capability::Capability;
pub use error::{Error, ErrorKind};
pub use fault::Fault;
pub use journal::Entry;
pub use oauth::{OAuthSettings, RefreshMode};
pub use sim::{Builder, OAuthClient, Sim};
