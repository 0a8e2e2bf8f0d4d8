//! The flow, callbacks, stores and the loopback listener, against a server that is scripted.

mod callback;
mod calls;
mod environment;
mod exchange;
mod fake;
mod flow;
#[cfg(feature = "loopback")]
mod loopback;
mod own_store;
mod replies;
mod sockets;
mod stores;
