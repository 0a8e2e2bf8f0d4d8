//! The workspace and its rules, without HTTP: what is stored, what a write means, what a query finds.
//!
//! Nothing in here knows of requests, tokens or the real clock. Every function that needs the time is given it.

pub(crate) mod access;
pub(crate) mod block;
pub(crate) mod capability;
pub(crate) mod carry;
pub(crate) mod change;
pub(crate) mod color;
pub(crate) mod column;
pub(crate) mod comment;
pub(crate) mod container;
pub(crate) mod convert;
pub(crate) mod date;
pub(crate) mod document;
pub(crate) mod duplicate;
pub(crate) mod emoji;
pub(crate) mod file;
pub(crate) mod filter;
#[cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "no column asks for it yet")
)]
pub(crate) mod formula;
pub(crate) mod id;
pub(crate) mod index;
pub(crate) mod kind;
pub(crate) mod markdown;
pub(crate) mod media;
pub(crate) mod meeting;
pub(crate) mod mention;
pub(crate) mod moving;
pub(crate) mod page;
pub(crate) mod parent;
pub(crate) mod relation;
pub(crate) mod rich_text;
pub(crate) mod rollup;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod seeded;
pub(crate) mod sort;
pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod time;
pub(crate) mod upload;
pub(crate) mod value;
pub(crate) mod view;
pub(crate) mod workspace;
pub(crate) mod write;
