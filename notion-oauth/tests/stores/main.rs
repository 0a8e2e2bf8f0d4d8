//! Stores: what each promises, and what is special about it.

mod conformance;
#[cfg(feature = "sqlite")]
mod sqlite;
