//! How to use this crate, a chapter for each topic.
//!
//! They are for those who know Rust and serde, and not this crate. Each chapter begins with the smallest thing that works, shows
//! each feature once, and ends with the limits. All snippets are compiled by the tests, and run where they can be, against
//! `notion-sim`, a simulator of Notion. For each chapter there is a program to run, in `examples/guide` of the repository.
//!
//! 1. [`rows`]: structs as rows of a database.
//! 2. [`options`]: enums as the options of select, multi-select and status columns.
//! 3. [`dates`]: days, moments, ranges and time zones.
//! 4. [`values`]: texts, people, files, and the rest.
//! 5. [`relations`]: relations between rows, and the formulas and rollups that Notion works out.
//! 6. [`filters`]: columns, filters, sorts and queries.
//! 7. [`writes`]: inserting, updating and upserting rows, one or many.
//! 8. [`snapshots`]: structs that are compared with a database while the program is compiled.

// Chapters name each other by file, which is what works where the files are read. The links given here come first, and so are
// those of rustdoc. The snippets need the simulator, and so the tests of them are in the package of the tests.

/// [filters]: mod@filters
/// [snapshots]: mod@snapshots
#[cfg_attr(not(doctest), doc = include_str!("../guide/rows.md"))]
pub mod rows {}

#[cfg_attr(not(doctest), doc = include_str!("../guide/options.md"))]
pub mod options {}

#[cfg_attr(not(doctest), doc = include_str!("../guide/dates.md"))]
pub mod dates {}

/// [writes]: mod@writes
#[cfg_attr(not(doctest), doc = include_str!("../guide/values.md"))]
pub mod values {}

/// [rows]: mod@rows
#[cfg_attr(not(doctest), doc = include_str!("../guide/relations.md"))]
pub mod relations {}

#[cfg_attr(not(doctest), doc = include_str!("../guide/filters.md"))]
pub mod filters {}

#[cfg_attr(not(doctest), doc = include_str!("../guide/writes.md"))]
pub mod writes {}

#[cfg_attr(not(doctest), doc = include_str!("../guide/snapshots.md"))]
pub mod snapshots {}
