//! Flows, callbacks, installations, stores and the loopback listener, against a server that is scripted.

#[cfg(all(feature = "broker", feature = "loopback"))]
mod broker;
mod callback;
mod calls;
mod doctor;
mod endings;
mod environment;
mod exchange;
mod fake;
mod flow;
mod hooks;
mod installations;
mod internal;
mod left_behind;
#[cfg(feature = "loopback")]
mod loopback;
#[cfg(feature = "loopback")]
mod paste;
mod replies;
mod resources;
mod sockets;
mod stored_flow;
mod tenants;
mod trouble;
