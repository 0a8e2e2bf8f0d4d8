#![doc = include_str!("../README.md")]

mod clock;
mod control;
mod core;
mod engine;
mod error;
mod fault;
mod guard;
mod journal;
mod oauth;
mod page;
mod persist;
mod refusal;
mod request;
mod routes;
mod seed;
mod server;
mod sim;
mod state;
mod tasks;
mod validate;
mod version;

pub use error::{Error, ErrorKind};
pub use fault::Fault;
pub use journal::Entry;
pub use sim::{Builder, OAuthClient, Sim};
