//! The vocabulary of Notion databases: property [kinds](Kind), the [schema of a data source](DataSource),
//! the [snapshot file](Snapshot) that a schema is kept in, and the [JSON reader and writer](json) that all
//! of them share.
//!
//! No I/O, no async, and no serde: `notion-derive` is built for the compiler's host, where each dependency
//! costs every user a second compilation.
#![doc = include_str!("../README.md")]

mod blueprint;
#[cfg(feature = "generate")]
mod generate;
mod kind;
#[cfg(feature = "generate")]
mod name;
mod rollup;
mod schema;
mod snapshot;
mod suggest;

pub mod json;

pub use blueprint::{Blueprint, LeftOut, Reason};
#[cfg(feature = "generate")]
pub use generate::row_type;
pub use kind::{Access, Cut, FilterFamily, Kind};
#[cfg(feature = "generate")]
pub use name::{Case, Identifiers};
pub use rollup::RolledUp;
pub use schema::{DataSource, OptionGroup, Property, SchemaError, SelectOption};
pub use snapshot::Snapshot;
pub use suggest::nearest;
