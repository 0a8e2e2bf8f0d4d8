//! Flows, callbacks, installations, stores and the loopback listener, against a server that is scripted.

mod callback;
mod environment;
mod exchange;
mod fake;
mod flow;
mod installations;
#[cfg(feature = "loopback")]
mod loopback;
mod replies;
mod sockets;
#[cfg(feature = "sqlite")]
mod sqlite;
mod stored_flow;
