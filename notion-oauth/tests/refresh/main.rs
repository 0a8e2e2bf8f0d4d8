//! Refreshing, recovering and removing, against a token endpoint that behaves as it is told.

mod dropped;
mod endpoint;
#[cfg(all(feature = "failpoints", feature = "encryption", unix))]
mod failpoints;
mod flow;
mod holding;
#[cfg(feature = "encryption")]
mod keys;
#[cfg(feature = "encryption")]
mod missing_key;
mod outcomes;
mod recovering;
mod refreshing;
mod removing;
#[cfg(feature = "encryption")]
mod tampering;
mod tenants;
