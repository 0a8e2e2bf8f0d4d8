#![deny(warnings)]

use notion_core::prelude::*;

/// Only what a page is beside its properties.
#[derive(Debug, NotionRow)]
pub struct Page {}

/// Nothing that is a column.
#[derive(Debug, NotionRow)]
pub struct Noted {
    #[notion(skip)]
    pub note: String,
}

fn main() {
    assert_eq!(Page::COLUMNS.len() + Noted::COLUMNS.len(), 0);
}
