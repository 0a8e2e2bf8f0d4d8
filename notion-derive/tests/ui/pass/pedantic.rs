#![deny(warnings, missing_docs, unreachable_pub)]
//! A crate with strict lints.

use notion_core::prelude::*;

/// A task.
#[derive(Debug, Clone, PartialEq, NotionRow)]
pub struct Task {
    /// What to do.
    #[notion(title)]
    pub name: String,
    /// Whether it is done.
    #[notion(name = "Done ✅")]
    pub done: bool,
}

fn main() {
    assert_eq!(Task::DONE.name(), "Done ✅");
}
