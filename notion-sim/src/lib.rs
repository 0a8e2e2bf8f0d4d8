//! An embedded Notion server to develop and test against: no account, no network.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let sim = notion_sim::Sim::start().await?;
//! for (name, value) in sim.notion_env() {
//!     println!("{name}={value}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! It keeps a workspace, checks every request in Notion's order, answers with Notion's texts, and walks the OAuth
//! authorization-code flow with a real consent page. It shares no code with any client, so a mistake on one side is seen by
//! the other. What Notion publishes and the simulator does not do yet is answered with 501 and the header
//! `x-notion-sim-unimplemented`, never with a made-up success.
//!
//! The same server is a program, `notion-sim`; its control endpoints below `/_sim/` do over HTTP what [`Sim`] does in Rust.
//! Times have a clock that can be stopped, requests a journal, and any request can be made to fail by a [`Fault`].

mod clock;
mod control;
mod core;
mod engine;
mod error;
mod fault;
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
mod validate;
mod version;

pub use error::{Error, ErrorKind};
pub use fault::Fault;
pub use journal::Entry;
pub use sim::{Builder, OAuthClient, Sim};
