//! Reading cells: in which workspace, when, and who is told of what has no value.

use std::cell::RefCell;

use jiff::Timestamp;

use super::column::Column;
use super::formula::{TOO_COSTLY, Work};
use super::types::Types;
use super::workspace::Workspace;

/// How long a chain of formulas and rollups that build on each other may be. It is Notion's own limit, and circles end here.
const MAX_DEPTH: u8 = 15;

/// Why there is no value where a chain is longer.
pub(super) const TOO_DEEP: &str = "it builds on a chain of more than 15 formulas and rollups";

/// What cells are read with.
///
/// A workspace alone does not say what is in a cell: formulas know the time, and what they mean follows from other columns. A
/// reader is made for one request, so that the time is the same for all of its cells, and so that columns are understood once
/// and not for every row. It is no part of the workspace, because it is no data.
pub(crate) struct Reader<'a> {
    pub(crate) workspace: &'a Workspace,
    /// What formulas call `now()`.
    pub(crate) now: Timestamp,
    pub(crate) types: Types<'a>,
    notes: Option<&'a RefCell<Vec<String>>>,
}

impl<'a> Reader<'a> {
    /// A reader that tells nobody.
    pub(crate) fn new(workspace: &'a Workspace, now: Timestamp) -> Self {
        Self {
            workspace,
            now,
            types: Types::new(workspace),
            notes: None,
        }
    }

    /// Takes down in `notes` what has no value, and why.
    pub(crate) fn noting(mut self, notes: &'a RefCell<Vec<String>>) -> Self {
        self.notes = Some(notes);
        self
    }

    /// Says that a formula or rollup has no value, and why, once for all rows. Whether something takes too much depends on what
    /// builds on it, so that is said of the outermost value only.
    pub(super) fn unsupported(&self, column: &Column, reason: &str, nesting: Nesting<'_>) {
        let Some(notes) = self.notes else { return };
        if nesting.depth > 0 && [TOO_DEEP, TOO_COSTLY].contains(&reason) {
            return;
        }
        let kind = column.kind.name();
        let sentence = format!("The value of {kind} {} is unsupported: {reason}.", column.name);
        let mut notes = notes.borrow_mut();
        if !notes.contains(&sentence) {
            notes.push(sentence);
        }
    }
}

/// Where in values that build on each other something is read, and what is left to spend on all of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nesting<'a> {
    depth: u8,
    pub(crate) work: &'a Work,
}

impl<'a> Nesting<'a> {
    /// Not inside of any value.
    pub(crate) fn outermost(work: &'a Work) -> Self {
        Self { depth: 0, work }
    }

    /// Inside of a value here; `None` where the chain becomes too long.
    pub(crate) fn deeper(self) -> Option<Self> {
        (self.depth < MAX_DEPTH).then(|| Self {
            depth: self.depth + 1,
            ..self
        })
    }
}
