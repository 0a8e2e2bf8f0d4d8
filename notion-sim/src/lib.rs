#![doc = include_str!("../README.md")]

mod clock;
mod control;
mod core;
mod engine;
mod error;
mod fault;
mod fetch;
mod files;
mod guard;
mod journal;
mod limit;
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
mod validate;
mod version;
mod webhook;
mod wire;

pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use fault::{Fault, Garbage, Novelty};
pub use journal::Entry;
pub use limit::RateLimit;
pub use sim::{Builder, OAuthClient, Sim};
pub use webhook::Webhook;
