use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten, key)]
    audit: Audit,
}

#[derive(NotionRow)]
struct Audit {
    reviewed: bool,
}

fn main() {}
