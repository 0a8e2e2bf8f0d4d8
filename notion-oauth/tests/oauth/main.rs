//! The flow, callbacks, stores and the loopback listener, against a server that is scripted.

mod callback;
mod calls;
mod environment;
mod exchange;
mod fake;
mod flow;
#[cfg(feature = "loopback")]
mod loopback;
#[cfg(feature = "loopback")]
mod paste;
mod own_store;
mod replies;
mod sockets;
#[cfg(feature = "sqlite")]
mod sqlite;
mod stores;
