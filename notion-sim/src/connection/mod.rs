//! Connections: what asks for data, and where it may act.
//!
//! A [`Registration`] is what a developer set up and does not change. An [`Installation`] is a connection in one workspace,
//! with the bot that acts for it and what was shared with it: internal connections and personal access tokens have one from
//! the start, public ones get one with each authorization.

mod builder;
mod install;
mod registration;

pub use builder::Connection;
pub(crate) use registration::{Installation, Kind, Registration};
