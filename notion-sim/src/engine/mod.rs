//! The workspace and its rules, without HTTP: what is stored, what a write means, what a query finds.
//!
//! Nothing in here knows of requests, tokens or the real clock. Every function that needs the time is given it.

pub(crate) mod access;
pub(crate) mod block;
pub(crate) mod change;
pub(crate) mod color;
pub(crate) mod column;
pub(crate) mod container;
pub(crate) mod convert;
pub(crate) mod date;
pub(crate) mod document;
pub(crate) mod filter;
pub(crate) mod id;
pub(crate) mod kind;
pub(crate) mod markdown;
pub(crate) mod page;
pub(crate) mod parent;
pub(crate) mod relation;
pub(crate) mod rich_text;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod seeded;
pub(crate) mod sort;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod value;
pub(crate) mod workspace;
pub(crate) mod write;
