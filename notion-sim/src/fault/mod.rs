//! Faults on demand: which request goes wrong, when, and how.
//!
//! A fault is a `rule`: what requests it is for (`matching`) and what it does to them (`action`). In JSON it reads as in
//! `written`. The `list` of a simulator finds the one that strikes a request, and `afflict` carries it out.

mod action;
mod afflict;
mod garbage;
mod list;
mod matching;
mod novelty;
mod problem;
mod random;
mod rule;
mod written;

pub use garbage::Garbage;
pub use novelty::Novelty;
pub use rule::Fault;

pub(crate) use afflict::afflict;
pub(crate) use list::Faults;
pub(crate) use matching::path_matches;
