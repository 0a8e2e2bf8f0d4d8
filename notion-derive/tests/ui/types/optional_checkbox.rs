use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    done: Option<bool>,
}

fn main() {}
