#![allow(non_snake_case)]

use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    due: bool,
    Due: bool,
}

fn main() {}
